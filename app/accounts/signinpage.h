// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "accounts/account.h"
#include "accounts/foundtokens.h"
#include "accounts/tokenstore.h"
#include "core/clock.h"
#include "core/taskscope.h"
#include "net/networksettings.h"

#include <QCoroTask>
#include <QWidget>

class QBoxLayout;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace Koyeb::Desktop {

class FieldMessage;

/// Takes a token and asks the API whose it is before anything is kept. What fails is said at the field.
class SignInPage : public QWidget {
    Q_OBJECT

public:
    /// `clock` outlives the page. `answerTimeout` bounds the check.
    explicit SignInPage(
        Clock &clock, std::chrono::milliseconds answerTimeout = std::chrono::seconds(30),
        QWidget *parent = nullptr);

    /// For the checks that begin from now on.
    void setNetwork(const NetworkSettings &network) { m_network = network; }
    /// Prepares the page for an account: a new one, or a known one whose token is needed again.
    void begin(const QUrl &host, const QList<FoundToken> &offered);
    void showKeeping(TokenStore::Keeping keeping);

Q_SIGNALS:
    /// The API accepted the token. The page has forgotten it.
    void signedIn(const Koyeb::Desktop::Account &account, const QString &token);
    void backRequested();

protected:
    void hideEvent(QHideEvent *event) override;

private:
    void createFields();
    void createLayout();
    void createOffers(const QList<FoundToken> &offered);
    void submit();
    void setChecking(bool checking);
    void showFailure(const Error &error);
    QCoro::Task<void> check(QUrl host, QString token);

    Clock &m_clock;
    NetworkSettings m_network;
    std::chrono::milliseconds m_answerTimeout;
    QLineEdit *m_token;
    FieldMessage *m_tokenMessage;
    QBoxLayout *m_offers = nullptr;
    QToolButton *m_advanced;
    QWidget *m_hostArea;
    QLineEdit *m_host;
    FieldMessage *m_hostMessage;
    QLabel *m_keeping;
    QProgressBar *m_progress;
    QPushButton *m_back;
    QPushButton *m_signIn;
    TaskScope m_scope;
};

} // namespace Koyeb::Desktop
