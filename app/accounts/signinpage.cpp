// SPDX-License-Identifier: GPL-3.0-or-later
#include "accounts/signinpage.h"

#include "accounts/tokencheck.h"
#include "api/clientconfiguration.h"
#include "common/errortext.h"
#include "common/fieldmessage.h"
#include "common/headings.h"
#include "common/spacing.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int columnWidth = 460;
constexpr int maximumTokenLength = 8192;
constexpr int progressHeight = 4;

QLabel *createFieldLabel(const QString &text, QWidget *field, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setBuddy(field);
    return label;
}

} // namespace

SignInPage::SignInPage(Clock &clock, std::chrono::milliseconds answerTimeout, QWidget *parent)
    : QWidget(parent),
      m_clock(clock),
      m_answerTimeout(answerTimeout),
      m_token(new QLineEdit(this)),
      m_tokenMessage(new FieldMessage(m_token, this)),
      m_advanced(new QToolButton(this)),
      m_hostArea(new QWidget(this)),
      m_host(new QLineEdit(m_hostArea)),
      m_hostMessage(new FieldMessage(m_host, m_hostArea)),
      m_keeping(new MutedLabel({}, this)),
      m_progress(new QProgressBar(this)),
      m_back(new QPushButton(tr("Back"), this)),
      m_signIn(new QPushButton(tr("Sign in"), this))
{
    createFields();
    createLayout();
    connect(m_signIn, &QPushButton::clicked, this, &SignInPage::submit);
    connect(m_token, &QLineEdit::returnPressed, this, &SignInPage::submit);
    connect(m_host, &QLineEdit::returnPressed, this, &SignInPage::submit);
    connect(m_token, &QLineEdit::textEdited, this, [this] { m_tokenMessage->showHint({}); });
    connect(m_host, &QLineEdit::textEdited, this, [this] { m_hostMessage->showHint({}); });
    connect(m_advanced, &QToolButton::toggled, this, [this](bool open) {
        m_hostArea->setVisible(open);
        m_advanced->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
    });
    connect(m_back, &QPushButton::clicked, this, [this] {
        setChecking(false);
        m_token->clear();
        Q_EMIT backRequested();
    });
}

void SignInPage::createFields()
{
    m_token->setEchoMode(QLineEdit::Password);
    m_token->setMaxLength(maximumTokenLength);
    m_token->setAccessibleName(tr("API token"));
    m_token->setInputMethodHints(Qt::ImhSensitiveData | Qt::ImhHiddenText | Qt::ImhNoPredictiveText);
    m_host->setAccessibleName(tr("API address"));
    m_advanced->setText(tr("Advanced"));
    m_advanced->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_advanced->setArrowType(Qt::RightArrow);
    m_advanced->setCheckable(true);
    m_advanced->setAutoRaise(true);
    m_hostArea->hide();
    m_signIn->setDefault(true);
    m_signIn->setAutoDefault(true);
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(progressHeight);
    m_progress->setAccessibleName(tr("Checking the token"));
    m_progress->setSizePolicy([this] {
        auto policy = m_progress->sizePolicy();
        policy.setRetainSizeWhenHidden(true);
        return policy;
    }());
    m_progress->hide();
}

void SignInPage::createLayout()
{
    auto *link = new QLabel(
        tr("Paste an API token. <a href=\"%1\">Create one in the Koyeb control panel</a>, if you have none.")
            .arg(tokenPage().toString()),
        this);
    link->setOpenExternalLinks(true);
    link->setWordWrap(true);

    auto *hostColumn = new QVBoxLayout(m_hostArea);
    hostColumn->setContentsMargins(0, 0, 0, 0);
    hostColumn->setSpacing(Spacing::tight);
    hostColumn->addWidget(createFieldLabel(tr("API address"), m_host, m_hostArea));
    hostColumn->addWidget(m_host);
    hostColumn->addWidget(m_hostMessage);

    m_offers = new QVBoxLayout;
    m_offers->setSpacing(Spacing::tight);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_back);
    buttons->addStretch();
    buttons->addWidget(m_signIn);

    auto *form = new QWidget(this);
    form->setFixedWidth(columnWidth);
    auto *column = new QVBoxLayout(form);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Spacing::close);
    column->addWidget(createPageTitle(tr("Sign in to Koyeb"), form));
    column->addWidget(link);
    column->addSpacing(Spacing::close);
    column->addWidget(createFieldLabel(tr("API token"), m_token, form));
    column->addWidget(m_token);
    column->addWidget(m_tokenMessage);
    column->addLayout(m_offers);
    column->addWidget(m_keeping);
    column->addWidget(m_advanced);
    column->addWidget(m_hostArea);
    column->addSpacing(Spacing::close);
    column->addWidget(m_progress);
    column->addLayout(buttons);

    // Centred by stretches: an aligned widget is not asked for the height that its width needs.
    auto *row = new QHBoxLayout;
    row->addStretch();
    row->addWidget(form);
    row->addStretch();
    auto *page = new QVBoxLayout(this);
    page->setContentsMargins(Spacing::page, Spacing::page, Spacing::page, Spacing::page);
    page->addStretch(2);
    page->addLayout(row);
    page->addStretch(3);
}

