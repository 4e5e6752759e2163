// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

namespace Koyeb::Desktop {

/// Messages outside of the window.
class DesktopNotifications : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    /// Shows a message in place of the last one; nothing happens where nobody shows such. Both are plain.
    virtual void show(const QString &title, const QString &text) = 0;

Q_SIGNALS:
    /// A person wants to see what the message is about.
    void activated();
};

/// Those of the freedesktop.org specification, over D-Bus. Never waits for anything.
class FreedesktopNotifications final : public DesktopNotifications {
    Q_OBJECT

public:
    /// `category` is one of the specification's, such as `transfer.complete`; empty: none fits.
    explicit FreedesktopNotifications(QString category, QObject *parent = nullptr)
        : DesktopNotifications(parent), m_category(std::move(category))
    {
    }

    void show(const QString &title, const QString &text) override;

private Q_SLOTS:
    // By its name, for QtDBus knows no other way.
    void takeAction(uint id, const QString &action);

private:
    void listen();

    QString m_category;
    uint m_id = 0; ///< Of the last message; 0 when there is none.
    bool m_isListening = false;
};

} // namespace Koyeb::Desktop
