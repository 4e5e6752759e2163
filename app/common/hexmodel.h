// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>

namespace Koyeb::Desktop {

/// Bytes as lines of a hex view: offset, sixteen bytes, and their ASCII characters.
class HexModel : public QAbstractListModel {
    Q_OBJECT

public:
    static constexpr int bytesPerLine = 16;

    using QAbstractListModel::QAbstractListModel;

    void setBytes(const QByteArray &bytes);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

private:
    QByteArray m_bytes;
};

} // namespace Koyeb::Desktop