void SignInPage::begin(const QUrl &host, const QList<FoundToken> &offered)
{
    setChecking(false);
    m_token->clear();
    m_tokenMessage->showHint({});
    m_hostMessage->showHint({});
    m_host->setText(host.toString());
    m_advanced->setChecked(host != defaultApiHost());
    createOffers(offered);
    m_token->setFocus();
}

void SignInPage::createOffers(const QList<FoundToken> &offered)
{
    while (auto *item = m_offers->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const auto &found : offered) {
        const auto text = found.source == FoundToken::Source::Environment
                              ? tr("Use the token in KOYEB_API_TOKEN")
                              : tr("Use the token in ~/.koyeb.yaml");
        auto *button = new QPushButton(text, this);
        const QString host = found.host.toString();
        button->setToolTip(tr("It is sent to %1.").arg(host));
        connect(button, &QPushButton::clicked, this, [this, token = found.token, host] {
            m_token->setText(token);
            m_host->setText(host);
            m_advanced->setChecked(QUrl(host) != defaultApiHost());
            submit();
        });
        m_offers->addWidget(button, 0, Qt::AlignLeft);
    }
}

void SignInPage::showKeeping(TokenStore::Keeping keeping)
{
    m_keeping->setText(
        keeping == TokenStore::Keeping::Keychain
            ? tr("The token will be kept in your desktop's keychain.")
            : tr("No keychain was found on this computer: the token will be kept in memory only, until you "
                 "quit."));
}

void SignInPage::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    setChecking(false);
}

void SignInPage::submit()
{
    const auto token = m_token->text().trimmed();
    const auto host = parseApiHost(m_host->text());
    if (token.isEmpty()) {
        m_tokenMessage->showProblem(tr("Paste a token first."));
        m_token->setFocus();
        return;
    }
    if (!host) {
        m_advanced->setChecked(true);
        m_hostMessage->showProblem(
            host.error().kind == ErrorKind::Tls
                ? tr("The address must begin with https, so that nobody on the way can read the token.")
                : tr("This is not the address of a server, such as https://app.koyeb.com."));
        m_host->setFocus();
        return;
    }
    setChecking(true);
    check(*host, token);
}

QCoro::Task<void> SignInPage::check(QUrl host, QString token)
{
    const auto account =
        co_await checkToken(m_clock, m_network, host, token, m_answerTimeout, m_scope.token());
    if (!account && account.error().isCancelled()) {
        co_return;
    }
    setChecking(false);
    if (!account) {
        showFailure(account.error());
        co_return;
    }
    m_token->clear();
    Q_EMIT signedIn(*account, token);
}

void SignInPage::showFailure(const Error &error)
{
    const auto sentence = errorSentence(error, tr("You are not signed in."));
    const auto concernsHost = error.kind == ErrorKind::Offline || error.kind == ErrorKind::Tls ||
                              error.kind == ErrorKind::Protocol || error.kind == ErrorKind::NotFound;
    if (concernsHost && m_advanced->isChecked()) {
        m_hostMessage->showProblem(sentence);
        m_host->setFocus();
        return;
    }
    m_tokenMessage->showProblem(
        error.kind == ErrorKind::Unauthorized
            ? tr("Koyeb does not accept this token. Check that it was copied whole and has not been revoked.")
            : sentence);
    m_token->setFocus();
    m_token->selectAll();
}

void SignInPage::setChecking(bool checking)
{
    m_scope.restart();
    m_progress->setVisible(checking);
    for (auto *widget : std::initializer_list<QWidget *>{m_token, m_host, m_signIn, m_advanced}) {
        widget->setEnabled(!checking);
    }
}

} // namespace Koyeb::Desktop
