// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/findbar.h"

#include "common/icons.h"
#include "common/spacing.h"
#include "editor/codeview.h"

#include <QAction>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QToolButton>

#include <algorithm>

namespace Koyeb::Desktop {

using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;

namespace {
constexpr auto typingPause = 150ms;
constexpr qsizetype maximumMarks = 10'000; ///< More would only make the text slow.
} // namespace

FindBar::FindBar(CodeView &view, QWidget *parent)
    : QWidget(parent),
      m_view(view),
      m_pattern(new QLineEdit(this)),
      m_replacement(new QLineEdit(this)),
      m_case(createToggle(u"Aa"_s, tr("Match case"))),
      m_words(createToggle(tr("Word"), tr("Whole words"))),
      m_expression(createToggle(u".*"_s, tr("Regular expression"))),
      m_count(new QLabel(this)),
      m_replaceRow(createReplaceRow())
{
    createLayout();
    hide();
    m_delay.setSingleShot(true);
    m_delay.setInterval(typingPause);
    connect(&m_delay, &QTimer::timeout, this, &FindBar::search);
    const auto look = [this] {
        m_isOutdated = true;
        if (isVisible()) {
            m_delay.start();
        }
    };
    connect(m_pattern, &QLineEdit::textChanged, this, look);
    for (auto *toggle : {m_case, m_words, m_expression}) {
        connect(toggle, &QToolButton::toggled, this, look);
    }
    connect(&view, &CodeView::textChanged, this, look);
    connect(&view, &CodeView::selectionChanged, this, [this] {
        if (isVisible() && !m_isOutdated) {
            showCount();
        }
    });
}

FindBar::~FindBar() = default;

QToolButton *FindBar::createToggle(const QString &text, const QString &toolTip)
{
    auto *toggle = new QToolButton(this);
    toggle->setText(text);
    toggle->setToolTip(toolTip);
    toggle->setAccessibleName(toolTip);
    toggle->setCheckable(true);
    toggle->setFocusPolicy(Qt::TabFocus);
    return toggle;
}

QWidget *FindBar::createReplaceRow()
{
    auto *rowWidget = new QWidget(this);
    m_replacement->setPlaceholderText(tr("Replace by"));
    m_replacement->setAccessibleName(tr("Replace by"));
    auto *one = new QPushButton(tr("Replace"), rowWidget);
    auto *all = new QPushButton(tr("Replace all"), rowWidget);
    auto *row = new QHBoxLayout(rowWidget);
    row->setContentsMargins({});
    row->addWidget(m_replacement, 1);
    row->addWidget(one);
    row->addWidget(all);
    connect(one, &QPushButton::clicked, this, &FindBar::replaceCurrent);
    connect(all, &QPushButton::clicked, this, &FindBar::replaceEverywhere);
    return rowWidget;
}

void FindBar::createLayout()
{
    m_pattern->setPlaceholderText(tr("Find"));
    m_pattern->setAccessibleName(tr("Find"));
    m_pattern->setClearButtonEnabled(true);
    m_count->setTextFormat(Qt::PlainText);
    const auto createButton = [this](const QString &icon, const QString &text) {
        auto *button = new QToolButton(this);
        button->setIcon(themedIcon(icon));
        button->setToolTip(text);
        button->setAccessibleName(text);
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::TabFocus);
        return button;
    };
    auto *previous = createButton(u"go-up"_s, tr("Previous match"));
    auto *next = createButton(u"go-down"_s, tr("Next match"));
    auto *closing = createButton(u"close"_s, tr("Close"));
    auto *row = new QHBoxLayout;
    row->addWidget(m_pattern, 1);
    for (QWidget *widget :
         {static_cast<QWidget *>(m_case), static_cast<QWidget *>(m_words),
          static_cast<QWidget *>(m_expression), static_cast<QWidget *>(previous),
          static_cast<QWidget *>(next), static_cast<QWidget *>(m_count)}) {
        row->addWidget(widget);
    }
    row->addWidget(closing);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(Spacing::close, Spacing::tight, Spacing::close, Spacing::tight);
    column->setSpacing(Spacing::tight);
    column->addLayout(row);
    column->addWidget(m_replaceRow);
    connect(previous, &QToolButton::clicked, this, &FindBar::findPrevious);
    connect(next, &QToolButton::clicked, this, &FindBar::findNext);
    connect(closing, &QToolButton::clicked, this, [this] {
        hide();
        Q_EMIT closed();
    });
}

void FindBar::begin(bool withReplacement)
{
    const QString selected = m_view.selectedText();
    if (!selected.isEmpty() && !selected.contains(u'\n') && !selected.contains(u'\r')) {
        m_pattern->setText(selected);
    }
    m_replaceRow->setVisible(withReplacement && !m_view.isReadOnly());
    show();
    m_pattern->setFocus(Qt::ShortcutFocusReason);
    m_pattern->selectAll();
    search();
}

