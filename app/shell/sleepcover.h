// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStackedWidget>

namespace Koyeb::Desktop {

class EmptyState;

/// A page that needs its sandbox awake, and in its place, while the sandbox sleeps, a face that offers to
/// wake it. The page keeps what it shows.
class SleepCover : public QStackedWidget {
    Q_OBJECT

public:
    /// Takes the page over.
    explicit SleepCover(QWidget *page, QWidget *parent = nullptr);

    [[nodiscard]] const QWidget *page() const { return m_page; }
    void showPage();
    void showAsleep();
    void showWaking();

Q_SIGNALS:
    void wakeRequested();

protected:
    void focusInEvent(QFocusEvent *event) override;

private:
    [[nodiscard]] bool holdsFocus() const;

    QWidget *m_page;
    EmptyState *m_face;
};

} // namespace Koyeb::Desktop
