// SPDX-License-Identifier: Apache-2.0
#include "core/redaction.h"
#include "core/retrypolicy.h"

#include <QTest>
#include <QUrl>

using namespace Koyeb;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

class TestPolicies : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void repeatsOnlyWhatCanDoNoHarm_data()
    {
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<bool>("whenSafe");
        QTest::addColumn<bool>("whenNever");
        QTest::newRow("offline") << ErrorKind::Offline << true << false;
        QTest::newRow("timeout") << ErrorKind::Timeout << true << false;
        QTest::newRow("server") << ErrorKind::Server << true << false;
        QTest::newRow("rate limited") << ErrorKind::RateLimited << true << true;
        QTest::newRow("tls") << ErrorKind::Tls << false << false;
        QTest::newRow("unauthorized") << ErrorKind::Unauthorized << false << false;
        QTest::newRow("invalid") << ErrorKind::Invalid << false << false;
        QTest::newRow("not found") << ErrorKind::NotFound << false << false;
        QTest::newRow("protocol") << ErrorKind::Protocol << false << false;
        QTest::newRow("cancelled") << ErrorKind::Cancelled << false << false;
    }
    void repeatsOnlyWhatCanDoNoHarm()
    {
        QFETCH(const ErrorKind, kind);
        QFETCH(const bool, whenSafe);
        QFETCH(const bool, whenNever);
        const Error error = Error::of(kind, {});
        const RetryPolicy policy;
        QCOMPARE(policy.delayBeforeRetry(1, error, Repeatable::Safely, 0.5).has_value(), whenSafe);
        QCOMPARE(policy.delayBeforeRetry(1, error, Repeatable::Never, 0.5).has_value(), whenNever);
    }

    void waitsLongerEachTimeUpToACap()
    {
        const RetryPolicy policy{10, 500ms, 3000ms};
        const Error error = Error::of(ErrorKind::Offline, {});
        const auto delay = [&](int attempt) {
            return policy.delayBeforeRetry(attempt, error, Repeatable::Safely, 1.0);
        };
        QCOMPARE(*delay(1), 500ms);
        QCOMPARE(*delay(2), 1000ms);
        QCOMPARE(*delay(3), 2000ms);
        QCOMPARE(*delay(4), 3000ms);
        QCOMPARE(*delay(9), 3000ms);
        QVERIFY(!delay(10));
    }

    void keepsTheWaitThatTheServerAsksFor()
    {
        const RetryPolicy policy;
        Error error = Error::of(ErrorKind::RateLimited, {});
        error.retryAfter = 7s;
        QCOMPARE(*policy.delayBeforeRetry(1, error, Repeatable::Never, 0.0), 7s);
        error.retryAfter = 1h; // Better an error than an hour of silence.
        QVERIFY(!policy.delayBeforeRetry(1, error, Repeatable::Never, 0.0));
    }

    void waitsLongerWhenTheRateWasExceededAndNobodySaysHowLong()
    {
        const RetryPolicy policy{10, 500ms, 9000ms};
        const Error error = Error::of(ErrorKind::RateLimited, {});
        const auto delay = [&](int attempt, double random) {
            return *policy.delayBeforeRetry(attempt, error, Repeatable::Never, random);
        };
        QCOMPARE(delay(1, 0.0), 1000ms);
        QCOMPARE(delay(1, 1.0), 2000ms);
        QCOMPARE(delay(2, 0.0), 2000ms);
        QCOMPARE(delay(9, 1.0), 9000ms);
    }

    void hidesSecretsInText_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("secret");
        const QString token = u"abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ01"_s;
        QTest::newRow("bearer") << u"Authorization: Bearer hunter2 was refused"_s << u"hunter2"_s;
        QTest::newRow("subprotocols") << u"protocols Bearer, hunter2"_s << u"hunter2"_s;
        QTest::newRow("routing key") << u"X-Routing-Key: rk-123"_s << u"rk-123"_s;
        QTest::newRow("json") << uR"({"SANDBOX_SECRET":"hunter2"})"_s << u"hunter2"_s;
        QTest::newRow("parameter") << u"api_key=hunter2&x=1"_s << u"hunter2"_s;
        QTest::newRow("bare token") << u"the value "_s + token + u" is unknown"_s << token;
        QTest::newRow("sandbox secret")
            << u"got Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE."_s << u"Zm9vYmFyYmF6cXV4"_s;
        QTest::newRow("secret with dashes") << u"got dGhpcyBpcy-hIHNlY3JldCBvZiBhIHNhbmRi_3gtLQ0"_s
                                            << u"dGhpcyBpcy-hIHNlY3JldCBvZiBhIHNhbmRi_3gtLQ0"_s;
    }
    void hidesSecretsInText()
    {
        QFETCH(const QString, text);
        QFETCH(const QString, secret);
        const QString shown = redact(text);
        QVERIFY2(!shown.contains(secret), qPrintable(shown));
        QVERIFY(shown.contains(u"[redacted]"_s));
    }

    void leavesOrdinaryTextAlone()
    {
        for (const auto &text :
             {u"service 032a5cd4-2c69-4b8d-a5dc-94e96005856a is not healthy: exit status 1"_s,
              u"open /data/Minutes_of-the-meeting-2026-11-24_of-everybody-FINAL2.pdf: permission denied"_s,
              u"cat: "_s + QString(60, u'n') + u": No such file or directory"_s,
              u"a line "_s + QString(60, u'-')}) {
            QCOMPARE(redact(text), text);
        }
    }

    void hidesSecretsInUrls()
    {
        const QString token = u"k7Qp2"_s.repeated(10);
        const QString shown =
            redact(QUrl(u"https://user:pw@host/r/rk-123/page/%1?token=hunter2#x"_s.arg(token)));
        for (const auto &secret : {u"pw"_s, u"rk-123"_s, u"hunter2"_s, u"user"_s, token}) {
            QVERIFY2(!shown.contains(secret), qPrintable(shown));
        }
        QVERIFY(shown.contains(u"host"_s) && shown.contains(u"page"_s));
    }
};

QTEST_GUILESS_MAIN(TestPolicies)
#include "test_policies.moc"
