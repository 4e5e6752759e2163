// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/creations.h"

#include "accountfixture.h"
#include "app/sandboxes/treetext.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Koyeb::Desktop::Test;
using namespace Qt::Literals::StringLiterals;

class CreationsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_accounts = std::make_unique<AccountFixture>();
        m_accounts->signIn(account);
        m_tree = std::make_unique<SandboxTreeModel>();
        m_tester = std::make_unique<QAbstractItemModelTester>(
            m_tree.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
        m_tree->addAccount(account, account, u"cloud"_s, SandboxTreeModel::Grouping::Flat);
        m_tree->setAccountCondition(account, SandboxTreeModel::AccountCondition::Current);
        m_creations = std::make_unique<Creations>(*m_tree);
    }

    void cleanup()
    {
        m_creations.reset();
        m_tester.reset();
        m_tree.reset();
        m_accounts.reset();
    }

    void aCreationIsInTheTreeUntilItIsForgotten()
    {
        const QSignalSpy ready(m_creations.get(), &Creations::ready);
        const QSignalSpy forgotten(m_creations.get(), &Creations::forgotten);
        const QString id = start(u"demo"_s);
        QCOMPARE(treeLines(*m_tree), QStringList({account, u" demo [Creating]"_s}));
        QCOMPARE(m_creations->accountOf(id), account);
        QTRY_COMPARE_WITH_TIMEOUT(ready.count(), 1, patienceMs);
        QCOMPARE(ready.first(), QVariantList({id, account, u"sdemo"_s}));
        QVERIFY(m_tree->creationIndex(account, id).isValid());
        m_creations->forget(id);
        QCOMPARE(treeLines(*m_tree), QStringList{account});
        QCOMPARE(forgotten.count(), 1);
        QVERIFY(!m_creations->creation(id));
        QVERIFY(m_accounts->server().services.contains(u"sdemo"_s)); // Only the program forgets it.
    }

    void itsPhasesAreTold()
    {
        QList<SandboxCreation::Phase> phases;
        connect(
            m_creations.get(), &Creations::phaseChanged, this,
            [&phases](const QString &, SandboxCreation::Phase phase, DeploymentStatus) {
                if (phases.isEmpty() || phases.last() != phase) {
                    phases.append(phase);
                }
            });
        start(u"demo"_s);
        using Phase = SandboxCreation::Phase;
        const QList<Phase> expected{
            Phase::CreatingApp, Phase::CreatingService, Phase::Deploying, Phase::WaitingForExecutor,
            Phase::Ready};
        QTRY_COMPARE_WITH_TIMEOUT(phases, expected, patienceMs);
    }

    void aFailureIsToldMarkedAndKept()
    {
        m_accounts->server().interference =
            [](const QByteArray &line) -> std::optional<ScriptedHttpServer::Answer> {
            if (line != "POST /v1/services") {
                return std::nullopt;
            }
            const QJsonObject field{
                {u"field"_s, u"definition.docker.image"_s}, {u"description"_s, u"not found"_s}};
            return ScriptedHttpServer::json(
                400, {{u"message"_s, u"refused"_s}, {u"fields"_s, QJsonArray{field}}});
        };
        const QSignalSpy failed(m_creations.get(), &Creations::failed);
        const QString id = start(u"demo"_s);
        QVERIFY(!m_creations->failure(id));
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, patienceMs);
        const auto kept = m_creations->failure(id);
        QVERIFY(kept);
        QCOMPARE(kept->fields, (QList<FieldError>{{u"definition.docker.image"_s, u"not found"_s}}));
        QCOMPARE(failed.first().at(1).value<Error>(), *kept);
        QCOMPARE(m_creations->creation(id)->options().name, u"demo"_s);
        QVERIFY(!treeLines(*m_tree).contains(u" demo [Creating]"_s));
        QVERIFY(m_tree->creationIndex(account, id).isValid());
    }

    void whatIsForgottenWhileItTellsSomethingEndsThere()
    {
        const QSignalSpy ready(m_creations.get(), &Creations::ready);
        connect(m_creations.get(), &Creations::phaseChanged, this, [this](const QString &id) {
            m_creations->forget(id);
        });
        QString id = start(u"demo"_s);
        QTRY_VERIFY_WITH_TIMEOUT(!m_creations->creation(id), patienceMs);
        QCOMPARE(treeLines(*m_tree), QStringList{account});
        QCOMPARE(ready.count(), 0);
    }

    void theCreationsOfAnAccountEndWithIt()
    {
        m_accounts->server().interference = [](const QByteArray &) {
            return ScriptedHttpServer::hang();
        };
        const QSignalSpy forgotten(m_creations.get(), &Creations::forgotten);
        const QSignalSpy failed(m_creations.get(), &Creations::failed);
        start(u"one"_s);
        start(u"two"_s);
        m_tree->addAccount(u"other"_s, u"other"_s, u"cloud"_s, SandboxTreeModel::Grouping::Flat);
        m_accounts->signIn(u"other"_s);
        const QString stays =
            m_creations->start(u"other"_s, m_accounts->session(u"other"_s), options(u"three"_s));
        m_creations->forgetAccount(account);
        m_accounts->sessions().remove(account); // What they worked with goes at once.
        QCOMPARE(forgotten.count(), 2);
        QCOMPARE(failed.count(), 0);
        QVERIFY(m_creations->creation(stays));
        QCOMPARE(m_tree->rowCount(m_tree->accountIndex(account)), 0);
    }

    void unknownOnesAreNoTrouble()
    {
        m_creations->forget(u"nobody"_s);
        m_creations->forgetAccount(u"nobody"_s);
        QVERIFY(m_creations->accountOf(u"nobody"_s).isEmpty());
        QVERIFY(!m_creations->failure(u"nobody"_s));
    }

private:
    const QString account = u"acme"_s;

    [[nodiscard]] static SandboxOptions options(const QString &name)
    {
        SandboxOptions options;
        options.name = name;
        return options;
    }
    QString start(const QString &name)
    {
        return m_creations->start(account, m_accounts->session(account), options(name));
    }

    std::unique_ptr<AccountFixture> m_accounts;
    std::unique_ptr<SandboxTreeModel> m_tree;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
    std::unique_ptr<Creations> m_creations;
};

QTEST_MAIN(CreationsTest)
#include "creationstest.moc"
