// SPDX-License-Identifier: Apache-2.0
#include "core/base64.h"
#include "core/jsontext.h"
#include "core/sha256.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTest>

using namespace Koyeb;
using namespace Qt::Literals::StringLiterals;

namespace {

QByteArray noise(qsizetype size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    auto random = QRandomGenerator(static_cast<quint32>(size));
    for (char &byte : bytes) {
        byte = static_cast<char>(random.bounded(256));
    }
    return bytes;
}

QByteArray json(QByteArray text)
{
    return text.replace('\'', '"');
}

} // namespace

class TestEncoding : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void base64AgreesWithQt()
    {
        // Around the groups of three bytes, and around the step in which it is made.
        for (const qsizetype size : {0, 1, 2, 3, 4, 5, 6, 1000, 3145727, 3145728, 3145729, 3145731}) {
            const auto bytes = noise(size);
            QByteArray text = "head";
            appendBase64(text, bytes);
            QCOMPARE(text, "head" + bytes.toBase64());
            QCOMPARE(fromBase64(bytes.toBase64()), bytes);
        }
    }

    void damagedBase64IsRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("too short") << QByteArray("YWJ");
        QTest::newRow("another alphabet") << QByteArray("YW-_");
        QTest::newRow("space before") << QByteArray("    YWJj");
        QTest::newRow("line end behind") << QByteArray("YWJj\n\n\n\n");
        QTest::newRow("padding inside") << QByteArray("YW==YWJj");
        QTest::newRow("only padding") << QByteArray("====");
        QTest::newRow("NUL") << QByteArray("YW\0j", 4);
        QTest::newRow("not ASCII") << QByteArray("YW\xC3\xA4");
    }
    void damagedBase64IsRefused()
    {
        QFETCH(QByteArray, text);
        QVERIFY(!fromBase64(text));
    }

    void hexadecimalDigitsBecomeBytes()
    {
        QCOMPARE(fromHexDigits("000aFfaB"), QByteArray("\0\x0A\xFF\xAB", 4));
        QCOMPARE(fromHexDigits(" 61 62\n 63\n"), "abc"_ba);
        QCOMPARE(fromHexDigits(""), ""_ba);
        QVERIFY(!fromHexDigits("616"));
        QVERIFY(!fromHexDigits("61 *\n62"));
    }

    void textInJsonIsReadAsItWas()
    {
        QByteArray all;
        for (int character = 0; character < 128; ++character) {
            all += static_cast<char>(character);
        }
        all += "\uFEFF\uFFFD\u2028\uFFFF é😀";
        QByteArray json = "[\"";
        appendJsonText(json, all);
        QCOMPARE(json.size(), 2 + jsonTextBytes(all));
        QCOMPARE(QJsonDocument::fromJson(json + "\"]").array().first().toString().toUtf8(), all);
        QCOMPARE(jsonTextBytes("a\"\\\n\x01\x7F"), 1 + 2 + 2 + 2 + 6 + 1);
        QCOMPARE(jsonTextBytes(""), 0);
    }

    void hashesAgreeWithQt()
    {
        const auto bytes = noise(100'000);
        Sha256 hash;
        hash.add(QByteArrayView(bytes).first(7));
        hash.add(QByteArrayView(bytes).sliced(7));
        const auto expected = QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
        QCOMPARE(hash.hex(), expected);
        QCOMPARE(Sha256::hexOf(bytes), expected);
    }

    void plainTextIsTakenOutOfJson_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("isTaken");
        QTest::newRow("first") << json("{'stdout':'YWJj','stderr':'a\\'\\\\','code':0}") << true;
        QTest::newRow("last") << json("{ 'code' : -1 , 'stderr':'\\\\',\r\n'stdout'\t: 'YWJj' }") << true;
        QTest::newRow("empty") << json("{'stdout':''}") << true;
        QTest::newRow("escapes") << json("{'stdout':'a\\nb'}") << false;
        QTest::newRow("not ASCII") << json("{'stdout':'\xC3\xA4'}") << false;
        QTest::newRow("absent") << json("{'code':0}") << false;
        QTest::newRow("not a text") << json("{'stdout':5}") << false;
        QTest::newRow("of another object") << json("{'a':{'stdout':'x'},'b':1}") << false;
        QTest::newRow("in a text") << json("{'a':'\\'stdout\\':\\'x\\''}") << false;
        QTest::newRow("cut off") << json("{'stdout':'YWJj") << false;
        QTest::newRow("no object") << json("['stdout','x']") << false;
        QTest::newRow("nothing") << QByteArray() << false;
    }
    void plainTextIsTakenOutOfJson()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, isTaken);
        const auto before = text;
        const auto taken = takePlainText(text, "stdout");
        QCOMPARE(taken.has_value(), isTaken);
        if (!isTaken) {
            QCOMPARE(text, before);
            return;
        }
        auto expected = QJsonDocument::fromJson(before).object();
        QCOMPARE(QString::fromLatin1(*taken), expected.value(QLatin1String("stdout")).toString());
        expected.insert(QLatin1String("stdout"), QString());
        QCOMPARE(QJsonDocument::fromJson(text).object(), expected);
    }
};

QTEST_GUILESS_MAIN(TestEncoding)
#include "test_encoding.moc"
