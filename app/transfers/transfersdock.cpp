// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/transfersdock.h"

#include "common/icons.h"
#include "common/spacing.h"
#include "transfers/existingtargetsdialog.h"
#include "transfers/historyview.h"
#include "transfers/progressdelegate.h"
#include "transfers/speedgraph.h"
#include "transfers/speedlimits.h"
#include "transfers/transferactions.h"
#include "transfers/transferlog.h"
#include "transfers/transferqueue.h"
#include "transfers/transfertext.h"
#include "transfers/watchlist.h"

#include <QAction>
#include <QComboBox>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QLabel>
#include <QLineEdit>
#include <QSet>
#include <QStackedWidget>
#include <QToolBar>
#include <QTreeView>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

namespace {

constexpr std::chrono::milliseconds refreshDelay{50};
constexpr std::chrono::milliseconds sampleInterval{500};
constexpr int searchCharacters = 24;
/// What the box of groups has besides a TransferFilter's.
constexpr int historyGroup = -1;

} // namespace

TransfersDock::TransfersDock(TransferQueue &queue, QWidget *parent)
    : QDockWidget(parent),
      m_queue(queue),
      m_filter(m_model),
      m_group(new QComboBox(this)),
      m_search(new QLineEdit(this)),
      m_graph(new SpeedGraph(this)),
      m_pages(new QStackedWidget(this)),
      m_list(new QTreeView(this)),
      m_bar(new QToolBar(this)),
      m_history(new HistoryView(queue.journal(), this)),
      m_reason(new QLabel(this)),
      m_actions(new TransferActions(
          queue, [this] { return selectedRecords(); }, this)),
      m_showLog(new QAction(themedIcon(u"info"_s), tr("Show log"), this))
{
    setObjectName(u"transfersDock"_s);
    createLayout();
    connectQueue();
    m_model.add(queue.records());
    m_refreshing.setSingleShot(true);
    m_refreshing.setInterval(refreshDelay);
    m_sampling.setInterval(sampleInterval);
    connect(&m_refreshing, &QTimer::timeout, this, &TransfersDock::refresh);
    connect(&m_sampling, &QTimer::timeout, this, &TransfersDock::sampleSpeed);
    refresh();
}

void TransfersDock::createLayout()
{
    m_reason->setTextFormat(Qt::PlainText);
    m_reason->setWordWrap(true);
    m_reason->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_reason->setContentsMargins(Spacing::close, Spacing::tight, Spacing::close, Spacing::tight);
    m_reason->hide();
    m_pages->addWidget(createList());
    m_pages->addWidget(m_history);
    auto *content = new QWidget(this);
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins({});
    column->setSpacing(0);
    column->addLayout(createFilterBar());
    column->addWidget(m_pages, 1);
    column->addWidget(m_reason);
    setWidget(content);
}

void TransfersDock::setFolderWatches(FolderWatches &watches)
{
    if (auto *column = qobject_cast<QVBoxLayout *>(widget()->layout())) {
        column->insertWidget(0, new WatchList(watches, widget()));
    }
}

QLayout *TransfersDock::createFilterBar()
{
    using Group = TransferFilter::Group;
    m_group->setAccessibleName(tr("Which transfers are shown"));
    for (const auto &[group, text] :
         {std::pair(Group::All, tr("All", "transfers")), std::pair(Group::Active, tr("Active", "transfers")),
          std::pair(Group::Failed, tr("With problems", "transfers")),
          std::pair(Group::Done, tr("Done", "transfers"))}) {
        m_group->addItem(text, static_cast<int>(group));
    }
    m_group->insertSeparator(m_group->count());
    m_group->addItem(tr("History", "transfers"), historyGroup);
    m_search->setPlaceholderText(tr("Search transfers"));
    m_search->setAccessibleName(tr("Search transfers"));
    m_search->setClearButtonEnabled(true);
    m_search->addAction(themedIcon(u"search"_s, Tone::Muted), QLineEdit::LeadingPosition);
    m_search->setMaximumWidth(fontMetrics().horizontalAdvance(u'0') * searchCharacters * 2);
    m_search->setMinimumWidth(fontMetrics().horizontalAdvance(u'0') * searchCharacters / 2);
    connect(m_group, &QComboBox::currentIndexChanged, this, &TransfersDock::showGroup);
    connect(m_search, &QLineEdit::textChanged, &m_filter, &TransferFilter::setText);
    connect(m_search, &QLineEdit::textChanged, m_history, &HistoryView::setFilter);
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(Spacing::tight, Spacing::tight, Spacing::tight, Spacing::tight);
    bar->addWidget(m_group);
    bar->addWidget(m_search, 1);
    bar->addStretch();
    bar->addWidget(m_graph);
    return bar;
}

