// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/watchdialog.h"

#include "common/spacing.h"
#include "sandbox/remoteentry.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

namespace {
constexpr int leftOutLines = 4;
} // namespace

WatchDialog::WatchDialog(const std::filesystem::path &local, const QByteArray &remote, QWidget *parent)
    : QDialog(parent),
      m_leftOut(new QPlainTextEdit(this)),
      m_removes(new QCheckBox(tr("&Delete in the sandbox what is deleted here from now on"), this))
{
    setWindowTitle(tr("Watch a folder"));
    auto *explanation = new QLabel(
        tr("What is missing or older in the sandbox is uploaded, and from then on each change, until you "
           "stop it. Changes in the sandbox are not brought here."),
        this);
    explanation->setWordWrap(true);
    auto *form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    const auto addPlace = [&](const QString &label, const QByteArray &path) {
        auto *place = new QLabel(displayName(path), this);
        place->setTextFormat(Qt::PlainText);
        place->setWordWrap(true);
        form->addRow(label, place);
    };
    addPlace(tr("This computer:"), QByteArray::fromStdString(local.native()));
    addPlace(tr("Sandbox:"), remote);
    m_leftOut->setPlainText(u".git/\nnode_modules/\n__pycache__/\n"_s);
    m_leftOut->setLayoutDirection(Qt::LeftToRight); // Patterns are.
    m_leftOut->setTabChangesFocus(true);
    m_leftOut->setToolTip(tr("One pattern a line, as in .gitignore files."));
    m_leftOut->setFixedHeight(
        m_leftOut->fontMetrics().lineSpacing() * leftOutLines + 2 * Spacing::close + m_leftOut->frameWidth());
    form->addRow(tr("&Leave out:"), m_leftOut);
    form->addRow(QString(), new QLabel(tr("Temporary files of editors are left out anyway."), this));
    form->addRow(QString(), m_removes);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    auto *start = buttons->addButton(tr("Watch"), QDialogButtonBox::AcceptRole);
    start->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(this, &QDialog::accepted, this, [this] {
        Q_EMIT watchRequested(m_leftOut->toPlainText().toUtf8() + '\n', m_removes->isChecked());
    });
    auto *column = new QVBoxLayout(this);
    column->setSpacing(Spacing::normal);
    column->addWidget(explanation);
    column->addLayout(form);
    column->addStretch();
    column->addWidget(buttons);
}

} // namespace Koyeb::Desktop
