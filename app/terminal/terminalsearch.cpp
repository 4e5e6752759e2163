// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalsearch.h"

#include "vt/terminal.h"

#include <QDeadlineTimer>
#include <QRegularExpression>

#include <algorithm>

namespace Koyeb::Desktop {

namespace {

using namespace std::chrono_literals;

constexpr auto sliceDuration = 4ms;
constexpr int rowsBetweenLooksAtTheClock = 64;
/// A regular expression looks at so much of a line at a time, and takes so many steps on it: some expressions
/// would take for ever.
constexpr qsizetype windowLength = 16 * 1024;
constexpr qsizetype windowOverlap = 4 * 1024; ///< What is longer may be found in parts.
constexpr auto stepLimit = "(*LIMIT_MATCH=100000)";
/// An expression that ran out of steps so often is given up on this line.
constexpr int maximumFailures = 4;
/// On a line; of more matches nobody looks at each.
constexpr int maximumAttempts = 5000;

/// Finds a regular expression in lines of UTF-8.
class RegexMatcher {
public:
    explicit RegexMatcher(QRegularExpression expression) : m_expression(std::move(expression)) {}

    void operator()(std::string_view line, std::vector<std::pair<std::size_t, std::size_t>> &found) const
    {
        const QString text = QString::fromUtf8(line.data(), static_cast<qsizetype>(line.size()));
        qsizetype index = 0;
        std::size_t byte = 0;
        // Matches come in order: what lies before one was counted.
        const auto byteOf = [&](qsizetype wanted) {
            byte += static_cast<std::size_t>(QStringView(text).sliced(index, wanted - index).toUtf8().size());
            index = wanted;
            return byte;
        };
        int failures = 0;
        int attempts = 0;
        for (qsizetype first = 0; first < text.size() && failures < maximumFailures;) {
            const qsizetype end = boundaryAt(text, first + windowLength);
            // What begins in the overlap is for the next window, which sees where it ends.
            const qsizetype limit = end == text.size() ? end : boundaryAt(text, end - windowOverlap);
            first = findIn(text, first, end, limit, failures, attempts, [&](qsizetype from, qsizetype to) {
                const std::size_t firstByte = byteOf(from);
                found.emplace_back(firstByte, byteOf(to));
            });
        }
    }

private:
    /// The end of the text, or a place that is not within a character.
    [[nodiscard]] static qsizetype boundaryAt(const QString &text, qsizetype index)
    {
        if (index >= text.size()) {
            return text.size();
        }
        return text[index].isLowSurrogate() ? index + 1 : index;
    }

    /// Tells of the matches that begin in [first, limit), of a text that is seen up to `end`. Returns where
    /// the next window begins.
    template<typename Tell>
    qsizetype findIn(
        const QString &text, qsizetype first, qsizetype end, qsizetype limit, int &failures, int &attempts,
        Tell tell) const
    {
        // With what stands before the window, so that the start of the line and of words are where they are.
        const QStringView seen = QStringView(text).first(end);
        while (first < limit) {
            // The text came out of UTF-8, and boundaryAt() keeps its pairs together.
            const QRegularExpressionMatch match = m_expression.match(
                seen, first, QRegularExpression::NormalMatch,
                QRegularExpression::DontCheckSubjectStringMatchOption);
            failures += match.isValid() ? 0 : 1;
            if (++attempts > maximumAttempts) {
                failures = maximumFailures;
                return limit;
            }
            if (!match.hasMatch() || match.capturedStart() >= limit) {
                return limit;
            }
            if (match.capturedLength() > 0) {
                tell(match.capturedStart(), match.capturedEnd());
                first = std::max(match.capturedEnd(), first + 1);
            } else {
                first = boundaryAt(text, match.capturedEnd() + 1);
            }
        }
        return first;
    }

    QRegularExpression m_expression;
};

[[nodiscard]] QRegularExpression expressionFor(const TerminalSearch::Query &query)
{
    const QRegularExpression::PatternOptions options =
        QRegularExpression::UseUnicodePropertiesOption |
        (query.isCaseSensitive ? QRegularExpression::NoPatternOption
                               : QRegularExpression::CaseInsensitiveOption);
    return QRegularExpression(QLatin1StringView(stepLimit) + query.text, options);
}

[[nodiscard]] Vt::Selection::Columns columnsIn(
    const Vt::Search::Match &match, Vt::LineNumber line, int columns)
{
    if (line < match.first.line || line > match.end.line) {
        return {};
    }
    return {
        line == match.first.line ? match.first.column : 0,
        line == match.end.line ? match.end.column : columns};
}

} // namespace

TerminalSearch::TerminalSearch(const Vt::Terminal &terminal, QObject *parent)
    : QObject(parent), m_terminal(terminal)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(0);
    connect(&m_timer, &QTimer::timeout, this, &TerminalSearch::advance);
}

TerminalSearch::~TerminalSearch() = default;

void TerminalSearch::start(const Query &query, Vt::LineNumber from)
{
    m_query = query;
    m_from = from;
    m_wantsCurrent = true;
    restart();
}

