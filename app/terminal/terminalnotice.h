// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;
class QPushButton;

namespace Koyeb::Desktop {

/// A line below a terminal that says what its program wants, and stays out of the way of typing: it never
/// takes the keyboard by itself. Hidden until it has something to say.
class TerminalNotice : public QFrame {
    Q_OBJECT

public:
    explicit TerminalNotice(QWidget *parent = nullptr);

    /// Text of a program is shown as it is, never as markup, on one line and not too long.
    void tell(const QString &text);
    /// Something that is only done after a person agreed.
    void ask(const QString &question, const QString &actionText);
    [[nodiscard]] QString text() const;

    /// What is shown of a stranger's text: one line, `longest` characters.
    [[nodiscard]] static QString excerpt(const QString &text, qsizetype longest);

Q_SIGNALS:
    void accepted();
    /// Put away without having been accepted.
    void dismissed();

private:
    void present(const QString &text);

    QLabel *m_label;
    QPushButton *m_action;
    QPushButton *m_close;
};

} // namespace Koyeb::Desktop
