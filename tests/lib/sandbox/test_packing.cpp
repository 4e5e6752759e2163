// SPDX-License-Identifier: Apache-2.0
#include "sandbox/packing.h"

#include <QRandomGenerator>
#include <QTest>

using namespace Koyeb;

class TestPacking : public QObject {
    Q_OBJECT

    static QByteArray noise(qsizetype size)
    {
        QByteArray bytes(size, Qt::Uninitialized);
        auto random = QRandomGenerator(1);
        for (auto &byte : bytes) {
            byte = static_cast<char>(random.generate());
        }
        return bytes;
    }

    static constexpr std::array packings{Packing::Zstd, Packing::Gzip};

    static void addRows(const char *name, const QByteArray &bytes)
    {
        for (const auto packing : packings) {
            QTest::addRow("%s, %d", name, static_cast<int>(packing)) << packing << bytes;
        }
    }
    static void addPackings()
    {
        QTest::addColumn<Packing>("packing");
        QTest::newRow("zstd") << Packing::Zstd;
        QTest::newRow("gzip") << Packing::Gzip;
    }

private Q_SLOTS:
    void whatIsPackedComesBack_data()
    {
        QTest::addColumn<Packing>("packing");
        QTest::addColumn<QByteArray>("bytes");
        addRows("short", QByteArray(100, 'x'));
        addRows("longer than a sample", QByteArray("line\n").repeated(1'000'000));
        addRows("every byte", noise(256).repeated(1000));
    }
    void whatIsPackedComesBack()
    {
        QFETCH(Packing, packing);
        QFETCH(QByteArray, bytes);
        const auto small = packed(bytes, packing);
        QVERIFY(small);
        QVERIFY(small->size() < bytes.size());
        const auto back = unpacked(*small, packing, bytes.size());
        QVERIFY(back);
        QCOMPARE(*back, bytes);
    }

    void whatDoesNotPayIsLeft_data()
    {
        QTest::addColumn<Packing>("packing");
        QTest::addColumn<QByteArray>("bytes");
        addRows("empty", {});
        addRows("one byte", "x");
        addRows("noise", noise(1'000'000));
    }
    void whatDoesNotPayIsLeft()
    {
        QFETCH(Packing, packing);
        QFETCH(QByteArray, bytes);
        QVERIFY(!packed(bytes, packing));
        QVERIFY(!packed(QByteArray(100'000, 'x'), packing, Compression::Never));
        const auto forced = packed(bytes, packing, Compression::Always);
        QVERIFY(forced);
        QCOMPARE(*unpacked(*forced, packing, bytes.size()), bytes);
    }

    void aBombDoesNotGoOff_data() { addPackings(); }
    void aBombDoesNotGoOff()
    {
        QFETCH(Packing, packing);
        const auto bomb = packed(QByteArray(64 * 1024 * 1024, '\0'), packing);
        QVERIFY(bomb && bomb->size() < 400'000);
        const auto back = unpacked(*bomb, packing, 1024 * 1024);
        QVERIFY(!back);
        QCOMPARE(back.error().kind, ErrorKind::Integrity);
    }

    void damageIsNoticed_data()
    {
        QTest::addColumn<Packing>("packing");
        QTest::addColumn<QByteArray>("bytes");
        addRows("nothing", {});
        addRows("something else", "not packed at all");
        for (const auto packing : packings) {
            const auto good = *packed(QByteArray(10'000, 'x'), packing);
            QTest::addRow("cut, %d", static_cast<int>(packing)) << packing << good.chopped(3);
            QTest::addRow("with something behind it, %d", static_cast<int>(packing))
                << packing << good + "more";
        }
    }
    void damageIsNoticed()
    {
        QFETCH(Packing, packing);
        QFETCH(QByteArray, bytes);
        const auto back = unpacked(bytes, packing, 1'000'000);
        QVERIFY(!back);
        QCOMPARE(back.error().kind, ErrorKind::Integrity);
    }

    void severalFramesAreOne_data() { addPackings(); }
    void severalFramesAreOne()
    {
        QFETCH(Packing, packing);
        const auto one = *packed(QByteArray(10'000, 'x'), packing);
        const auto two = *packed(QByteArray(10'000, 'y'), packing);
        QCOMPARE(*unpacked(one + two, packing, 20'000), QByteArray(10'000, 'x') + QByteArray(10'000, 'y'));
    }
};

QTEST_GUILESS_MAIN(TestPacking)
#include "test_packing.moc"
