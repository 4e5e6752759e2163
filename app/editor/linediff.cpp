// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/linediff.h"

#include <QHash>

#include <algorithm>
#include <utility>
#include <vector>

namespace Koyeb::Desktop {

namespace {

constexpr qsizetype contextLines = 3;
/// Removed and added lines that are looked for; time and memory grow with the square of it.
constexpr int maximumChanges = 2000;

/// With their ends.
QList<QByteArray> linesOf(const QByteArray &text)
{
    QList<QByteArray> lines;
    qsizetype begin = 0;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const bool isCr = text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n');
        if (text[i] == '\n' || isCr) {
            lines.append(text.mid(begin, i + 1 - begin));
            begin = i + 1;
        }
    }
    if (begin < text.size()) {
        lines.append(text.mid(begin));
    }
    return lines;
}

/// Lines as numbers, equal ones with the same.
using Numbers = std::vector<int>;

/// Which lines change.
struct Changes {
    std::vector<bool> removed;
    std::vector<bool> added;
};

/// Myers' shortest edit script between begin and end of both, found by greedy search; false when it would be
/// too long.
class ShortestEdit {
public:
    ShortestEdit(const Numbers &before, const Numbers &after, qsizetype begin, qsizetype fromEnd)
        : m_before(before),
          m_after(after),
          m_begin(static_cast<int>(begin)),
          m_n(static_cast<int>(static_cast<qsizetype>(before.size()) - begin - fromEnd)),
          m_m(static_cast<int>(static_cast<qsizetype>(after.size()) - begin - fromEnd))
    {
    }

    [[nodiscard]] bool find(Changes &changes)
    {
        const int limit = std::min(m_n + m_m, maximumChanges);
        std::vector<int> furthest(2 * static_cast<size_t>(limit) + 3, 0);
        const int middle = limit + 1;
        for (int d = 0; d <= limit; ++d) {
            // What is known before step d, for the way back.
            m_steps.emplace_back(furthest.begin() + (middle - d), furthest.begin() + (middle + d + 1));
            for (int k = -d; k <= d; k += 2) {
                int x = isDown(furthest.data() + middle, k, d) ? furthest[at(middle + k + 1)]
                                                               : furthest[at(middle + k - 1)] + 1;
                while (x < m_n && x - k < m_m && same(x, x - k)) {
                    ++x;
                }
                furthest[at(middle + k)] = x;
                if (x >= m_n && x - k >= m_m) {
                    goBack(d, changes);
                    return true;
                }
            }
        }
        return false;
    }

private:
    static size_t at(int index) { return static_cast<size_t>(index); }
    [[nodiscard]] bool same(int x, int y) const
    {
        return m_before[at(m_begin + x)] == m_after[at(m_begin + y)];
    }
    /// Whether the furthest path to diagonal `k` comes from above: by an added line.
    static bool isDown(const int *furthest, int k, int d)
    {
        return k == -d || (k != d && furthest[k - 1] < furthest[k + 1]);
    }

    void goBack(int d, Changes &changes) const
    {
        int x = m_n;
        int y = m_m;
        for (; d > 0; --d) {
            const std::vector<int> &known = m_steps[at(d)];
            const int *furthest = known.data() + d;
            const int k = x - y;
            const bool down = isDown(furthest, k, d);
            const int previousX = down ? furthest[k + 1] : furthest[k - 1];
            const int previousY = previousX - (down ? k + 1 : k - 1);
            if (down) {
                changes.added[at(m_begin + previousY)] = true;
            } else {
                changes.removed[at(m_begin + previousX)] = true;
            }
            x = previousX;
            y = previousY;
        }
    }

