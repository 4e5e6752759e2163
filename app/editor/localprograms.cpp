// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/localprograms.h"

#include <QDesktopServices>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QRadioButton>
#include <QStandardPaths>
#include <QUrl>

namespace Koyeb::Desktop {

namespace {

constexpr int fieldWidth = 260;

/// Where a program is, given by its path or, as in a shell, by its name; empty where there is none.
QString programPath(const QString &typed)
{
    if (typed.isEmpty()) {
        return {};
    }
    const QFileInfo info(typed);
    if (info.isAbsolute()) {
        return info.isFile() && info.isExecutable() ? typed : QString();
    }
    return typed.contains(u'/') ? QString() : QStandardPaths::findExecutable(typed);
}

} // namespace

bool startProgram(const QString &file, const QString &program)
{
    return program.isEmpty() ? QDesktopServices::openUrl(QUrl::fromLocalFile(file))
                             : QProcess::startDetached(program, {file});
}

ProgramDialog::ProgramDialog(
    const QString &fileName, const QString &program, bool canUseUsual, QWidget *parent)
    : QDialog(parent),
      m_usual(new QRadioButton(tr("The &usual program for such files"), this)),
      m_other(new QRadioButton(tr("&This program:"), this)),
      m_program(new QLineEdit(program, this))
{
    setWindowTitle(tr("Edit with"));
    createLayout(fileName);
    m_usual->setEnabled(canUseUsual);
    (canUseUsual && program.isEmpty() ? m_usual : m_other)->setChecked(true);
    connect(m_usual, &QRadioButton::toggled, this, &ProgramDialog::check);
    connect(m_program, &QLineEdit::textEdited, m_other, [this] { m_other->setChecked(true); });
    connect(m_program, &QLineEdit::textChanged, this, &ProgramDialog::check);
    check();
}

void ProgramDialog::createLayout(const QString &fileName)
{
    auto *explanation = new QLabel(
        tr("“%1” is copied to this computer and opened there. Each time you save it, it goes back to the "
           "sandbox.")
            .arg(fileName),
        this);
    explanation->setTextFormat(Qt::PlainText);
    explanation->setWordWrap(true);
    m_program->setMinimumWidth(fieldWidth);
    m_program->setAccessibleName(tr("Program"));
    m_program->setPlaceholderText(tr("Name or path of a program"));
    auto *browsing = new QPushButton(tr("&Browse…"), this);
    connect(browsing, &QPushButton::clicked, this, &ProgramDialog::browse);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_open = buttons->addButton(tr("Open"), QDialogButtonBox::AcceptRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &ProgramDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *row = new QHBoxLayout;
    row->addWidget(m_other);
    row->addWidget(m_program, 1);
    row->addWidget(browsing);
    auto *column = new QVBoxLayout(this);
    column->addWidget(explanation);
    column->addWidget(m_usual);
    column->addLayout(row);
    column->addWidget(buttons);
}

void ProgramDialog::browse()
{
    auto *dialog = new QFileDialog(this, tr("Choose a program"), QStringLiteral("/usr/bin"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &file) {
        m_other->setChecked(true);
        m_program->setText(file);
    });
    dialog->open();
}

void ProgramDialog::check()
{
    m_open->setEnabled(m_usual->isChecked() || !programPath(m_program->text()).isEmpty());
}

void ProgramDialog::accept()
{
    if (m_open->isEnabled()) {
        Q_EMIT chosen(m_usual->isChecked() ? QString() : programPath(m_program->text()));
        QDialog::accept();
    }
}

} // namespace Koyeb::Desktop
