// SPDX-License-Identifier: Apache-2.0
#include "local/gateway/bodyframing.h"

#include <QTest>

using namespace Koyeb::Local;

/// Where bodies end.
class FramingTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findsTheEnd_data();
    void findsTheEnd();
    void goesOnToTheEndOfTheConnection_data();
    void goesOnToTheEndOfTheConnection();
};

void FramingTest::findsTheEnd_data()
{
    QTest::addColumn<int>("length"); // -1: in chunks
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("nothing") << 0 << QByteArray();
    QTest::newRow("counted") << 5 << QByteArray("hello");
    QTest::newRow("no chunk") << -1 << QByteArray("0\r\n\r\n");
    QTest::newRow("chunks") << -1
                            << QByteArray("5\r\nhello\r\n1A\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\n\r\n");
    QTest::newRow("a chunk like an end") << -1 << QByteArray("5\r\n0\r\n\r\n\r\n0\r\n\r\n");
    QTest::newRow("extensions and trailers")
        << -1 << QByteArray("3;name=\"value\"\r\nabc\r\n000 ; last\r\nA: b\r\nC: d\r\n\r\n");
    QTest::newRow("bare line feeds") << -1 << QByteArray("3\nabc\n0\n\n");
}

void FramingTest::findsTheEnd()
{
    QFETCH(const int, length);
    QFETCH(const QByteArray, body);
    const std::string bytes = body.toStdString() + "GET /next";
    for (size_t step = 1; step <= bytes.size(); ++step) {
        BodyFraming framing =
            length < 0 ? BodyFraming::chunked() : BodyFraming::counted(static_cast<std::uint64_t>(length));
        size_t taken = 0;
        for (size_t at = 0; at < bytes.size(); at += step) {
            QCOMPARE(framing.isOver(), taken == static_cast<size_t>(body.size()));
            taken += framing.take(std::string_view(bytes).substr(at, step));
        }
        QCOMPARE(taken, static_cast<size_t>(body.size()));
        QVERIFY(framing.isOver() && !framing.endsWithConnection());
    }
}

void FramingTest::goesOnToTheEndOfTheConnection_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("no size") << QByteArray("\r\nabc");
    QTest::newRow("a size that is none") << QByteArray("x\r\nabc");
    QTest::newRow("a negative size") << QByteArray("-1\r\nabc");
    QTest::newRow("a size beyond all") << QByteArray("ffffffffffffffffffff\r\nabc");
    QTest::newRow("more than was said") << QByteArray("3\r\nabcd\r\n0\r\n\r\n");
}

void FramingTest::goesOnToTheEndOfTheConnection()
{
    QFETCH(const QByteArray, body);
    BodyFraming framing = BodyFraming::chunked();
    for (const char byte : body)
        QCOMPARE(framing.take(std::string_view(&byte, 1)), size_t{1});
    QVERIFY(!framing.isOver() && framing.endsWithConnection());
}

QTEST_APPLESS_MAIN(FramingTest)
#include "framingtest.moc"
