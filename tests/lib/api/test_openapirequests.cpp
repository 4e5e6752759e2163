// SPDX-License-Identifier: Apache-2.0
#include "apicalls.h"
#include "apifixture.h"
#include "openapireasons.h"

#include <QFile>
#include <QJsonArray>
#include <QMap>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

/// Every call asks for a path that the API's document has, by a method and with query items and members of
/// the body that it has there; and what the document offers is asked for, or there is a reason why not. Not
/// in the document: the making of credentials.
class TestOpenApiRequests : public QObject {
    Q_OBJECT

    QJsonObject m_document;

    /// What is sent when the call is made.
    struct Sent {
        QString operation; ///< As `GET /v1/apps/{id}`, as the document has it; empty when it has none.
        QJsonObject offer; ///< What the document says of it.
        ScriptedHttpServer::Request request;
    };
    QMap<QString, Sent> m_sent; ///< By the call's name.

    [[nodiscard]] Sent sentBy(const ApiCall &call) const
    {
        ApiFixture fixture;
        call.make(fixture.api);
        const auto request = fixture.server.requests().value(0);
        const auto path = pathOf(QUrl::fromEncoded(request.target).path());
        const auto method = QString::fromLatin1(request.method);
        const auto offer = m_document["paths"_L1][path][method.toLower()].toObject();
        return {offer.isEmpty() ? QString() : method + u' ' + path, offer, request};
    }
    /// The document's own form of a path; empty when it has none.
    [[nodiscard]] QString pathOf(const QString &path) const
    {
        static const QRegularExpression parameter(u"\\\\\\{[^/]*\\}"_s);
        for (const auto &known : m_document["paths"_L1].toObject().keys()) {
            QString pattern = QRegularExpression::escape(known);
            pattern.replace("\\/"_L1, "/"_L1).replace(parameter, u"[^/]+"_s);
            if (QRegularExpression(QRegularExpression::anchoredPattern(pattern)).match(path).hasMatch()) {
                return known;
            }
        }
        return {};
    }
    [[nodiscard]] static QStringList queryItemsIn(const QJsonObject &offer)
    {
        QStringList names;
        const auto parameters = offer["parameters"_L1].toArray();
        for (const auto &parameter : parameters) {
            if (parameter["in"_L1] == "query"_L1) {
                names.append(parameter["name"_L1].toString());
            }
        }
        return names;
    }
    /// The members of the body that the operation takes; nothing when it takes none.
    [[nodiscard]] std::optional<QStringList> bodyOf(const QJsonObject &offer) const
    {
        const auto parameters = offer["parameters"_L1].toArray();
        for (const auto &parameter : parameters) {
            if (parameter["in"_L1] == "body"_L1) {
                const auto schema = parameter["schema"_L1].toObject();
                const auto name = schema["$ref"_L1].toString().section(u'/', -1);
                const auto form = name.isEmpty() ? schema : m_document["definitions"_L1][name].toObject();
                return form["properties"_L1].toObject().keys();
            }
        }
        return std::nullopt;
    }
    /// Operations that are asked for, with the query items that are asked for there.
    [[nodiscard]] QMap<QString, QSet<QString>> allItems() const
    {
        QMap<QString, QSet<QString>> all;
        for (const auto &sent : m_sent) {
            auto &items = all[sent.operation];
            for (const auto &[key, value] : QUrlQuery(QUrl::fromEncoded(sent.request.target)).queryItems()) {
                items.insert(key);
            }
        }
        return all;
    }
    /// What of `offered` is neither in `taken` nor has one reason, and reasons that are of nothing.
    static QStringList unexplained(
        const QStringList &offered, const QSet<QString> &taken, const QList<Unneeded> &reasons)
    {
        QStringList wrong;
        QSet<QString> used;
        for (const auto &name : offered) {
            int count = 0;
            for (const auto &reason : reasons) {
                const auto pattern = QRegularExpression::anchoredPattern(reason.pattern);
                if (QRegularExpression(pattern).match(name).hasMatch()) {
                    ++count;
                    used.insert(reason.pattern);
                }
            }
            if (count != (taken.contains(name) ? 0 : 1)) {
                wrong.append(name);
            }
        }
        for (const auto &reason : reasons) {
            if (!used.contains(reason.pattern)) {
                wrong.append(reason.pattern);
            }
        }
        return wrong;
    }

private Q_SLOTS:
    void initTestCase()
    {
        QFile file(QFINDTESTDATA("../../../../shared/contract/koyeb-sandbox-openapi.json"));
        if (!file.open(QIODevice::ReadOnly)) {
            QSKIP("The contract's files are not here, so the requests are not compared with them.");
        }
        m_document = parsed(file.readAll());
        for (const auto &call : apiCalls()) {
            m_sent.insert(QString::fromLatin1(call.name), sentBy(call));
        }
    }

