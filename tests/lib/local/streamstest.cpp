// SPDX-License-Identifier: Apache-2.0
#include "localengine.h"
#include "sandboxclient.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>
#include <QWebSocket>

using namespace Qt::Literals::StringLiterals;
using namespace Koyeb::Testing;

namespace {

constexpr int patience = 60'000;

/// A client of the log tail, which keeps what it receives.
class TailClient : public QObject {
    Q_OBJECT

public:
    TailClient()
    {
        connect(&m_socket, &QWebSocket::textMessageReceived, this, [this](const QString &text) {
            m_frames.append(QJsonDocument::fromJson(text.toUtf8()).object());
        });
        connect(&m_socket, &QWebSocket::disconnected, this, [this]() { m_closed = true; });
        const auto failed = qOverload<QAbstractSocket::SocketError>(&QWebSocket::error);
        connect(&m_socket, failed, this, [this]() { m_closed = m_cut = true; });
    }

    void open(const LocalEngine &engine, const QString &query)
    {
        QUrl url(engine.url().toString() + u"/v1/streams/logs/tail?"_s + query);
        url.setScheme(u"ws"_s);
        QNetworkRequest request(url);
        request.setRawHeader("Sec-WebSocket-Protocol", "Bearer, " + engine.token().toUtf8());
        m_socket.open(request);
    }

    [[nodiscard]] QStringList lines() const
    {
        QStringList texts;
        for (const QJsonObject &frame : m_frames)
            texts.append(frame.value("result"_L1).toObject().value("msg"_L1).toString());
        return texts;
    }
    [[nodiscard]] const QList<QJsonObject> &frames() const { return m_frames; }
    [[nodiscard]] bool isClosed() const { return m_closed; }
    /// Whether the connection ended without a word.
    [[nodiscard]] bool wasCut() const { return m_cut; }
    [[nodiscard]] int closeCode() const { return m_socket.closeCode(); }

private:
    QWebSocket m_socket;
    QList<QJsonObject> m_frames;
    bool m_closed = false;
    bool m_cut = false;
};

} // namespace

/// Logs and metrics.
class StreamsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void keepsWhatBackgroundProcessesPrint();
    void keepsWhatThePlatformSays();
    void filtersLines_data();
    void filtersLines();
    void pagesThroughLines_data();
    void pagesThroughLines();
    void findsNothingInShortTimeToo();
    void refusesQueriesWithoutAim_data();
    void refusesQueriesWithoutAim();
    void tailsHistoryAndNews();
    void goesOnFromTheLastLine();
    void endsTheTailWithTheService();
    void refusesATailInAFrame();
    void cutsATail();
    void stallsATail();
    void dropsLinesOfAFlood();
    void measuresProcessorsAndMemory();
    void countsRequestsAndBytes();
    void writesGapsAsNull();
    void refusesUnknownMetrics();

private:
    [[nodiscard]] QJsonArray query(const QString &parameters) const;
    [[nodiscard]] QStringList texts(const QString &parameters) const;
    /// Runs a command as a background process.
    void start(const QString &command) const;
    [[nodiscard]] QJsonArray metric(const QString &name) const;

    LocalEngine m_engine;
    QString m_service;
    std::unique_ptr<SandboxClient> m_client;
};

void StreamsTest::initTestCase()
{
    QVERIFY2(m_engine.start(), qPrintable(m_engine.errorText()));
    const QJsonObject sandbox = m_engine.createSandbox(u"talker"_s);
    QVERIFY2(!sandbox.isEmpty(), qPrintable(m_engine.errorText()));
    m_client = std::make_unique<SandboxClient>(sandbox);
    m_service = u"service_id="_s + m_client->serviceId();
}

QJsonArray StreamsTest::query(const QString &parameters) const
{
    const QString path = u"/v1/streams/logs/query?%1&%2"_s.arg(m_service, parameters);
    return m_engine.request("GET", path).body.value("data"_L1).toArray();
}

QStringList StreamsTest::texts(const QString &parameters) const
{
    QStringList result;
    for (const QJsonValue &line : query(parameters))
        result.append(line.toObject().value("msg"_L1).toString());
    return result;
}

void StreamsTest::start(const QString &command) const
{
    QCOMPARE(m_client->executor(u"/start_process"_s, {{u"cmd"_s, command}}).status, 201);
}

QJsonArray StreamsTest::metric(const QString &name) const
{
    const QString path = u"/v1/streams/metrics?%1&step=1m&name=%2"_s.arg(m_service, name);
    return m_engine.request("GET", path).body.value("metrics"_L1).toArray();
}

