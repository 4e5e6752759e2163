// SPDX-License-Identifier: Apache-2.0
#include "core/manualclock.h"
#include "sandbox/bandwidthlimit.h"
#include "sandbox/transfergate.h"
#include "transferfixture.h"

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qint64 kibibyte = 1024;

enum class Way { Up, Down };

QCoro::Task<void> list(Sandbox &sandbox, bool &isDone)
{
    const auto entries = co_await sandbox.files().list("/tmp/pace", {});
    isDone = entries.has_value();
}

} // namespace

Q_DECLARE_METATYPE(Way)

/// How transfers with a real local sandbox hold back.
class TestTransferPace : public QObject {
    Q_OBJECT

    TransferFixture m_fixture;

    std::unique_ptr<Transfer> transfer(Sandbox &sandbox, Way way, const QByteArray &name)
    {
        auto *made =
            way == Way::Up
                ? sandbox.upload(m_fixture.fsPath(name), "/tmp/pace", ExistingTarget::Refuse, nullptr)
                : sandbox.download(
                      "/tmp/pace/" + name, m_fixture.fsPath("down"), ExistingTarget::Refuse, nullptr);
        return std::unique_ptr<Transfer>(made);
    }
    /// How long the transfer takes by the limit's own clock, which is turned only when somebody waits for it.
    static std::chrono::milliseconds timeOf(Transfer &transfer, ManualClock &clock)
    {
        bool isOver = false;
        connect(&transfer, &Transfer::finished, &transfer, [&isOver] { isOver = true; });
        connect(&transfer, &Transfer::failed, &transfer, [&isOver](const Error &error) {
            qWarning("The transfer failed: %s", qPrintable(error.message));
            isOver = true;
        });
        std::chrono::milliseconds time{};
        transfer.start();
        while (QTest::qWaitFor([&] { return isOver || clock.pendingCalls() > 0; }, patienceMs) && !isOver) {
            const auto step = clock.untilNextCall();
            clock.advance(step);
            time += step;
        }
        return isOver ? time : std::chrono::milliseconds(-1);
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText()));
        QCOMPARE(m_fixture.inSandbox(u"mkdir /tmp/pace"_s), ""_ba);
        m_fixture.makeFolder("down");
    }
    void cleanup() { m_fixture.useUsualTools(); }

    void theBandwidthIsObeyed_data()
    {
        QTest::addColumn<Way>("way");
        QTest::addColumn<bool>("isFolder");
        QTest::newRow("up") << Way::Up << false;
        QTest::newRow("down") << Way::Down << false;
        QTest::newRow("many small files up") << Way::Up << true;
        QTest::newRow("many small files down") << Way::Down << true;
    }
    void theBandwidthIsObeyed()
    {
        QFETCH(Way, way);
        QFETCH(bool, isFolder);
        // The downloads take what the uploads have made.
        const QByteArray name = isFolder ? "folder" : "file";
        constexpr qint64 size = 6 * 1024 * kibibyte;
        constexpr int files = 60;
        if (way == Way::Up && isFolder) {
            m_fixture.makeFolder(name);
            for (int i = 0; i < files; ++i) {
                m_fixture.makeFile(name + '/' + QByteArray::number(i), randomBytes(size / files + i));
            }
        } else if (way == Way::Up) {
            m_fixture.makeFile(name, randomBytes(size));
        }
        ManualClock clock;
        const auto bandwidth = std::make_shared<BandwidthLimit>(clock);
        constexpr qint64 limit = 256 * kibibyte;
        bandwidth->setLimit(way == Way::Up ? Flow::Up : Flow::Down, limit);
        m_fixture.sandbox().setBandwidth(bandwidth);
        const auto moving = transfer(m_fixture.sandbox(), way, name);
        const auto time = timeOf(*moving, clock);
        const double expected = static_cast<double>(size) * 4 / 3 / static_cast<double>(limit);
        const double seconds = std::chrono::duration<double>(time).count();
        // Nobody waits for what the last chunk costs, nor is charged for what was saved up at first. Around
        // the content there are the names.
        QVERIFY2(
            seconds > expected - 1.5 && seconds < expected * 1.05,
            qPrintable(u"%1 s, not %2 s"_s.arg(seconds).arg(expected)));
        QCOMPARE(moving->progress().doneBytes, moving->progress().totalBytes);
    }

    void aListingGoesFirst()
    {
        m_fixture.makeFile("polite", randomBytes(4'000'000));
        // The sandbox's own time stands still.
        ManualClock clock;
        Sandbox sandbox(clock, m_fixture.sandbox().access());
        bool isListed = false;
        list(sandbox, isListed); // Its tools are known then.
        QTRY_VERIFY_WITH_TIMEOUT(isListed, patienceMs);
        m_fixture.closeGate("find");
        isListed = false;
        list(sandbox, isListed);
        QTRY_VERIFY_WITH_TIMEOUT(m_fixture.hasReachedGate(), patienceMs);
        const auto moving = transfer(sandbox, Way::Up, "polite");
        moving->start();
        // It makes its place, and sends nothing.
        QTRY_VERIFY_WITH_TIMEOUT(
            m_fixture.inSandbox(u"ls -d /tmp/pace/.koyeb-part-* | wc -l"_s) == "1\n", patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(clock.pendingCalls() > 0, patienceMs);
        QCOMPARE(moving->progress().doneBytes, 0);
        QCOMPARE(m_fixture.inSandbox(u"ls /tmp/pace/.koyeb-part-*/part-* 2>/dev/null; true"_s), ""_ba);
        m_fixture.openGate();
        QTRY_VERIFY_WITH_TIMEOUT(isListed, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(moving->progress().doneBytes == 4'000'000, patienceMs);
        moving->cancel();
        QTRY_VERIFY_WITH_TIMEOUT(!moving->isCleaningUp(), patienceMs);
    }

    void aCommandDoesNotHoldTransfersUpForLong()
    {
        m_fixture.makeFile("patient", randomBytes(100'000));
        ManualClock clock;
        Sandbox sandbox(clock, m_fixture.sandbox().access());
        bool isListed = false;
        list(sandbox, isListed); // Its tools are known then.
        QTRY_VERIFY_WITH_TIMEOUT(isListed, patienceMs);
        m_fixture.closeGate("find");
        isListed = false;
        list(sandbox, isListed);
        QTRY_VERIFY_WITH_TIMEOUT(m_fixture.hasReachedGate(), patienceMs);
        const auto moving = transfer(sandbox, Way::Up, "patient");
        const QSignalSpy finished(moving.get(), &Transfer::finished);
        moving->start();
        const auto turnAndLook = [&] {
            clock.advance(TransferGate::longestCourtesy);
            return !finished.isEmpty();
        };
        QTRY_VERIFY_WITH_TIMEOUT(turnAndLook(), patienceMs);
        QVERIFY(!isListed);
        m_fixture.openGate();
        QTRY_VERIFY_WITH_TIMEOUT(isListed && !moving->isCleaningUp(), patienceMs);
    }
};

QTEST_GUILESS_MAIN(TestTransferPace)
#include "test_transferpace.moc"
