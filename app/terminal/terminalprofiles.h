// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "terminal/shellorder.h"

#include <QList>
#include <QObject>

class QSettings;

namespace Koyeb::Desktop {

/// A shell as somebody likes it.
struct TerminalProfile {
    static constexpr int smallestFontSize = 5;
    static constexpr int largestFontSize = 72;

    QString id;   ///< Given by TerminalProfiles; empty: the one that everybody has, which is not changed.
    QString name; ///< As a person chose it.
    QString commandLine = {}; ///< As in ShellOrder, like the following.
    QString directory = {};
    QMap<QString, QString> environment = {};
    int scrollbackLines = 10'000;
    QString fontFamily = {}; ///< Empty: the font of all terminals, in its size.
    int fontSize = 10;       ///< In points.
    bool isUsual = false;    ///< New terminals have it where nobody chooses; of all profiles, one at most.

    bool operator==(const TerminalProfile &) const = default;
};

/// The profiles of terminals, remembered: shared by the terminals of all sandboxes.
class TerminalProfiles {
public:
    static constexpr qsizetype maximumProfiles = 50;

    /// `settings` outlives this object; null: there are none.
    explicit TerminalProfiles(QSettings *settings) : m_settings(settings) {}

    /// In the order in which they are offered.
    [[nodiscard]] QList<TerminalProfile> profiles() const;
    /// The one that everybody has where the id is empty or unknown.
    [[nodiscard]] TerminalProfile profile(const QString &id) const;
    /// Of the usual one; empty: the one that everybody has.
    [[nodiscard]] QString usualId() const;
    /// Replaces all. Those without an id are new.
    void setProfiles(const QList<TerminalProfile> &profiles);

private:
    QSettings *m_settings;
};

} // namespace Koyeb::Desktop
