// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandboxes/sandboxtreepanel.h"

#include "common/headings.h"
#include "common/spacing.h"
#include "sandboxes/sandboxtreedelegate.h"
#include "sandboxes/sandboxtreeview.h"

#include <QComboBox>
#include <QEvent>
#include <QLineEdit>
#include <QScrollBar>
#include <QTreeView>
#include <QVBoxLayout>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Rows that rush by are nobody's business.
constexpr std::chrono::milliseconds restDelay{150};

TreeSelection selectionOf(const QModelIndex &index)
{
    if (!index.isValid()) {
        return {};
    }
    return {
        .kind = index.data(SandboxTreeModel::NodeKindRole).value<SandboxTreeModel::NodeKind>(),
        .accountId = index.data(SandboxTreeModel::AccountIdRole).toString(),
        .id = index.data(SandboxTreeModel::IdRole).toString()};
}

} // namespace

SandboxTreePanel::SandboxTreePanel(SandboxTreeModel &model, QWidget *parent)
    : QWidget(parent),
      m_model(model),
      m_search(new QLineEdit(this)),
      m_status(new QComboBox(this)),
      m_tree(new SandboxTreeView(this)),
      m_noMatches(new MutedLabel(tr("No sandbox matches."), this))
{
    m_filter.setSourceModel(&model);
    // Before the view listens: when the current row goes, it makes another one current, which nobody asked
    // for.
    connect(&m_filter, &QAbstractItemModel::rowsAboutToBeRemoved, this, [this] { m_isRemoving = true; });
    connect(&m_filter, &QAbstractItemModel::rowsRemoved, this, [this] {
        m_isRemoving = false;
        m_reconcile.start();
    });
    m_reconcile.setSingleShot(true);
    m_reconcile.setInterval(0);
    connect(&m_reconcile, &QTimer::timeout, this, &SandboxTreePanel::reconcileSelection);
    createSearch();
    createTree();
    m_noMatches->setAlignment(Qt::AlignCenter);
    m_noMatches->hide();

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(Spacing::close, Spacing::close, Spacing::close, Spacing::close);
    column->setSpacing(Spacing::close);
    column->addWidget(m_search);
    column->addWidget(m_tree, 1);
    column->addWidget(m_noMatches);
    column->addWidget(m_status);
    connectModel();
    watchRows();
}

void SandboxTreePanel::createSearch()
{
    m_search->setPlaceholderText(tr("Search sandboxes"));
    m_search->setAccessibleName(tr("Search sandboxes"));
    m_search->setClearButtonEnabled(true);
    m_search->addAction(themedIcon(u"search"_s, Tone::Muted), QLineEdit::LeadingPosition);
    m_status->setAccessibleName(tr("Filter by status"));
    using Filter = SandboxFilterModel::StatusFilter;
    m_status->addItem(tr("All statuses"), QVariant::fromValue(Filter::All));
    m_status->addItem(tr("Running"), QVariant::fromValue(Filter::Running));
    m_status->addItem(tr("Asleep or paused"), QVariant::fromValue(Filter::Resting));
    m_status->addItem(tr("With problems"), QVariant::fromValue(Filter::Troubled));
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_filter.setText(text);
        showMatches();
    });
    connect(m_status, &QComboBox::currentIndexChanged, this, [this] {
        m_filter.setStatusFilter(m_status->currentData().value<Filter>());
        showMatches();
    });
}

void SandboxTreePanel::createTree()
{
    m_tree->setModel(&m_filter);
    m_tree->setItemDelegate(new SandboxTreeDelegate(m_tree));
    m_tree->setHeaderHidden(true);
    m_tree->setUniformRowHeights(true);
    m_tree->setAccessibleName(tr("Sandboxes"));
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    m_tree->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_tree->setFrameShape(QFrame::NoFrame);
    connect(
        m_tree, &SandboxTreeView::filesDropped, this, [this](const QModelIndex &index, const auto &sources) {
            const TreeSelection sandbox = selectionOf(index);
            Q_EMIT filesDropped(sandbox.accountId, sandbox.id, sources);
        });
    connect(
        m_tree, &SandboxTreeView::sandboxFilesDropped, this,
        [this](const QModelIndex &index, const QString &source, const auto &paths, bool moves) {
            const TreeSelection sandbox = selectionOf(index);
            Q_EMIT sandboxFilesDropped(sandbox.accountId, sandbox.id, source, paths, moves);
        });
    connect(m_tree, &QWidget::customContextMenuRequested, this, [this](const QPoint &position) {
        if (m_tree->indexAt(position).isValid()) {
            Q_EMIT contextMenuRequested(m_tree->viewport()->mapToGlobal(position));
        }
    });
}

