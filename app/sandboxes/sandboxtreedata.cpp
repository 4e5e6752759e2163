// SPDX-License-Identifier: GPL-3.0-or-later
// What the rows of SandboxTreeModel look like and say.
#include "common/timetext.h"
#include "sandboxes/sandboxtreenodes.h"

#include <QGuiApplication>
#include <QPalette>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

QVariant SandboxTreeModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid()) {
        return {};
    }
    const auto &node = *nodeOf(index);
    switch (role) {
    case Qt::DisplayRole:
    case NameRole:
        return node.name;
    case Qt::DecorationRole:
        return decorationOf(node);
    case Qt::ForegroundRole:
        return node.kind != NodeKind::Account && node.account->outdatedAsOf.isValid()
                   ? QVariant(toneColour(Tone::Muted, QGuiApplication::palette()))
                   : QVariant();
    case Qt::AccessibleTextRole:
        return accessibleTextOf(node, faceOf(node));
    case Qt::ToolTipRole:
        return toolTipOf(node, faceOf(node));
    case NodeKindRole:
        return QVariant::fromValue(node.kind);
    case AccountIdRole:
        return node.account->node->id;
    case IdRole:
        return node.id;
    case StatusWordRole:
        return faceOf(node).word;
    case AgeRole:
        return ageOf(node);
    case StatusToneRole:
        return static_cast<int>(faceOf(node).tone);
    case ServiceStatusRole:
        return node.holdsSandbox() ? QVariant(static_cast<int>(node.record.serviceStatus)) : QVariant();
    default:
        return {};
    }
}

StatusFace SandboxTreeModel::faceOf(const Node &node) const
{
    switch (node.kind) {
    case NodeKind::Account:
        return accountFace(node.account->condition);
    case NodeKind::App:
        return {};
    case NodeKind::Sandbox:
        return node.beingDeleted ? statusFace(ServiceStatus::Deleting)
                                 : sandboxFace(node.record.serviceStatus, node.record.deploymentStatus);
    case NodeKind::Creation:
        if (node.beingDeleted) {
            return statusFace(ServiceStatus::Deleting);
        }
        return node.failed ? statusFace(DeploymentStatus::Error) : creatingFace();
    }
    Q_UNREACHABLE();
}

/// Sandboxes show their status; it fades with the connection to those who could confirm it.
QVariant SandboxTreeModel::decorationOf(const Node &node) const
{
    if (!node.iconName.isEmpty()) {
        return themedIcon(node.iconName);
    }
    auto face = faceOf(node);
    if (node.account->outdatedAsOf.isValid()) {
        face.tone = Tone::Muted;
    }
    return face.icon();
}

QString SandboxTreeModel::ageOf(const Node &node)
{
    return node.kind == NodeKind::Account
               ? ageText(node.account->outdatedAsOf, QDateTime::currentDateTimeUtc())
               : QString();
}

QString SandboxTreeModel::toolTipOf(const Node &node, const StatusFace &face)
{
    if (ageOf(node).isEmpty()) {
        return face.sentence;
    }
    return tr("%1 It is of %2.", "a sentence about the list of sandboxes, date and time")
        .arg(face.sentence, exactTime(node.account->outdatedAsOf));
}

QString SandboxTreeModel::accessibleTextOf(const Node &node, const StatusFace &face)
{
    QStringList parts{node.name, face.word, ageOf(node)};
    parts.removeAll(QString());
    return parts.join(u", "_s);
}

StatusFace SandboxTreeModel::accountFace(AccountCondition condition)
{
    switch (condition) {
    case AccountCondition::Opening:
        return {tr("Opening"), tr("The account is being opened."), Tone::Muted, {}};
    case AccountCondition::Loading:
        return {tr("Loading"), tr("The list of sandboxes is being read."), Tone::Muted, {}};
    case AccountCondition::Current:
        return {};
    case AccountCondition::Offline:
        return {
            tr("Offline"),
            tr("The server cannot be asked; what is shown is the last that was known."),
            Tone::Warning,
            {}};
    case AccountCondition::Outdated:
        return {
            tr("Not up to date"),
            tr("The list of sandboxes could not be read; what is shown is the last that was known."),
            Tone::Warning,
            {}};
    case AccountCondition::SignedOut:
        return {tr("Signed out"), tr("The account needs a token again."), Tone::Warning, {}};
    case AccountCondition::Failed:
        return {tr("Failed"), tr("The account could not be opened."), Tone::Bad, {}};
    }
    Q_UNREACHABLE();
}

} // namespace Koyeb::Desktop
