// SPDX-License-Identifier: Apache-2.0
#include "api/readers.h"
#include "openapidocument.h"
#include "openapireasons.h"
#include "openapirows.h"

#include <QFile>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr auto pathOfDocument = "../../../../shared/contract/koyeb-sandbox-openapi.json";

/// `inner` where the path leads to, in an object that has what every object needs.
QJsonObject wrapped(const QStringList &path, const QJsonObject &inner)
{
    QJsonObject object = inner;
    for (auto step = path.crbegin(); step != path.crend(); ++step) {
        const QString key = step->endsWith(u']') || step->endsWith(u'}') ? step->chopped(2) : *step;
        QJsonValue value = object;
        if (step->endsWith(u']')) {
            value = QJsonArray{object};
        } else if (step->endsWith(u'}')) {
            value = QJsonObject{{u"key"_s, object}};
        }
        object = QJsonObject{{key, value}};
    }
    if (!object.contains("id"_L1)) {
        object.insert("id"_L1, "x"_L1);
    }
    return object;
}

/// How an error names the field that the path leads to.
QString nameOf(const QStringList &path, const QString &field)
{
    QString name = u"$"_s;
    for (const auto &step : path) {
        name += u'.' + step;
    }
    name.replace("[]"_L1, "[0]"_L1).replace("{}"_L1, ".key"_L1);
    return name + u'.' + field + u' ';
}

} // namespace

class TestOpenApi : public QObject {
    Q_OBJECT

    std::optional<Document> m_document;

    /// Whether what is read is what the table says; else what is not.
    [[nodiscard]] QStringList faultsOf(const ReadRow &row) const
    {
        QStringList faults;
        const QJsonObject fields = m_document->fieldsOf(row.definition);
        for (auto field = fields.begin(); field != fields.end(); ++field) {
            const QString name = row.definition + u'.' + field.key();
            const QJsonObject wrong{{field.key(), m_document->wrongFor(field.value().toObject())}};
            const bool isRead = row.read(wrapped(row.path, wrong)).contains(nameOf(row.path, field.key()));
            const bool isLeftOut = row.leftOut.contains(field.key());
            if (isRead == isLeftOut) {
                faults.append(
                    name + (isRead ? u" is read, although the table leaves it out"_s
                                   : u" is not read, and the table does not say why"_s));
            }
        }
        for (const auto &name : row.leftOut.keys()) {
            if (!fields.contains(name)) {
                faults.append(row.definition + u'.' + name + u" is left out and does not exist"_s);
            }
        }
        const QString error = row.read(wrapped(row.path, m_document->sampleOf(row.definition)));
        if (!error.isEmpty()) {
            faults.append(row.definition + u" has another form: "_s + error);
        }
        return faults;
    }

private Q_SLOTS:
    void initTestCase()
    {
        QFile file(QFINDTESTDATA(pathOfDocument));
        if (!file.open(QIODevice::ReadOnly)) {
            QSKIP("The contract's files are not here, so the value types are not compared with them.");
        }
        m_document.emplace(QJsonDocument::fromJson(file.readAll()).object());
    }

    void readsWhatTheDocumentSays_data()
    {
        QTest::addColumn<int>("index");
        const auto rows = readRows();
        for (int i = 0; i < rows.size(); ++i) {
            const QString name = rows[i].definition + (rows[i].path.isEmpty() ? QString() : u" in "_s) +
                                 rows[i].path.join(u'.');
            QTest::addRow("%s", qPrintable(name)) << i;
        }
    }
    void readsWhatTheDocumentSays()
    {
        QFETCH(const int, index);
        const ReadRow row = readRows().at(index);
        QVERIFY2(m_document->has(row.definition), "The document has no such definition.");
        const QStringList faults = faultsOf(row);
        QVERIFY2(faults.isEmpty(), qPrintable(faults.join(u"; "_s)));
        for (const auto &reason : row.leftOut) {
            QVERIFY(!reason.isEmpty());
        }
    }

    void everyDefinitionHasARowOrAReason()
    {
        QSet<QString> compared;
        for (const auto &row : readRows()) {
            compared.insert(row.definition);
        }
        for (const auto &row : writtenRows()) {
            compared.insert(row.definition);
        }
        QSet<QString> used;
        QStringList unexplained;
        for (const auto &name : m_document->objects()) {
            QStringList reasons;
            for (const auto &unneeded : unneededDefinitions()) {
                const auto pattern = QRegularExpression::anchoredPattern(unneeded.pattern);
                if (!compared.contains(name) && QRegularExpression(pattern).match(name).hasMatch()) {
                    reasons.append(unneeded.reason);
                    used.insert(unneeded.pattern);
                }
            }
            if (!compared.contains(name) && reasons.size() != 1) {
                unexplained.append(name);
            }
        }
        QVERIFY2(unexplained.isEmpty(), qPrintable(unexplained.join(u", "_s)));
        for (const auto &unneeded : unneededDefinitions()) {
            QVERIFY2(used.contains(unneeded.pattern), qPrintable(unneeded.pattern));
        }
    }

    void writesWhatTheDocumentSays_data()
    {
        QTest::addColumn<int>("index");
        const auto rows = writtenRows();
        for (int i = 0; i < rows.size(); ++i) {
            QTest::addRow("%s", qPrintable(rows[i].definition)) << i;
        }
    }
    void writesWhatTheDocumentSays()
    {
        QFETCH(const int, index);
        const WrittenRow row = writtenRows().at(index);
        QVERIFY2(m_document->has(row.definition), "The document has no such definition.");
        const QJsonObject fields = m_document->fieldsOf(row.definition);
        QSet<QString> written;
        for (const auto &body : row.bodies) {
            for (const auto &key : body.keys()) {
                QVERIFY2(fields.contains(key), qPrintable(key + u" is not in the document"_s));
                written.insert(key);
            }
        }
        for (const auto &field : fields.keys()) {
            QVERIFY2(
                written.contains(field) != row.leftOut.contains(field),
                qPrintable(field + u" is neither sent nor left out with a reason, or both"_s));
        }
    }

    void givesADefinitionBackAsItCame_data()
    {
        QTest::addColumn<QString>("without");
        const QString sources = u" DeploymentDefinition.git DeploymentDefinition.archive "
                                "DeploymentDefinition.database DeploymentScalingTargetSleepIdleDelay.value"_s;
        QTest::newRow("image, variables with values") << u"DeploymentEnv.secret"_s + sources;
        QTest::newRow("image, variables from secrets") << u"DeploymentEnv.value"_s + sources;
        QTest::newRow("other sources") << u"DeploymentEnv.value DeploymentDefinition.docker "
                                          "DeploymentScalingTargetSleepIdleDelay.value"_s;
    }
    void givesADefinitionBackAsItCame()
    {
        QFETCH(const QString, without);
        const QStringList fields = without.split(u' ');
        const QJsonObject sample =
            m_document->sampleOf(u"DeploymentDefinition"_s, QSet<QString>(fields.begin(), fields.end()));
        const JsonReader reader(sample);
        const auto definition = reader.result(readDefinition(reader));
        QVERIFY2(definition, qPrintable(definition ? QString() : definition.error().message));
        QCOMPARE(toJson(*definition), sample);
    }
};

QTEST_GUILESS_MAIN(TestOpenApi)
#include "test_openapi.moc"
