// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPalette>

class QDBusVariant;

namespace Koyeb::Desktop {

/// Light or dark. By default the system's choice: the platform's palette, and where the platform has none of
/// its own, the desktop portal's colour scheme (org.freedesktop.appearance), which is followed as it changes.
class ThemeController : public QObject {
    Q_OBJECT

public:
    enum class Theme { System, Light, Dark };

    explicit ThemeController(QObject *parent = nullptr);

    void apply(Theme theme);

    [[nodiscard]] static QPalette lightPalette();
    [[nodiscard]] static QPalette darkPalette();

private Q_SLOTS:
    void takePortalSetting(const QString &group, const QString &key, const QDBusVariant &value);

private:
    void followSystem();
    void askPortal();
    void takeColourScheme(const QVariant &value);

    QString m_systemStyle; // As Qt chose it, for the desktop or by its own option.
    bool m_following = false;
};

} // namespace Koyeb::Desktop
