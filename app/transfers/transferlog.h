// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "transfer/transferhistory.h"

#include <QDialog>

class QPlainTextEdit;

namespace Koyeb::Desktop {

/// A line of a transfer's log without its time: "Interrupted after 3.0 MiB: The sandbox cannot be reached." …
[[nodiscard]] QString eventText(const TransferEvent &event, TransferDirection direction);
/// The log, a line with date and time for each event.
[[nodiscard]] QString logText(const QList<TransferEvent> &events, TransferDirection direction);

/// A transfer's log, which can be copied.
class TransferLogDialog : public QDialog {
    Q_OBJECT

public:
    TransferLogDialog(const QString &name, TransferDirection direction, QWidget *parent = nullptr);

    void setEvents(const QList<TransferEvent> &events);

private:
    TransferDirection m_direction;
    QPlainTextEdit *m_text;
};

} // namespace Koyeb::Desktop
