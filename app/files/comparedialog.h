// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/taskscope.h"
#include "files/comparisonmodel.h"
#include "sandbox/sandbox.h"

#include <QDialog>

#include <memory>

class QCheckBox;
class QComboBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;
class QTreeView;

namespace Koyeb::Desktop {

class EmptyState;

/// A folder of this computer beside one of a sandbox: how they differ, and what is to be done about it. Does
/// not do it: that is asked for.
class CompareDialog : public QDialog {
    Q_OBJECT

public:
    CompareDialog(
        const std::shared_ptr<Sandbox> &sandbox, const std::filesystem::path &local, const QByteArray &remote,
        QWidget *parent = nullptr);

Q_SIGNALS:
    /// The person has agreed to this.
    void syncRequested(const Koyeb::FolderSyncOrder &order);

private:
    void createLayout();
    [[nodiscard]] QWidget *createOptions();
    void startComparison();
    QCoro::Task<void> compare(std::stop_token stop);
    void showComparison(const FolderComparison &comparison);
    void fitColumns();
    void applyPlan();
    void showTotals();
    void requestSync();

    std::shared_ptr<Sandbox> m_sandbox;
    std::filesystem::path m_local;
    qint64 m_comparedAtSeconds = 0; ///< When it began.
    QByteArray m_remote;
    ComparisonModel m_model;
    QComboBox *m_way;
    QCheckBox *m_removes;
    QCheckBox *m_byChecksum;
    QPlainTextEdit *m_leftOut;
    QStackedWidget *m_faces;
    QTreeView *m_list;
    EmptyState *m_state;
    QLabel *m_summary;
    QPushButton *m_again;
    QPushButton *m_start;
    WorkerThread m_disk;
    TaskScope m_scope;
};

} // namespace Koyeb::Desktop
