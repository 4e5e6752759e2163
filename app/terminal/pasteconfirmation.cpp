// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/pasteconfirmation.h"

#include <QCheckBox>
#include <QPushButton>

namespace Koyeb::Desktop {

PasteConfirmation::PasteConfirmation(const QString &text, QWidget *parent) : QMessageBox(parent)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowModality(Qt::WindowModal);
    setIcon(QMessageBox::Question);
    setTextFormat(Qt::PlainText);
    setWindowTitle(tr("Paste"));
    const int lines = static_cast<int>(text.trimmed().count(u'\n')) + 1;
    setText(tr("Paste %n line(s) into the terminal?", "", lines));
    setInformativeText(tr("The program that runs in it may carry out each line at once."));
    setDetailedText(text);
    QPushButton *const paste = addButton(tr("Paste"), QMessageBox::AcceptRole);
    addButton(QMessageBox::Cancel);
    setDefaultButton(paste);
    auto *const silence = new QCheckBox(tr("Do not ask again in this terminal"), this);
    setCheckBox(silence);
    connect(this, &QDialog::finished, this, [this, paste, silence, text] {
        if (clickedButton() == paste) {
            if (silence->isChecked()) {
                Q_EMIT silenced();
            }
            Q_EMIT confirmed(text);
        }
    });
}

bool PasteConfirmation::isNeededFor(const QString &text)
{
    return text.contains(u'\n') || text.contains(u'\r');
}

} // namespace Koyeb::Desktop
