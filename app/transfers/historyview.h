// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/taskscope.h"
#include "transfer/transferjournal.h"
#include "transfers/historymodel.h"

#include <QCoroTask>
#include <QSortFilterProxyModel>
#include <QWidget>

class QAction;
class QLabel;
class QTreeView;

namespace Koyeb::Desktop {

/// The transfers that a journal remembers, with their logs.
class HistoryView : public QWidget {
    Q_OBJECT

public:
    /// The journal, which may be null, outlives the view.
    explicit HistoryView(TransferJournal *journal, QWidget *parent = nullptr);

    /// Shows those that have these words.
    void setFilter(const QString &text);
    /// Reads it anew.
    void refresh();

Q_SIGNALS:
    /// Reading has come to its end.
    void refreshed();

private:
    void createActions();
    void createLayout();
    QCoro::Task<void> load(std::stop_token stop);
    QCoro::Task<void> openLog(quint64 id, QString name, TransferDirection direction, std::stop_token stop);
    void askBeforeClearing();
    void showEmptiness();

    TransferJournal *m_journal;
    HistoryModel m_model;
    QSortFilterProxyModel m_filter;
    QTreeView *m_list;
    QLabel *m_empty;
    QString m_problem; ///< Why it could not be read.
    QAction *m_showLog = nullptr;
    QAction *m_clear = nullptr;
    TaskScope m_scope;
};

} // namespace Koyeb::Desktop