void StreamsTest::keepsWhatBackgroundProcessesPrint()
{
    start(u"echo to-out; echo to-err >&2"_s);
    QTRY_COMPARE_WITH_TIMEOUT(texts(u"text=to-out&streams=stdout"_s), QStringList{u"to-out"_s}, patience);
    QTRY_COMPARE_WITH_TIMEOUT(texts(u"text=to-err&streams=stderr"_s), QStringList{u"to-err"_s}, patience);
    const QJsonObject line = query(u"text=to-out&streams=stdout"_s).first().toObject();
    const QJsonObject labels = line.value("labels"_L1).toObject();
    QCOMPARE(labels.value("stream"_L1).toString(), u"stdout"_s);
    QCOMPARE(labels.value("type"_L1).toString(), u"runtime"_s);
    QVERIFY(!labels.value("instance_id"_L1).toString().isEmpty());
    QCOMPARE(line.value("created_at"_L1).toString().size(), 30); // nine digits of a second
}

void StreamsTest::keepsWhatThePlatformSays()
{
    const QStringList lines = texts(u"streams=koyeb&order=asc"_s);
    QVERIFY(lines.contains(u"Deployment is STARTING"_s));
    QVERIFY(!query(u"streams=koyeb"_s)
                 .first()
                 .toObject()
                 .value("labels"_L1)
                 .toObject()
                 .contains("instance_id"_L1));
}

void StreamsTest::filtersLines_data()
{
    QTest::addColumn<QString>("parameters");
    QTest::addColumn<int>("count");
    QTest::newRow("text") << u"text=needle"_s << 2;
    QTest::newRow("regex") << u"regex=needle-%5B1%5D"_s << 1;
    QTest::newRow("no stream") << u"text=needle&streams="_s << 0;
    QTest::newRow("other stream") << u"text=needle&streams=stderr"_s << 0;
    QTest::newRow("no region") << u"text=needle&regions=none"_s << 0;
    QTest::newRow("its region") << u"text=needle&regions=na"_s << 2;
    QTest::newRow("builds") << u"text=needle&type=build"_s << 0;
    QTest::newRow("later") << u"text=needle&start=2100-01-01T00:00:00Z&end=2100-01-02T00:00:00Z"_s << 0;
    QTest::newRow("limited") << u"text=needle&limit=1"_s << 1;
}

void StreamsTest::filtersLines()
{
    QFETCH(QString, parameters);
    QFETCH(int, count);
    if (texts(u"text=needle"_s).isEmpty()) {
        start(u"echo needle-1; echo needle-2"_s);
        QTRY_COMPARE_WITH_TIMEOUT(texts(u"text=needle&streams=stdout"_s).size(), 2, patience);
    }
    QCOMPARE(query(parameters).size(), count);
}

void StreamsTest::pagesThroughLines_data()
{
    QTest::addColumn<QString>("order");
    QTest::newRow("newest first") << u"desc"_s;
    QTest::newRow("oldest first") << u"asc"_s;
}

void StreamsTest::pagesThroughLines()
{
    QFETCH(QString, order);
    const QString prefix = u"page-"_s + order;
    start(u"for i in 1 2 3 4 5; do echo %1-$i; done"_s.arg(prefix));
    QTRY_COMPARE_WITH_TIMEOUT(texts(u"text="_s + prefix).size(), 5, patience);
    QStringList collected;
    QString range;
    for (bool more = true; more;) {
        const QString path =
            u"/v1/streams/logs/query?%1&text=%2&limit=2&order=%3%4"_s.arg(m_service, prefix, order, range);
        const QJsonObject page = m_engine.request("GET", path).body;
        for (const QJsonValue &line : page.value("data"_L1).toArray())
            collected.append(line.toObject().value("msg"_L1).toString());
        const QJsonObject pagination = page.value("pagination"_L1).toObject();
        more = pagination.value("has_more"_L1).toBool();
        range = u"&start=%1&end=%2"_s.arg(
            pagination.value("next_start"_L1).toString(), pagination.value("next_end"_L1).toString());
        QVERIFY(collected.size() <= 5);
    }
    QStringList expected;
    for (int i = 1; i <= 5; ++i)
        expected.append(u"%1-%2"_s.arg(prefix).arg(order == u"asc"_s ? i : 6 - i));
    QCOMPARE(collected, expected);
}

