// SPDX-License-Identifier: Apache-2.0
#include "local/agent/base64.h"
#include "local/agent/flatobject.h"
#include "local/agent/httpexchange.h"
#include "local/agent/jsontext.h"
#include "local/agent/requestfields.h"

#include <QByteArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Koyeb::Local;

/// The texts that the executor reads and writes. Qt's own coders are the yardstick.
class TextTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyCodePointIsOneSequence();
    void everyCutSequenceIsBad();
    void base64MatchesTheYardstick();
    void badBase64IsRefused_data();
    void badBase64IsRefused();
    void badUnicodeIsReplaced_data();
    void badUnicodeIsReplaced();
    void queryValuesAreFound_data();
    void queryValuesAreFound();
    void deepNestingIsNoDanger();
    void anyBytesAreSafeToParse();
    void flatObjectsAreReadAsOthersAre();
    void longTextsAreReadAndWrittenWhole();
};

namespace {

std::string utf8(char32_t codePoint)
{
    return QStringView(QChar::fromUcs4(codePoint)).toString().toStdString();
}

} // namespace

void TextTest::everyCodePointIsOneSequence()
{
    for (char32_t codePoint = 1; codePoint <= 0x10FFFF; ++codePoint) {
        if (codePoint >= 0xD800 && codePoint <= 0xDFFF)
            continue;
        const std::string text = utf8(codePoint);
        if (utf8SequenceLength(text + 'x') != text.size())
            QFAIL(qPrintable(QString::number(codePoint, 16)));
    }
}

void TextTest::everyCutSequenceIsBad()
{
    for (const char32_t codePoint : {U'\u00e9', U'\u20ac', U'\U0001F600'}) {
        const std::string text = utf8(codePoint);
        for (size_t length = 1; length < text.size(); ++length) {
            QCOMPARE(utf8SequenceLength(text.substr(0, length)), size_t{0});
            QCOMPARE(utf8SequenceLength(text.substr(0, length) + 'x'), size_t{0});
        }
        QCOMPARE(utf8SequenceLength(text.substr(1)), size_t{0});
    }
    for (const std::string_view bad :
         {"\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80",
          "\xF5\x80\x80\x80", "\xFF"})
        QCOMPARE(utf8SequenceLength(bad), size_t{0});
    QCOMPARE(utf8SequenceLength({}), size_t{0});
}

void TextTest::base64MatchesTheYardstick()
{
    QByteArray bytes;
    for (int i = 0; i < 600; ++i) {
        const std::string text = toBase64({bytes.constData(), size_t(bytes.size())});
        QCOMPARE(text, bytes.toBase64().toStdString());
        QCOMPARE(fromBase64(text).value_or("none"), bytes.toStdString());
        bytes += char(i * 7);
    }
}

void TextTest::badBase64IsRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("cut") << QByteArray("abc");
    QTest::newRow("another alphabet") << QByteArray("ab-_");
    QTest::newRow("too much padding") << QByteArray("a===");
    QTest::newRow("padding inside") << QByteArray("ab==cdef");
    QTest::newRow("a line end") << QByteArray("abcd\nab=");
}

void TextTest::badBase64IsRefused()
{
    QFETCH(const QByteArray, text);
    QVERIFY(!fromBase64(text.toStdString()));
}

void TextTest::badUnicodeIsReplaced_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("repaired");
    QTest::newRow("good") << QByteArray("{\"é\\u00e9\\\\u\\n\"}") << QByteArray("{\"é\\u00e9\\\\u\\n\"}");
    QTest::newRow("a pair") << QByteArray("\\ud83d\\uDE00") << QByteArray("\\ud83d\\uDE00");
    QTest::newRow("high alone") << QByteArray("\\ud83dx") << QByteArray("\\ufffdx");
    QTest::newRow("high before another escape")
        << QByteArray("\\ud83d\\u0041") << QByteArray("\\ufffd\\u0041");
    QTest::newRow("two high, one low")
        << QByteArray("\\ud83d\\ud83d\\ude00") << QByteArray("\\ufffd\\ud83d\\ude00");
    QTest::newRow("low alone") << QByteArray("\\ude00") << QByteArray("\\ufffd");
    QTest::newRow("an escaped backslash before") << QByteArray("\\\\ud83d") << QByteArray("\\\\ud83d");
    QTest::newRow("a bad byte behind a backslash") << QByteArray("\\\xff") << QByteArray("\\\xEF\xBF\xBD");
    QTest::newRow("cut escapes") << QByteArray("\\ud8") << QByteArray("\\ud8");
    QTest::newRow("a backslash at the end") << QByteArray("a\\") << QByteArray("a\\");
    QTest::newRow("each bad byte") << QByteArray("\xF0\x9F\x98x")
                                   << QByteArray("\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDx");
}

void TextTest::badUnicodeIsReplaced()
{
    QFETCH(const QByteArray, json);
    QFETCH(const QByteArray, repaired);
    QCOMPARE(QByteArray::fromStdString(withReplacedBadUnicode(json.toStdString())), repaired);
}

