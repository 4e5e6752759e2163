// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/theme.h"

#include "common/icons.h"
#include "common/plainbuttonsstyle.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr auto portalService = "org.freedesktop.portal.Desktop"_L1;
constexpr auto portalPath = "/org/freedesktop/portal/desktop"_L1;
constexpr auto portalInterface = "org.freedesktop.portal.Settings"_L1;
constexpr auto appearanceGroup = "org.freedesktop.appearance"_L1;
constexpr auto colourSchemeKey = "color-scheme"_L1;
constexpr uint prefersDark = 1; // 0: no preference, 2: prefers light.

struct Colours {
    QRgb window;
    QRgb base;
    QRgb alternateBase;
    QRgb text;
    QRgb button;
    QRgb placeholder;
    QRgb disabled;
    QRgb highlight;
    QRgb link;
};

QPalette paletteOf(const Colours &colours)
{
    // Made of button and window, Fusion derives the shades of frames and bevels by itself.
    QPalette palette{QColor(colours.button), QColor(colours.window)};
    palette.setColor(QPalette::Base, QColor(colours.base));
    palette.setColor(QPalette::AlternateBase, QColor(colours.alternateBase));
    palette.setColor(QPalette::ToolTipBase, QColor(colours.alternateBase));
    for (const auto role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText}) {
        palette.setColor(role, QColor(colours.text));
        palette.setColor(QPalette::Disabled, role, QColor(colours.disabled));
    }
    palette.setColor(QPalette::PlaceholderText, QColor(colours.placeholder));
    palette.setColor(QPalette::Highlight, QColor(colours.highlight));
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, QColor(colours.disabled));
    palette.setColor(QPalette::Link, QColor(colours.link));
    palette.setColor(QPalette::LinkVisited, QColor(colours.link));
    return palette;
}

void useStyle(const QString &name)
{
    QApplication::setStyle(new PlainButtonsStyle(name));
}

/// Whether the palette in force is the style's own, so that no platform theme chose one.
bool platformHasNoPalette()
{
    const auto standard = QApplication::style()->standardPalette();
    return QApplication::palette().color(QPalette::Window) == standard.color(QPalette::Window);
}

} // namespace

ThemeController::ThemeController(QObject *parent)
    : QObject(parent), m_systemStyle(QApplication::style()->name())
{
}

QPalette ThemeController::lightPalette()
{
    return paletteOf(
        {.window = 0xfff5f6f7,
         .base = 0xffffffff,
         .alternateBase = 0xfff0f2f4,
         .text = 0xff1f2428,
         .button = 0xfffafbfb,
         .placeholder = 0xff69727a,
         .disabled = 0xff9aa2a9,
         .highlight = 0xff17756b,
         .link = 0xff0f6a61});
}

QPalette ThemeController::darkPalette()
{
    return paletteOf(
        {.window = 0xff24282c,
         .base = 0xff1b1e21,
         .alternateBase = 0xff2a2f34,
         .text = 0xffe6e9eb,
         .button = 0xff32383d,
         .placeholder = 0xff969fa7,
         .disabled = 0xff727a81,
         .highlight = 0xff1f7f74,
         .link = 0xff5cc4b6});
}

void ThemeController::apply(Theme theme)
{
    if (theme == Theme::System) {
        useStyle(m_systemStyle);
        followSystem();
        return;
    }
    m_following = false;
    // Other styles paint parts in colours of their own, which would stay in the system's theme.
    useStyle(u"Fusion"_s);
    QApplication::setPalette(theme == Theme::Dark ? darkPalette() : lightPalette());
}

void ThemeController::followSystem()
{
    if (m_following || !platformHasNoPalette()) {
        return;
    }
    m_following = true;
    QApplication::setPalette(lightPalette());
    askPortal();
}

void ThemeController::askPortal()
{
    auto bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) {
        return;
    }
    // The header only declares the type, so the slot's arguments are looked up by name.
    qRegisterMetaType<QDBusVariant>();
    bus.connect(
        portalService, portalPath, portalInterface, u"SettingChanged"_s, this,
        SLOT(takePortalSetting(QString, QString, QDBusVariant)));
    auto question = QDBusMessage::createMethodCall(portalService, portalPath, portalInterface, u"Read"_s);
    question << QString(appearanceGroup) << QString(colourSchemeKey);
    auto *watcher = new QDBusPendingCallWatcher(bus.asyncCall(question), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this](QDBusPendingCallWatcher *call) {
        const QDBusPendingReply<QDBusVariant> reply = *call;
        if (!reply.isError()) {
            takeColourScheme(reply.value().variant());
        }
        call->deleteLater();
    });
}

void ThemeController::takePortalSetting(const QString &group, const QString &key, const QDBusVariant &value)
{
    if (group == appearanceGroup && key == colourSchemeKey) {
        takeColourScheme(value.variant());
    }
}

void ThemeController::takeColourScheme(const QVariant &value)
{
    if (!m_following) {
        return;
    }
    // Read answers with a variant in a variant.
    const auto inner = value.metaType() == QMetaType::fromType<QDBusVariant>()
                           ? value.value<QDBusVariant>().variant()
                           : value;
    QApplication::setPalette(inner.toUInt() == prefersDark ? darkPalette() : lightPalette());
}

} // namespace Koyeb::Desktop
