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

private Q_SLOTS:
    void whatIsPackedComesBack_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("short") << QByteArray(100, 'x');
        QTest::newRow("longer than a sample") << QByteArray("line\n").repeated(1'000'000);
        QTest::newRow("every byte") << noise(256).repeated(1000);
    }
    void whatIsPackedComesBack()
    {
        QFETCH(QByteArray, bytes);
        const auto small = packed(bytes);
        QVERIFY(small);
        QVERIFY(small->size() < bytes.size());
        const auto back = unpacked(*small, bytes.size());
        QVERIFY(back);
        QCOMPARE(*back, bytes);
    }

    void whatDoesNotPayIsLeft_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("one byte") << QByteArray("x");
        QTest::newRow("noise") << noise(1'000'000);
    }
    void whatDoesNotPayIsLeft()
    {
        QFETCH(QByteArray, bytes);
        QVERIFY(!packed(bytes));
        QVERIFY(!packed(QByteArray(100'000, 'x'), Compression::Never));
        const auto forced = packed(bytes, Compression::Always);
        QVERIFY(forced);
        QCOMPARE(*unpacked(*forced, bytes.size()), bytes);
    }

    void aBombDoesNotGoOff()
    {
        const auto bomb = packed(QByteArray(64 * 1024 * 1024, '\0'));
        QVERIFY(bomb && bomb->size() < 100'000);
        const auto back = unpacked(*bomb, 1024 * 1024);
        QVERIFY(!back);
        QCOMPARE(back.error().kind, ErrorKind::Integrity);
    }

    void damageIsNoticed_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const auto good = *packed(QByteArray(10'000, 'x'));
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("something else") << QByteArray("no zstd at all");
        QTest::newRow("cut") << good.chopped(3);
        QTest::newRow("with something behind it") << good + "more";
    }
    void damageIsNoticed()
    {
        QFETCH(QByteArray, bytes);
        const auto back = unpacked(bytes, 1'000'000);
        QVERIFY(!back);
        QCOMPARE(back.error().kind, ErrorKind::Integrity);
    }

    void severalFramesAreOne()
    {
        const auto one = *packed(QByteArray(10'000, 'x'));
        const auto two = *packed(QByteArray(10'000, 'y'));
        QCOMPARE(*unpacked(one + two, 20'000), QByteArray(10'000, 'x') + QByteArray(10'000, 'y'));
    }
};

QTEST_GUILESS_MAIN(TestPacking)
#include "test_packing.moc"
