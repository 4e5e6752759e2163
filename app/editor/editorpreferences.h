// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QSettings;

namespace Koyeb::Desktop {

/// What people like of editing, remembered: shared by all sandboxes.
class EditorPreferences {
public:
    /// `settings` outlives this object.
    explicit EditorPreferences(QSettings &settings) : m_settings(settings) {}

    /// The program of this computer that files were edited with last; empty is the desktop's usual one.
    [[nodiscard]] QString program() const;
    void setProgram(const QString &program);

private:
    QSettings &m_settings;
};

} // namespace Koyeb::Desktop
