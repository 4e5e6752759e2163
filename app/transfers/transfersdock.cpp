// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/transfersdock.h"

#include "common/icons.h"
#include "common/spacing.h"
#include "transfers/existingtargetsdialog.h"
#include "transfers/progressdelegate.h"
#include "transfers/transferqueue.h"
#include "transfers/transfertext.h"

#include <QAction>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QLabel>
#include <QToolBar>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

TransfersDock::TransfersDock(TransferQueue &queue, QWidget *parent)
    : QDockWidget(parent), m_queue(queue), m_list(new QTreeView(this)), m_reason(new QLabel(this))
{
    setObjectName(u"transfersDock"_s);
    createActions();
    createLayout();
    connectQueue();
    m_model.add(queue.records());
    showSummary();
    updateActions();
}

void TransfersDock::createActions()
{
    m_pause = new QAction(themedIcon(u"pause"_s), tr("Pause transfer"), this);
    m_resume = new QAction(themedIcon(u"play"_s), tr("Resume transfer"), this);
    m_cancel = new QAction(themedIcon(u"close"_s), tr("Cancel transfer"), this);
    m_retry = new QAction(themedIcon(u"refresh"_s), tr("Try again"), this);
    m_clear = new QAction(themedIcon(u"check"_s), tr("Clear finished"), this);
    connect(m_pause, &QAction::triggered, this, [this] {
        const auto records = selectedRecords();
        // Backwards, as below.
        std::for_each(records.rbegin(), records.rend(), [this](const auto &r) { m_queue.pause(r.id); });
    });
    connect(m_resume, &QAction::triggered, this, [this] {
        for (const TransferRecord &record : selectedRecords()) {
            m_queue.resume(record.id);
        }
    });
    connect(m_cancel, &QAction::triggered, this, [this] {
        const auto records = selectedRecords();
        // Backwards, so that none of those that wait gets its turn only to be cancelled.
        std::for_each(records.rbegin(), records.rend(), [this](const auto &r) { m_queue.cancel(r.id); });
    });
    connect(m_retry, &QAction::triggered, this, [this] {
        for (const TransferRecord &record : selectedRecords()) {
            m_queue.retry(record.id);
        }
    });
    connect(m_clear, &QAction::triggered, &m_queue, &TransferQueue::clearFinished);
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
    m_list->addActions({m_pause, m_resume, m_cancel, m_retry, m_clear});
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
    bar->addActions({m_pause, m_resume, m_cancel, m_retry, m_clear});
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
    const auto refresh = [this] {
        showSummary();
        showReason();
        updateActions();
    };
    connect(&m_queue, &TransferQueue::added, this, refresh);
    connect(&m_queue, &TransferQueue::changed, this, refresh);
    connect(&m_queue, &TransferQueue::removed, this, refresh);
    connect(m_list->selectionModel(), &QItemSelectionModel::selectionChanged, this, refresh);
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

void TransfersDock::updateActions()
{
    const auto selected = selectedRecords();
    const auto any = [&](auto condition) {
        return std::any_of(selected.begin(), selected.end(), condition);
    };
    m_pause->setEnabled(any([](const TransferRecord &record) { return record.canBePaused(); }));
    m_resume->setEnabled(
        any([](const TransferRecord &record) { return record.state == TransferState::Paused; }));
    m_cancel->setEnabled(any([](const TransferRecord &record) { return !record.isOver(); }));
    m_retry->setEnabled(any([](const TransferRecord &record) { return record.canBeRetried(); }));
    bool anyOver = false;
    for (int row = 0; row < m_model.rowCount() && !anyOver; ++row) {
        anyOver = m_model.record(row).isOver();
    }
    m_clear->setEnabled(anyOver);
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
