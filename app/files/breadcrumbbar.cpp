// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/breadcrumbbar.h"

#include "files/entrytext.h"
#include "files/remotepaths.h"
#include "sandbox/remoteentry.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QStackedLayout>
#include <QStringListModel>
#include <QToolButton>

#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

namespace {

constexpr int widestSegment = 220;
constexpr qsizetype maximumCompletions = 1000;

} // namespace

BreadcrumbBar::BreadcrumbBar(QWidget *parent)
    : QWidget(parent),
      m_faces(new QStackedLayout(this)),
      m_buttons(new QWidget(this)),
      m_row(new QHBoxLayout(m_buttons)),
      m_overflow(new QToolButton(m_buttons)),
      m_editor(new QLineEdit(this)),
      m_completions(new QStringListModel(this)),
      m_completer(new QCompleter(m_completions, this))
{
    createLayout();
    m_editor->setCompleter(m_completer);
    connect(m_editor, &QLineEdit::returnPressed, this, &BreadcrumbBar::enterEditedPath);
    connect(m_editor, &QLineEdit::textEdited, this, &BreadcrumbBar::wantCompletions);
}

void BreadcrumbBar::createLayout()
{
    setAccessibleName(tr("Path", "bar that shows a directory"));
    m_editor->setAccessibleName(tr("Path", "bar that shows a directory"));
    m_editor->installEventFilter(this);
    m_overflow->setText(u"…"_s);
    m_overflow->setAccessibleName(tr("More folders on the way"));
    m_overflow->setAutoRaise(true);
    m_overflow->setPopupMode(QToolButton::InstantPopup);
    m_overflow->setMenu(new QMenu(m_overflow));
    m_row->setContentsMargins({});
    m_row->setSpacing(0);
    m_row->addWidget(m_overflow);
    m_row->addStretch();
    m_faces->addWidget(m_buttons);
    m_faces->addWidget(m_editor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void BreadcrumbBar::setPath(const QByteArray &path)
{
    if (m_path != path || m_segments.isEmpty()) {
        m_path = path;
        createSegments();
    }
    for (QToolButton *segment : std::as_const(m_segments)) {
        segment->setChecked(segment == m_segments.last());
    }
}

QSize BreadcrumbBar::minimumSizeHint() const
{
    return {widestSegment, m_editor->minimumSizeHint().height()};
}

void BreadcrumbBar::editPath()
{
    m_editor->setText(QString::fromUtf8(m_path));
    m_faces->setCurrentWidget(m_editor);
    m_editor->setFocus(Qt::ShortcutFocusReason);
    m_editor->selectAll();
}

void BreadcrumbBar::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitSegments();
}

bool BreadcrumbBar::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_editor && event->type() == QEvent::FocusOut) {
        // The list of completions takes the focus only for the moment.
        if (static_cast<QFocusEvent *>(event)->reason() != Qt::PopupFocusReason) {
            endEditing();
        }
    }
    if (watched == m_editor && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape) {
        endEditing();
        Q_EMIT editingEnded();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void BreadcrumbBar::createSegments()
{
    for (QToolButton *segment : std::exchange(m_segments, {})) {
        m_row->removeWidget(segment);
        segment->hide();
        segment->deleteLater(); // It may be the one whose click brought us here.
    }
    if (m_path.isEmpty()) {
        fitSegments();
        return;
    }
    m_segments.append(createSegment("/", u"/"_s));
    for (qsizetype start = 1; start < m_path.size();) {
        const qsizetype slash = m_path.indexOf('/', start);
        const qsizetype end = slash < 0 ? m_path.size() : slash;
        m_segments.append(createSegment(m_path.left(end), displayName(m_path.mid(start, end - start))));
        start = end + 1;
    }
    // The first is the root, left of what hides.
    for (qsizetype i = 0; i < m_segments.size(); ++i) {
        m_row->insertWidget(static_cast<int>(i == 0 ? 0 : i + 1), m_segments[i]);
    }
    fitSegments();
}

QToolButton *BreadcrumbBar::createSegment(const QByteArray &path, const QString &text)
{
    auto *segment = new QToolButton(m_buttons);
    segment->setAutoRaise(true);
    segment->setCheckable(true);
    segment->setFocusPolicy(Qt::TabFocus);
    segment->setMaximumWidth(widestSegment);
    const QString elided = segment->fontMetrics().elidedText(text, Qt::ElideMiddle, widestSegment - 16);
    segment->setText(withoutMnemonics(elided));
    segment->setToolTip(plainToolTip(displayName(path)));
    segment->setAccessibleName(text);
    connect(segment, &QToolButton::clicked, this, [this, path] { Q_EMIT pathChosen(path); });
    return segment;
}

// Hides from the second segment on until the rest fits; the last one always stays.
void BreadcrumbBar::fitSegments()
{
    int needed = 0;
    for (const QToolButton *segment : std::as_const(m_segments)) {
        needed += segment->sizeHint().width();
    }
    const bool overflows = needed > width();
    if (overflows) {
        needed += m_overflow->sizeHint().width();
    }
    m_overflow->menu()->clear();
    for (qsizetype i = 0; i < m_segments.size(); ++i) {
        QToolButton *segment = m_segments[i];
        const bool hides = i > 0 && i + 1 < m_segments.size() && needed > width();
        segment->setVisible(!hides);
        if (hides) {
            needed -= segment->sizeHint().width();
            connect(
                m_overflow->menu()->addAction(withoutMnemonics(segment->accessibleName())),
                &QAction::triggered, segment, &QToolButton::click);
        }
    }
    m_overflow->setVisible(!m_overflow->menu()->isEmpty());
}

void BreadcrumbBar::enterEditedPath()
{
    // Text that was not changed must not lose the bytes that it cannot show.
    const QString text = m_editor->text();
    const QByteArray path = text == QString::fromUtf8(m_path) ? m_path : enteredRemotePath(text, m_path);
    endEditing();
    Q_EMIT editingEnded();
    Q_EMIT pathChosen(path);
}

void BreadcrumbBar::wantCompletions(const QString &text)
{
    const QString typedDirectory = text.left(text.lastIndexOf(u'/') + 1);
    if (typedDirectory == m_completedText && !m_completedDirectory.isEmpty()) {
        return;
    }
    m_completedText = typedDirectory;
    m_completedDirectory = enteredRemotePath(typedDirectory, m_path);
    m_completions->setStringList({});
    Q_EMIT completionsWanted(m_completedDirectory);
}

void BreadcrumbBar::setCompletions(const QByteArray &directory, const QList<QByteArray> &names)
{
    if (directory != m_completedDirectory || m_faces->currentWidget() != m_editor) {
        return;
    }
    QStringList texts;
    for (const QByteArray &name : names) {
        const QString text = QString::fromUtf8(name);
        // Others cannot be typed, or would look like something else.
        if (displayName(name) == text && text.toUtf8() == name && texts.size() < maximumCompletions) {
            texts.append(m_completedText + text + u'/');
        }
    }
    texts.sort(Qt::CaseInsensitive);
    m_completions->setStringList(texts);
    const bool isAtEnd = m_editor->cursorPosition() == m_editor->text().size();
    if (!texts.isEmpty() && m_editor->hasFocus() && isAtEnd) {
        m_completer->setCompletionPrefix(m_editor->text());
        m_completer->complete();
    }
}

void BreadcrumbBar::endEditing()
{
    m_completer->popup()->hide();
    m_completedDirectory.clear();
    m_completions->setStringList({});
    m_faces->setCurrentWidget(m_buttons);
}

} // namespace Koyeb::Desktop
