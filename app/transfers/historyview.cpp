// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/historyview.h"

#include "common/errortext.h"
#include "common/icons.h"
#include "sandbox/remoteentry.h"
#include "transfers/transferlog.h"

#include <QAction>
#include <QHeaderView>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QTreeView>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

HistoryView::HistoryView(TransferJournal *journal, QWidget *parent)
    : QWidget(parent), m_journal(journal), m_list(new QTreeView(this)), m_empty(new QLabel(this))
{
    m_filter.setSourceModel(&m_model);
    m_filter.setFilterRole(HistoryModel::SearchRole);
    m_filter.setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_filter.setFilterKeyColumn(HistoryModel::NameColumn);
    createActions();
    createLayout();
    showEmptiness();
}

void HistoryView::createActions()
{
    m_showLog = new QAction(themedIcon(u"info"_s), tr("Show log"), this);
    m_clear = new QAction(themedIcon(u"delete"_s), tr("Clear history…"), this);
    connect(m_showLog, &QAction::triggered, this, [this] {
        const auto index = m_filter.mapToSource(m_list->currentIndex());
        if (index.isValid()) {
            const auto &entry = m_model.entry(index.row());
            openLog(entry.id, displayName(remoteName(entry.source)), entry.direction, m_scope.token());
        }
    });
    connect(m_clear, &QAction::triggered, this, &HistoryView::askBeforeClearing);
}

void HistoryView::createLayout()
{
    m_list->setModel(&m_filter);
    m_list->setAccessibleName(tr("Past transfers"));
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setAllColumnsShowFocus(true);
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_list->addActions({m_showLog, m_clear});
    auto *header = m_list->header();
    header->setStretchLastSection(false);
    header->setMinimumSectionSize(fontMetrics().height() * 2);
    for (const int column :
         {HistoryModel::NameColumn, HistoryModel::PlaceColumn, HistoryModel::StateColumn}) {
        header->setSectionResizeMode(column, QHeaderView::Stretch);
    }
    header->resizeSection(HistoryModel::DirectionColumn, fontMetrics().height() * 2);
    const int unit = fontMetrics().horizontalAdvance(u'0');
    for (const auto &[column, characters] :
         {std::pair(HistoryModel::SandboxColumn, 14), std::pair(HistoryModel::SizeColumn, 11),
          std::pair(HistoryModel::EndedColumn, 16)}) {
        header->resizeSection(column, characters * unit);
    }
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setTextFormat(Qt::PlainText);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(0);
    column->addWidget(m_list, 1);
    column->addWidget(m_empty, 1);
    connect(m_list, &QAbstractItemView::doubleClicked, m_showLog, &QAction::trigger);
}

void HistoryView::setFilter(const QString &text)
{
    m_filter.setFilterFixedString(text.trimmed());
    showEmptiness();
}

void HistoryView::refresh()
{
    if (m_journal) {
        m_scope.restart();
        load(m_scope.token());
    }
}

QCoro::Task<void> HistoryView::load(std::stop_token stop)
{
    const auto entries = co_await m_journal->loadHistory(stop);
    if (stop.stop_requested()) {
        co_return;
    }
    m_problem =
        entries ? QString() : errorSentence(errorText(entries.error()), tr("The history could not be read."));
    m_model.setEntries(entries.value_or(QList<TransferHistoryEntry>()));
    showEmptiness();
    Q_EMIT refreshed();
}

QCoro::Task<void> HistoryView::openLog(
    quint64 id, QString name, TransferDirection direction, std::stop_token stop)
{
    const auto events = co_await m_journal->loadEvents(id, stop);
    if (stop.stop_requested()) {
        co_return;
    }
    auto *dialog = new TransferLogDialog(name, direction, window());
    dialog->setEvents(events.value_or(QList<TransferEvent>()));
    dialog->show();
}

void HistoryView::askBeforeClearing()
{
    auto *question = new QMessageBox(
        QMessageBox::Question, tr("Clear history"),
        tr("The list of past transfers and their logs will be deleted. The files stay."), QMessageBox::Cancel,
        window());
    question->setAttribute(Qt::WA_DeleteOnClose);
    auto *clear = question->addButton(tr("Clear history"), QMessageBox::DestructiveRole);
    question->setDefaultButton(QMessageBox::Cancel);
    connect(clear, &QAbstractButton::clicked, this, [this] {
        m_journal->clearHistory();
        refresh();
    });
    question->open();
}

void HistoryView::showEmptiness()
{
    const bool isEmpty = m_filter.rowCount() == 0;
    m_list->setVisible(!isEmpty);
    m_empty->setVisible(isEmpty);
    if (!m_journal) {
        m_empty->setText(tr("No history is kept."));
    } else if (!m_problem.isEmpty()) {
        m_empty->setText(m_problem);
    } else if (m_model.rowCount() > 0) {
        m_empty->setText(tr("No past transfer matches."));
    } else {
        m_empty->setText(tr("Transfers that are over are listed here."));
    }
    m_showLog->setEnabled(!isEmpty);
    m_clear->setEnabled(m_model.rowCount() > 0);
}

} // namespace Koyeb::Desktop
