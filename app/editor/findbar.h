// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/taskscope.h"
#include "core/workerthread.h"
#include "editor/textsearch.h"

#include <QCoroTask>
#include <QTimer>
#include <QWidget>

#include <functional>

class QLabel;
class QLineEdit;
class QToolButton;

namespace Koyeb::Desktop {

class CodeView;

/// Finds and replaces in a text. Looks for all at once, on a thread of its own, so that it can tell how many
/// there are and marks them; going on is only a step in the list. Hidden until it is asked for.
class FindBar : public QWidget {
    Q_OBJECT

public:
    /// `view` outlives the bar.
    explicit FindBar(CodeView &view, QWidget *parent = nullptr);
    ~FindBar() override;

    /// Shows itself with what is selected as the pattern.
    void begin(bool withReplacement);
    void findNext();
    void findPrevious();

Q_SIGNALS:
    /// Escape, or its button: the text has the focus now.
    void closed();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void createLayout();
    [[nodiscard]] QToolButton *createToggle(const QString &text, const QString &toolTip);
    [[nodiscard]] QWidget *createReplaceRow();
    [[nodiscard]] SearchQuery query() const;
    void search();
    QCoro::Task<> runSearch(std::function<void()> then, std::stop_token stop);
    /// Goes on at once where the matches are those of the text as it is, or else after they were found.
    void withMatches(const std::function<void()> &then);
    void step(bool forward);
    void replaceCurrent();
    void replaceEverywhere();
    QCoro::Task<> runReplace(qsizetype only, std::stop_token stop);
    void showCount();
    void markMatches();
    [[nodiscard]] qsizetype currentMatch() const;

    CodeView &m_view;
    QLineEdit *m_pattern;
    QLineEdit *m_replacement;
    QToolButton *m_case;
    QToolButton *m_words;
    QToolButton *m_expression;
    QLabel *m_count;
    QWidget *m_replaceRow;
    QTimer m_delay; // While somebody types.
    SearchOutcome m_outcome;
    bool m_isOutdated = true;
    WorkerThread m_worker;
    TaskScope m_scope;
};

} // namespace Koyeb::Desktop
