// SPDX-License-Identifier: GPL-3.0-or-later
// An empty main window that says when it was painted, as koyeb-desktop does when asked to.
#include <QApplication>
#include <QMainWindow>
#include <QPaintEvent>

#include <cstdio>

namespace {

class Window final : public QMainWindow {
protected:
    void paintEvent(QPaintEvent *event) override
    {
        QMainWindow::paintEvent(event);
        if (!m_told) {
            m_told = true;
            std::fputs("first-paint\n", stderr);
        }
    }

private:
    bool m_told = false;
};

} // namespace

int main(int argc, char **argv)
{
    const QApplication application(argc, argv);
    Window window;
    window.resize(1000, 700);
    window.show();
    return QApplication::exec();
}
