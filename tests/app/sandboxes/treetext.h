// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/sandboxstore.h"
#include "sandboxes/sandboxtreemodel.h"

#include <QStringList>

namespace Koyeb::Desktop::Test {

/// A tree as lines, one a row, indented by one space a level: "name [status word]".
inline void appendTree(
    const QAbstractItemModel &model, const QModelIndex &parent, int level, QStringList &lines)
{
    using namespace Qt::Literals::StringLiterals;
    for (int row = 0; row < model.rowCount(parent); ++row) {
        const auto index = model.index(row, 0, parent);
        const auto word = index.data(SandboxTreeModel::StatusWordRole).toString();
        auto line = QString(level, u' ') + index.data().toString();
        if (!word.isEmpty()) {
            line += u" [%1]"_s.arg(word);
        }
        lines.append(line);
        appendTree(model, index, level + 1, lines);
    }
}

inline QStringList treeLines(const QAbstractItemModel &model)
{
    QStringList lines;
    appendTree(model, {}, 0, lines);
    return lines;
}

inline SandboxRecord sandbox(
    const QString &id, const QString &name, const QString &app = QStringLiteral("app"),
    ServiceStatus status = ServiceStatus::Healthy)
{
    SandboxRecord record;
    record.id = id;
    record.name = name;
    record.appId = app + QStringLiteral("-id");
    record.appName = app;
    record.serviceStatus = status;
    return record;
}

inline SandboxChanges additions(const QList<SandboxRecord> &records)
{
    SandboxChanges changes;
    changes.added = records;
    return changes;
}

inline SandboxChanges removals(const QStringList &ids)
{
    SandboxChanges changes;
    changes.removed = ids;
    return changes;
}

inline SandboxChanges change(const SandboxRecord &record, SandboxField field)
{
    SandboxChanges changes;
    changes.changed.append({record, field});
    return changes;
}

} // namespace Koyeb::Desktop::Test
