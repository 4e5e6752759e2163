// SPDX-License-Identifier: Apache-2.0
#include "net/sseparser.h"

#include <QTest>

using namespace Koyeb;

class TestSseParser : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void parsesEvents_data()
    {
        QTest::addColumn<QByteArray>("stream");
        QTest::addColumn<QList<ServerSentEvent>>("events");
        const auto row = [](const char *name, const char *stream, const QList<ServerSentEvent> &events) {
            QTest::newRow(name) << QByteArray(stream) << events;
        };
        row("executor output", "event: output\ndata: {\"data\":\"one\"}\n\n",
            {{"output", "{\"data\":\"one\"}"}});
        row("two", "event: a\ndata: 1\n\nevent: b\ndata: 2\n\n", {{"a", "1"}, {"b", "2"}});
        row("crlf", "event: a\r\ndata: 1\r\n\r\n", {{"a", "1"}});
        row("cr", "event: a\rdata: 1\r\r", {{"a", "1"}});
        row("several data lines", "data: 1\ndata:\ndata:  2\n\n", {{"message", "1\n\n 2"}});
        row("comments and unknown fields", ": hi\nid: 3\nretry: 5\nnonsense\ndata: x\n\n",
            {{"message", "x"}});
        row("event without data", "event: a\n\ndata: x\n\n", {{"message", "x"}});
        row("unfinished", "event: a\ndata: 1\n", {});
    }
    void parsesEvents()
    {
        QFETCH(const QByteArray, stream);
        QFETCH(const QList<ServerSentEvent>, events);
        QCOMPARE(SseParser().feed(stream), events);
        // The same, cut at every byte.
        SseParser parser;
        QList<ServerSentEvent> gathered;
        for (const char byte : stream) {
            gathered += parser.feed(QByteArray(1, byte));
        }
        QCOMPARE(gathered, events);
    }

    void givesUpOnEndlessEvents()
    {
        SseParser parser(100);
        QVERIFY(parser.feed("data: " + QByteArray(50, 'x') + "\n").isEmpty());
        QVERIFY(!parser.hasFailed());
        QVERIFY(parser.feed("data: " + QByteArray(50, 'x') + "\n").isEmpty());
        QVERIFY(parser.hasFailed());
        QVERIFY(parser.feed("\n\ndata: 1\n\n").isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestSseParser)
#include "test_sseparser.moc"
