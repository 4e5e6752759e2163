// SPDX-License-Identifier: GPL-3.0-or-later
#include "accounts/tokenstore.h"

#include "support/await.h"

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

/// Runs with a real Secret Service, see support/with-keyring.sh.
class KeychainTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theKeychainIsFound()
    {
        TokenStore store(m_clock, m_service);
        const auto keeping = await(store.keeping({}));
        QVERIFY(keeping && *keeping);
        QCOMPARE(**keeping, TokenStore::Keeping::Keychain);
    }

    void aTokenOutlivesTheProgram()
    {
        {
            TokenStore store(m_clock, m_service);
            const auto kept = await(store.write(u"koyeb:1"_s, u"s3cret-ü"_s, {}));
            QVERIFY(kept && *kept);
            QCOMPARE(**kept, TokenStore::Keeping::Keychain);
        }
        QCOMPARE(readAnew(u"koyeb:1"_s), u"s3cret-ü"_s);
    }

    void aNewTokenReplacesTheOld()
    {
        TokenStore store(m_clock, m_service);
        QVERIFY(await(store.write(u"koyeb:2"_s, u"old"_s, {})).has_value());
        QVERIFY(await(store.write(u"koyeb:2"_s, u"new"_s, {})).has_value());
        QCOMPARE(readAnew(u"koyeb:2"_s), u"new"_s);
    }

    void aForgottenTokenIsGoneFromTheKeychain()
    {
        TokenStore store(m_clock, m_service);
        QVERIFY(await(store.write(u"koyeb:3"_s, u"token"_s, {})).has_value());
        const auto removed = await(store.remove(u"koyeb:3"_s, {}));
        QVERIFY(removed && *removed);
        QVERIFY(readAnew(u"koyeb:3"_s).isEmpty());
        const auto again = await(store.remove(u"koyeb:3"_s, {}));
        QVERIFY2(again && *again, "Removing what is not there is not a failure.");
    }

    void anUnknownAccountHasNoToken() { QVERIFY(readAnew(u"koyeb:nobody"_s).isEmpty()); }

    void stoppingEndsTheWaitAtOnceAndSilently()
    {
        TokenStore store(m_clock, m_service);
        std::stop_source stop;
        std::optional<Result<std::optional<QString>>> outcome;
        store.read(u"koyeb:1"_s, stop.get_token()).then([&outcome](Result<std::optional<QString>> &&result) {
            outcome = std::move(result);
        });
        QVERIFY(!outcome);
        stop.request_stop();
        QVERIFY(outcome);
        QVERIFY(!*outcome && outcome->error().isCancelled());
    }

private:
    QString readAnew(const QString &accountId)
    {
        TokenStore store(m_clock, m_service);
        const auto token = await(store.read(accountId, {}));
        return token && *token ? (*token)->value_or(QString()) : u"the keychain failed"_s;
    }

    SystemClock m_clock;
    const QString m_service = u"koyeb-desktop-test"_s;
};

QTEST_GUILESS_MAIN(KeychainTest)
#include "keychaintest.moc"
