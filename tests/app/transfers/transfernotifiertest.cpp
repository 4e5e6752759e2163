// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/transfernotifier.h"
#include "core/manualclock.h"
#include "faketransfer.h"
#include "transfers/desktopnotifications.h"
#include "transfers/taskbarprogress.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QSignalSpy>
#include <QtTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

class NotedNotifications final : public DesktopNotifications {
public:
    void show(const QString &title, const QString &text) override { shown.append(title + u'|' + text); }
    QStringList shown;
};

struct Scene {
    Scene() = default;
    void wait() { clock.advance(TransferNotifier::gatheringTime); }

    ManualClock clock;
    FakeTransfers fakes;
    TransferQueue queue;
    NotedNotifications notifications;
    bool isInFront = false;
    TransferNotifier notifier{queue, notifications, clock, [this] {
                                  return isInFront;
                              }};
};

/// What shows messages on a desktop.
class NotificationService : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")

public:
    QList<QVariantList> notified;

public Q_SLOTS:
    uint Notify(
        const QString &application, uint replaced, const QString & /*icon*/, const QString &title,
        const QString &text, const QStringList & /*actions*/, const QVariantMap & /*hints*/, int /*timeout*/)
    {
        notified.append({application, replaced, title, text});
        return 7;
    }

Q_SIGNALS:
    void ActionInvoked(uint id, const QString &action);
};

/// A taskbar.
class LauncherListener : public QObject {
    Q_OBJECT

public:
    QList<std::pair<QString, QVariantMap>> told;

public Q_SLOTS:
    void take(const QString &application, const QVariantMap &facts) { told.append({application, facts}); }
};

} // namespace

class TransferNotifierTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void longOnesAreToldOf()
    {
        Scene s;
        s.queue.enqueue(s.fakes.orders(1));
        s.clock.advance(TransferNotifier::longTransfer);
        s.fakes[0].succeed();
        QVERIFY(s.notifications.shown.isEmpty());
        s.wait();
        QCOMPARE(s.notifications.shown, QStringList{u"Transfer finished|“file0” to demo"_s});
        s.wait();
        QCOMPARE(s.notifications.shown.size(), 1);
    }

    void shortOnesAndThoseSomebodyCancelledAreNot()
    {
        Scene s;
        s.queue.enqueue(s.fakes.orders(2));
        s.clock.advance(TransferNotifier::longTransfer - 1ms);
        s.fakes[0].succeed();
        s.clock.advance(1ms);
        s.queue.cancelAll();
        s.wait();
        QVERIFY(s.notifications.shown.isEmpty());
    }

    void nothingIsSaidToWhoIsLooking()
    {
        Scene s;
        s.isInFront = true;
        s.queue.enqueue(s.fakes.orders(1));
        s.clock.advance(TransferNotifier::longTransfer);
        s.fakes[0].succeed();
        s.wait();
        QVERIFY(s.notifications.shown.isEmpty());
    }

    void severalAreToldOfTogether()
    {
        Scene s;
        s.queue.enqueue(s.fakes.orders(3));
        s.clock.advance(TransferNotifier::longTransfer);
        for (int i = 0; i < 2; ++i) {
            s.fakes[i].succeed();
        }
        s.fakes[2].fail(ErrorKind::Rejected, u"no space left on device"_s);
        s.wait();
        QCOMPARE(s.notifications.shown.size(), 1);
        QVERIFY(s.notifications.shown.first().startsWith(u"3 transfers have ended|1"_s));
    }

    void failuresSayWhy()
    {
        Scene s;
        s.queue.enqueue(s.fakes.orders(1));
        s.clock.advance(TransferNotifier::longTransfer);
        s.fakes[0].fail(ErrorKind::Rejected, u"no space left on device"_s);
        s.wait();
        QCOMPARE(
            s.notifications.shown,
            QStringList{u"Transfer failed|“file0” to demo: The sandbox's disk is full."_s});
    }

    void theDesktopShowsThemAndLeadsBack()
    {
        auto bus = QDBusConnection::sessionBus();
        QVERIFY2(bus.isConnected(), "The test is to be run with dbus-run-session.");
        FreedesktopNotifications notifications{u"transfer.complete"_s};
        notifications.show(u"Too early"_s, u"Nobody is there."_s); // No harm is done.
        NotificationService service;
        QVERIFY(bus.registerObject(
            u"/org/freedesktop/Notifications"_s, &service,
            QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals));
        QVERIFY(bus.registerService(u"org.freedesktop.Notifications"_s));
        const QSignalSpy activated(&notifications, &DesktopNotifications::activated);
        notifications.show(u"<b>Title"_s, u"a < b"_s);
        QTRY_COMPARE(service.notified.size(), 1);
        QCOMPARE(service.notified[0][2].toString(), u"<b>Title"_s);
        QCOMPARE(service.notified[0][3].toString(), u"a &lt; b"_s);
        // The next one takes its place, which also tells that the answer has come.
        QTRY_VERIFY((notifications.show(u"Next"_s, {}), service.notified.last()[1].toUInt() == 7));
        Q_EMIT service.ActionInvoked(99, u"default"_s); // Somebody else's.
        Q_EMIT service.ActionInvoked(7, u"default"_s);
        QTRY_COMPARE(activated.size(), 1);
    }

    void theTaskbarShowsProgress()
    {
        LauncherListener listener;
        QVERIFY(QDBusConnection::sessionBus().connect(
            {}, {}, u"com.canonical.Unity.LauncherEntry"_s, u"Update"_s, &listener,
            SLOT(take(QString, QVariantMap))));
        QGuiApplication::setDesktopFileName(u"koyeb-desktop"_s);
        TaskbarProgress taskbar;
        taskbar.show(0.25);
        taskbar.show(0.25); // Nothing new.
        taskbar.show({});
        QTRY_COMPARE(listener.told.size(), 2);
        QCOMPARE(listener.told[0].first, u"application://koyeb-desktop.desktop"_s);
        const QVariantMap shown{{u"progress"_s, 0.25}, {u"progress-visible"_s, true}};
        const QVariantMap hidden{{u"progress"_s, 0.0}, {u"progress-visible"_s, false}};
        QCOMPARE(listener.told[0].second, shown);
        QCOMPARE(listener.told[1].second, hidden);
    }

    void withoutABusNothingHappens()
    {
        const auto address = qgetenv("DBUS_SESSION_BUS_ADDRESS");
        const auto runtime = qgetenv("XDG_RUNTIME_DIR");
        qunsetenv("DBUS_SESSION_BUS_ADDRESS");
        qputenv("XDG_RUNTIME_DIR", "/nonexistent");
        FreedesktopNotifications({}).show(u"title"_s, u"text"_s);
        TaskbarProgress().show(0.5);
        qputenv("DBUS_SESSION_BUS_ADDRESS", address);
        qputenv("XDG_RUNTIME_DIR", runtime);
    }
};

QTEST_MAIN(TransferNotifierTest)
#include "transfernotifiertest.moc"
