// SPDX-License-Identifier: Apache-2.0
#include "local/server/execmessages.h"

#include <QTest>

using namespace Koyeb::Local;

/// What the agent says, as the client gets it.
class ExecMessagesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void outputIsTheSameFrameEitherWay_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("text") << QByteArray("{\"stdout\":\"aGVsbG8K\"}\n");
        QTest::newRow("every digit") << QByteArray(
            "{\"stdout\":\"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/+/8=\"}\n");
        QTest::newRow("nothing") << QByteArray("{\"stdout\":\"\"}\n");
        QTest::newRow("much") << "{\"stdout\":\"" + QByteArray(100'000, 'x').toBase64() + "\"}\n";
    }
    void outputIsTheSameFrameEitherWay()
    {
        QFETCH(QByteArray, line);
        const auto frame = execFrameFrom(line.toStdString());
        QVERIFY(frame);
        QCOMPARE(outputFrameText(line.toStdString()).value_or("none"), frame->dump());
    }

    void whatIsNotOutputAloneIsReadAsJson_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("a line end") << QByteArray("\n");
        QTest::newRow("errors") << QByteArray("{\"stderr\":\"aGVsbG8K\"}\n");
        QTest::newRow("the end") << QByteArray("{\"exited\":true,\"exit_code\":0}\n");
        QTest::newRow("more members") << QByteArray("{\"stdout\":\"aGk=\",\"stderr\":\"aGk=\"}\n");
        QTest::newRow("a text that ends itself") << QByteArray("{\"stdout\":\"\"}},\"error\":{\"a\":\"\"}\n");
        QTest::newRow("an escape") << QByteArray("{\"stdout\":\"aGk\\u003d\"}\n");
        QTest::newRow("cut") << QByteArray("{\"stdout\":\"aGk=");
        QTest::newRow("shorter than its ends") << QByteArray("{\"stdout\":\"}\n");
    }
    void whatIsNotOutputAloneIsReadAsJson()
    {
        QFETCH(QByteArray, line);
        QVERIFY(!outputFrameText(line.toStdString()));
    }
};

QTEST_GUILESS_MAIN(ExecMessagesTest)
#include "execmessagestest.moc"
