// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCollator>
#include <QSortFilterProxyModel>

namespace Koyeb::Desktop {

/// Sorts the tree by name and hides what is not looked for. Accounts always stay.
class SandboxFilterModel : public QSortFilterProxyModel {
    Q_OBJECT

public:
    enum class StatusFilter { All, Running, Resting, Troubled };

    explicit SandboxFilterModel(QObject *parent = nullptr);
    void setSourceModel(QAbstractItemModel *model) override;

    /// Part of the name of a sandbox or of its app.
    void setText(const QString &text);
    void setStatusFilter(StatusFilter filter);
    [[nodiscard]] bool isFiltering() const { return !m_text.isEmpty() || m_status != StatusFilter::All; }

protected:
    [[nodiscard]] bool filterAcceptsRow(int sourceRow, const QModelIndex &sourceParent) const override;
    [[nodiscard]] bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;

private:
    [[nodiscard]] bool acceptsStatus(const QModelIndex &sandbox) const;
    [[nodiscard]] bool acceptsText(const QModelIndex &sandbox) const;

    QString m_text;
    StatusFilter m_status = StatusFilter::All;
    QCollator m_collator;
};

} // namespace Koyeb::Desktop