// An engine of backtracking would try all ways to divide the letters, for longer than anybody lives.
void StreamsTest::findsNothingInShortTimeToo()
{
    start(u"head -c 3000 /dev/zero | tr '\\0' a"_s);
    QTRY_COMPARE_WITH_TIMEOUT(texts(u"text=aaaaaaaaaaaa&streams=stdout"_s).size(), 1, patience);
    QCOMPARE(query(u"regex=%28a%2A%29%2Ab&streams=stdout"_s).size(), 0);
    QCOMPARE(query(u"regex=%28a%7Caa%29%2B%24&streams=stdout"_s).size(), 1);
}

void StreamsTest::refusesQueriesWithoutAim_data()
{
    QTest::addColumn<QString>("parameters");
    QTest::addColumn<int>("status");
    QTest::newRow("nothing named") << u"text=x"_s << 400;
    QTest::newRow("text and regex") << m_service + u"&text=x&regex=y"_s << 400;
    QTest::newRow("broken regex") << m_service + u"&regex=%28"_s << 400;
    QTest::newRow("unknown service") << u"service_id=x"_s << 200;
}

void StreamsTest::refusesQueriesWithoutAim()
{
    QFETCH(QString, parameters);
    QFETCH(int, status);
    QCOMPARE(m_engine.request("GET", u"/v1/streams/logs/query?"_s + parameters).status, status);
}

void StreamsTest::tailsHistoryAndNews()
{
    start(u"echo tail-before"_s);
    QTRY_COMPARE_WITH_TIMEOUT(texts(u"text=tail-before&streams=stdout"_s).size(), 1, patience);
    TailClient tail;
    tail.open(m_engine, m_service + u"&text=tail-&streams=stdout"_s);
    QTRY_COMPARE_WITH_TIMEOUT(tail.lines(), QStringList{u"tail-before"_s}, patience);
    start(u"echo tail-after"_s);
    QTRY_COMPARE_WITH_TIMEOUT(tail.lines(), QStringList({u"tail-before"_s, u"tail-after"_s}), patience);
}

void StreamsTest::goesOnFromTheLastLine()
{
    start(u"for i in 1 2 3; do echo gapless-$i; done"_s);
    const QString filter = m_service + u"&text=gapless&streams=stdout"_s;
    TailClient first;
    first.open(m_engine, filter);
    QTRY_COMPARE_WITH_TIMEOUT(first.lines().size(), 3, patience);
    const QString last =
        first.frames().last().value("result"_L1).toObject().value("created_at"_L1).toString();
    TailClient second;
    second.open(m_engine, filter + u"&start="_s + last);
    QTRY_COMPARE_WITH_TIMEOUT(second.lines(), QStringList{u"gapless-3"_s}, patience);
}

void StreamsTest::endsTheTailWithTheService()
{
    const QJsonObject sandbox = m_engine.createSandbox(u"short"_s);
    const QString id = sandbox.value("service_id"_L1).toString();
    TailClient tail;
    tail.open(m_engine, u"service_id="_s + id);
    QTRY_VERIFY_WITH_TIMEOUT(!tail.frames().isEmpty(), patience);
    QCOMPARE(m_engine.request("DELETE", u"/v1/services/"_s + id).status, 200);
    QTRY_VERIFY_WITH_TIMEOUT(tail.isClosed(), patience);
    QVERIFY(!tail.wasCut());
    QCOMPARE(tail.closeCode(), 1000);
}

void StreamsTest::refusesATailInAFrame()
{
    TailClient tail;
    tail.open(m_engine, u"text=x"_s);
    QTRY_VERIFY_WITH_TIMEOUT(tail.isClosed(), patience);
    QCOMPARE(tail.frames().size(), 1);
    QCOMPARE(tail.frames().first().value("error"_L1).toObject().value("code"_L1).toInt(), 3);
}

void StreamsTest::cutsATail()
{
    const QJsonObject fault{{u"path"_s, u"/v1/streams/logs/tail"_s}, {u"cut_after_bytes"_s, 1}};
    QVERIFY(m_engine.misbehave({{u"fault"_s, fault}}));
    TailClient tail;
    tail.open(m_engine, m_service);
    QTRY_VERIFY_WITH_TIMEOUT(tail.isClosed(), patience);
    QCOMPARE(tail.frames().size(), 1);
    QVERIFY(tail.wasCut());
}

void StreamsTest::stallsATail()
{
    const QJsonObject fault{{u"path"_s, u"/v1/streams/logs/tail"_s}, {u"stall_after_bytes"_s, 1}};
    QVERIFY(m_engine.misbehave({{u"fault"_s, fault}}));
    TailClient stalled;
    stalled.open(m_engine, m_service + u"&text=stalled&streams=stdout"_s);
    TailClient healthy;
    start(u"for i in 1 2; do echo stalled-$i; done"_s);
    QTRY_COMPARE_WITH_TIMEOUT(stalled.lines().size(), 1, patience);
    healthy.open(m_engine, m_service + u"&text=stalled&streams=stdout"_s);
    QTRY_COMPARE_WITH_TIMEOUT(healthy.lines().size(), 2, patience);
    QCOMPARE(stalled.lines().size(), 1);
    QVERIFY(!stalled.isClosed());
}

