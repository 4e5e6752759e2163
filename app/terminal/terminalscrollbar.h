// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QList>
#include <QScrollBar>

namespace Koyeb::Desktop {

/// A scroll bar that shows where in the text something is.
class TerminalScrollBar : public QScrollBar {
    Q_OBJECT

public:
    explicit TerminalScrollBar(QWidget *parent = nullptr) : QScrollBar(Qt::Vertical, parent) {}

    /// Places from 0 (the first row) to 1 (the end).
    void setMarks(const QList<qreal> &places, const QColor &colour);
    [[nodiscard]] const QList<qreal> &marks() const { return m_marks; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QList<qreal> m_marks;
    QColor m_colour;
};

} // namespace Koyeb::Desktop
