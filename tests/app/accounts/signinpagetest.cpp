// SPDX-License-Identifier: GPL-3.0-or-later
#include "accounts/signinpage.h"

#include "localengine.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int patienceMs = 30'000;

/// The page as a person sees and uses it.
class PageUser {
public:
    explicit PageUser(Clock &clock, std::chrono::milliseconds timeout = std::chrono::seconds(30))
        : page(clock, timeout), signedIn(&page, &SignInPage::signedIn)
    {
        page.show();
    }

    void open(const QUrl &host, const QList<FoundToken> &offered = {}) { page.begin(host, offered); }
    void enter(const QString &token)
    {
        field(u"API token"_s)->setText(token);
        button(u"Sign in"_s)->click();
    }
    [[nodiscard]] QLineEdit *field(const QString &name) const
    {
        for (auto *edit : page.findChildren<QLineEdit *>()) {
            if (edit->accessibleName() == name) {
                return edit;
            }
        }
        return nullptr;
    }
    [[nodiscard]] QPushButton *button(const QString &text) const
    {
        for (auto *candidate : page.findChildren<QPushButton *>()) {
            if (candidate->text() == text) {
                return candidate;
            }
        }
        return nullptr;
    }
    [[nodiscard]] QString tokenProblem() const { return field(u"API token"_s)->accessibleDescription(); }
    [[nodiscard]] QString hostProblem() const { return field(u"API address"_s)->accessibleDescription(); }
    [[nodiscard]] QString anyProblem() const { return tokenProblem() + hostProblem(); }
    [[nodiscard]] QString keeping() const
    {
        QStringList texts;
        for (const auto *label : page.findChildren<QLabel *>()) {
            texts.append(label->text());
        }
        return texts.join(u'\n');
    }

    SignInPage page;
    QSignalSpy signedIn;
};

} // namespace

class SignInPageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_engine.start(), qPrintable(m_engine.errorText())); }
    void cleanup() { QVERIFY(m_engine.misbehave({{u"clear"_s, true}})); }

    void anAcceptedTokenSignsInAndLeavesThePage()
    {
        PageUser user(m_clock);
        user.open(m_engine.url());
        user.enter(u"  %1\n"_s.arg(m_engine.token()));
        QTRY_COMPARE_WITH_TIMEOUT(user.signedIn.count(), 1, patienceMs);
        const auto account = user.signedIn.first().at(0).value<Account>();
        QCOMPARE(account.host, m_engine.url());
        QVERIFY(!account.displayName.isEmpty());
        QVERIFY(account.id.startsWith(u"koyeb:"_s));
        QCOMPARE(user.signedIn.first().at(1).toString(), m_engine.token());
        QVERIFY(user.field(u"API token"_s)->text().isEmpty());
    }

    void theTokenIsNotReadableOnTheScreen()
    {
        PageUser user(m_clock);
        QCOMPARE(user.field(u"API token"_s)->echoMode(), QLineEdit::Password);
    }

    void aWrongTokenIsSaidAtTheField()
    {
        PageUser user(m_clock);
        user.open(m_engine.url());
        user.enter(u"wrong"_s);
        QTRY_VERIFY_WITH_TIMEOUT(user.tokenProblem().contains(u"does not accept this token"_s), patienceMs);
        QCOMPARE(user.signedIn.count(), 0);
        QVERIFY(user.button(u"Sign in"_s)->isEnabled());
        QVERIFY2(!user.tokenProblem().contains(u"wrong"_s), "The token itself is not repeated.");
    }

    void noTokenIsNoQuestion()
    {
        PageUser user(m_clock);
        user.open(m_engine.url());
        user.enter(u"   "_s);
        QVERIFY(user.tokenProblem().contains(u"Paste a token"_s));
    }

    void anUnreachableServerIsSaid()
    {
        PageUser user(m_clock);
        user.open(QUrl(u"http://127.0.0.1:1"_s));
        user.enter(m_engine.token());
        QTRY_VERIFY_WITH_TIMEOUT(user.anyProblem().contains(u"cannot be reached"_s), patienceMs);
        QCOMPARE(user.signedIn.count(), 0);
    }

    void anAnswerThatIsNoneIsSaid()
    {
        QVERIFY(m_engine.misbehave(
            {{u"fault"_s, QJsonObject{{u"path"_s, u"/v1"_s}, {u"malformed"_s, true}, {u"times"_s, 0}}}}));
        PageUser user(m_clock);
        user.open(m_engine.url());
        user.enter(m_engine.token());
        QTRY_VERIFY_WITH_TIMEOUT(user.anyProblem().contains(u"was not understood"_s), patienceMs);
    }

    void aServerThatHangsIsGivenUp()
    {
        QVERIFY(m_engine.misbehave(
            {{u"fault"_s, QJsonObject{{u"path"_s, u"/v1"_s}, {u"hang"_s, true}, {u"times"_s, 0}}}}));
        PageUser user(m_clock, std::chrono::milliseconds(500));
        user.open(m_engine.url());
        user.enter(m_engine.token());
        QTRY_VERIFY_WITH_TIMEOUT(user.anyProblem().contains(u"did not come in time"_s), patienceMs);
    }

    void goingBackStopsTheCheckAndForgetsTheToken()
    {
        QVERIFY(m_engine.misbehave(
            {{u"fault"_s, QJsonObject{{u"path"_s, u"/v1"_s}, {u"hang"_s, true}, {u"times"_s, 0}}}}));
        PageUser user(m_clock);
        const QSignalSpy back(&user.page, &SignInPage::backRequested);
        user.open(m_engine.url());
        user.enter(m_engine.token());
        QVERIFY(!user.button(u"Sign in"_s)->isEnabled());
        user.button(u"Back"_s)->click();
        QCOMPARE(back.count(), 1);
        QVERIFY(user.button(u"Sign in"_s)->isEnabled());
        QVERIFY(user.field(u"API token"_s)->text().isEmpty());
        QVERIFY(user.anyProblem().isEmpty());
    }

    void aTokenIsNeverSentInClearOverANetwork()
    {
        PageUser user(m_clock);
        user.open(QUrl(u"http://app.koyeb.com"_s));
        user.enter(u"token"_s);
        QVERIFY(user.hostProblem().contains(u"https"_s));
        QVERIFY(user.button(u"Sign in"_s)->isEnabled());
    }

    void aFoundTokenIsTakenOnlyWhenAsked()
    {
        PageUser user(m_clock);
        // Not to the address that is in the field.
        user.open(
            QUrl(u"http://127.0.0.1:9"_s),
            {{FoundToken::Source::Environment, m_engine.token(), m_engine.url()}});
        QVERIFY(user.field(u"API token"_s)->text().isEmpty());
        auto *offer = user.button(u"Use the token in KOYEB_API_TOKEN"_s);
        QVERIFY(offer);
        offer->click();
        QTRY_COMPARE_WITH_TIMEOUT(user.signedIn.count(), 1, patienceMs);
    }

    void saysWhereTheTokenWillBeKept()
    {
        PageUser user(m_clock);
        user.page.showKeeping(TokenStore::Keeping::Keychain);
        QVERIFY(user.keeping().contains(u"in your desktop's keychain"_s));
        user.page.showKeeping(TokenStore::Keeping::MemoryOnly);
        QVERIFY(user.keeping().contains(u"in memory only"_s));
    }

private:
    SystemClock m_clock;
    Koyeb::Testing::LocalEngine m_engine;
};

QTEST_MAIN(SignInPageTest)
#include "signinpagetest.moc"
