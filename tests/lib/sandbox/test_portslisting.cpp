// SPDX-License-Identifier: Apache-2.0
#include "sandbox/portslisting.h"

#include <QTest>

using namespace Koyeb;
using namespace Qt::Literals::StringLiterals;

/// Readings of hostile lists of ports.
class TestPortsListing : public QObject {
    Q_OBJECT

    static QByteArray output(
        const QByteArray &sockets, const QByteArray &descriptors, const QByteArray &commands)
    {
        return sockets + "\n#\n" + descriptors + "\n#\n" + commands;
    }
    /// A line of /proc/net/tcp.
    static QByteArray socket(const QByteArray &address, const QByteArray &state, const QByteArray &inode)
    {
        return "   0: " + address + " 00000000:0000 " + state +
               " 00000000:00000000 00:00000000 00000000     0        0 " + inode +
               " 1 0000000000000000 100 0 0 10 0\n";
    }

private Q_SLOTS:
    void addressesOfBothFamiliesAreOnePort()
    {
        const auto ports = parsePorts(
            output(
                "  sl  local_address rem_address   st\n" + socket("0100007F:1F90", "0A", "71") +
                    socket("00000000000000000000000000000000:1F90", "0A", "72") +
                    socket("0000000000000000FFFF00000100007F:0050", "0A", "73") +
                    socket("0100007F:0016", "01", "74"),
                "/proc/12/fd:\nlrwx------ 1 root root 64 Jan  1 00:00 3 -> socket:[71]\n",
                "==> /proc/12/cmdline <==\npython3\0-m\0http.server\0"_ba),
            "#");
        QVERIFY(ports);
        QCOMPARE(ports->size(), 2);
        QCOMPARE(ports->at(0).port, 80);
        QCOMPARE(ports->at(0).addresses, QStringList{u"::ffff:127.0.0.1"_s});
        QCOMPARE(ports->at(0).pid, 0);
        QCOMPARE(ports->at(1).port, 8080);
        QCOMPARE(ports->at(1).addresses, (QStringList{u"127.0.0.1"_s, u"::"_s}));
        QCOMPARE(ports->at(1).pid, 12);
        QVERIFY(ports->at(1).process.startsWith("python3"_L1));
    }

    void commandLinesAreMadeHarmless()
    {
        const auto ports = parsePorts(
            output(
                socket("0100007F:1F90", "0A", "71"), "/proc/12/fd:\n3 -> socket:[71]\n",
                "==> /proc/12/cmdline <==\nevil\x1b[2J\xE2\x80\xAEx" + QByteArray(1000, 'y')),
            "#");
        QVERIFY(ports);
        const auto process = ports->at(0).process;
        QVERIFY(process.size() <= 256);
        QVERIFY(!process.contains(QChar(0x1B)));
        QVERIFY(!process.contains(QChar(0x202E)));
    }

    void nonsenseIsSkipped_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("short") << "0: 0100007F:1F90 0A"_ba;
        QTest::newRow("port 0") << socket("0100007F:0000", "0A", "1");
        QTest::newRow("no port") << socket("0100007F", "0A", "1");
        QTest::newRow("large port") << socket("0100007F:FFFFF", "0A", "1");
        QTest::newRow("odd address") << socket("0100:1F90", "0A", "1");
    }
    void nonsenseIsSkipped()
    {
        QFETCH(QByteArray, line);
        const auto ports = parsePorts(output(line, {}, {}), "#");
        QVERIFY(ports);
        QVERIFY(ports->isEmpty());
    }

    void anIncompleteOutputIsRefused()
    {
        const auto ports = parsePorts("nothing\n#\n", "#");
        QVERIFY(!ports);
        QCOMPARE(ports.error().kind, ErrorKind::Protocol);
    }
};

QTEST_GUILESS_MAIN(TestPortsListing)
#include "test_portslisting.moc"
