// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/transfersdock.h"

#include "common/icons.h"
#include "common/spacing.h"
#include "transfers/existingtargetsdialog.h"
#include "transfers/progressdelegate.h"
#include "transfers/transferactions.h"
#include "transfers/transferqueue.h"
#include "transfers/transfertext.h"

#include <QAction>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QLabel>
#include <QToolBar>
#include <QTreeView>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

namespace {
constexpr std::chrono::milliseconds refreshDelay{50};
} // namespace

TransfersDock::TransfersDock(TransferQueue &queue, QWidget *parent)
    : QDockWidget(parent),
      m_queue(queue),
      m_list(new QTreeView(this)),
      m_reason(new QLabel(this)),
      m_actions(new TransferActions(
          queue, [this] { return selectedRecords(); }, this))
{
    setObjectName(u"transfersDock"_s);
    createLayout();
    connectQueue();
    m_model.add(queue.records());
    m_refreshing.setSingleShot(true);
    m_refreshing.setInterval(refreshDelay);
    refresh();
}

void TransfersDock::refresh()
{
    showSummary();
    showReason();
    m_actions->update();
}

void TransfersDock::createLayout()
{
    m_list->setModel(&m_model);
    m_list->setAccessibleName(tr("Transfers"));
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setAllColumnsShowFocus(true);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setItemDelegateForColumn(TransferModel::ProgressColumn, new ProgressDelegate(this));
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_list->addActions(m_actions->main());
    const auto separate = [this] {
        auto *separator = new QAction(this);
        separator->setSeparator(true);
        m_list->addAction(separator);
    };
    separate();
    m_list->addActions(m_actions->order());
    separate();
    m_list->addActions(m_actions->forAll());
    m_list->setDragDropMode(QAbstractItemView::InternalMove);
    m_list->setDropIndicatorShown(true);
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

    auto *bar = new QToolBar(this);
    bar->setOrientation(Qt::Vertical);
    bar->setIconSize({18, 18});
    bar->addActions(m_actions->main());
    m_reason->setTextFormat(Qt::PlainText);
    m_reason->setWordWrap(true);
    m_reason->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_reason->setContentsMargins(Spacing::close, Spacing::tight, Spacing::close, Spacing::tight);
    m_reason->hide();

    auto *content = new QWidget(this);
    auto *row = new QHBoxLayout;
    row->addWidget(m_list, 1);
    row->addWidget(bar);
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins({});
    column->setSpacing(0);
    column->addLayout(row, 1);
    column->addWidget(m_reason);
    setWidget(content);
}

void TransfersDock::connectQueue()
{
    connect(&m_queue, &TransferQueue::added, &m_model, &TransferModel::add);
    connect(&m_queue, &TransferQueue::changed, &m_model, &TransferModel::change);
    connect(&m_queue, &TransferQueue::removed, &m_model, &TransferModel::remove);
    connect(&m_queue, &TransferQueue::changed, this, &TransfersDock::withdrawQuestions);
    connect(&m_queue, &TransferQueue::existingTargetFound, this, &TransfersDock::askAboutExistingTarget);
    connect(&m_queue, &TransferQueue::reordered, &m_model, &TransferModel::reorder);
    connect(&m_model, &TransferModel::moveRequested, &m_queue, &TransferQueue::move);
    // Much may change at once.
    const auto refreshSoon = [this] {
        if (!m_refreshing.isActive()) {
            m_refreshing.start();
        }
    };
    connect(&m_queue, &TransferQueue::added, this, refreshSoon);
    connect(&m_queue, &TransferQueue::changed, this, refreshSoon);
    connect(&m_queue, &TransferQueue::removed, this, refreshSoon);
    connect(&m_refreshing, &QTimer::timeout, this, &TransfersDock::refresh);
    connect(m_list->selectionModel(), &QItemSelectionModel::selectionChanged, this, &TransfersDock::refresh);
}

void TransfersDock::showSummary()
{
    int open = 0;
    int failed = 0;
    for (int row = 0; row < m_model.rowCount(); ++row) {
        const TransferRecord &record = m_model.record(row);
        open += record.isOver() ? 0 : 1;
        failed += record.state == TransferState::Failed || !record.problems.isEmpty() ? 1 : 0;
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
    for (int row = m_model.rowCount() - 1; row >= 0 && selected.isEmpty() && reason.isEmpty(); --row) {
        reason = reasonText(m_model.record(row));
    }
    m_reason->setText(reason);
    m_reason->setVisible(!reason.isEmpty());
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
        connect(question, &QObject::destroyed, this, [this, batchId] {
            if (!m_questions.value(batchId)) { // Unless there is another one by now.
                m_questions.remove(batchId);
            }
        });
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
    for (const QModelIndex &row : m_list->selectionModel()->selectedRows()) {
        records.append(m_model.record(row.row()));
    }
    return records;
}

} // namespace Koyeb::Desktop
