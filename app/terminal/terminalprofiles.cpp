// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalprofiles.h"

#include "vt/terminal.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSettings>
#include <QUuid>

#include <algorithm>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr auto settingsKey = "terminal/profiles"_L1;

[[nodiscard]] QJsonObject toJson(const TerminalProfile &profile)
{
    QJsonObject environment;
    for (auto variable = profile.environment.begin(); variable != profile.environment.end(); ++variable) {
        environment.insert(variable.key(), variable.value());
    }
    return {
        {u"id"_s, profile.id},
        {u"name"_s, profile.name},
        {u"command"_s, profile.commandLine},
        {u"directory"_s, profile.directory},
        {u"environment"_s, environment},
        {u"scrollback"_s, profile.scrollbackLines},
        {u"fontFamily"_s, profile.fontFamily},
        {u"fontSize"_s, profile.fontSize},
        {u"usual"_s, profile.isUsual}};
}

[[nodiscard]] TerminalProfile fromJson(const QJsonObject &json)
{
    TerminalProfile profile;
    profile.id = json.value("id"_L1).toString();
    profile.name = json.value("name"_L1).toString();
    profile.commandLine = json.value("command"_L1).toString();
    profile.directory = json.value("directory"_L1).toString();
    const QJsonObject environment = json.value("environment"_L1).toObject();
    for (auto variable = environment.begin(); variable != environment.end(); ++variable) {
        profile.environment.insert(variable.key(), variable.value().toString());
    }
    profile.scrollbackLines = std::clamp(
        json.value("scrollback"_L1).toInt(profile.scrollbackLines), 0,
        static_cast<int>(Vt::Terminal::maximumScrollbackLines));
    profile.fontFamily = json.value("fontFamily"_L1).toString();
    profile.fontSize = std::clamp(
        json.value("fontSize"_L1).toInt(profile.fontSize), TerminalProfile::smallestFontSize,
        TerminalProfile::largestFontSize);
    profile.isUsual = json.value("usual"_L1).toBool();
    return profile;
}

} // namespace

QList<TerminalProfile> TerminalProfiles::profiles() const
{
    QList<TerminalProfile> profiles;
    if (m_settings == nullptr) {
        return profiles;
    }
    const QJsonArray array = QJsonDocument::fromJson(m_settings->value(settingsKey).toByteArray()).array();
    for (const auto &value : array) {
        const TerminalProfile profile = fromJson(value.toObject());
        if (!profile.id.isEmpty() && profiles.size() < maximumProfiles) {
            profiles.append(profile);
        }
    }
    return profiles;
}

TerminalProfile TerminalProfiles::profile(const QString &id) const
{
    const auto all = profiles();
    const auto found = std::find_if(all.begin(), all.end(), [&id](const auto &one) { return one.id == id; });
    return found == all.end() ? TerminalProfile() : *found;
}

QString TerminalProfiles::usualId() const
{
    const auto all = profiles();
    const auto found = std::find_if(all.begin(), all.end(), [](const auto &one) { return one.isUsual; });
    return found == all.end() ? QString() : found->id;
}

void TerminalProfiles::setProfiles(const QList<TerminalProfile> &profiles)
{
    QJsonArray array;
    for (TerminalProfile profile : profiles.first(std::min(profiles.size(), maximumProfiles))) {
        if (profile.id.isEmpty()) {
            profile.id = QUuid::createUuid().toString(QUuid::Id128);
        }
        array.append(toJson(profile));
    }
    if (m_settings != nullptr) {
        m_settings->setValue(settingsKey, QJsonDocument(array).toJson(QJsonDocument::Compact));
    }
}

} // namespace Koyeb::Desktop
