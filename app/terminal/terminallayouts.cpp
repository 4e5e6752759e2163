// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminallayouts.h"

#include <QJsonDocument>
#include <QSettings>
#include <QStringList>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr auto orderKey = "terminal/layouts/recent"_L1; ///< Ids of sandboxes, the one used last at the end.

[[nodiscard]] QString keyOf(const QString &sandboxId)
{
    return u"terminal/layouts/of/%1"_s.arg(sandboxId);
}

} // namespace

QJsonArray TerminalLayouts::layout(const QString &sandboxId) const
{
    if (m_settings == nullptr) {
        return {};
    }
    return QJsonDocument::fromJson(m_settings->value(keyOf(sandboxId)).toByteArray()).array();
}

void TerminalLayouts::setLayout(const QString &sandboxId, const QJsonArray &tabs)
{
    if (m_settings == nullptr) {
        return;
    }
    QStringList recent = m_settings->value(orderKey).toStringList();
    recent.removeAll(sandboxId);
    if (tabs.isEmpty()) {
        m_settings->remove(keyOf(sandboxId));
    } else {
        m_settings->setValue(keyOf(sandboxId), QJsonDocument(tabs).toJson(QJsonDocument::Compact));
        recent.append(sandboxId);
    }
    while (recent.size() > maximumSandboxes) {
        m_settings->remove(keyOf(recent.takeFirst()));
    }
    m_settings->setValue(orderKey, recent);
}

} // namespace Koyeb::Desktop