QWidget *TransfersDock::createList()
{
    m_list->setModel(&m_filter);
    m_list->setAccessibleName(tr("Transfers"));
    m_list->setTreePosition(TransferModel::NameColumn);
    m_list->setUniformRowHeights(true);
    m_list->setAllColumnsShowFocus(true);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setItemDelegateForColumn(TransferModel::ProgressColumn, new ProgressDelegate(this));
    m_list->setDragDropMode(QAbstractItemView::InternalMove);
    m_list->setDropIndicatorShown(true);
    m_list->setExpandsOnDoubleClick(false); // That opens the log.
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
    const auto separate = [this] {
        auto *separator = new QAction(this);
        separator->setSeparator(true);
        m_list->addAction(separator);
    };
    m_list->addActions(m_actions->main());
    separate();
    m_list->addActions(m_actions->order());
    separate();
    m_list->addAction(m_showLog);
    separate();
    m_list->addActions(m_actions->forAll());
    setColumnWidths();

    m_bar->setOrientation(Qt::Vertical);
    m_bar->setIconSize({18, 18});
    m_bar->addActions(m_actions->main());
    auto *page = new QWidget(this);
    auto *row = new QHBoxLayout(page);
    row->setContentsMargins({});
    row->addWidget(m_list, 1);
    row->addWidget(m_bar);
    return page;
}

void TransfersDock::setColumnWidths()
{
    auto *header = m_list->header();
    header->setStretchLastSection(false);
    header->setMinimumSectionSize(fontMetrics().height() * 2);
    header->setSectionResizeMode(TransferModel::NameColumn, QHeaderView::Stretch);
    header->setSectionResizeMode(TransferModel::StateColumn, QHeaderView::Stretch); // It says why one failed.
    const int unit = fontMetrics().horizontalAdvance(u'0');
    header->resizeSection(TransferModel::DirectionColumn, fontMetrics().height() * 2);
    for (const auto &[column, characters] :
         {std::pair(TransferModel::SandboxColumn, 14), std::pair(TransferModel::SizeColumn, 11),
          std::pair(TransferModel::ProgressColumn, 14), std::pair(TransferModel::SpeedColumn, 11),
          std::pair(TransferModel::TimeLeftColumn, 9)}) {
        header->resizeSection(column, characters * unit);
    }
}

void TransfersDock::connectQueue()
{
    connect(&m_queue, &TransferQueue::added, &m_model, &TransferModel::add);
    connect(&m_queue, &TransferQueue::changed, &m_model, &TransferModel::change);
    connect(&m_queue, &TransferQueue::removed, &m_model, &TransferModel::remove);
    connect(&m_queue, &TransferQueue::reordered, &m_model, &TransferModel::reorder);
    connect(&m_model, &TransferModel::moveRequested, &m_queue, &TransferQueue::move);
    connect(&m_queue, &TransferQueue::changed, this, &TransfersDock::withdrawQuestions);
    connect(&m_queue, &TransferQueue::existingTargetFound, this, &TransfersDock::askAboutExistingTarget);
    // Much may change at once.
    const auto refreshSoon = [this] {
        if (!m_refreshing.isActive()) {
            m_refreshing.start();
        }
    };
    connect(&m_queue, &TransferQueue::added, this, refreshSoon);
    connect(&m_queue, &TransferQueue::changed, this, refreshSoon);
    connect(&m_queue, &TransferQueue::removed, this, refreshSoon);
    connect(m_list->selectionModel(), &QItemSelectionModel::selectionChanged, this, &TransfersDock::refresh);
    const auto showLog = [this] {
        if (const auto selected = selectedRecords(); !selected.isEmpty()) {
            openLog(selected.first());
        }
    };
    connect(m_showLog, &QAction::triggered, this, showLog);
    connect(m_list, &QAbstractItemView::doubleClicked, this, showLog);
}

void TransfersDock::setSpeedLimits(SpeedLimits &limits)
{
    auto *change = new QAction(themedIcon(u"speed"_s), tr("Speed and compression…"), this);
    connect(change, &QAction::triggered, this, [this, &limits] {
        (new SpeedLimitsDialog(limits, window()))->open();
    });
    m_bar->addSeparator();
    m_bar->addAction(change);
    m_list->addAction(change);
    const auto show = [this, &limits] {
        m_graph->setLimited(limits.limit(Flow::Up).isOn || limits.limit(Flow::Down).isOn);
    };
    connect(&limits, &SpeedLimits::changed, m_graph, show);
    show();
}

