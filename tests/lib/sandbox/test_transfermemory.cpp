// SPDX-License-Identifier: Apache-2.0
#include "transferfixture.h"

#include <QtTest>

#include <fstream>
#include <functional>
#include <malloc.h>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

/// How much more memory this process has while something large moves. Not built with sanitizers, whose own
/// memory is not told apart.
class TestTransferMemory : public QObject {
    Q_OBJECT

    static constexpr qint64 mebibyte = 1024 * 1024;
    /// The process shall stay below 64 MiB, and the libraries that it is made of take their part of that.
    static constexpr qint64 limitBytes = 44 * mebibyte;

    TransferFixture m_fixture;

    /// Of /proc/self/status.
    static qint64 statusBytes(const std::string &name)
    {
        std::ifstream status("/proc/self/status");
        std::string word;
        while (status >> word && word != name) {
        }
        qint64 kibibytes = 0;
        status >> kibibytes;
        return kibibytes * 1024;
    }
    /// At the peak, above what there was before.
    static qint64 peakBytesOf(const std::function<void()> &work)
    {
        ::malloc_trim(0);
        const auto before = statusBytes("VmRSS:");
        std::ofstream("/proc/self/clear_refs") << 5; // The peak begins anew.
        work();
        return statusBytes("VmHWM:") - before;
    }
    void make(const QString &script) { QCOMPARE(m_fixture.inSandbox(u"set -e\n"_s + script), QByteArray()); }

private Q_SLOTS:
    void initTestCase()
    {
        // As the application does; otherwise freed chunks stay with the process, some time more than others.
        constexpr int largeBytes = 256 * 1024;
        ::mallopt(M_MMAP_THRESHOLD, largeBytes);
        QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText()));
        make(u"mkdir -p /tmp/from/tree /tmp/to && cd /tmp/from && head -c 160000000 /dev/urandom > large\n"
             "seq 12000000 | head -c 96000000 >> large\n" // Half of it packs well.
             "head -c 60000000 /dev/urandom | (cd tree && split -a 4 -b 20000)\n"
             "cd tree && seq 5000 | split -a 4 -l 1 - little\n"
             "head -c 5000000 /dev/zero > hollow"_s);
        // A hundred folders with a thousand files each, whose names are as long as those of a large project.
        make(u"mkdir /tmp/from/many && cd /tmp/from/many\n"
             "for d in $(seq 100); do mkdir modules-of-$d\n"
             "(cd modules-of-$d && seq -f 'component-with-a-name-%05g.js' 1000 | xargs touch); done"_s);
    }

    void theMeasureSeesWhatIsHeld()
    {
        const auto peak = peakBytesOf([] { const QByteArray held(2 * limitBytes, 'x'); });
        QVERIFY2(peak > limitBytes, QByteArray::number(peak));
    }

    void staysSmall_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<qint64>("limit");
        QTest::newRow("a file") << "large"_ba << limitBytes;
        QTest::newRow("a folder") << "tree"_ba << limitBytes;
        QTest::newRow("100,000 entries") << "many"_ba << 64 * mebibyte;
    }
    void staysSmall()
    {
        QFETCH(QByteArray, name);
        QFETCH(qint64, limit);
        auto &box = m_fixture.sandbox();
        m_fixture.makeFolder("down-" + name);
        const auto local = m_fixture.fsPath("down-" + name);
        const auto source = "/tmp/from/" + name;
        RelayOrder order;
        order.source = source;
        order.targetDirectory = "/tmp/to";
        order.spool = m_fixture.fsPath("spool");
        const auto peakOf = [](const std::function<Transfer *()> &transfer) {
            TransferOutcome outcome;
            const auto peak = peakBytesOf([&] { outcome = outcomeOf(transfer()); });
            return outcome.isFinished && outcome.problems.isEmpty() ? peak : -1;
        };
        using enum ExistingTarget;
        const auto down = peakOf([&] { return box.download(source, local, Refuse, nullptr); });
        const auto across = peakOf([&] { return box.copyTo(box, order, nullptr); });
        make(u"rm -rf /tmp/to/*"_s);
        const auto up =
            peakOf([&] { return box.upload(local / name.toStdString(), "/tmp/to", Refuse, nullptr); });
        make(u"rm -rf /tmp/to/*"_s);
        for (const auto &[way, peak] : {std::pair("down", down), {"across", across}, {"up", up}}) {
            qInfo("%s: %.1f MiB", way, double(peak) / mebibyte);
            QVERIFY2(peak >= 0, way);
            QVERIFY2(peak <= limit, way);
        }
    }
};

QTEST_GUILESS_MAIN(TestTransferMemory)
#include "test_transfermemory.moc"
