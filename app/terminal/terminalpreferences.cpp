// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalpreferences.h"

#include <QFontDatabase>
#include <QSettings>

#include <algorithm>

namespace Koyeb::Desktop {

namespace {

using namespace Qt::Literals::StringLiterals;

const auto lightThemeKey = u"terminal/lightTheme"_s;
const auto darkThemeKey = u"terminal/darkTheme"_s;
const auto ownThemesKey = u"terminal/themes"_s;
const auto fontFamilyKey = u"terminal/fontFamily"_s;
const auto fontSizeKey = u"terminal/fontSize"_s;
const auto boldBrightKey = u"terminal/boldIsBright"_s;
const auto ligaturesKey = u"terminal/ligatures"_s;
const auto copyOnSelectKey = u"terminal/copyOnSelect"_s;
const auto contrastKey = u"terminal/minimumContrast"_s;
const auto ambiguousWideKey = u"terminal/ambiguousIsWide"_s;

constexpr double usualContrast = 4.5; ///< Black on the light theme's green could hardly be read.

} // namespace

TerminalPreferences::TerminalPreferences(QSettings &settings, QObject *parent)
    : QObject(parent), m_settings(settings)
{
}

void TerminalPreferences::set(const QString &key, const QVariant &value)
{
    if (m_settings.value(key) != value) {
        m_settings.setValue(key, value);
        Q_EMIT changed();
    }
}

QList<TerminalTheme> TerminalPreferences::ownThemes() const
{
    QList<TerminalTheme> themes;
    const QStringList saved = m_settings.value(ownThemesKey).toStringList();
    for (const QString &text : saved) {
        // The file may have been edited.
        if (const auto theme = readTheme(text.toUtf8(), {}); theme && !theme->name.isEmpty()) {
            themes.append(*theme);
        }
    }
    return themes.first(std::min(themes.size(), maximumOwnThemes));
}

QList<TerminalTheme> TerminalPreferences::themes() const
{
    return builtInThemes() + ownThemes();
}

TerminalTheme TerminalPreferences::theme(bool isDark) const
{
    const QString name = m_settings.value(isDark ? darkThemeKey : lightThemeKey).toString();
    const QList<TerminalTheme> all = themes();
    const auto found = std::find_if(
        all.begin(), all.end(), [&name](const TerminalTheme &theme) { return theme.name == name; });
    return found != all.end() ? *found : builtInThemes().at(isDark ? 1 : 0);
}

void TerminalPreferences::setTheme(bool isDark, const QString &name)
{
    set(isDark ? darkThemeKey : lightThemeKey, name);
}

QString TerminalPreferences::addTheme(TerminalTheme theme)
{
    const auto isOfProgram = [&theme](const TerminalTheme &other) {
        return other.name == theme.name;
    };
    if (std::any_of(builtInThemes().begin(), builtInThemes().end(), isOfProgram)) {
        theme.name += u" 2"_s;
    }
    QList<TerminalTheme> own = ownThemes();
    own.removeIf([&theme](const TerminalTheme &other) { return other.name == theme.name; });
    if (own.size() >= maximumOwnThemes) {
        return {};
    }
    own.append(theme);
    keepThemes(own);
    return theme.name;
}

void TerminalPreferences::removeTheme(const QString &name)
{
    QList<TerminalTheme> own = ownThemes();
    own.removeIf([&name](const TerminalTheme &theme) { return theme.name == name; });
    keepThemes(own);
}

void TerminalPreferences::keepThemes(const QList<TerminalTheme> &own)
{
    QStringList texts;
    for (const TerminalTheme &theme : own) {
        texts.append(QString::fromUtf8(writeTheme(theme)));
    }
    set(ownThemesKey, texts);
}

bool TerminalPreferences::isOwnTheme(const QString &name) const
{
    const QList<TerminalTheme> own = ownThemes();
    return std::any_of(
        own.begin(), own.end(), [&name](const TerminalTheme &theme) { return theme.name == name; });
}

void TerminalPreferences::tryTheme(const std::optional<TerminalTheme> &theme)
{
    if (m_triedTheme != theme) {
        m_triedTheme = theme;
        Q_EMIT changed();
    }
}

QFont TerminalPreferences::font() const
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    const QString family = m_settings.value(fontFamilyKey).toString();
    if (!family.isEmpty()) {
        font.setFamily(family);
    }
    const qreal size = m_settings.value(fontSizeKey).toReal();
    if (size > 0) {
        font.setPointSizeF(size);
    }
    return font;
}

void TerminalPreferences::setFont(const QFont &font)
{
    set(fontFamilyKey, font.family());
    set(fontSizeKey, font.pointSizeF());
}

bool TerminalPreferences::isBoldBright() const
{
    return m_settings.value(boldBrightKey, false).toBool();
}

void TerminalPreferences::setBoldBright(bool isBoldBright)
{
    set(boldBrightKey, isBoldBright);
}

bool TerminalPreferences::hasLigatures() const
{
    return m_settings.value(ligaturesKey, false).toBool();
}

void TerminalPreferences::setLigatures(bool hasLigatures)
{
    set(ligaturesKey, hasLigatures);
}

bool TerminalPreferences::copiesOnSelect() const
{
    return m_settings.value(copyOnSelectKey, false).toBool();
}

void TerminalPreferences::setCopiesOnSelect(bool copies)
{
    set(copyOnSelectKey, copies);
}

double TerminalPreferences::minimumContrast() const
{
    constexpr double largest = 21;
    return std::clamp(m_settings.value(contrastKey, usualContrast).toDouble(), 1.0, largest);
}

void TerminalPreferences::setMinimumContrast(double ratio)
{
    set(contrastKey, ratio);
}

bool TerminalPreferences::isAmbiguousWide() const
{
    return m_settings.value(ambiguousWideKey, false).toBool();
}

void TerminalPreferences::setAmbiguousWide(bool isWide)
{
    set(ambiguousWideKey, isWide);
}

} // namespace Koyeb::Desktop