void TransfersDock::refresh()
{
    showSummary();
    showReason();
    m_actions->update();
    m_showLog->setEnabled(!selectedRecords().isEmpty());
    if (m_queue.openCount() > 0 && !m_sampling.isActive()) {
        m_sampling.start();
    }
    for (auto log = m_logs.cbegin(); log != m_logs.cend(); ++log) {
        if (log.value()) {
            log.value()->setEvents(m_queue.eventsOf(log.key()));
        }
    }
}

void TransfersDock::showSummary()
{
    int open = 0;
    int failed = 0;
    for (int row = 0; row < m_model.count(); ++row) {
        const TransferRecord &record = m_model.record(row);
        open += record.isOver() ? 0 : 1;
        failed += TransferFilter::isIn(TransferFilter::Group::Failed, record) ? 1 : 0;
    }
    QStringList parts{tr("Transfers")};
    if (open > 0) {
        parts.append(tr("%n under way", "transfers", open));
    }
    if (failed > 0) {
        parts.append(tr("%n with problems", "transfers", failed));
    }
    setWindowTitle(parts.join(u" – "_s));
}

void TransfersDock::showReason()
{
    QString reason;
    const auto selected = selectedRecords();
    if (!selected.isEmpty()) {
        reason = reasonText(selected.first());
    }
    for (int row = m_model.count() - 1; row >= 0 && selected.isEmpty() && reason.isEmpty(); --row) {
        reason = reasonText(m_model.record(row));
    }
    m_reason->setText(reason);
    m_reason->setVisible(!reason.isEmpty() && m_pages->currentWidget() != m_history);
}

void TransfersDock::showGroup()
{
    const int group = m_group->currentData().toInt();
    if (group == historyGroup) {
        m_history->refresh();
        m_pages->setCurrentWidget(m_history);
    } else {
        m_filter.setGroup(static_cast<TransferFilter::Group>(group));
        m_pages->setCurrentIndex(0);
    }
    refresh();
}

void TransfersDock::sampleSpeed()
{
    const auto totals = m_queue.totals();
    m_graph->add(totals.uploadRate, totals.downloadRate);
    if (totals.count == 0 && m_graph->isFlat()) {
        m_sampling.stop();
    }
}

void TransfersDock::openLog(const TransferRecord &record)
{
    auto &log = m_logs[record.id];
    if (!log) {
        log = new TransferLogDialog(record.name, record.direction, window());
        connect(log, &QObject::destroyed, this, [this] {
            m_logs.removeIf([](const auto &entry) { return !entry.value(); });
        });
        log->setEvents(m_queue.eventsOf(record.id));
    }
    log->show();
    log->raise();
}

void TransfersDock::askAboutExistingTarget(
    quint64 batchId, quint64 id, const QString &name, const QString &targetDirectory)
{
    auto &question = m_questions[batchId];
    if (!question) {
        question = new ExistingTargetsDialog(targetDirectory, window());
        connect(
            question, &ExistingTargetsDialog::answeredForAll, &m_queue,
            [this, batchId](ExistingTarget answer) { m_queue.answerExistingTargets(batchId, answer); });
        connect(
            question, &ExistingTargetsDialog::answeredFor, &m_queue, &TransferQueue::answerExistingTarget);
        // No other one is made while this one lives.
        connect(question, &QObject::destroyed, this, [this, batchId] { m_questions.remove(batchId); });
        question->show();
    }
    question->add(id, name);
}

void TransfersDock::withdrawQuestions(const QList<TransferRecord> &changed)
{
    for (const TransferRecord &record : changed) {
        if (record.state != TransferState::TargetExists) {
            for (const auto &question : std::as_const(m_questions)) {
                if (question) {
                    question->remove(record.id);
                }
            }
        }
    }
}

QList<TransferRecord> TransfersDock::selectedRecords() const
{
    QList<TransferRecord> records;
    QSet<quint64> ids; // A folder may be chosen together with files of it.
    for (const QModelIndex &row : m_list->selectionModel()->selectedRows()) {
        const TransferRecord &record = m_model.record(m_filter.mapToSource(row));
        if (!ids.contains(record.id)) {
            ids.insert(record.id);
            records.append(record);
        }
    }
    return records;
}

} // namespace Koyeb::Desktop
