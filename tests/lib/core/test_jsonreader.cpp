// SPDX-License-Identifier: Apache-2.0
#include "core/jsonreader.h"

#include <QJsonArray>
#include <QTest>

using namespace Koyeb;
using namespace Qt::Literals::StringLiterals;

namespace {

/// Everything that the reader can read, of one object.
struct Sample {
    QString text;
    bool truth = false;
    qint64 whole = 0;
    double number = 0;
    QDateTime time;
    QStringList list;
    QStringList nested;
    QStringList members;
    QMap<QString, qint64> numbers;
    QMap<QString, QString> texts;
};

Result<Sample> readSample(const QByteArray &json)
{
    const auto object = parseJsonObject(json);
    if (!object) {
        return failure(object.error());
    }
    const JsonReader reader(*object);
    Sample sample;
    sample.text = reader.string("text"_L1);
    sample.truth = reader.boolean("truth"_L1);
    sample.whole = reader.integer("whole"_L1);
    sample.number = reader.number("number"_L1);
    sample.time = reader.timestamp("time"_L1);
    sample.list = reader.strings("list"_L1);
    reader.forEach("items"_L1, [&](const JsonReader &item) {
        sample.nested.append(item.object("inner"_L1).requiredString("id"_L1));
    });
    reader.forEachMember("members"_L1, [&](const QString &name, const JsonReader &member) {
        sample.members.append(name + u'=' + member.requiredString("id"_L1));
    });
    sample.numbers = reader.integerMap("numbers"_L1);
    sample.texts = reader.stringMap("texts"_L1);
    return reader.result(sample);
}

} // namespace

class TestJsonReader : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsEveryType()
    {
        const auto sample = readSample(R"({"text":"a","truth":true,"whole":"9007199254740993","number":0.5,
            "time":"2026-01-02T03:04:05.678000001Z","list":["x","y"],"items":[{"inner":{"id":"1"}}],
            "members":{"a":{"id":"1"},"b":{"id":"2"}},"numbers":{"x":"9007199254740993","y":2,"z":null},
            "texts":{"k":"v"},"more":{}})");
        QVERIFY2(sample, sample ? "" : qPrintable(sample.error().message));
        QCOMPARE(sample->text, u"a"_s);
        QVERIFY(sample->truth);
        QCOMPARE(sample->whole, 9007199254740993LL);
        QCOMPARE(sample->number, 0.5);
        QCOMPARE(sample->time, QDateTime(QDate(2026, 1, 2), QTime(3, 4, 5, 678), Qt::UTC));
        QCOMPARE(sample->list, (QStringList{u"x"_s, u"y"_s}));
        QCOMPARE(sample->nested, QStringList{u"1"_s});
        QCOMPARE(sample->members, (QStringList{u"a=1"_s, u"b=2"_s}));
        QCOMPARE(
            sample->numbers, (QMap<QString, qint64>{{u"x"_s, 9007199254740993LL}, {u"y"_s, 2}, {u"z"_s, 0}}));
        QCOMPARE(sample->texts, (QMap<QString, QString>{{u"k"_s, u"v"_s}}));
    }

    void takesAbsentNullAndEmptyAlike_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("absent") << QByteArray("{}");
        QTest::newRow("null") << QByteArray(
            R"({"text":null,"truth":null,"whole":null,"number":null,"time":null,"list":null,"items":null})");
        QTest::newRow("empty") << QByteArray(R"({"text":"","whole":"","time":"","list":[],"items":[]})");
        QTest::newRow("zero time") << QByteArray(R"({"time":"0001-01-01T00:00:00Z"})");
    }
    void takesAbsentNullAndEmptyAlike()
    {
        QFETCH(const QByteArray, json);
        const auto sample = readSample(json);
        QVERIFY(sample);
        QVERIFY(sample->text.isEmpty() && !sample->truth && sample->whole == 0 && sample->list.isEmpty());
        QVERIFY(!sample->time.isValid());
    }

    void namesThePathOfWhatIsWrong_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("path");
        QTest::newRow("number for text") << QByteArray(R"({"text":5})") << u"$.text is not a text"_s;
        QTest::newRow("text for truth")
            << QByteArray(R"({"truth":"yes"})") << u"$.truth is not a truth value"_s;
        QTest::newRow("fraction") << QByteArray(R"({"whole":1.5})") << u"$.whole is not a whole number"_s;
        QTest::newRow("words") << QByteArray(R"({"whole":"many"})") << u"$.whole is not a whole number"_s;
        QTest::newRow("no time") << QByteArray(R"({"time":"soon"})") << u"$.time is not a time"_s;
        QTest::newRow("list element") << QByteArray(R"({"list":["a",1]})") << u"$.list[1] is not a text"_s;
        QTest::newRow("item") << QByteArray(R"({"items":[{"inner":{"id":"1"}},7]})")
                              << u"$.items[1] is not an object"_s;
        QTest::newRow("nested") << QByteArray(R"({"items":[{"inner":{"id":"1"}},{"inner":{}}]})")
                                << u"$.items[1].inner.id is missing"_s;
        QTest::newRow("list for map") << QByteArray(R"({"numbers":[]})") << u"$.numbers is not an object"_s;
        QTest::newRow("member") << QByteArray(R"({"members":{"a":{"id":"1"},"b":7}})")
                                << u"$.members.b is not an object"_s;
        QTest::newRow("in a member") << QByteArray(R"({"members":{"a":{}}})")
                                     << u"$.members.a.id is missing"_s;
        QTest::newRow("number of a map")
            << QByteArray(R"({"numbers":{"x":true}})") << u"$.numbers.x is not a whole number"_s;
        QTest::newRow("text of a map") << QByteArray(R"({"texts":{"k":1}})") << u"$.texts.k is not a text"_s;
    }
    void namesThePathOfWhatIsWrong()
    {
        QFETCH(const QByteArray, json);
        QFETCH(const QString, path);
        const auto sample = readSample(json);
        QVERIFY(!sample);
        QCOMPARE(sample.error().kind, ErrorKind::Protocol);
        QVERIFY2(sample.error().message.contains(path), qPrintable(sample.error().message));
    }

    void refusesWhatIsNoJsonObject_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("cut") << QByteArray(R"({"text":)");
        QTest::newRow("html") << QByteArray("<html></html>");
        QTest::newRow("list") << QByteArray("[]");
        QTest::newRow("nothing") << QByteArray();
    }
    void refusesWhatIsNoJsonObject()
    {
        QFETCH(const QByteArray, text);
        QCOMPARE(parseJsonObject(text).error().kind, ErrorKind::Protocol);
    }
};

QTEST_GUILESS_MAIN(TestJsonReader)
#include "test_jsonreader.moc"