    const Numbers &m_before;
    const Numbers &m_after;
    int m_begin;
    int m_n;
    int m_m;
    std::vector<std::vector<int>> m_steps;
};

Changes changesBetween(const Numbers &before, const Numbers &after)
{
    Changes changes{std::vector<bool>(before.size()), std::vector<bool>(after.size())};
    const auto common = static_cast<qsizetype>(std::min(before.size(), after.size()));
    const auto begin =
        std::mismatch(before.begin(), before.begin() + common, after.begin()).first - before.begin();
    const auto fromEnd =
        std::mismatch(before.rbegin(), before.rbegin() + (common - begin), after.rbegin()).first -
        before.rbegin();
    if (!ShortestEdit(before, after, begin, fromEnd).find(changes)) {
        std::fill(changes.removed.begin() + begin, changes.removed.end() - fromEnd, true);
        std::fill(changes.added.begin() + begin, changes.added.end() - fromEnd, true);
    }
    return changes;
}

QByteArray shown(QByteArray line)
{
    line.chop(line.endsWith('\n') ? 1 : 0);
    return line.replace('\r', "\xE2\x90\x8D"); // ␍
}

/// One line after the other, with where they are.
struct Step {
    DiffLine::Kind kind;
    qsizetype before; ///< Lines of the first text up to here.
    qsizetype after;
};

QList<Step> stepsOf(const Changes &changes)
{
    QList<Step> steps;
    size_t x = 0;
    size_t y = 0;
    while (x < changes.removed.size() || y < changes.added.size()) {
        const Step here{DiffLine::Kind::Same, static_cast<qsizetype>(x), static_cast<qsizetype>(y)};
        steps.append(here);
        if (x < changes.removed.size() && changes.removed[x]) {
            steps.last().kind = DiffLine::Kind::Removed;
            ++x;
        } else if (y < changes.added.size() && changes.added[y]) {
            steps.last().kind = DiffLine::Kind::Added;
            ++y;
        } else {
            ++x;
            ++y;
        }
    }
    return steps;
}

QByteArray heading(const QList<Step> &steps, qsizetype begin, qsizetype end)
{
    const auto count = [&](DiffLine::Kind without) {
        return std::count_if(steps.begin() + begin, steps.begin() + end, [without](const Step &step) {
            return step.kind != without;
        });
    };
    const auto range = [](qsizetype first, qsizetype lines) {
        return QByteArray::number(first + (lines > 0 ? 1 : 0)) + ',' + QByteArray::number(lines);
    };
    return "@@ -" + range(steps[begin].before, count(DiffLine::Kind::Added)) + " +" +
           range(steps[begin].after, count(DiffLine::Kind::Removed)) + " @@";
}

} // namespace

QList<DiffLine> lineDiff(const QByteArray &before, const QByteArray &after)
{
    const auto linesBefore = linesOf(before);
    const auto linesAfter = linesOf(after);
    QHash<QByteArray, int> known;
    const auto numbered = [&known](const QList<QByteArray> &lines) {
        Numbers numbers;
        for (const QByteArray &line : lines) {
            numbers.push_back(known.value(line, static_cast<int>(known.size())));
            known.insert(line, numbers.back());
        }
        return numbers;
    };
    const Numbers numbersBefore = numbered(linesBefore);
    const auto steps = stepsOf(changesBetween(numbersBefore, numbered(linesAfter)));
    QList<DiffLine> lines;
    qsizetype shownUntil = 0;
    for (qsizetype i = 0; i < steps.size(); ++i) {
        if (steps[i].kind == DiffLine::Kind::Same) {
            continue;
        }
        // Changes that are near each other are shown together.
        qsizetype last = i;
        for (qsizetype j = i; j < steps.size() && j <= last + 2 * contextLines; ++j) {
            last = steps[j].kind == DiffLine::Kind::Same ? last : j;
        }
        const qsizetype begin = std::max(shownUntil, i - contextLines);
        const qsizetype end = std::min(steps.size(), last + 1 + contextLines);
        lines.append({DiffLine::Kind::Heading, heading(steps, begin, end)});
        for (qsizetype j = begin; j < end; ++j) {
            const Step &step = steps[j];
            lines.append(
                {step.kind, shown(
                                step.kind == DiffLine::Kind::Added ? linesAfter[step.after]
                                                                   : linesBefore[step.before])});
        }
        shownUntil = end;
        i = end - 1;
    }
    return lines;
}

} // namespace Koyeb::Desktop
