// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "transfers/transferrecord.h"

#include <QList>
#include <QObject>

#include <functional>

class QAction;
class QMenu;

namespace Koyeb::Desktop {

class TransferQueue;

/// What can be done to the transfers that are chosen, and to all.
class TransferActions : public QObject {
    Q_OBJECT

public:
    /// `queue` outlives the object. `selected` tells which ones are chosen.
    TransferActions(TransferQueue &queue, std::function<QList<TransferRecord>()> selected, QObject *parent);

    /// Enables what makes sense.
    void update();
    /// For a tool bar: of those that are chosen, and clearing.
    [[nodiscard]] QList<QAction *> main() const;
    /// For a context menu, the rest.
    [[nodiscard]] QList<QAction *> order() const { return {m_moveToTop, m_moveUp, m_moveDown}; }
    /// For all transfers.
    [[nodiscard]] QList<QAction *> forAll() const
    {
        return {m_pauseAll, m_resumeAll, m_retryAll, m_cancelAll};
    }

private:
    void createForSelected();
    void createForAll();
    [[nodiscard]] QList<quint64> selectedIds() const;

    TransferQueue &m_queue;
    std::function<QList<TransferRecord>()> m_selected;
    QAction *m_pause = nullptr;
    QAction *m_resume = nullptr;
    QAction *m_cancel = nullptr;
    QAction *m_retry = nullptr;
    QAction *m_clear = nullptr;
    QAction *m_moveToTop = nullptr;
    QAction *m_moveUp = nullptr;
    QAction *m_moveDown = nullptr;
    QAction *m_pauseAll = nullptr;
    QAction *m_resumeAll = nullptr;
    QAction *m_retryAll = nullptr;
    QAction *m_cancelAll = nullptr;
};

} // namespace Koyeb::Desktop
