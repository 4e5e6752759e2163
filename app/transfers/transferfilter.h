// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "transfers/transferrecord.h"

#include <QSortFilterProxyModel>

namespace Koyeb::Desktop {

class TransferModel;

/// Of a TransferModel, the transfers in certain states that have certain words in their names or places.
class TransferFilter : public QSortFilterProxyModel {
    Q_OBJECT

public:
    enum class Group {
        All,
        Active, ///< Not over.
        Failed, ///< Or with problems.
        Done    ///< Over, and not failed.
    };
    Q_ENUM(Group)

    /// `model` outlives the object.
    explicit TransferFilter(TransferModel &model, QObject *parent = nullptr);

    void setGroup(Group group);
    void setText(const QString &text);
    [[nodiscard]] static bool isIn(Group group, const TransferRecord &record);

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    const TransferModel &m_model;
    Group m_group = Group::All;
    QString m_text;
};

} // namespace Koyeb::Desktop
