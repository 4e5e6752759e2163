// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

#include <functional>

class QMimeData;

namespace Koyeb::Desktop {

/// A picture by which something can be dragged into any program.
class DragHandle : public QLabel {
    Q_OBJECT

public:
    /// Makes what is dragged, each time anew; the drag owns it.
    using MakeData = std::function<QMimeData *()>;

    explicit DragHandle(MakeData makeData, QWidget *parent = nullptr);

protected:
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void showPicture();

    MakeData m_makeData;
    QPoint m_pressed;
};

} // namespace Koyeb::Desktop
