// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "transfers/folderwatches.h"

#include <QFrame>
#include <QHash>

class QVBoxLayout;

namespace Koyeb::Desktop {

class WatchRow;

/// A line for each folder that a sandbox keeps step with: how it stands, and what can be done. Takes no room
/// while there is none.
class WatchList : public QFrame {
    Q_OBJECT

public:
    /// `watches` outlives the list.
    explicit WatchList(FolderWatches &watches, QWidget *parent = nullptr);

private:
    void showList();
    void showEntry(quint64 id);

    FolderWatches &m_watches;
    QVBoxLayout *m_rows;
    QHash<quint64, WatchRow *> m_rowOf;
};

/// How a watch stands, as a sentence.
[[nodiscard]] QString watchText(const FolderWatch &watch);

} // namespace Koyeb::Desktop
