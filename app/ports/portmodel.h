// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/ports.h"

#include <QAbstractTableModel>

namespace Koyeb::Desktop {

/// The ports on which something listens, and which one of them is exposed. Fed with whole lists; tells views
/// what differs.
class PortModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { PortColumn, ExposedColumn, ProcessColumn, AddressColumn };

    using QAbstractTableModel::QAbstractTableModel;

    /// Ascending by port, each port once, as Ports::listening() gives them.
    void setPorts(const QList<ListeningPort> &ports);
    /// 0 is none.
    void setExposedPort(quint16 port);

    [[nodiscard]] const ListeningPort &port(int row) const { return m_ports[row]; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(
        int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    [[nodiscard]] QString text(const ListeningPort &port, int column) const;
    [[nodiscard]] QString toolTip(const ListeningPort &port, int column) const;

    QList<ListeningPort> m_ports;
    quint16 m_exposedPort = 0;
};

} // namespace Koyeb::Desktop
