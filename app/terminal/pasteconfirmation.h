// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMessageBox>

class QCheckBox;

namespace Koyeb::Desktop {

/// Asks before several lines go to a program that would take each line end for Enter. Shows what would be
/// sent. Deletes itself.
class PasteConfirmation : public QMessageBox {
    Q_OBJECT

public:
    PasteConfirmation(const QString &text, QWidget *parent);

    /// Whether that text needs to be asked about.
    [[nodiscard]] static bool isNeededFor(const QString &text);

Q_SIGNALS:
    void confirmed(const QString &text);
    /// Given before confirmed(): further pastes need no question.
    void silenced();
};

} // namespace Koyeb::Desktop
