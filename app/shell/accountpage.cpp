// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/accountpage.h"

#include "common/emptystate.h"
#include "common/errortext.h"

#include <QVBoxLayout>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

/// What failed and why, and in a second paragraph the other side's own words.
QString explanationOf(const Error &error, const QString &what)
{
    return u"%1\n%2"_s.arg(errorSentence(error, what), errorText(error).detail).trimmed();
}

} // namespace

AccountPage::AccountPage(QWidget *parent) : QWidget(parent), m_face(new EmptyState(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_face);
    connect(m_face, &EmptyState::actionRequested, this, [this] {
        switch (m_offer) {
        case Offer::Nothing:
            break;
        case Offer::NewSandbox:
            Q_EMIT newSandboxRequested();
            break;
        case Offer::SignIn:
            Q_EMIT signInRequested();
            break;
        case Offer::Retry:
        case Offer::Reload:
            Q_EMIT retryRequested();
            break;
        }
    });
}

void AccountPage::show(const Situation &situation)
{
    const QString icon = situation.account.kind == AccountKind::Local ? u"computer"_s : u"cloud"_s;
    const QString &name = situation.account.displayName;
    switch (situation.state) {
    case AccountSessions::State::Opening:
        m_offer = Offer::Nothing;
        m_face->setBusy(
            icon, name,
            situation.account.kind == AccountKind::Local ? tr("The local engine is starting…")
                                                         : tr("Signing in…"));
        return;
    case AccountSessions::State::SignedOut:
        m_offer = Offer::SignIn;
        m_face->setContent(
            {icon, name,
             tr("The token of this account is not kept any more. Sign in again to see its sandboxes."),
             tr("Sign in")});
        return;
    case AccountSessions::State::Failed:
        m_offer = Offer::Retry;
        m_face->setContent(
            {u"error"_s, name, explanationOf(situation.error, tr("The account could not be opened.")),
             situation.account.kind == AccountKind::Local ? tr("Start the engine again")
                                                          : tr("Open it again")});
        return;
    case AccountSessions::State::Open:
        showOpen(situation);
    }
}

void AccountPage::showOpen(const Situation &situation)
{
    const QString icon = situation.account.kind == AccountKind::Local ? u"computer"_s : u"cloud"_s;
    const QString &name = situation.account.displayName;
    if (situation.listIsFailing) {
        const bool needsToken = situation.error.kind == ErrorKind::Unauthorized;
        m_offer = needsToken ? Offer::SignIn : Offer::Reload;
        m_face->setContent(
            {u"error"_s, name, explanationOf(situation.error, tr("The list of sandboxes could not be read.")),
             needsToken ? tr("Sign in") : tr("Read the list again")});
    } else if (!situation.problem.isEmpty()) {
        m_offer = Offer::Nothing;
        m_face->setContent(
            {u"warning"_s,
             tr("No sandbox can run on this computer"),
             u"%1\n\n%2"_s.arg(
                 situation.problem,
                 tr("Once that is mended, quit Koyeb Desktop and start it again. Sandboxes in the cloud can "
                    "be used as ever.")),
             {}});
    } else if (situation.isLoading) {
        m_offer = Offer::Nothing;
        m_face->setBusy(icon, name, tr("Reading the list of sandboxes…"));
    } else if (situation.sandboxCount == 0) {
        m_offer = Offer::NewSandbox;
        m_face->setContent(
            {icon, tr("No sandboxes yet"),
             tr("A sandbox is a short-lived Linux machine of its own. Type in it, drop files on it, open its "
                "ports in the browser."),
             tr("New sandbox")});
    } else {
        m_offer = Offer::NewSandbox;
        m_face->setContent(
            {icon, name,
             tr("%n sandbox(es). Choose one in the list, or make another.", nullptr, situation.sandboxCount),
             tr("New sandbox")});
    }
}

} // namespace Koyeb::Desktop
