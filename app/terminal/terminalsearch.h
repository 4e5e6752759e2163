// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "vt/search.h"
#include "vt/selection.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <optional>
#include <vector>

namespace Koyeb::Desktop {

/// Looks for text in a terminal and its scrollback, a few milliseconds at a time, from the newest line to the
/// oldest; what was found can be seen while it goes on.
class TerminalSearch : public QObject {
    Q_OBJECT

public:
    using Match = Vt::Search::Match;

    struct Query {
        QString text;
        bool isRegularExpression = false;
        bool isCaseSensitive = false;

        bool operator==(const Query &) const = default;
    };

    /// The terminal outlives this object.
    explicit TerminalSearch(const Vt::Terminal &terminal, QObject *parent = nullptr);
    ~TerminalSearch() override;

    /// Looks for something else; an empty text ends the search. The newest match that does not begin behind
    /// `from` becomes the current one.
    void start(const Query &query, Vt::LineNumber from);
    /// The text changed at its end: looks again at what is not in the scrollback for good.
    void refresh();
    /// The text was laid out anew or replaced: looks through all of it again.
    void restart();

    [[nodiscard]] const Query &query() const { return m_query; }
    /// What is wrong with the regular expression, in English as the library says it; empty: nothing.
    [[nodiscard]] const QString &problem() const { return m_problem; }
    [[nodiscard]] bool isRunning() const { return m_search.has_value(); }
    /// The newest first.
    [[nodiscard]] const std::vector<Match> &matches() const { return m_matches; }
    [[nodiscard]] std::optional<Match> current() const;
    /// Counted from the oldest, from 1; 0: none.
    [[nodiscard]] std::size_t currentNumber() const;
    void goToNext();     ///< Towards the end; from the last one to the first.
    void goToPrevious(); ///< Towards the beginning.

    /// The columns of a row that belong to matches.
    [[nodiscard]] std::vector<Vt::Selection::Columns> columnsOf(Vt::LineNumber line) const;
    [[nodiscard]] Vt::Selection::Columns currentColumnsOf(Vt::LineNumber line) const;

Q_SIGNALS:
    /// Matches, the current one, or isRunning().
    void changed();
    /// Another match was made the current one and should be seen.
    void currentChosen();

private:
    void begin();
    void advance();
    void takeOver();
    void choose(std::size_t index);

    const Vt::Terminal &m_terminal;
    Query m_query;
    QString m_problem;
    std::optional<Vt::Search> m_search;
    Vt::LineNumber m_unread = 0; ///< Rows from here on are not looked at yet; -1: none are left.
    Vt::LineNumber m_stop = 0;   ///< Rows before it were looked through by an earlier search.
    Vt::LineNumber m_final = 0;  ///< Rows before it were in the scrollback when the last search began.
    Vt::LineNumber m_from = 0;
    bool m_isComplete = false;
    std::vector<Match> m_matches;
    std::vector<Match> m_kept; ///< Matches of the earlier search before m_stop.
    std::optional<Match> m_current;
    bool m_wantsCurrent = false;
    QTimer m_timer;
};

} // namespace Koyeb::Desktop
