// SPDX-License-Identifier: GPL-3.0-or-later
#include "ports/portmodel.h"

#include "common/icons.h"

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

void PortModel::setPorts(const QList<ListeningPort> &ports)
{
    const auto isListed = [&ports](quint16 number) {
        return std::any_of(ports.begin(), ports.end(), [number](const auto &p) { return p.port == number; });
    };
    for (int row = rowCount() - 1; row >= 0; --row) {
        if (!isListed(m_ports[row].port)) {
            beginRemoveRows({}, row, row);
            m_ports.removeAt(row);
            endRemoveRows();
        }
    }
    for (int row = 0; row < ports.size(); ++row) {
        if (row >= m_ports.size() || m_ports[row].port != ports[row].port) {
            beginInsertRows({}, row, row);
            m_ports.insert(row, ports[row]);
            endInsertRows();
        } else if (m_ports[row] != ports[row]) {
            m_ports[row] = ports[row];
            Q_EMIT dataChanged(index(row, PortColumn), index(row, AddressColumn));
        }
    }
}

void PortModel::setExposedPort(quint16 port)
{
    if (m_exposedPort == port) {
        return;
    }
    m_exposedPort = port;
    if (!m_ports.isEmpty()) {
        Q_EMIT dataChanged(index(0, ExposedColumn), index(rowCount() - 1, ExposedColumn));
    }
}

int PortModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_ports.size());
}

int PortModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : AddressColumn + 1;
}

QVariant PortModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const ListeningPort &shown = port(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return text(shown, index.column());
    case Qt::ToolTipRole:
        return toolTip(shown, index.column());
    case Qt::DecorationRole:
        return index.column() == ExposedColumn && shown.port == m_exposedPort
                   ? themedIcon(u"external"_s, Tone::Good)
                   : QVariant();
    default:
        return {};
    }
}

QVariant PortModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case PortColumn:
        return tr("Port", "column of ports that listen");
    case ExposedColumn:
        return tr("Exposed", "column of ports that listen");
    case ProcessColumn:
        return tr("Process", "column of ports that listen");
    case AddressColumn:
        return tr("Listens on", "column of ports that listen: addresses");
    default:
        return {};
    }
}

QString PortModel::text(const ListeningPort &port, int column) const
{
    switch (column) {
    case PortColumn:
        return QString::number(port.port); // A name, not a quantity: no digit grouping.
    case ExposedColumn:
        return port.port == m_exposedPort ? tr("Exposed", "state of a port") : QString();
    case ProcessColumn:
        return port.process.isEmpty() && port.pid == 0 ? tr("Unknown", "process") : port.process;
    case AddressColumn:
        return port.addresses.join(u", "_s);
    default:
        return {};
    }
}

QString PortModel::toolTip(const ListeningPort &port, int column) const
{
    if (column != ProcessColumn || port.pid == 0) {
        return {};
    }
    // Command lines are hostile, and tooltips take markup.
    return u"<qt>%1</qt>"_s.arg(tr("Process %1: %2").arg(port.pid).arg(port.process).toHtmlEscaped());
}

} // namespace Koyeb::Desktop
