// SPDX-License-Identifier: Apache-2.0
#include "api/activitiesapi.h"
#include "api/domainsapi.h"
#include "api/eventsapi.h"
#include "api/imagesapi.h"
#include "api/logsapi.h"
#include "api/metricsapi.h"
#include "api/organizationsapi.h"
#include "api/projectsapi.h"
#include "api/readers.h"
#include "api/secretsapi.h"
#include "openapireasons.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QMap>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

#include <functional>

using namespace Koyeb;
using namespace Qt::Literals::StringLiterals;

namespace {

const QString time = u"2026-11-22T10:00:00.123456789Z"_s;
constexpr auto pathOfDocument = "../../../../shared/contract/koyeb-sandbox-openapi.json";

/// Field → why a value type does without it.
using LeftOut = QMap<QString, QString>;

/// The error of reading a JSON object as some value; empty when it was read.
using Read = std::function<QString(const QJsonObject &json)>;

template<typename T> Read by(T (*read)(const JsonReader &))
{
    return [read](const QJsonObject &json) {
        const JsonReader reader(json);
        (void)read(reader);
        const auto result = reader.result(true);
        return result ? QString() : result.error().message;
    };
}

/// One definition of the document and what of it is read. Many are read as a part of another value: `path`
/// leads from that one's object, `a` into a member, `a[]` into a list's elements, `a{}` into a map's.
struct ReadRow {
    QString definition;
    Read read;
    QStringList path = {};
    LeftOut leftOut = {};
};

const QString notOurs = u"of services that are no sandboxes"_s;
const QString billing = u"of invoices, which are no matter of a desktop program"_s;
const QString signIn = u"of the web site's sign-in"_s;
const QString deprecated = u"deprecated"_s;
const QString revealed = u"secret; read by SecretsApi::reveal() only"_s;
const QString loadBalancers = u"says which load balancer serves it, which changes nothing here"_s;

QList<ReadRow> accountRows()
{
    const LeftOut ofUser{
        {u"two_factor_authentication"_s, signIn},
        {u"last_login_ip"_s, signIn},
        {u"updated_at"_s, signIn},
        {u"newsletter_subscribed"_s, billing},
        {u"github_id"_s, signIn},
        {u"github_user"_s, signIn},
        {u"trialed"_s, billing}};
    LeftOut ofOrganization{{u"external_id"_s, signIn}, {u"email_domain_allowlist"_s, signIn}};
    for (const auto &field :
         {u"provisioning"_s, u"address1"_s, u"address2"_s, u"city"_s, u"postal_code"_s, u"state"_s,
          u"country"_s, u"company"_s, u"vat_number"_s, u"billing_name"_s, u"billing_email"_s,
          u"plan_updated_at"_s, u"subscription_id"_s, u"current_subscription_id"_s,
          u"latest_subscription_id"_s, u"signup_qualification"_s, u"qualifies_for_hobby23"_s,
          u"reprocess_after"_s}) {
        ofOrganization.insert(field, billing);
    }
    const LeftOut ofQuotas{
        {u"domains_load_balancer"_s, loadBalancers},
        {u"access_reserved_subdomains"_s, notOurs},
        {u"archives"_s, notOurs},
        {u"archive_max_size_mb"_s, notOurs}};
    const Read summary = by(&readOrganizationSummary);
    const Read quotas = by(&readQuotas);
    return {
        {u"User"_s, by(&readUser), {}, ofUser},
        {u"Organization"_s, by(&readOrganization), {}, ofOrganization},
        {u"Project"_s, by(&readProject)},
        {u"Quotas"_s, quotas, {}, ofQuotas},
        {u"ScaleToZeroQuotas"_s, quotas, {u"scale_to_zero"_s}},
        {u"LifecycleQuotas"_s, quotas, {u"lifecycle"_s}},
        {u"PersistentVolumeQuotas"_s, quotas, {u"persistent_volumes_by_region{}"_s}},
        {u"OrganizationSummary"_s, summary, {}, {{u"neon_postgres"_s, notOurs}}},
        {u"InstancesSummary"_s, summary, {u"instances"_s}},
        {u"AppsSummary"_s, summary, {u"apps"_s}},
        {u"ServiceSummary"_s, summary, {u"services{}"_s}},
        {u"DomainsSummary"_s, summary, {u"domains"_s}},
        {u"SecretsSummary"_s, summary, {u"secrets"_s}},
        {u"MembersSummary"_s, summary, {u"members"_s}},
    };
}

QList<ReadRow> serviceRows()
{
    const LeftOut ofDomain{
        {u"cloudflare"_s, loadBalancers}, {u"koyeb"_s, loadBalancers}, {u"deployment_group"_s, notOurs}};
    const LeftOut ofService{{u"state"_s, deprecated}};
    const LeftOut ofDeployment{{u"database_info"_s, notOurs}, {u"deployment_group"_s, notOurs}};
    const LeftOut ofMetadata{{u"database"_s, notOurs}, {u"git"_s, notOurs}, {u"archive"_s, notOurs}};
    const LeftOut ofInstance{{u"xyz_deployment_id"_s, u"not to be relied on, the document says"_s}};
    const Read deployment = by(&readDeployment);
    return {
        {u"App"_s, by(&readApp)},
        {u"AppListItem"_s, by(&readApp)},
        {u"AppLifeCycle"_s, by(&readApp), {u"life_cycle"_s}},
        {u"Domain"_s, by(&readApp), {u"domains[]"_s}, ofDomain},
        {u"Domain"_s, by(&readDomain), {}, ofDomain},
        {u"Service"_s, by(&readService), {}, ofService},
        {u"ServiceListItem"_s, by(&readService), {}, ofService},
        {u"ServiceLifeCycle"_s, by(&readService), {u"life_cycle"_s}},
        {u"Deployment"_s, deployment, {}, ofDeployment},
        {u"DeploymentListItem"_s, deployment, {}, ofDeployment},
        {u"DeploymentMetadata"_s, deployment, {u"metadata"_s}, ofMetadata},
        {u"TriggerDeploymentMetadata"_s, deployment, {u"metadata"_s, u"trigger"_s}, {{u"git"_s, notOurs}}},
        {u"DeploymentProxyPortMetadata"_s, deployment, {u"metadata"_s, u"proxy_ports[]"_s}},
        {u"SandboxMetadata"_s, deployment, {u"metadata"_s, u"sandbox"_s}},
        {u"DeploymentProvisioningInfo"_s, deployment, {u"provisioning_info"_s}},
        {u"DeploymentProvisioningInfo.Stage"_s,
         deployment,
         {u"provisioning_info"_s, u"stages[]"_s},
         {{u"build_attempts"_s, notOurs}}},
        {u"Instance"_s, by(&readInstance), {}, ofInstance},
        {u"InstanceListItem"_s, by(&readInstance), {}, ofInstance},
        {u"AppEvent"_s, by(&readEvent)},
        {u"ServiceEvent"_s, by(&readEvent)},
        {u"DeploymentEvent"_s, by(&readEvent)},
        {u"InstanceEvent"_s, by(&readEvent)},
    };
}

QList<ReadRow> definitionRows()
{
    const Read definition = by(&readDefinition);
    const QString targets = u"targets[]"_s;
    return {
        {u"DeploymentDefinition"_s, definition},
        {u"DeploymentStrategy"_s, definition, {u"strategy"_s}},
        {u"DockerSource"_s, definition, {u"docker"_s}},
        {u"DeploymentEnv"_s, definition, {u"env[]"_s}},
        {u"DeploymentPort"_s, definition, {u"ports[]"_s}},
        {u"DeploymentProxyPort"_s, definition, {u"proxy_ports[]"_s}},
        {u"DeploymentRoute"_s, definition, {u"routes[]"_s}},
        {u"SecurityPolicies"_s, definition, {u"routes[]"_s, u"security_policies"_s}},
        {u"BasicAuthPolicy"_s, definition, {u"routes[]"_s, u"security_policies"_s, u"basic_auths[]"_s}},
        {u"DeploymentScaling"_s, definition, {u"scalings[]"_s}},
        {u"DeploymentScalingTarget"_s, definition, {u"scalings[]"_s, targets}},
        {u"DeploymentScalingTargetAverageCPU"_s, definition, {u"scalings[]"_s, targets, u"average_cpu"_s}},
        {u"DeploymentScalingTargetAverageMem"_s, definition, {u"scalings[]"_s, targets, u"average_mem"_s}},
        {u"DeploymentScalingTargetRequestsPerSecond"_s,
         definition,
         {u"scalings[]"_s, targets, u"requests_per_second"_s}},
        {u"DeploymentScalingTargetConcurrentRequests"_s,
         definition,
         {u"scalings[]"_s, targets, u"concurrent_requests"_s}},
        {u"DeploymentScalingTargetRequestsResponseTime"_s,
         definition,
         {u"scalings[]"_s, targets, u"requests_response_time"_s}},
        {u"DeploymentScalingTargetSleepIdleDelay"_s,
         definition,
         {u"scalings[]"_s, targets, u"sleep_idle_delay"_s},
         {{u"value"_s, deprecated}}},
        {u"DeploymentInstanceType"_s, definition, {u"instance_types[]"_s}},
        {u"DeploymentHealthCheck"_s, definition, {u"health_checks[]"_s}},
        {u"TCPHealthCheck"_s, definition, {u"health_checks[]"_s, u"tcp"_s}},
        {u"HTTPHealthCheck"_s, definition, {u"health_checks[]"_s, u"http"_s}},
        {u"HTTPHeader"_s, definition, {u"health_checks[]"_s, u"http"_s, u"headers[]"_s}},
        {u"DeploymentVolume"_s, definition, {u"volumes[]"_s}},
        {u"ConfigFile"_s, definition, {u"config_files[]"_s}},
    };
}

QList<ReadRow> otherRows()
{
    const LeftOut vcpu{{u"vcpu"_s, deprecated}};
    const LeftOut password{{u"password"_s, revealed}};
    const Read secret = by(&readSecret);
    const Read usage = by(&readCatalogUsage);
    return {
        {u"Region"_s, by(&readRegion)},
        {u"RegionListItem"_s, by(&readRegion)},
        {u"CatalogInstance"_s, by(&readInstanceType), {}, vcpu},
        {u"CatalogInstanceListItem"_s, by(&readInstanceType), {}, vcpu},
        {u"CatalogGPUDetails"_s, by(&readInstanceType), {u"gpu"_s}},
        {u"CatalogUsage"_s, usage},
        {u"InstanceAvailability"_s, usage, {u"instances{}"_s}},
        {u"RegionAvailability"_s, usage, {u"instances{}"_s, u"regions{}"_s}},
        {u"DatacenterListItem"_s, by(&readDatacenter)},
        {u"Secret"_s, secret, {}, {{u"value"_s, revealed}, {u"database_role_password"_s, revealed}}},
        {u"DockerHubRegistryConfiguration"_s, secret, {u"docker_hub_registry"_s}, password},
        {u"DigitalOceanRegistryConfiguration"_s, secret, {u"digital_ocean_registry"_s}, password},
        {u"GitHubRegistryConfiguration"_s, secret, {u"github_registry"_s}, password},
        {u"GitLabRegistryConfiguration"_s, secret, {u"gitlab_registry"_s}, password},
        {u"AzureContainerRegistryConfiguration"_s, secret, {u"azure_container_registry"_s}, password},
        {u"PrivateRegistryConfiguration"_s, secret, {u"private_registry"_s}, password},
        {u"GCPContainerRegistryConfiguration"_s,
         secret,
         {u"gcp_container_registry"_s},
         {{u"keyfile_content"_s, revealed}}},
        {u"Activity"_s, by(&readActivity)},
        {u"Object"_s, by(&readActivity), {u"actor"_s}},
        {u"Object"_s, by(&readActivity), {u"object"_s}},
        {u"QueryLogsReply"_s, by(&readLogPage)},
        {u"QueryLogsReplyPagination"_s, by(&readLogPage), {u"pagination"_s}},
        {u"LogEntry"_s, by(&readLogEntry)},
        {u"GetMetricsReply.Metric"_s, by(&readMetricSeries)},
        {u"Sample"_s, by(&readMetricSeries), {u"samples[]"_s}},
        {u"VerifyDockerImageReply"_s, by(&readImageCheck)},
    };
}

/// One request body: what is sent when everything is set, and what never is.
struct WrittenRow {
    QString definition;
    QList<QJsonObject> bodies;
    LeftOut leftOut = {};
};

QList<WrittenRow> writtenRows()
{
    const QString byHeader = u"the project is chosen for all requests by ApiTransport::setProjectId()"_s;
    NewService service;
    service.appId = u"a"_s;
    ServiceUpdate update;
    const NewDomain domain{u"x.example"_s, u"a"_s, u"p"_s};
    QList<QJsonObject> secrets{toJson(NewSecret{u"s"_s, u"value"_s, u"p"_s})};
    for (const auto kind :
         {RegistryKind::DockerHub, RegistryKind::DigitalOcean, RegistryKind::GitHub, RegistryKind::GitLab,
          RegistryKind::Azure, RegistryKind::Google, RegistryKind::Private}) {
        RegistryAccount account;
        account.kind = kind;
        account.username = u"u"_s;
        secrets.append(toJson(NewSecret{u"s"_s, account}));
    }
    return {
        {u"CreateApp"_s, {toJson(NewApp{u"a"_s})}, {{u"project_id"_s, byHeader}}},
        {u"CreateService"_s, {toJson(service)}, {{u"project_id"_s, byHeader}}},
        {u"UpdateService"_s,
         {toJson(update)},
         {{u"metadata"_s, u"the server's own"_s},
          {u"skip_build"_s, notOurs},
          {u"save_only"_s, u"an update is deployed at once"_s}}},
        {u"CreateProject"_s, {toJson(NewProject{u"p"_s, u"d"_s})}},
        {u"CreateDomain"_s,
         {toJson(domain)},
         {{u"cloudflare"_s, loadBalancers}, {u"koyeb"_s, loadBalancers}}},
        {u"CreateSecret"_s, secrets},
    };
}

/// The definitions of the document, and values made by them.
class Document {
public:
    explicit Document(const QJsonObject &json) : m_definitions(json["definitions"_L1].toObject()) {}

