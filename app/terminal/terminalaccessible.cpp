// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalaccessible.h"

#include "terminal/terminalview.h"

#include <QAccessibleWidget>

#include <algorithm>
#include <tuple>
#include <utility>

namespace Koyeb::Desktop {

namespace {

class TerminalAccessible final : public QAccessibleWidget, public QAccessibleTextInterface {
public:
    explicit TerminalAccessible(TerminalView *view) : QAccessibleWidget(view, QAccessible::Terminal) {}

    void *interface_cast(QAccessible::InterfaceType type) override
    {
        if (type == QAccessible::TextInterface) {
            return static_cast<QAccessibleTextInterface *>(this);
        }
        return QAccessibleWidget::interface_cast(type);
    }

    QAccessible::State state() const override
    {
        QAccessible::State state = QAccessibleWidget::state();
        state.multiLine = true;
        state.selectableText = true;
        state.focusable = true;
        return state;
    }

    QString text(QAccessible::Text type) const override
    {
        return type == QAccessible::Value ? view().visibleText() : QAccessibleWidget::text(type);
    }

    // What is marked is not offered for changing from outside: it is a matter of the mouse.
    void selection(int index, int *start, int *end) const override
    {
        std::tie(*start, *end) = index == 0 ? view().selectedRange() : std::pair(0, 0);
    }
    int selectionCount() const override
    {
        const auto range = view().selectedRange();
        return range.first == range.second ? 0 : 1;
    }
    void addSelection(int, int) override {}
    void removeSelection(int) override {}
    void setSelection(int, int, int) override {}
    void setCursorPosition(int) override {} // The program's to move.
    void scrollToSubstring(int, int) override {}

    int cursorPosition() const override { return view().cursorOffset(); }
    int characterCount() const override { return static_cast<int>(view().visibleText().size()); }

    QString text(int start, int end) const override
    {
        const QString text = view().visibleText();
        const auto size = static_cast<int>(text.size());
        const int from = std::clamp(start, 0, size);
        const int to = end < 0 ? size : std::clamp(end, from, size);
        return text.mid(from, to - from);
    }

    QRect characterRect(int offset) const override
    {
        const QRect character = view().characterRect(offset);
        return {view().viewport()->mapToGlobal(character.topLeft()), character.size()};
    }

    int offsetAtPoint(const QPoint &point) const override
    {
        return view().offsetAt(view().viewport()->mapFromGlobal(point));
    }

    QString attributes(int offset, int *start, int *end) const override
    {
        // Colours say nothing that would be read.
        Q_UNUSED(offset)
        *start = 0;
        *end = characterCount();
        return {};
    }

private:
    [[nodiscard]] const TerminalView &view() const { return *static_cast<TerminalView *>(widget()); }
};

QAccessibleInterface *makeAccessible(const QString &, QObject *object)
{
    auto *const view = qobject_cast<TerminalView *>(object);
    return view != nullptr ? new TerminalAccessible(view) : nullptr;
}

[[nodiscard]] TextChange changeBetween(QStringView old, QStringView now)
{
    const auto shorter = std::min(old.size(), now.size());
    const auto prefix = std::mismatch(old.begin(), old.begin() + shorter, now.begin()).first - old.begin();
    const auto suffix =
        std::mismatch(old.rbegin(), old.rbegin() + (shorter - prefix), now.rbegin()).first - old.rbegin();
    return {
        static_cast<int>(prefix), old.sliced(prefix, old.size() - prefix - suffix).toString(),
        now.sliced(prefix, now.size() - prefix - suffix).toString()};
}

/// How many lines have gone at the beginning, where the rest is there still but for what was being written in
/// its last line; 0: none, or it is another text.
[[nodiscard]] qsizetype scrolledLines(const QList<QStringView> &old, const QList<QStringView> &now)
{
    for (qsizetype gone = 1; gone + 1 < old.size(); ++gone) {
        const auto kept = std::min(old.size() - gone - 1, now.size());
        const bool isKept = std::equal(old.begin() + gone, old.begin() + gone + kept, now.begin());
        // Blank lines are everywhere.
        const bool isSaid = std::any_of(
            now.begin(), now.begin() + kept, [](QStringView line) { return !line.trimmed().isEmpty(); });
        if (isKept && isSaid) {
            return gone;
        }
    }
    return 0;
}

} // namespace

QList<TextChange> changesBetween(const QString &before, const QString &after)
{
    QList<TextChange> changes;
    QStringView old = before;
    const TextChange whole = changeBetween(old, after);
    if (whole.removed.contains(u'\n')) {
        const auto lines = old.split(u'\n');
        const auto gone = scrolledLines(lines, QStringView(after).split(u'\n'));
        if (gone > 0) {
            const auto start = lines.at(gone).begin() - old.begin();
            changes.append({0, old.first(start).toString(), {}});
            old = old.sliced(start);
        }
    }
    const TextChange rest = changeBetween(old, after);
    if (!rest.removed.isEmpty() || !rest.inserted.isEmpty()) {
        changes.append(rest);
    }
    return changes;
}

void installTerminalAccessibility()
{
    QAccessible::installFactory(makeAccessible); // Which ignores what is there already.
}

} // namespace Koyeb::Desktop
