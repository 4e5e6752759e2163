// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "transfers/transferfilter.h"
#include "transfers/transfermodel.h"

#include <QDockWidget>
#include <QHash>
#include <QPointer>
#include <QTimer>

class QAction;
class QComboBox;
class QLabel;
class QLineEdit;
class QStackedWidget;
class QToolBar;
class QTreeView;

namespace Koyeb::Desktop {

class ExistingTargetsDialog;
class HistoryView;
class SpeedGraph;
class FolderWatches;
class SpeedLimits;
class TransferActions;
class TransferLogDialog;
class TransferQueue;

/// The list of transfers with what can be done to them, and the history. Its title sums them up; what went
/// wrong with the chosen one, or else with the last that failed, is said below.
class TransfersDock : public QDockWidget {
    Q_OBJECT

public:
    /// `queue` outlives the dock.
    explicit TransfersDock(TransferQueue &queue, QWidget *parent = nullptr);

    /// Offers to change the limits, which outlive the dock. Once.
    void setSpeedLimits(SpeedLimits &limits);
    /// Shows them above the list; they outlive the dock. Once.
    void setFolderWatches(FolderWatches &watches);

private:
    void createLayout();
    [[nodiscard]] QLayout *createFilterBar();
    [[nodiscard]] QWidget *createList();
    void setColumnWidths();
    void connectQueue();
    void refresh();
    void showSummary();
    void showReason();
    void showGroup();
    void sampleSpeed();
    void openLog(const TransferRecord &record);
    void askAboutExistingTarget(
        quint64 batchId, quint64 id, const QString &name, const QString &targetDirectory);
    void withdrawQuestions(const QList<TransferRecord> &changed);
    [[nodiscard]] QList<TransferRecord> selectedRecords() const;

    TransferQueue &m_queue;
    TransferModel m_model;
    TransferFilter m_filter;
    QComboBox *m_group;
    QLineEdit *m_search;
    SpeedGraph *m_graph;
    QStackedWidget *m_pages;
    QTreeView *m_list;
    QToolBar *m_bar;
    HistoryView *m_history;
    QLabel *m_reason;
    TransferActions *m_actions;
    QAction *m_showLog;
    QTimer m_refreshing;
    QTimer m_sampling;
    QHash<quint64, QPointer<ExistingTargetsDialog>> m_questions; // By batch.
    QHash<quint64, QPointer<TransferLogDialog>> m_logs;          // By transfer.
};

} // namespace Koyeb::Desktop