void StreamsTest::dropsLinesOfAFlood()
{
    // Far more than any buffer holds; the sandbox must not wait for the log.
    start(u"seq 1 2000000; echo flood-ended > /root/flood"_s);
    QTRY_COMPARE_WITH_TIMEOUT(m_client->run(u"cat /root/flood 2>/dev/null"_s), u"flood-ended"_s, patience);
    QVERIFY(query(u"limit=1000"_s).size() <= 1000);
}

void StreamsTest::measuresProcessorsAndMemory()
{
    start(u"exec python3 -c 'b = b\"x\" * 50_000_000\nwhile True: len(b)'"_s);
    const auto latest = [&](const QString &name) {
        const QJsonArray metrics = metric(name);
        const QJsonArray samples =
            metrics.isEmpty() ? QJsonArray() : metrics.last().toObject().value("samples"_L1).toArray();
        return samples.isEmpty() ? 0.0 : samples.last().toObject().value("value"_L1).toDouble();
    };
    QTRY_VERIFY_WITH_TIMEOUT(latest(u"MEM_RSS"_s) > 50e6, patience);
    QTRY_VERIFY_WITH_TIMEOUT(latest(u"CPU_TOTAL_PERCENT"_s) > 0, patience);
    const QJsonObject first = metric(u"MEM_RSS"_s).first().toObject();
    QVERIFY(!first.value("labels"_L1).toObject().value("instance_id"_L1).toString().isEmpty());
    (void)m_client->run(u"pkill -x python3"_s);
}

void StreamsTest::countsRequestsAndBytes()
{
    QCOMPARE(
        fetch("GET", m_client->publicUrl(u"/koyeb-sandbox/nothing"_s), m_client->credentials()).status, 404);
    const QString big(200'000, u'x');
    QCOMPARE(
        m_client->executor(u"/write_file"_s, {{u"path"_s, u"/root/big"_s}, {u"content"_s, big}}).status, 200);
    const auto total = [&](const QString &name, const QString &code = QString()) {
        double sum = 0;
        for (const QJsonValue &value : metric(name)) {
            const QJsonObject series = value.toObject();
            if (series.value("labels"_L1).toObject().value("code"_L1).toString() != code)
                continue;
            for (const QJsonValue &sample : series.value("samples"_L1).toArray())
                sum += sample.toObject().value("value"_L1).toDouble();
        }
        return sum;
    };
    QVERIFY(total(u"HTTP_THROUGHPUT"_s, u"2xx"_s) >= 1);
    QVERIFY(total(u"HTTP_THROUGHPUT"_s, u"4xx"_s) >= 1);
    QVERIFY(total(u"HTTP_RESPONSE_TIME_MAX"_s) >= total(u"HTTP_RESPONSE_TIME_50P"_s));
    QTRY_VERIFY_WITH_TIMEOUT(total(u"PUBLIC_DATA_TRANSFER_IN"_s) > 200'000, patience);
    QVERIFY(total(u"PUBLIC_DATA_TRANSFER_OUT"_s) > 0);
}

void StreamsTest::writesGapsAsNull()
{
    QTRY_VERIFY_WITH_TIMEOUT(!metric(u"MEM_RSS"_s).isEmpty(), patience);
    const QJsonArray samples = metric(u"MEM_RSS"_s).first().toObject().value("samples"_L1).toArray();
    QCOMPARE(samples.size(), 61);
    QVERIFY(samples.first().toObject().value("value"_L1).isNull());
    QVERIFY(samples.last().toObject().value("value"_L1).isDouble());
}

void StreamsTest::refusesUnknownMetrics()
{
    const QString path = u"/v1/streams/metrics?"_s + m_service;
    QCOMPARE(m_engine.request("GET", path + u"&name=LOVE"_s).status, 400);
    QCOMPARE(m_engine.request("GET", path + u"&name=MEM_RSS&step=5s"_s).status, 400);
    QCOMPARE(m_engine.request("GET", u"/v1/streams/metrics?service_id=x&name=MEM_RSS"_s).status, 404);
}

QTEST_GUILESS_MAIN(StreamsTest)
#include "streamstest.moc"