void FindBar::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_scope.restart();
    m_delay.stop();
    m_isOutdated = true;
    m_outcome = {};
    markMatches();
}

void FindBar::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape) {
        hide();
        Q_EMIT closed();
        return;
    }
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        if (m_replacement->hasFocus()) {
            replaceCurrent();
        } else {
            step(!event->modifiers().testFlag(Qt::ShiftModifier));
        }
        return;
    }
    QWidget::keyPressEvent(event);
}

SearchQuery FindBar::query() const
{
    return {m_pattern->text(), m_case->isChecked(), m_words->isChecked(), m_expression->isChecked()};
}

void FindBar::search()
{
    m_delay.stop();
    m_scope.restart();
    runSearch({}, m_scope.token());
}

QCoro::Task<> FindBar::runSearch(std::function<void()> then, std::stop_token stop)
{
    m_isOutdated = true;
    std::function<Result<SearchOutcome>()> job = [text = m_view.content(), sought = query(),
                                                  stop]() -> Result<SearchOutcome> {
        return findAll(text, sought, stop);
    };
    const auto outcome = co_await m_worker.run(std::move(job), stop);
    if (stop.stop_requested() || !outcome) {
        co_return;
    }
    m_outcome = *outcome;
    m_isOutdated = false;
    markMatches();
    showCount();
    if (then) {
        then();
    }
}

void FindBar::withMatches(const std::function<void()> &then)
{
    if (!m_isOutdated) {
        then();
        return;
    }
    m_delay.stop();
    m_scope.restart();
    runSearch(then, m_scope.token());
}

void FindBar::findNext()
{
    step(true);
}

void FindBar::findPrevious()
{
    step(false);
}

void FindBar::step(bool forward)
{
    if (!isVisible()) {
        show();
    }
    withMatches([this, forward] {
        const auto &matches = m_outcome.matches;
        if (matches.isEmpty()) {
            return;
        }
        const TextRange selection = m_view.selection();
        const auto after = std::find_if(matches.begin(), matches.end(), [&](const TextRange &match) {
            return forward ? match.begin >= selection.end : match.begin >= selection.begin;
        });
        // Beyond the end it goes on at the beginning, and the other way round.
        if (forward) {
            m_view.select(after == matches.end() ? matches.first() : *after);
        } else {
            m_view.select(after == matches.begin() ? matches.last() : *std::prev(after));
        }
        showCount();
    });
}

void FindBar::replaceCurrent()
{
    withMatches([this] {
        const qsizetype current = currentMatch();
        if (current < 0) {
            step(true);
        } else {
            runReplace(m_outcome.matches[current].begin, m_scope.token());
        }
    });
}

void FindBar::replaceEverywhere()
{
    withMatches([this] { runReplace(-1, m_scope.token()); });
}

QCoro::Task<> FindBar::runReplace(qsizetype only, std::stop_token stop)
{
    if (m_view.isReadOnly()) {
        co_return;
    }
    const QByteArray before = m_view.content();
    std::function<Result<ReplaceOutcome>()> job =
        [before, sought = query(), replacement = m_replacement->text(), only]() -> Result<ReplaceOutcome> {
        return replaceAll(before, sought, replacement, only);
    };
    const auto outcome = co_await m_worker.run(std::move(job), stop);
    // What was typed meanwhile is not lost: then nothing is replaced.
    if (stop.stop_requested() || !outcome || outcome->count == 0 || m_view.content() != before) {
        co_return;
    }
    m_view.replaceContent(outcome->utf8);
    if (only >= 0) {
        const auto end = only + outcome->utf8.size() - before.size();
        m_view.showPosition(std::max(only, end));
        step(true);
    } else {
        m_count->setText(tr("%n replaced", "matches of a search", static_cast<int>(outcome->count)));
    }
}

qsizetype FindBar::currentMatch() const
{
    return m_outcome.matches.indexOf(m_view.selection());
}

void FindBar::showCount()
{
    const QLocale locale;
    const auto count = m_outcome.matches.size();
    if (!m_outcome.problem.isEmpty()) {
        m_count->setText(tr("The pattern cannot be used."));
        m_count->setToolTip(u"<span>%1</span>"_s.arg(m_outcome.problem.toHtmlEscaped()));
        return;
    }
    m_count->setToolTip({});
    const QString all =
        m_outcome.hasMore ? tr("more than %1").arg(locale.toString(count)) : locale.toString(count);
    if (m_pattern->text().isEmpty()) {
        m_count->clear();
    } else if (count == 0) {
        m_count->setText(tr("Not found"));
    } else if (const qsizetype current = currentMatch(); current >= 0) {
        m_count->setText(tr("%1 of %2", "matches of a search").arg(locale.toString(current + 1), all));
    } else {
        m_count->setText(tr("%1 found", "matches of a search").arg(all));
    }
}

void FindBar::markMatches()
{
    m_view.mark(m_outcome.matches.first(std::min(m_outcome.matches.size(), maximumMarks)));
}

} // namespace Koyeb::Desktop
