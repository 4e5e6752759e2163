// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/lefteditsdialog.h"

#include "sandbox/remoteentry.h"

#include <QDialogButtonBox>
#include <QFile>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QMessageBox>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr QSize firstSize{680, 320};
constexpr qsizetype maximumNames = 8;

enum Column { FileColumn, SandboxColumn, SavedColumn };

} // namespace

LeftEditsDialog::LeftEditsDialog(const QList<LeftEdit> &edits, QWidget *parent)
    : QDialog(parent), m_edits(edits), m_list(new QTreeWidget(this)), m_hint(new QLabel(this))
{
    setWindowTitle(tr("Changes that are not saved"));
    createLayout();
    fillList();
    showChoices();
}

LeftEditsDialog::~LeftEditsDialog() = default;

void LeftEditsDialog::createLayout()
{
    auto *explanation = new QLabel(
        tr("These files were edited with other programs, and what you saved last did not reach their "
           "sandboxes. It is still on this computer."),
        this);
    explanation->setWordWrap(true);
    m_list->setHeaderLabels({tr("File"), tr("Sandbox"), tr("Saved")});
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setTextElideMode(Qt::ElideMiddle);
    m_list->setAccessibleName(tr("Files with changes"));
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(FileColumn, QHeaderView::Stretch);
    m_list->header()->setSectionResizeMode(SandboxColumn, QHeaderView::ResizeToContents);
    m_list->header()->setSectionResizeMode(SavedColumn, QHeaderView::ResizeToContents);
    connect(m_list, &QTreeWidget::itemSelectionChanged, this, &LeftEditsDialog::showChoices);
    m_hint->setTextFormat(Qt::PlainText);
    m_hint->setWordWrap(true);
    auto *column = new QVBoxLayout(this);
    column->addWidget(explanation);
    column->addWidget(m_list, 1);
    column->addWidget(m_hint);
    createButtons();
    resize(firstSize);
}

void LeftEditsDialog::createButtons()
{
    auto *buttons = new QDialogButtonBox(this);
    m_upload = buttons->addButton(tr("Save to the sandbox"), QDialogButtonBox::ActionRole);
    m_folder = buttons->addButton(tr("Open folder"), QDialogButtonBox::ActionRole);
    m_drop = buttons->addButton(tr("Drop…"), QDialogButtonBox::DestructiveRole);
    buttons->addButton(tr("Later"), QDialogButtonBox::RejectRole);
    m_upload->setDefault(true);
    connect(m_upload, &QPushButton::clicked, this, &LeftEditsDialog::requestUpload);
    connect(m_folder, &QPushButton::clicked, this, &LeftEditsDialog::requestFolder);
    connect(m_drop, &QPushButton::clicked, this, &LeftEditsDialog::requestDrop);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout()->addWidget(buttons);
}

void LeftEditsDialog::fillList()
{
    for (const LeftEdit &edit : std::as_const(m_edits)) {
        auto *item = new QTreeWidgetItem(m_list);
        item->setText(FileColumn, displayName(edit.record.path));
        item->setToolTip(FileColumn, displayName(edit.record.path).toHtmlEscaped());
        item->setText(SandboxColumn, edit.record.sandboxName);
        item->setText(SavedColumn, QLocale().toString(edit.changedAt, QLocale::ShortFormat));
    }
    m_list->selectAll();
    m_list->setCurrentItem(m_list->topLevelItem(0), 0, QItemSelectionModel::NoUpdate);
}

QList<LeftEdit> LeftEditsDialog::selected() const
{
    QList<LeftEdit> edits;
    for (int row = 0; row < m_list->topLevelItemCount(); ++row) {
        if (m_list->topLevelItem(row)->isSelected()) {
            edits.append(m_edits[row]);
        }
    }
    return edits;
}

void LeftEditsDialog::setSandboxes(const QStringList &ids)
{
    m_sandboxes = ids;
    showChoices();
}

void LeftEditsDialog::showChoices()
{
    const auto edits = selected();
    const auto isThere = [this](const LeftEdit &edit) {
        return m_sandboxes.contains(edit.record.sandboxId);
    };
    const auto away =
        std::find_if(edits.begin(), edits.end(), [&](const LeftEdit &edit) { return !isThere(edit); });
    m_upload->setEnabled(std::any_of(edits.begin(), edits.end(), isThere));
    m_folder->setEnabled(!edits.isEmpty());
    m_drop->setEnabled(!edits.isEmpty());
    m_hint->setText(
        away == edits.end() ? QString()
                            : tr("The sandbox “%1” is not in the list of sandboxes now. If it is gone, take "
                                 "what you need from "
                                 "the file’s folder.")
                                  .arg(away->record.sandboxName));
    m_hint->setVisible(away != edits.end());
}

void LeftEditsDialog::requestUpload()
{
    const auto edits = selected();
    for (const LeftEdit &edit : edits) {
        if (m_sandboxes.contains(edit.record.sandboxId)) {
            Q_EMIT uploadRequested(edit);
        }
    }
}

void LeftEditsDialog::requestFolder()
{
    const auto edits = selected();
    for (const LeftEdit &edit : edits) {
        Q_EMIT folderRequested(
            QFile::decodeName(QByteArray::fromStdString(folderOfCopy(edit.folder).native())));
    }
}

void LeftEditsDialog::requestDrop()
{
    QStringList names;
    const auto edits = selected();
    for (const LeftEdit &edit : edits) {
        names.append(displayName(edit.record.path));
    }
    const auto count = static_cast<int>(names.size());
    if (count > maximumNames) {
        names = names.first(maximumNames) + QStringList{u"…"_s};
    }
    auto *question = new QMessageBox(
        QMessageBox::Warning, tr("Drop changes"),
        tr("What you saved of %n file(s) goes for good:", nullptr, count) + u'\n' + names.join(u'\n'),
        QMessageBox::Cancel, this);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setTextFormat(Qt::PlainText);
    auto *button = question->addButton(tr("Drop them"), QMessageBox::DestructiveRole);
    question->setDefaultButton(QMessageBox::Cancel);
    connect(button, &QAbstractButton::clicked, this, [this, edits] { drop(edits); });
    question->open();
}

void LeftEditsDialog::drop(const QList<LeftEdit> &edits)
{
    for (const LeftEdit &edit : edits) {
        // It is held until it is gone.
        m_worker.post([folder = edit.folder, hold = edit.hold] {
            std::error_code ignored;
            std::filesystem::remove_all(folder, ignored);
        });
        take(edit.folder);
    }
}

void LeftEditsDialog::take(const std::filesystem::path &folder)
{
    const auto found = std::find_if(
        m_edits.begin(), m_edits.end(), [&folder](const LeftEdit &edit) { return edit.folder == folder; });
    if (found == m_edits.end()) {
        return;
    }
    delete m_list->takeTopLevelItem(static_cast<int>(found - m_edits.begin()));
    m_edits.erase(found);
    showChoices();
    if (m_edits.isEmpty()) {
        accept();
    }
}

} // namespace Koyeb::Desktop
