// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/errortext.h"

#include <QSet>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

namespace {

const QList<ErrorKind> allKinds{
    ErrorKind::Cancelled,    ErrorKind::Offline,     ErrorKind::Tls,      ErrorKind::Timeout,
    ErrorKind::Unauthorized, ErrorKind::Forbidden,   ErrorKind::NotFound, ErrorKind::Conflict,
    ErrorKind::Invalid,      ErrorKind::RateLimited, ErrorKind::Server,   ErrorKind::Protocol,
    ErrorKind::Rejected,     ErrorKind::Integrity,   ErrorKind::Local,    ErrorKind::Unsupported};

bool isSentence(const QString &text)
{
    return text.front().isUpper() && text.endsWith(u'.');
}

} // namespace

class ErrorTextTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyKindHasASentenceOfItsOwn_data()
    {
        QTest::addColumn<ErrorKind>("kind");
        for (const auto kind : allKinds) {
            QTest::newRow(qPrintable(errorKindName(kind))) << kind;
        }
    }

    void everyKindHasASentenceOfItsOwn()
    {
        QFETCH(ErrorKind, kind);
        const auto text = errorText(Error::of(kind, {}));
        QVERIFY(!text.reason.isEmpty());
        QVERIFY2(isSentence(text.reason), qPrintable(text.reason));
        QVERIFY2(text.remedy.isEmpty() || isSentence(text.remedy), qPrintable(text.remedy));
        for (const auto other : allKinds) {
            QVERIFY(other == kind || errorText(Error::of(other, {})).reason != text.reason);
        }
    }

    void saysWhatThenWhyThenWhatToDo()
    {
        const auto sentence =
            errorSentence(Error::of(ErrorKind::Offline, {}), u"The list could not be read."_s);
        QCOMPARE(
            sentence,
            u"The list could not be read. The server cannot be reached. Check the network connection and the "
            "address, then try again."_s);
    }

    void aParagraphHasNoHolesWhereThereIsNoRemedy()
    {
        const auto sentence = errorSentence(Error::of(ErrorKind::NotFound, {}), u"It failed."_s);
        QVERIFY(!sentence.contains(u"  "_s));
        QVERIFY(!sentence.endsWith(u' '));
    }

    void theWaitThatAServerAskedForIsNamedInWholeSeconds()
    {
        auto error = Error::of(ErrorKind::RateLimited, {});
        error.retryAfter = std::chrono::milliseconds(2100);
        QVERIFY(errorText(error).remedy.contains(u"3"_s));
    }

    void theServersWordsAreADetailAndRefusedFieldsGoFirst()
    {
        auto error = Error::of(ErrorKind::Invalid, u"Validation failed"_s);
        QCOMPARE(errorText(error).detail, u"Validation failed"_s);
        error.fields = {{u"definition.env.0.key"_s, u"is empty"_s}, {u"name"_s, u"is taken"_s}};
        QCOMPARE(errorText(error).detail, u"definition.env.0.key: is empty\nname: is taken"_s);
    }

    void toolsThatAreMissingAreNamed()
    {
        auto error = Error::of(ErrorKind::Unsupported, u"why"_s);
        error.missingTools = {{u"mv"_s}, {u"base64"_s, u"openssl"_s, u"od"_s}};
        const auto text = errorText(error);
        QCOMPARE(
            text.reason, u"The sandbox's image lacks tools that this needs: mv; base64, openssl or od."_s);
        QVERIFY(isSentence(text.remedy));
        QCOMPARE(text.detail, u"why"_s);
    }

    void retryIsNotOfferedWhereItCannotHelp()
    {
        QVERIFY(isWorthRetrying(Error::of(ErrorKind::Offline, {})));
        QVERIFY(isWorthRetrying(Error::of(ErrorKind::Server, {})));
        QVERIFY(!isWorthRetrying(Error::of(ErrorKind::Unauthorized, {})));
        QVERIFY(!isWorthRetrying(Error::of(ErrorKind::Invalid, {})));
        QVERIFY(!isWorthRetrying(Error::of(ErrorKind::Cancelled, {})));
    }
};

QTEST_APPLESS_MAIN(ErrorTextTest)
#include "errortexttest.moc"