void SandboxTreePanel::connectModel()
{
    connect(
        m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this,
        &SandboxTreePanel::publishSelection);
    for (const auto pointed : {&QTreeView::clicked, &QTreeView::activated}) {
        connect(m_tree, pointed, this, [this](const QModelIndex &index) {
            if (selectionOf(index) == m_selection) {
                Q_EMIT selectionConfirmed();
            }
        });
    }
    // What arrives is shown; what a person closed stays closed.
    connect(&m_filter, &QAbstractItemModel::rowsInserted, this, [this](const QModelIndex &parent) {
        if (parent.isValid() && m_filter.rowCount(parent) > 0 && !parent.parent().isValid()) {
            m_tree->expand(parent);
        }
        m_reconcile.start(); // The chosen one may be shown again.
    });
}

void SandboxTreePanel::watchRows()
{
    m_rowsRest.setSingleShot(true);
    m_rowsRest.setInterval(restDelay);
    connect(&m_rowsRest, &QTimer::timeout, this, &SandboxTreePanel::tellVisibleSandboxes);
    connect(m_tree->verticalScrollBar(), &QScrollBar::valueChanged, this, [this] { m_rowsRest.start(); });
    m_tree->viewport()->installEventFilter(this);

    m_minutes.setInterval(std::chrono::minutes(1));
    connect(&m_minutes, &QTimer::timeout, m_tree->viewport(), qOverload<>(&QWidget::update));
    m_minutes.start();
}

bool SandboxTreePanel::eventFilter(QObject *watched, QEvent *event)
{
    // Whatever brings other rows into sight, opening a branch or a filter, has them painted.
    const bool mayShowOthers = event->type() == QEvent::Paint || event->type() == QEvent::Hide;
    if (mayShowOthers && !m_rowsRest.isActive()) {
        m_rowsRest.start();
    }
    return QWidget::eventFilter(watched, event);
}

void SandboxTreePanel::tellVisibleSandboxes()
{
    auto visible = visibleSandboxes();
    if (visible != m_toldVisible) {
        m_toldVisible = std::move(visible);
        Q_EMIT visibleSandboxesChanged();
    }
}

QHash<QString, QStringList> SandboxTreePanel::visibleSandboxes() const
{
    QHash<QString, QStringList> visible;
    if (!m_tree->viewport()->isVisible()) {
        return visible;
    }
    const int bottom = m_tree->viewport()->height();
    auto index = m_tree->indexAt({0, 0});
    while (index.isValid() && m_tree->visualRect(index).top() < bottom) {
        const auto row = selectionOf(index);
        if (row.isSandbox()) {
            visible[row.accountId].append(row.id);
        }
        index = m_tree->indexBelow(index);
    }
    return visible;
}

void SandboxTreePanel::select(const QModelIndex &index)
{
    const auto shown = m_filter.mapFromSource(index);
    m_tree->setCurrentIndex(shown);
    m_tree->scrollTo(shown);
    publishSelection(); // Also if a removal had made it current already.
}

void SandboxTreePanel::focusSearch()
{
    m_search->setFocus();
    m_search->selectAll();
}

QModelIndex SandboxTreePanel::indexOf(const TreeSelection &selection) const
{
    switch (selection.kind) {
    case SandboxTreeModel::NodeKind::Account:
        return m_model.accountIndex(selection.accountId);
    case SandboxTreeModel::NodeKind::Sandbox:
        return m_model.sandboxIndex(selection.accountId, selection.id);
    case SandboxTreeModel::NodeKind::Creation:
        return m_model.creationIndex(selection.accountId, selection.id);
    case SandboxTreeModel::NodeKind::App:
        break;
    }
    const auto account = m_model.accountIndex(selection.accountId);
    return m_model
        .match(m_model.index(0, 0, account), SandboxTreeModel::IdRole, selection.id, 1, Qt::MatchExactly)
        .value(0);
}

// What is chosen stays chosen while a filter hides it, and is forgotten when it is gone.
void SandboxTreePanel::reconcileSelection()
{
    if (m_selection.isEmpty() || selectionOf(m_tree->currentIndex()) == m_selection) {
        return;
    }
    const auto index = indexOf(m_selection);
    m_isRemoving = true; // Not the person's choice.
    m_tree->setCurrentIndex(m_filter.mapFromSource(index));
    m_isRemoving = false;
    if (!index.isValid()) {
        publishSelection();
    }
}

void SandboxTreePanel::publishSelection()
{
    if (m_isRemoving) {
        return;
    }
    const auto selection = selectionOf(m_tree->currentIndex());
    if (selection != m_selection) {
        m_selection = selection;
        Q_EMIT selectionChanged(selection);
    }
}

void SandboxTreePanel::showMatches()
{
    auto anything = false;
    for (int row = 0; row < m_filter.rowCount(); ++row) {
        const auto account = m_filter.index(row, 0);
        anything = anything || m_filter.hasChildren(account);
        if (m_filter.isFiltering()) {
            m_tree->expandRecursively(account);
        }
    }
    m_noMatches->setVisible(m_filter.isFiltering() && !anything);
}

} // namespace Koyeb::Desktop
