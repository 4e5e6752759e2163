// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

#include <functional>

class QHBoxLayout;
class QLabel;

namespace Koyeb::Desktop {

/// A strip above a text that asks what shall be done, without keeping anybody from going on. Hidden while
/// there is nothing to decide.
class NoticeBar : public QFrame {
    Q_OBJECT

public:
    struct Choice {
        QString text;
        std::function<void()> action;
        bool staysOpen = false; ///< The question is still there afterwards.
    };

    explicit NoticeBar(QWidget *parent = nullptr);

    /// Asks, in place of what was asked before.
    void ask(const QString &sentence, const QList<Choice> &choices);
    [[nodiscard]] QString text() const;

protected:
    void changeEvent(QEvent *event) override;

private:
    void addButton(const Choice &choice);
    void applyColours();

    QLabel *m_icon;
    QLabel *m_text;
    QWidget *m_choices;
    QHBoxLayout *m_buttons;
};

} // namespace Koyeb::Desktop
