// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRegularExpression>
#include <QSortFilterProxyModel>

#include <optional>

namespace Koyeb::Desktop {

class RemoteFileModel;

/// A RemoteFileModel in the order and selection for people: folders first whatever the order, unknown values
/// last, equal ones by name; names with a leading dot only when wanted.
class DirectorySorter : public QSortFilterProxyModel {
    Q_OBJECT

public:
    explicit DirectorySorter(RemoteFileModel &files, QObject *parent = nullptr);

    enum class HiddenFiles { LeftOut, Shown };
    void setHiddenFiles(HiddenFiles hiddenFiles);
    /// Only names that hold this text, whatever its case; with `*` or `?` names that match the whole pattern.
    /// Empty: all.
    void setNameFilter(const QString &filter);

protected:
    [[nodiscard]] bool filterAcceptsRow(int sourceRow, const QModelIndex &sourceParent) const override;
    [[nodiscard]] bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;

private:
    [[nodiscard]] bool lessWhenFirst(bool isFirst) const;

    RemoteFileModel &m_files;
    HiddenFiles m_hiddenFiles = HiddenFiles::LeftOut;
    QString m_nameFilter;
    std::optional<QRegularExpression> m_namePattern;
};

} // namespace Koyeb::Desktop
