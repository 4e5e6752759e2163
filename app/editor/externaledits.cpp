// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/externaledits.h"

#include "editor/editorpreferences.h"
#include "editor/externaleditrow.h"

#include <QFile>
#include <QStandardPaths>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace Koyeb::Desktop {

ExternalEdits::ExternalEdits(const std::filesystem::path &base, QWidget *parent)
    : QWidget(parent), m_base(base), m_column(new QVBoxLayout(this))
{
    m_column->setContentsMargins({});
    m_column->setSpacing(0);
    hide();
}

ExternalEdits::~ExternalEdits() = default;

void ExternalEdits::setSandbox(const std::shared_ptr<Sandbox> &sandbox)
{
    m_sandbox = sandbox;
    const auto all = rows();
    for (ExternalEditRow *row : all) {
        row->edit().setSandbox(sandbox);
    }
}

QList<ExternalEditRow *> ExternalEdits::rows() const
{
    return findChildren<ExternalEditRow *>(QString(), Qt::FindDirectChildrenOnly);
}

ExternalEditRow *ExternalEdits::rowOf(const QByteArray &path) const
{
    const auto all = rows();
    const auto found = std::find_if(
        all.begin(), all.end(), [&path](const ExternalEditRow *row) { return row->edit().path() == path; });
    return found == all.end() ? nullptr : *found;
}

qsizetype ExternalEdits::unsavedCount() const
{
    const auto all = rows();
    return std::count_if(
        all.begin(), all.end(), [](const ExternalEditRow *row) { return row->edit().isUnsaved(); });
}

void ExternalEdits::requestEdit(const QByteArray &path)
{
    if (ExternalEditRow *row = rowOf(path)) {
        row->open();
    } else {
        askForProgram(path, true);
    }
}

void ExternalEdits::askForProgram(const QByteArray &path, bool canUseUsual)
{
    const QString last = m_preferences ? m_preferences->program() : QString();
    auto *dialog = new ProgramDialog(displayName(remoteName(path)), last, canUseUsual, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ProgramDialog::chosen, this, [this, path](const QString &program) {
        if (m_preferences) {
            m_preferences->setProgram(program);
        }
        edit(path, program);
    });
    dialog->open();
}

void ExternalEdits::edit(const QByteArray &path, const QString &program)
{
    if (ExternalEditRow *row = rowOf(path)) {
        row->setProgram(program);
        row->open();
        return;
    }
    add(new ExternalEditRow(path, program, m_base, m_starter, this));
}

void ExternalEdits::saveAll(const std::function<void()> &then)
{
    auto *waiting = new QObject(m_saves.get()); // With it, all of the connections end.
    const auto look = [this, waiting, then, isOver = std::make_shared<bool>(false)] {
        const auto left = rows();
        const bool isSaving = std::any_of(
            left.begin(), left.end(), [](const ExternalEditRow *row) { return row->edit().isSaving(); });
        if (!isSaving && !std::exchange(*isOver, true)) {
            waiting->deleteLater();
            then();
        }
    };
    const auto all = rows();
    for (ExternalEditRow *row : all) {
        row->edit().saveNow();
        connect(&row->edit(), &ExternalEdit::stateChanged, waiting, look);
        connect(row, &QObject::destroyed, waiting, look);
    }
    look();
}

void ExternalEdits::takeUp(const LeftEdit &left)
{
    add(new ExternalEditRow(left, m_starter, this));
}

void ExternalEdits::leaveUnsaved()
{
    const auto all = rows();
    for (ExternalEditRow *row : all) {
        if (row->edit().isUnsaved()) {
            row->edit().keepCopy();
            row->hide();
            delete row; // At once, so that others can take hold of it.
        }
    }
    setVisible(!rows().isEmpty());
}

void ExternalEdits::add(ExternalEditRow *row)
{
    m_column->addWidget(row);
    connect(&row->edit(), &ExternalEdit::saved, this, &ExternalEdits::saved);
    connect(row, &ExternalEditRow::stopRequested, this, [this, row] { stop(row); });
    connect(row, &ExternalEditRow::programWanted, this, [this, row] {
        askForProgram(row->edit().path(), false);
    });
    show();
    row->edit().setSandbox(m_sandbox);
    row->edit().start();
}

void ExternalEdits::stop(ExternalEditRow *row)
{
    row->hide();
    row->setParent(nullptr); // It does not count any more.
    row->deleteLater();      // Its button asked for it.
    setVisible(!rows().isEmpty());
}

std::filesystem::path externalEditsFolder()
{
    const QString cache = QStandardPaths::writableLocation(QStandardPaths::CacheLocation);
    return std::filesystem::path(QFile::encodeName(cache).toStdString()) / "edited";
}

} // namespace Koyeb::Desktop
