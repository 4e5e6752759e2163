// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonArray>
#include <QString>

class QSettings;

namespace Koyeb::Desktop {

/// The tabs and splits of each sandbox's terminals, remembered. Those of sandboxes that were not used for
/// long go when there are too many.
class TerminalLayouts {
public:
    static constexpr qsizetype maximumSandboxes = 100;

    /// `settings` outlives this object; null: nothing is remembered.
    explicit TerminalLayouts(QSettings *settings) : m_settings(settings) {}

    /// One object for each tab, as TerminalTab describes it.
    [[nodiscard]] QJsonArray layout(const QString &sandboxId) const;
    /// Empty: forgets it.
    void setLayout(const QString &sandboxId, const QJsonArray &tabs);

private:
    QSettings *m_settings;
};

} // namespace Koyeb::Desktop
