// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/editorstrip.h"

#include "common/icons.h"
#include "editor/editortab.h"
#include "editor/externaledits.h"

#include <QAction>
#include <QFocusEvent>
#include <QMessageBox>
#include <QPointer>
#include <QPushButton>
#include <QSet>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <memory>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

EditorStrip::EditorStrip(QWidget *home, const QString &homeTitle, QWidget *parent)
    : QWidget(parent),
      m_tabs(new QTabWidget(this)),
      m_externals(new ExternalEdits(externalEditsFolder(), this))
{
    m_tabs->setDocumentMode(true);
    m_tabs->setTabsClosable(true);
    m_tabs->setTabBarAutoHide(true);
    m_tabs->setElideMode(Qt::ElideMiddle);
    m_tabs->setAccessibleName(tr("Open files"));
    m_tabs->tabBar()->setFocusPolicy(Qt::TabFocus);
    m_tabs->addTab(home, themedIcon(u"files"_s), homeTitle);
    for (const auto side : {QTabBar::LeftSide, QTabBar::RightSide}) {
        m_tabs->tabBar()->setTabButton(0, side, nullptr); // It cannot be closed.
    }
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(0);
    column->addWidget(m_tabs, 1);
    column->addWidget(m_externals);
    connect(m_externals, &ExternalEdits::saved, this, &EditorStrip::saved);
    connect(m_tabs, &QTabWidget::tabCloseRequested, this, &EditorStrip::requestClose);
    // Whoever clicks a tab goes on in it; by keyboard one can still walk along the tabs.
    connect(
        m_tabs, &QTabWidget::tabBarClicked, this, [this] { m_tabs->currentWidget()->setFocus(); },
        Qt::QueuedConnection);
    createActions();
}

EditorStrip::~EditorStrip() = default;

void EditorStrip::createActions()
{
    auto *closing = new QAction(tr("Close file"), this);
    closing->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_W));
    closing->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(closing, &QAction::triggered, this, &EditorStrip::closeCurrent);
    addAction(closing);
    const auto addStep = [this](const QString &text, Qt::Key key, int step) {
        auto *action = new QAction(text, this);
        action->setShortcut(QKeySequence(Qt::CTRL | key));
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(action, &QAction::triggered, this, [this, step] {
            const int count = m_tabs->count();
            m_tabs->setCurrentIndex((m_tabs->currentIndex() + step + count) % count);
            m_tabs->currentWidget()->setFocus(Qt::ShortcutFocusReason);
        });
        addAction(action);
    };
    addStep(tr("Next file"), Qt::Key_PageDown, 1);
    addStep(tr("Previous file"), Qt::Key_PageUp, -1);
}

QList<EditorTab *> EditorStrip::tabs() const
{
    QList<EditorTab *> all;
    for (int index = 0; index < m_tabs->count(); ++index) {
        if (auto *tab = qobject_cast<EditorTab *>(m_tabs->widget(index))) {
            all.append(tab);
        }
    }
    return all;
}

void EditorStrip::setPreferences(EditorPreferences *preferences)
{
    m_externals->setPreferences(preferences);
}

void EditorStrip::requestEditWith(const QByteArray &path)
{
    m_externals->requestEdit(path);
}

void EditorStrip::takeUp(const LeftEdit &left)
{
    m_externals->takeUp(left);
}

bool EditorStrip::leaveExternals()
{
    const bool areLeft = m_externals->unsavedCount() > 0;
    m_externals->leaveUnsaved();
    return areLeft;
}

void EditorStrip::setSandbox(const std::shared_ptr<Sandbox> &sandbox)
{
    m_sandbox = sandbox;
    m_externals->setSandbox(sandbox);
    const auto all = tabs();
    for (EditorTab *tab : all) {
        tab->setSandbox(sandbox);
    }
}

qsizetype EditorStrip::unsavedCount() const
{
    const auto all = tabs();
    return m_externals->unsavedCount() +
           std::count_if(all.begin(), all.end(), [](const EditorTab *tab) { return tab->isModified(); });
}

QList<LostText> EditorStrip::unsavedTexts() const
{
    QList<LostText> texts;
    const auto all = tabs();
    for (const EditorTab *tab : all) {
        if (tab->isModified()) {
            const EditorText text = tab->text();
            texts.append({tab->path(), encoded(text).value_or(text.utf8)});
        }
    }
    return texts;
}

