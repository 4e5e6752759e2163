// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/watchlist.h"
#include "app/files/sandboxfixture.h"
#include "transfers/transferqueue.h"
#include "transfers/transfersdock.h"

#include <QFile>
#include <QLabel>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int patienceMs = 60'000;

} // namespace

/// Watched folders as the dock shows them, with a real sandbox.
class WatchListTest : public QObject {
    Q_OBJECT

private:
    [[nodiscard]] static bool shows(const QWidget &list, const QString &text)
    {
        const auto labels = list.findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&](const QLabel *label) {
            return label->isVisible() && label->text().contains(text);
        });
    }
    [[nodiscard]] static QToolButton *button(const QWidget &list, const QString &tip)
    {
        for (auto *button : list.findChildren<QToolButton *>()) {
            if (button->toolTip() == tip && button->isVisible()) {
                return button;
            }
        }
        return nullptr;
    }
    void add(FolderWatches &watches)
    {
        FolderWatchOrder order;
        order.sandbox = m_fixture.sandbox();
        order.local = m_folder.path().toStdString();
        order.remote = "/tmp/watched";
        watches.add(m_clock, order, u"box"_s);
    }

    SystemClock m_clock;
    Koyeb::Test::SandboxFixture m_fixture;
    QTemporaryDir m_folder;

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText())); }

    void theDockTellsHowItStands()
    {
        TransferQueue queue;
        FolderWatches watches;
        TransfersDock dock(queue);
        dock.setFolderWatches(watches);
        dock.resize(800, 200);
        dock.show();
        auto *list = dock.findChild<WatchList *>();
        QVERIFY(list && !list->isVisible());
        QSignalSpy touched(&watches, &FolderWatches::remoteDirectoryTouched);
        QFile file(m_folder.filePath(u"file"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        add(watches);
        QVERIFY(list->isVisible());
        QVERIFY(shows(*list, m_folder.path() + u" to box: /tmp/watched"_s));
        QTRY_VERIFY_WITH_TIMEOUT(shows(*list, u"In step, watching for changes"_s), patienceMs);
        QCOMPARE(touched.value(0), (QVariantList{u"the-sandbox"_s, QByteArray("/tmp/watched")}));
        if (const auto pictures = qEnvironmentVariable("KOYEB_TEST_PICTURES"); !pictures.isEmpty()) {
            QCoreApplication::processEvents();
            QVERIFY(dock.grab().save(pictures + u"/watch.png"_s));
        }
        button(*list, u"Pause watching"_s)->click();
        QVERIFY(shows(*list, u"Paused"_s));
        button(*list, u"Go on watching"_s)->click();
        QTRY_VERIFY_WITH_TIMEOUT(shows(*list, u"In step"_s), patienceMs);
        watches.setSandbox(u"the-sandbox"_s, nullptr);
        QVERIFY(shows(*list, u"Waiting for the sandbox"_s));
        watches.setSandbox(u"the-sandbox"_s, m_fixture.sandbox());
        QTRY_VERIFY_WITH_TIMEOUT(shows(*list, u"In step"_s), patienceMs);
        button(*list, u"Stop watching"_s)->click();
        QVERIFY(watches.entries().empty());
        QVERIFY(!list->isVisible());
    }

    void theNextRunGoesOn()
    {
        const QTemporaryDir kept;
        const QString file = kept.filePath(u"settings"_s);
        const auto settings = [&file] {
            return std::make_unique<QSettings>(file, QSettings::IniFormat);
        };
        FolderWatchOrder order;
        order.sandbox = m_fixture.sandbox();
        order.local = m_folder.path().toStdString() + "/odd \xFF";
        std::filesystem::create_directory(order.local);
        order.remote = "/tmp/again \xFF";
        order.leftOut = "*.o\n\xFF";
        order.removes = true;
        {
            const auto first = settings();
            FolderWatches watches(first.get());
            watches.add(m_clock, order, u"box"_s, true);
            order.remote = "/tmp/paused";
            watches.add(m_clock, order, u"box"_s, true);
            watches.pause(watches.entries().back().id);
            order.remote = "/tmp/stopped";
            watches.add(m_clock, order, u"box"_s, true);
            watches.stop(watches.entries().back().id);
            watches.add(m_clock, order, u"local"_s, false); // Its sandbox ends with the program.
        }
        QVERIFY(QFile::exists(file));
        const auto second = settings();
        FolderWatches watches(second.get());
        QVERIFY(!watches.wantsSandbox(u"the-sandbox"_s));
        watches.restore(m_clock);
        QCOMPARE(watches.entries().size(), 2U);
        const auto &entry = watches.entries().front();
        QCOMPARE(entry.sandboxName, u"box"_s);
        QVERIFY(entry.watch->order().local == order.local);
        QCOMPARE(entry.watch->order().remote, "/tmp/again \xFF"_ba);
        QCOMPARE(entry.watch->order().leftOut, order.leftOut);
        QVERIFY(entry.watch->order().removes);
        QCOMPARE(watchText(*entry.watch), u"Waiting for the sandbox"_s);
        QCOMPARE(watches.entries().back().watch->state(), FolderWatch::State::Paused);
        QVERIFY(watches.wantsSandbox(u"the-sandbox"_s) && !watches.wantsSandbox(u"another"_s));
        watches.setSandbox(u"the-sandbox"_s, m_fixture.sandbox());
        QVERIFY(!watches.wantsSandbox(u"the-sandbox"_s));
        QTRY_COMPARE_WITH_TIMEOUT(entry.watch->state(), FolderWatch::State::Watching, patienceMs);
        watches.followDeployment(u"the-sandbox"_s, m_fixture.sandbox()->access().deploymentId);
        QVERIFY(!watches.wantsSandbox(u"the-sandbox"_s));
        watches.followDeployment(u"the-sandbox"_s, u"a later one"_s);
        QVERIFY(watches.wantsSandbox(u"the-sandbox"_s));
        watches.setSandbox(u"the-sandbox"_s, m_fixture.sandbox());
        watches.leaveSandbox(u"the-sandbox"_s, m_clock); // As when one signs out.
        QCOMPARE(watches.entries().size(), 2U);
        QCOMPARE(watchText(*watches.entries().front().watch), u"Waiting for the sandbox"_s);
        QCOMPARE(watches.entries().back().watch->state(), FolderWatch::State::Paused);
        watches.closeSandbox(u"the-sandbox"_s);
        FolderWatches none(second.get());
        none.restore(m_clock);
        QVERIFY(none.entries().empty());
        std::filesystem::remove_all(order.local); // QTemporaryDir does not find names that are no text.
    }

    void settingsThatWereEditedAreNotBelieved()
    {
        const QTemporaryDir kept;
        QSettings settings(kept.filePath(u"settings"_s), QSettings::IniFormat);
        settings.beginWriteArray(u"transfers/watches"_s);
        settings.setArrayIndex(0);
        settings.setValue(u"sandbox"_s, u"box"_s);
        settings.setValue(u"local"_s, u"relative"_s);
        settings.setValue(u"remote"_s, u"/tmp"_s);
        settings.setArrayIndex(1);
        settings.setValue(u"sandbox"_s, u"box"_s);
        settings.setValue(u"local"_s, u"/tmp"_s);
        settings.setValue(u"remote"_s, u"/tmp%00"_s);
        settings.setArrayIndex(2);
        settings.endArray();
        FolderWatches watches(&settings);
        watches.restore(m_clock);
        QVERIFY(watches.entries().empty());
    }

    void aSandboxThatGoesEndsWhatIsForIt()
    {
        FolderWatches watches;
        add(watches);
        watches.closeSandbox(u"another"_s);
        QCOMPARE(watches.entries().size(), 1U);
        watches.closeSandbox(u"the-sandbox"_s);
        QVERIFY(watches.entries().empty());
    }
};

QTEST_MAIN(WatchListTest)
#include "watchlisttest.moc"