    [[nodiscard]] bool has(const QString &definition) const { return m_definitions.contains(definition); }
    [[nodiscard]] QStringList objects() const
    {
        QStringList names = m_definitions.keys();
        names.removeIf([this](const QString &name) { return fieldsOf(name).isEmpty(); });
        return names;
    }
    [[nodiscard]] QJsonObject fieldsOf(const QString &definition) const
    {
        return m_definitions[definition]["properties"_L1].toObject();
    }

    /// A value of that form with everything set, but for the fields named `Definition.field`.
    [[nodiscard]] QJsonObject sampleOf(const QString &definition, const QSet<QString> &without = {}) const
    {
        QJsonObject sample;
        const QJsonObject fields = fieldsOf(definition);
        for (auto field = fields.begin(); field != fields.end(); ++field) {
            if (!without.contains(definition + u'.' + field.key())) {
                // The one time that the document calls a plain text.
                const bool isTime = field.key() == "timestamp"_L1;
                sample.insert(
                    field.key(), isTime ? QJsonValue(time) : valueOf(field.value().toObject(), without));
            }
        }
        return sample;
    }

    /// Something that the field cannot be.
    [[nodiscard]] QJsonValue wrongFor(const QJsonObject &field) const
    {
        return field["type"_L1] == "boolean"_L1 ? QJsonValue(5) : QJsonValue(true);
    }

private:
    [[nodiscard]] QJsonValue valueOf(const QJsonObject &field, const QSet<QString> &without) const
    {
        const QString reference = field["$ref"_L1].toString().section(u'/', -1);
        if (!reference.isEmpty()) {
            const QJsonArray names = m_definitions[reference]["enum"_L1].toArray();
            return names.isEmpty() ? QJsonValue(sampleOf(reference, without)) : names.last();
        }
        const QString type = field["type"_L1].toString();
        if (type == "array"_L1) {
            return QJsonArray{valueOf(field["items"_L1].toObject(), without)};
        }
        if (type == "object"_L1) {
            const QJsonValue element = field["additionalProperties"_L1];
            return QJsonObject{
                {u"key"_s, element.isObject() ? valueOf(element.toObject(), without) : QJsonValue(u"x"_s)}};
        }
        if (type == "boolean"_L1) {
            return true;
        }
        if (type == "integer"_L1 || type == "number"_L1) {
            return 7;
        }
        const QString format = field["format"_L1].toString();
        if (format == "int64"_L1 || format == "uint64"_L1) {
            return u"7"_s;
        }
        return format == "date-time"_L1 ? time : u"text"_s;
    }

    QJsonObject m_definitions;
};

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
        const auto rows = allRows();
        for (int i = 0; i < rows.size(); ++i) {
            const QString name = rows[i].definition + (rows[i].path.isEmpty() ? QString() : u" in "_s) +
                                 rows[i].path.join(u'.');
            QTest::addRow("%s", qPrintable(name)) << i;
        }
    }
    void readsWhatTheDocumentSays()
    {
        QFETCH(const int, index);
        const ReadRow row = allRows().at(index);
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
        for (const auto &row : allRows()) {
            compared.insert(row.definition);
        }
        for (const auto &row : writtenRows()) {
            compared.insert(row.definition);
        }
        QSet<QString> used;
        QStringList unexplained;
        for (const auto &name : m_document->objects()) {
            QStringList reasons;
            for (const auto &unneeded : Test::unneededDefinitions()) {
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
        for (const auto &unneeded : Test::unneededDefinitions()) {
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

private:
    [[nodiscard]] static QList<ReadRow> allRows()
    {
        return accountRows() + serviceRows() + definitionRows() + otherRows();
    }
};

QTEST_GUILESS_MAIN(TestOpenApi)
#include "test_openapi.moc"