    void asksForWhatTheDocumentOffers_data()
    {
        QTest::addColumn<QString>("name");
        for (const auto &call : apiCalls()) {
            QTest::newRow(call.name) << QString::fromLatin1(call.name);
        }
    }
    void asksForWhatTheDocumentOffers()
    {
        QFETCH(const QString, name);
        const auto sent = m_sent.value(name);
        QVERIFY2(!sent.operation.isEmpty(), sent.request.target.constData());
        const auto offered = queryItemsIn(sent.offer);
        for (const auto &[key, value] : QUrlQuery(QUrl::fromEncoded(sent.request.target)).queryItems()) {
            QVERIFY2(offered.contains(key), qPrintable(key));
        }
        const auto members = bodyOf(sent.offer);
        QVERIFY(!members || !sent.request.body.isEmpty());
        if (members && !sent.request.body.isEmpty()) {
            for (const auto &key : parsed(sent.request.body).keys()) {
                QVERIFY2(members->contains(key), qPrintable(key));
            }
        }
    }

    void asksForAllThatTheDocumentOffers()
    {
        QStringList offered;
        QSet<QString> taken;
        const auto sent = allItems();
        const auto paths = m_document["paths"_L1].toObject();
        for (auto path = paths.begin(); path != paths.end(); ++path) {
            for (const auto &method : path.value().toObject().keys()) {
                offered.append(method.toUpper() + u' ' + path.key());
            }
        }
        for (const auto &operation : sent.keys()) {
            taken.insert(operation);
        }
        const auto wrong = unexplained(offered, taken, unneededOperations());
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u"; "_s)));
    }

    void narrowsDownByAllThatTheDocumentOffers()
    {
        QStringList offered;
        QSet<QString> taken;
        const auto sent = allItems();
        for (auto operation = sent.begin(); operation != sent.end(); ++operation) {
            const auto words = operation.key().split(u' ');
            const auto offer = m_document["paths"_L1][words.value(1)][words.value(0).toLower()].toObject();
            for (const auto &item : queryItemsIn(offer)) {
                offered.append(operation.key() + u' ' + item);
            }
            for (const auto &item : operation.value()) {
                taken.insert(operation.key() + u' ' + item);
            }
        }
        const auto wrong = unexplained(offered, taken, unneededQueryItems());
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u"; "_s)));
    }

    void changesAllOfADomainThatCanBeChanged()
    {
        QSet<QString> written;
        for (const auto &sent : m_sent) {
            if (sent.operation == "PATCH /v1/domains/{id}"_L1) {
                const auto keys = parsed(sent.request.body).keys();
                written.unite(QSet<QString>(keys.begin(), keys.end()));
            }
        }
        const auto fields =
            m_document["definitions"_L1]["UpdateDomain"_L1]["properties"_L1].toObject().keys();
        QCOMPARE(written, QSet<QString>(fields.begin(), fields.end()));
    }
};

QTEST_GUILESS_MAIN(TestOpenApiRequests)
#include "test_openapirequests.moc"
