// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;
class QLineEdit;
class QToolButton;

namespace Koyeb::Desktop {

class TerminalSearch;

/// Where one says what to look for in a terminal: Enter goes to the next match, Shift+Enter to the one
/// before, Escape closes.
class TerminalSearchBar : public QFrame {
    Q_OBJECT

public:
    /// The search outlives the bar.
    explicit TerminalSearchBar(TerminalSearch *search, QWidget *parent = nullptr);

    /// Shows the bar and takes the keyboard; `text` is looked for unless it is empty.
    void open(const QString &text);
    void dismiss();

Q_SIGNALS:
    /// Look for what is in the bar.
    void queryChanged(const QString &text, bool isRegularExpression, bool isCaseSensitive);
    void closed();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QToolButton *addButton(const QString &text, const QString &explanation);
    void sendQuery();
    void describe();

    TerminalSearch *m_search;
    QLineEdit *m_edit;
    QLabel *m_count;
    QToolButton *m_case = nullptr;
    QToolButton *m_regex = nullptr;
};

} // namespace Koyeb::Desktop