void EditorStrip::open(const QByteArray &path, const RemoteEntry &entry)
{
    const auto all = tabs();
    const auto found =
        std::find_if(all.begin(), all.end(), [&path](const EditorTab *tab) { return tab->path() == path; });
    if (found != all.end()) {
        m_tabs->setCurrentWidget(*found);
        (*found)->setFocus();
        return;
    }
    auto *tab = new EditorTab(path, entry, m_tabs);
    connect(tab, &EditorTab::titleChanged, this, [this, tab] {
        showTitle(tab);
        Q_EMIT unsavedCountChanged();
    });
    connect(tab, &EditorTab::saved, this, &EditorStrip::saved);
    connect(tab, &EditorTab::editWithRequested, this, &EditorStrip::requestEditWith);
    connect(tab, &EditorTab::downloadRequested, this, &EditorStrip::downloadRequested);
    m_tabs->setCurrentIndex(m_tabs->addTab(tab, QString()));
    showTitle(tab);
    tab->setFocus();
    tab->setSandbox(m_sandbox);
}

void EditorStrip::showTitle(EditorTab *tab)
{
    const int index = m_tabs->indexOf(tab);
    QString name = displayName(remoteName(tab->path()));
    name.replace(u'&', u"&&"_s); // Not a mnemonic.
    const bool isModified = tab->isModified();
    m_tabs->setTabText(index, isModified ? u"● "_s + name : name);
    const QString path = displayName(tab->path()).toHtmlEscaped();
    // Between tags, so that it is taken for what it is: escaped.
    m_tabs->setTabToolTip(
        index, u"<span>%1</span>"_s.arg(isModified ? tr("%1 (not saved)").arg(path) : path));
}

void EditorStrip::closeCurrent()
{
    requestClose(m_tabs->currentIndex());
}

void EditorStrip::requestClose(int index)
{
    auto *tab = qobject_cast<EditorTab *>(m_tabs->widget(index));
    if (tab == nullptr) {
        return;
    }
    if (tab->isModified()) {
        askBeforeClosing(tab);
    } else {
        close(tab);
    }
}

void EditorStrip::askBeforeClosing(EditorTab *tab)
{
    m_tabs->setCurrentWidget(tab);
    auto *question = new QMessageBox(
        QMessageBox::Warning, tr("Close file"),
        tr("“%1” has changes that are not saved.").arg(displayName(remoteName(tab->path()))),
        QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, tab);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setTextFormat(Qt::PlainText);
    question->setDefaultButton(QMessageBox::Save);
    connect(
        question->button(QMessageBox::Discard), &QAbstractButton::clicked, this, [this, tab] { close(tab); });
    connect(question->button(QMessageBox::Save), &QAbstractButton::clicked, this, [this, tab] {
        connect(
            tab, &EditorTab::savingEnded, this,
            [this, tab](bool isSaved) {
                if (isSaved && !tab->isModified()) {
                    close(tab);
                }
            },
            Qt::SingleShotConnection);
        tab->save();
    });
    question->open();
}

void EditorStrip::close(EditorTab *tab)
{
    m_tabs->removeTab(m_tabs->indexOf(tab));
    tab->deleteLater(); // What asked for it may be inside.
    m_tabs->currentWidget()->setFocus();
    Q_EMIT unsavedCountChanged();
}

void EditorStrip::saveAll(const std::function<void(bool)> &then)
{
    auto *waiting = new QObject(m_saves.get()); // With it, all of the connections end.
    const auto pending = std::make_shared<QSet<const QObject *>>();
    const auto settle = [this, waiting, pending, then](const QObject *one) {
        if (pending->remove(one) && pending->isEmpty()) {
            waiting->deleteLater();
            showUnsaved();
            then(unsavedCount() == 0);
        }
    };
    pending->insert(m_externals);
    const auto all = tabs();
    for (EditorTab *tab : all) {
        if (!tab->isModified()) {
            continue;
        }
        pending->insert(tab);
        connect(tab, &EditorTab::savingEnded, waiting, [tab, settle](bool isSaved) {
            if (isSaved && tab->isModified()) {
                tab->save(); // What was typed meanwhile.
            } else {
                settle(tab);
            }
        });
        connect(tab, &QObject::destroyed, waiting, [tab, settle] { settle(tab); }); // It was closed.
        tab->save();
    }
    m_externals->saveAll([this, settle, guard = QPointer<QObject>(waiting)] {
        if (guard) {
            settle(m_externals);
        }
    });
}

/// Brings the first tab to the front that could not be saved: it says why.
void EditorStrip::showUnsaved()
{
    const auto all = tabs();
    const auto unsaved =
        std::find_if(all.begin(), all.end(), [](const EditorTab *tab) { return tab->isModified(); });
    if (unsaved != all.end()) {
        m_tabs->setCurrentWidget(*unsaved);
    }
}

void EditorStrip::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    m_tabs->currentWidget()->setFocus(event->reason());
}

} // namespace Koyeb::Desktop
