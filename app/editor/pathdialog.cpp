// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/pathdialog.h"

#include "sandbox/remoteentry.h"

#include <QCoreApplication>
#include <QDialogButtonBox>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

namespace Koyeb::Desktop {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Koyeb::Desktop::PathDialog", text);
}

bool isFilePath(const QByteArray &path)
{
    return path.startsWith('/') && !path.contains('\0') && isEntryName(remoteName(path));
}

/// What was typed, in the directory that was proposed unless another was typed: names that are no plain text
/// are shown otherwise than they are.
QByteArray pathOf(const QString &typed, const QByteArray &proposal)
{
    const QString directory = displayName(remoteParent(proposal));
    const QString prefix = directory.endsWith(u'/') ? directory : directory + u'/';
    if (typed == displayName(proposal)) {
        return proposal;
    }
    const QByteArray rest = typed.mid(prefix.size()).toUtf8();
    return typed.startsWith(prefix) && isEntryName(rest) ? joinRemotePath(remoteParent(proposal), rest)
                                                         : typed.toUtf8();
}

constexpr int fieldWidth = 420;

} // namespace

void askForRemotePath(QWidget *parent, const QByteArray &proposal, std::function<void(QByteArray)> take)
{
    auto *dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Save as"));
    auto *label = new QLabel(tr("Path in the &sandbox:"), dialog);
    auto *field = new QLineEdit(displayName(proposal), dialog);
    field->setMinimumWidth(fieldWidth);
    label->setBuddy(field);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel, dialog);
    auto *column = new QVBoxLayout(dialog);
    column->addWidget(label);
    column->addWidget(field);
    column->addWidget(buttons);
    QPushButton *save = buttons->button(QDialogButtonBox::Save);
    const auto check = [field, save] {
        save->setEnabled(isFilePath(field->text().toUtf8()));
    };
    check();
    // The name is what is changed most often.
    const qsizetype nameBegin = field->text().lastIndexOf(u'/') + 1;
    field->setSelection(static_cast<int>(nameBegin), static_cast<int>(field->text().size() - nameBegin));
    QObject::connect(field, &QLineEdit::textChanged, dialog, check);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    QObject::connect(buttons, &QDialogButtonBox::accepted, dialog, &QDialog::accept);
    QObject::connect(dialog, &QDialog::accepted, parent, [field, proposal, take = std::move(take)] {
        take(pathOf(field->text(), proposal));
    });
    dialog->open();
}

void askForLine(QWidget *parent, int current, int lineCount, std::function<void(int)> take)
{
    auto *dialog = new QInputDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Go to line"));
    dialog->setLabelText(tr("Line, from 1 to %1:").arg(QLocale().toString(lineCount)));
    dialog->setInputMode(QInputDialog::IntInput);
    dialog->setIntRange(1, lineCount);
    dialog->setIntValue(current);
    QObject::connect(dialog, &QInputDialog::intValueSelected, parent, take);
    dialog->open();
}

} // namespace Koyeb::Desktop
