// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalthemes.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QXmlStreamReader>

#include <algorithm>
#include <cmath>
#include <map>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

namespace {

/// Colours by the names of the format, before they are put in their places.
using ColoursByName = std::map<QString, QRgb>;

/// One colour of a property list: a <dict> with its parts from 0 to 1.
[[nodiscard]] std::optional<QRgb> readColour(QXmlStreamReader &xml)
{
    std::map<QString, double> parts;
    QString key;
    while (xml.readNextStartElement()) {
        if (xml.name() == "key"_L1) {
            key = xml.readElementText();
        } else if (xml.name() == "real"_L1 || xml.name() == "integer"_L1) {
            parts[key] = xml.readElementText().toDouble();
        } else {
            xml.skipCurrentElement();
        }
    }
    const auto part = [&parts](const QString &name) {
        return static_cast<int>(std::lround(std::clamp(parts[name], 0.0, 1.0) * 255));
    };
    if (!parts.contains(u"Red Component"_s)) {
        return std::nullopt;
    }
    return qRgb(part(u"Red Component"_s), part(u"Green Component"_s), part(u"Blue Component"_s));
}

[[nodiscard]] ColoursByName readPropertyList(const QByteArray &content)
{
    ColoursByName colours;
    QXmlStreamReader xml(content);
    if (!xml.readNextStartElement() || xml.name() != "plist"_L1 || !xml.readNextStartElement()) {
        return colours;
    }
    QString key;
    while (xml.readNextStartElement()) {
        if (xml.name() == "key"_L1) {
            key = xml.readElementText();
        } else if (xml.name() == "dict"_L1) {
            if (const auto colour = readColour(xml)) {
                colours[key] = *colour;
            }
        } else {
            xml.skipCurrentElement();
        }
    }
    return xml.hasError() ? ColoursByName() : colours;
}

[[nodiscard]] ColoursByName readJson(const QJsonObject &object)
{
    ColoursByName colours;
    for (auto member = object.begin(); member != object.end(); ++member) {
        const QString text = member->toString();
        // Names of colours would be read too, from a list that is not this format's.
        if (const QColor colour(text); text.startsWith(u'#') && colour.isValid()) {
            colours[member.key()] = colour.rgb();
        }
    }
    return colours;
}

struct Names {
    std::array<QString, 16> named;
    QString foreground;
    QString background;
    QString cursor;
    QString selection;
};

[[nodiscard]] std::optional<TerminalTheme> assembled(
    const ColoursByName &colours, const Names &names, const QString &name)
{
    TerminalTheme theme{.name = name};
    const auto take = [&colours](const QString &key, QRgb &colour) {
        const auto found = colours.find(key);
        if (found != colours.end()) {
            colour = found->second;
        }
        return found != colours.end();
    };
    bool isComplete = take(names.foreground, theme.foreground) && take(names.background, theme.background);
    for (std::size_t i = 0; i < theme.named.size(); ++i) {
        isComplete = take(names.named.at(i), theme.named.at(i)) && isComplete;
    }
    theme.cursor = theme.foreground;
    theme.selection = qRgb(
        (qRed(theme.foreground) + 3 * qRed(theme.background)) / 4,
        (qGreen(theme.foreground) + 3 * qGreen(theme.background)) / 4,
        (qBlue(theme.foreground) + 3 * qBlue(theme.background)) / 4);
    (void)take(names.cursor, theme.cursor);
    (void)take(names.selection, theme.selection);
    return isComplete ? std::optional(theme) : std::nullopt;
}

[[nodiscard]] Names itermNames()
{
    Names names{{}, u"Foreground Color"_s, u"Background Color"_s, u"Cursor Color"_s, u"Selection Color"_s};
    for (std::size_t i = 0; i < names.named.size(); ++i) {
        names.named.at(i) = u"Ansi %1 Color"_s.arg(i);
    }
    return names;
}

[[nodiscard]] Names windowsTerminalNames()
{
    return {
        {u"black"_s, u"red"_s, u"green"_s, u"yellow"_s, u"blue"_s, u"purple"_s, u"cyan"_s, u"white"_s,
         u"brightBlack"_s, u"brightRed"_s, u"brightGreen"_s, u"brightYellow"_s, u"brightBlue"_s,
         u"brightPurple"_s, u"brightCyan"_s, u"brightWhite"_s},
        u"foreground"_s,
        u"background"_s,
        u"cursorColor"_s,
        u"selectionBackground"_s};
}

} // namespace

bool TerminalTheme::isDark() const
{
    return QColor(background).lightnessF() < 0.5F;
}