void TerminalSearch::restart()
{
    m_timer.stop();
    m_search.reset();
    m_problem.clear();
    m_matches.clear();
    m_kept.clear();
    m_current.reset();
    m_isComplete = false;
    m_stop = m_terminal.firstLine();
    if (m_query.isRegularExpression && !m_query.text.isEmpty()) {
        const QRegularExpression expression = expressionFor(m_query);
        if (!expression.isValid()) {
            m_problem = expression.errorString();
            Q_EMIT changed();
            return;
        }
    }
    if (!m_query.text.isEmpty()) {
        begin();
    }
    Q_EMIT changed();
}

void TerminalSearch::refresh()
{
    // While one is under way, the end waits: otherwise it would never come to the beginning.
    if (m_query.text.isEmpty() || !m_problem.isEmpty() || isRunning()) {
        return;
    }
    m_stop = m_isComplete ? std::max(m_final, m_terminal.firstLine()) : m_terminal.firstLine();
    // A line that goes on behind the limit is looked at as a whole.
    while (m_stop > m_terminal.firstLine() && m_terminal.isWrapped(m_stop - 1) &&
           m_final - m_stop < Vt::LogicalLine::maximumRows) {
        --m_stop;
    }
    m_kept.clear();
    std::copy_if(m_matches.begin(), m_matches.end(), std::back_inserter(m_kept), [this](const Match &match) {
        return match.first.line < m_stop && match.first.line >= m_terminal.firstLine();
    });
    begin();
}

void TerminalSearch::begin()
{
    m_final = m_terminal.screenTop();
    m_unread = m_terminal.endLine();
    if (m_query.isRegularExpression) {
        m_search.emplace(RegexMatcher(expressionFor(m_query)));
    } else {
        m_search.emplace(m_query.text.toStdString(), Vt::Search::Options{m_query.isCaseSensitive, false});
    }
    m_timer.start();
}

void TerminalSearch::advance()
{
    const QDeadlineTimer deadline(sliceDuration, Qt::PreciseTimer);
    bool goesOn = true;
    while (goesOn && m_unread > m_stop && !deadline.hasExpired()) {
        // Not beyond what was looked through before.
        const auto rows = std::min<Vt::LineNumber>(rowsBetweenLooksAtTheClock, m_unread - m_stop);
        goesOn = m_search->advance(m_terminal, static_cast<int>(rows));
        m_unread -= rows;
    }
    takeOver();
    if (goesOn && m_unread > m_stop) {
        m_timer.start();
    } else {
        m_search.reset();
        m_isComplete = true;
    }
    Q_EMIT changed();
}

/// Shows what was found so far.
void TerminalSearch::takeOver()
{
    // A refresh is short: until it is done, the matches of before are better than few.
    const bool isDone = m_unread <= m_stop || m_search->isComplete();
    if (!m_kept.empty() && !isDone) {
        return;
    }
    m_matches = m_search->matches();
    const Vt::LineNumber limit = m_stop;
    while (!m_kept.empty() && !m_matches.empty() && m_matches.back().first.line < limit) {
        m_matches.pop_back();
    }
    m_matches.insert(m_matches.end(), m_kept.begin(), m_kept.end());
    if (m_current && std::find(m_matches.begin(), m_matches.end(), *m_current) == m_matches.end() && isDone) {
        m_current.reset();
    }
    if (m_wantsCurrent) {
        const auto chosen = std::find_if(m_matches.begin(), m_matches.end(), [this](const Match &match) {
            return match.first.line <= m_from;
        });
        if (chosen != m_matches.end()) {
            choose(static_cast<std::size_t>(chosen - m_matches.begin()));
        } else if (isDone && !m_matches.empty()) {
            choose(m_matches.size() - 1);
        }
    }
}

void TerminalSearch::choose(std::size_t index)
{
    m_wantsCurrent = false;
    m_current = m_matches[index];
    Q_EMIT currentChosen();
}

std::optional<TerminalSearch::Match> TerminalSearch::current() const
{
    return m_current;
}

std::size_t TerminalSearch::currentNumber() const
{
    const auto found =
        m_current ? std::find(m_matches.begin(), m_matches.end(), *m_current) : m_matches.end();
    return static_cast<std::size_t>(m_matches.end() - found);
}

void TerminalSearch::goToNext()
{
    if (!m_matches.empty()) {
        const std::size_t number = currentNumber(); // The newest has the highest.
        choose(
            number == 0 || number == m_matches.size() ? m_matches.size() - 1 : m_matches.size() - number - 1);
        Q_EMIT changed();
    }
}

void TerminalSearch::goToPrevious()
{
    if (!m_matches.empty()) {
        const std::size_t number = currentNumber();
        choose(number <= 1 ? 0 : m_matches.size() - number + 1);
        Q_EMIT changed();
    }
}

std::vector<Vt::Selection::Columns> TerminalSearch::columnsOf(Vt::LineNumber line) const
{
    std::vector<Vt::Selection::Columns> columns;
    // From the newest on; one may begin some rows before the one where it ends.
    auto match = std::lower_bound(
        m_matches.begin(), m_matches.end(), line,
        [](const Match &candidate, Vt::LineNumber wanted) { return candidate.first.line > wanted; });
    for (; match != m_matches.end() && match->end.line >= line; ++match) {
        columns.push_back(columnsIn(*match, line, m_terminal.size().columns));
    }
    return columns;
}

Vt::Selection::Columns TerminalSearch::currentColumnsOf(Vt::LineNumber line) const
{
    return m_current ? columnsIn(*m_current, line, m_terminal.size().columns) : Vt::Selection::Columns();
}

} // namespace Koyeb::Desktop
