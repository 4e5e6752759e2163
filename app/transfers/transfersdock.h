// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "transfers/transfermodel.h"

#include <QDockWidget>
#include <QHash>
#include <QPointer>
#include <QTimer>

class QLabel;
class QTreeView;

namespace Koyeb::Desktop {

class ExistingTargetsDialog;
class TransferActions;
class TransferQueue;

/// The list of transfers with what can be done to them. Its title sums them up; what went wrong with the
/// chosen one, or else with the last that failed, is said below.
class TransfersDock : public QDockWidget {
    Q_OBJECT

public:
    /// `queue` outlives the dock.
    explicit TransfersDock(TransferQueue &queue, QWidget *parent = nullptr);

private:
    void createLayout();
    void connectQueue();
    void showSummary();
    void showReason();
    void refresh();
    void askAboutExistingTarget(
        quint64 batchId, quint64 id, const QString &name, const QString &targetDirectory);
    void withdrawQuestions(const QList<TransferRecord> &changed);
    [[nodiscard]] QList<TransferRecord> selectedRecords() const;

    TransferQueue &m_queue;
    TransferModel m_model;
    QTreeView *m_list;
    QLabel *m_reason;
    TransferActions *m_actions;
    QTimer m_refreshing;
    QHash<quint64, QPointer<ExistingTargetsDialog>> m_questions; // By batch.
};

} // namespace Koyeb::Desktop