void TextTest::queryValuesAreFound_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("alone") << QByteArray("id=a") << QByteArray("a");
    QTest::newRow("among others") << QByteArray("x=1&id=a&y") << QByteArray("a");
    QTest::newRow("the first one") << QByteArray("id=a&id=b") << QByteArray("a");
    QTest::newRow("decoded") << QByteArray("i%64=a%20b+c%2Bd%C3%A9") << QByteArray("a b c+d\xC3\xA9");
    QTest::newRow("cut percent signs") << QByteArray("id=%&x=%2") << QByteArray("%");
    QTest::newRow("no number") << QByteArray("id=%zz%-1") << QByteArray("%zz%-1");
    QTest::newRow("none") << QByteArray("idx=a&xid=b") << QByteArray();
    QTest::newRow("empty") << QByteArray() << QByteArray();
    QTest::newRow("without a value") << QByteArray("id") << QByteArray();
}

void TextTest::queryValuesAreFound()
{
    QFETCH(const QByteArray, query);
    QTEST(QByteArray::fromStdString(queryValue(query.toStdString(), "id")), "value");
}

void TextTest::deepNestingIsNoDanger()
{
    const std::string deep = std::string(2'000'000, '[') + std::string(2'000'000, ']');
    const auto fields = RequestFields::parse("{\"x\":" + deep + ",\"cmd\":\"ls\"}");
    QVERIFY(fields);
    QCOMPARE(fields->text("cmd"), std::string("ls"));
    QVERIFY(!RequestFields::parse(deep));
    QVERIFY(!RequestFields::parse(deep.substr(0, 2'000'000)));
}

void TextTest::anyBytesAreSafeToParse()
{
    // Every byte in every place of a request: it is read or refused, and what is read is valid UTF-8.
    const std::string request = R"({"cmd":"é\ud83d\ude00","env":{"A":"b"},"n":-1.5e3})";
    for (size_t place = 0; place < request.size(); ++place) {
        for (int byte = 0; byte < 256; ++byte) {
            std::string changed = request;
            changed[place] = char(byte);
            const auto fields = RequestFields::parse(changed);
            std::string_view rest = fields ? std::string_view(fields->text("cmd")) : std::string_view();
            while (!rest.empty()) {
                const size_t length = utf8SequenceLength(rest);
                QVERIFY(length > 0);
                rest.remove_prefix(length);
            }
        }
        (void)RequestFields::parse(request.substr(0, place));
    }
}

void TextTest::flatObjectsAreReadAsOthersAre()
{
    // A member that is no text makes the same object take the general way.
    constexpr std::string_view other = R"({"n":1,)";
    const std::string request =
        R"( {"path":"/tmp/é\u00e9\u20ac\ud83d\ude00" ,"content" : "a\"\\\/\b\f\n\r\t <&> 12345678","path":"/last"} x)";
    int flat = 0;
    for (size_t place = 0; place < request.size(); ++place) {
        for (int byte = 0; byte < 256; ++byte) {
            std::string changed = request;
            changed[place] = char(byte);
            const auto members = flatObject(changed);
            if (!members || members->empty())
                continue;
            ++flat;
            const auto quick = RequestFields::parse(changed);
            const auto slow =
                RequestFields::parse(std::string(other) + changed.substr(changed.find('{') + 1));
            QVERIFY2(quick && slow, changed.c_str());
            for (const auto &[name, value] : *members)
                QCOMPARE(quick->text(name), slow->text(name));
        }
    }
    QVERIFY(flat > 1000);
    QCOMPARE(flatObject(request)->back().second, std::string("/last"));
    QCOMPARE(flatObject(request)->front().second, "/tmp/éé€" + utf8(U'\U0001F600'));
    for (const char *peculiar :
         {"", "[]", "null", R"({"a":1})", R"({"a":"\ud83d"})", R"({"a":"\ude00"})", R"({"a":"\x"})",
          R"({"a":"b")", R"({"a":"b",})", "{\"a\":\"\n\"}", "{\"a\":\"\xff\"}", "\xEF\xBB\xBF{}"})
        QVERIFY2(!flatObject(peculiar), peculiar);
    QVERIFY(flatObject("{ }")->empty());
}

void TextTest::longTextsAreReadAndWrittenWhole()
{
    // Each special text at each place of the eight bytes that are looked at together, and among plain ones.
    for (const char *special :
         {"\"", "\\", "\n", "\x01", "\x1f", " ", "\x7f", "<", ">", "&", "!", "#", "[", "]", "é",
          "\xE2\x80\xA8", "\xF0\x9F\x98\x80"}) {
        for (size_t before = 0; before < 20; ++before) {
            const std::string text = std::string(before, 'a') + special + std::string(20 - before, 'z');
            const std::string json = "{\"content\":" + jsonString(text) + '}';
            QCOMPARE(
                QJsonDocument::fromJson(QByteArray::fromStdString(json))
                    .object()
                    .value(QLatin1String("content"))
                    .toString(),
                QString::fromStdString(text));
            QVERIFY(json.find_first_of("<>&\x01\x1f\n") == std::string::npos);
            QCOMPARE(RequestFields::parse(json)->text("content"), text);
        }
    }
}

QTEST_APPLESS_MAIN(TextTest)
#include "texttest.moc"
