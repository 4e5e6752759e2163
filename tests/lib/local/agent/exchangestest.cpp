// SPDX-License-Identifier: Apache-2.0
#include "agentprocess.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <memory>

using namespace Koyeb::Local::Test;

/// Sends requests in order and compares whole replies: the project's own exchanges, and the recording of the
/// real executor where the contract is at hand. Rows build upon each other.
class ExchangesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ownExchanges_data() { addRows(QStringLiteral(EXCHANGES_FILE)); }
    void ownExchanges() { exchange(); }
    void recordedExchanges_data();
    void recordedExchanges() { exchange(); }

private:
    void addRows(const QString &fileName);
    void exchange();
    [[nodiscard]] QByteArray localized(QByteArray text) const;
    [[nodiscard]] QString difference(const QJsonObject &request, const QJsonObject &expected);

    std::unique_ptr<AgentProcess> m_agent;
    std::unique_ptr<HttpConnection> m_connection;
    QMap<QByteArray, QByteArray> m_actualIds; ///< by the ids that the file has for the processes
};

namespace {

/// Rows of the recording that can't be compared here.
const QStringList skippedLabels = {
    QStringLiteral("list_dir, relative"),            // names the root of another machine
    QStringLiteral("process_logs_streaming, ended"), // lost its history; ours keeps it, see the traps
};

QByteArray requestBody(const QJsonValue &body)
{
    if (body.isObject()) {
        QJsonObject members = body.toObject();
        // The recording shortens what is too long for one argument of a program.
        if (members.value(u"cmd").toString().contains(u"xxxx…"))
            members.insert(u"cmd", QString(QStringLiteral(": ") + QString(131'080, QLatin1Char('x'))));
        return QJsonDocument(members).toJson(QJsonDocument::Compact);
    }
    // A bad byte can't stand in a JSON file.
    return body.toString().toUtf8().replace("\\xff", "\xff");
}

/// What is different each time: numbers of processes, ids, times.
QByteArray withoutAccidents(const QByteArray &body)
{
    static const QRegularExpression id(
        QStringLiteral("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
    static const QRegularExpression pid(QStringLiteral("\"pid\":[1-9][0-9]*"));
    static const QRegularExpression time(
        QStringLiteral("\"timestamp\":\"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\\.[0-9]{1,9})?Z\""));
    QString text = QString::fromUtf8(body);
    text.replace(id, QStringLiteral("ID")).replace(pid, QStringLiteral("\"pid\":1"));
    text.replace(time, QStringLiteral("\"timestamp\":\"TIME\""));
    return text.toUtf8();
}

/// Processes are listed in no order.
QList<QByteArray> unordered(const QByteArray &processList)
{
    QList<QByteArray> parts =
        QByteArray(processList).replace("},{", "}\n{").replace("[", "[\n").replace("]", "\n]").split('\n');
    std::sort(parts.begin(), parts.end());
    return parts;
}

} // namespace

void ExchangesTest::recordedExchanges_data()
{
    const QString transcript = QStringLiteral(TRANSCRIPT_FILE);
    if (!QFile::exists(transcript)) {
        qWarning("The recording of the real executor is not here: only the project's own exchanges were "
                 "compared.");
        return;
    }
    addRows(transcript);
}

void ExchangesTest::addRows(const QString &fileName)
{
    m_connection.reset();
    m_agent = std::make_unique<AgentProcess>();
    QVERIFY(m_agent->start());
    m_connection = std::make_unique<HttpConnection>(*m_agent);
    m_actualIds.clear();

    QTest::addColumn<QJsonObject>("request");
    QTest::addColumn<QJsonObject>("expected");
    QFile file(fileName);
    QVERIFY(file.open(QIODevice::ReadOnly));
    for (int number = 1; !file.atEnd(); ++number) {
        QJsonParseError error;
        const QJsonObject entry = QJsonDocument::fromJson(file.readLine(), &error).object();
        QVERIFY2(
            !entry.isEmpty(), qPrintable(QStringLiteral("line %1: %2").arg(number).arg(error.errorString())));
        const QString label = entry.value(u"label").toString();
        if (!skippedLabels.contains(label))
            QTest::addRow("%d %s", number, qPrintable(label))
                << entry.value(u"request").toObject() << entry.value(u"reply").toObject();
    }
}

void ExchangesTest::exchange()
{
    if (!QTest::currentDataTag())
        return;
    QFETCH(const QJsonObject, request);
    QFETCH(const QJsonObject, expected);
    // A process ends in its own time, so what depends on that may be asked again.
    const QString path = request.value(u"path").toString();
    const bool maySettle = path == u"/list_processes" || path == u"/kill_process";
    QString found = difference(request, expected);
    QDeadlineTimer settled(maySettle ? patience : std::chrono::milliseconds(0));
    while (!found.isEmpty() && !settled.hasExpired())
        found = difference(request, expected);
    QVERIFY2(found.isEmpty(), qPrintable(found));
}

/// Puts the files of an exchange into this run's directory, and names its processes.
QByteArray ExchangesTest::localized(QByteArray text) const
{
    text.replace("/tmp/rec-", (m_agent->workDir() + QStringLiteral("/rec-")).toUtf8());
    for (auto id = m_actualIds.cbegin(); id != m_actualIds.cend(); ++id)
        text.replace(id.key(), id.value());
    return text;
}

QString ExchangesTest::difference(const QJsonObject &request, const QJsonObject &expected)
{
    QByteArray authorization = request.value(u"authorization").toString().toUtf8();
    authorization.replace("<secret>", HttpConnection::secret);
    const QByteArray path = localized(request.value(u"path").toString().toUtf8());
    const HttpReply reply = m_connection->request(
        request.value(u"method").toString().toUtf8(), path, localized(requestBody(request.value(u"body"))),
        authorization);

    const QByteArray recordedBody = expected.value(u"body").toString().toUtf8();
    if (reply.status == 201) {
        m_actualIds.insert(
            QJsonDocument::fromJson(recordedBody)[u"id"].toString().toUtf8(),
            QJsonDocument::fromJson(reply.body)[u"id"].toString().toUtf8());
    }
    if (reply.status != expected.value(u"status").toInt())
        return QStringLiteral("status %1, body %2").arg(reply.status).arg(QString::fromUtf8(reply.body));
    const QByteArray actualBody = withoutAccidents(reply.body);
    const QByteArray expectedBody = withoutAccidents(localized(recordedBody));
    const bool sameBody = path == "/list_processes" ? unordered(actualBody) == unordered(expectedBody)
                                                    : actualBody == expectedBody;
    if (!sameBody)
        return QString::fromUtf8("body\n" + actualBody + "\ninstead of\n" + expectedBody);
    const QJsonObject headers = expected.value(u"headers").toObject();
    QMap<QByteArray, QByteArray> expectedHeaders;
    for (auto header = headers.begin(); header != headers.end(); ++header)
        expectedHeaders.insert(header.key().toUtf8(), header.value().toString().toUtf8());
    if (expectedHeaders.contains("Content-Length"))
        expectedHeaders.insert("Content-Length", QByteArray::number(reply.body.size()));
    QMap<QByteArray, QByteArray> actualHeaders = reply.headers;
    actualHeaders.remove("Date");
    if (actualHeaders != expectedHeaders)
        return QStringLiteral("headers ") + QString::fromUtf8(actualHeaders.keys().join(' '));
    return {};
}

QTEST_GUILESS_MAIN(ExchangesTest)
#include "exchangestest.moc"