const QList<TerminalTheme> &builtInThemes()
{
    static const QList<TerminalTheme> themes{
        {.name = QStringLiteral("Koyeb Light"),
         .named =
             {0xff1f2328, 0xffb3261e, 0xff1a7032, 0xff805500, 0xff1558b0, 0xff8a2a8f, 0xff0b6b75, 0xff6a727b,
              0xff4b535c, 0xffc4362b, 0xff1e7d3a, 0xff8f6000, 0xff1f68cc, 0xff9a3aa0, 0xff0c7580, 0xff808890},
         .foreground = 0xff1f2328,
         .background = 0xffffffff,
         .cursor = 0xff1f2328,
         .selection = 0xffbcd9fb},
        {.name = QStringLiteral("Koyeb Dark"),
         .named =
             {0xff6c7681, 0xffff7b72, 0xff56c271, 0xffdcb04c, 0xff6cb0ff, 0xffd2a0f5, 0xff4fc4cf, 0xffc9d1d9,
              0xff8b949e, 0xffffa198, 0xff7fdb95, 0xfff0cc74, 0xff9acbff, 0xffe3c2ff, 0xff86dde5, 0xffffffff},
         .foreground = 0xffd8dee4,
         .background = 0xff15191e,
         .cursor = 0xffd8dee4,
         .selection = 0xff2f4f76},
        {.name = QStringLiteral("Paper"),
         .named =
             {0xff2b2b26, 0xffa3302a, 0xff4d6b1f, 0xff8a5a00, 0xff2f5f9e, 0xff82417f, 0xff256d68, 0xff6f6a5e,
              0xff55514a, 0xffb83c33, 0xff577823, 0xff956300, 0xff386fb5, 0xff96508f, 0xff2c7974, 0xff8a8474},
         .foreground = 0xff2b2b26,
         .background = 0xfff7f2e4,
         .cursor = 0xff2b2b26,
         .selection = 0xffd9dcc0},
        {.name = QStringLiteral("High Contrast"),
         .named =
             {0xff7a7a7a, 0xffff6b6b, 0xff4df06a, 0xffffe14d, 0xff78b4ff, 0xffff8cff, 0xff4df0f0, 0xffe6e6e6,
              0xff9a9a9a, 0xffff9c9c, 0xff8cff9e, 0xfffff08c, 0xffa8d0ff, 0xffffb8ff, 0xff9cffff, 0xffffffff},
         .foreground = 0xffffffff,
         .background = 0xff000000,
         .cursor = 0xffffff00,
         .selection = 0xff1f4f9e},
        {.name = QStringLiteral("Dusk"),
         .named =
             {0xff757a9e, 0xfff48a9c, 0xffa6d189, 0xffe5c890, 0xff8caaee, 0xffd5a6e6, 0xff81c8be, 0xffc6d0f5,
              0xff949cbb, 0xfff7a9b6, 0xffbfdfa9, 0xffeedbb2, 0xffaec3f3, 0xffe3c4ef, 0xffa7d9d2, 0xffeef1fc},
         .foreground = 0xffd3daf7,
         .background = 0xff232634,
         .cursor = 0xfff2d5cf,
         .selection = 0xff45517c},
        {.name = QStringLiteral("Forest"),
         .named =
             {0xff6c7f74, 0xffe67e80, 0xffa7c080, 0xffdbbc7f, 0xff7fbbb3, 0xffd699b6, 0xff83c092, 0xffd3c6aa,
              0xff9aa79d, 0xfff0a3a4, 0xffc0d3a3, 0xffe8d2a6, 0xffa6d0ca, 0xffe5bccf, 0xffa9d4b4, 0xfff3ead3},
         .foreground = 0xffd8ceb6,
         .background = 0xff1f2a27,
         .cursor = 0xffd8ceb6,
         .selection = 0xff3d5750}};
    return themes;
}

std::optional<TerminalTheme> readTheme(const QByteArray &content, const QString &name)
{
    if (content.size() > maximumThemeBytes) {
        return std::nullopt;
    }
    const QJsonDocument document = QJsonDocument::fromJson(content);
    if (document.isObject()) {
        const QString ownName = document.object().value("name"_L1).toString();
        return assembled(
            readJson(document.object()), windowsTerminalNames(), ownName.isEmpty() ? name : ownName.left(60));
    }
    return assembled(readPropertyList(content), itermNames(), name);
}

QByteArray writeTheme(const TerminalTheme &theme)
{
    const Names names = windowsTerminalNames();
    QJsonObject object{{u"name"_s, theme.name}};
    const auto put = [&object](const QString &key, QRgb colour) {
        object.insert(key, QColor(colour).name());
    };
    for (std::size_t i = 0; i < theme.named.size(); ++i) {
        put(names.named.at(i), theme.named.at(i));
    }
    put(names.foreground, theme.foreground);
    put(names.background, theme.background);
    put(names.cursor, theme.cursor);
    put(names.selection, theme.selection);
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

} // namespace Koyeb::Desktop
