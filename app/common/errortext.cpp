// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/errortext.h"

#include <QCoreApplication>
#include <QStringList>

namespace Koyeb::Desktop {

namespace {

using namespace Qt::Literals::StringLiterals;

class ErrorTexts {
    Q_DECLARE_TR_FUNCTIONS(Koyeb::Desktop::ErrorTexts)

public:
    static ErrorText forKind(ErrorKind kind);
    static QString waitSentence(std::chrono::milliseconds wait);
    static QString missingToolsSentence(const QList<QStringList> &missing);
    static QString missingToolsRemedy();

private:
    static ErrorText forConnection(ErrorKind kind);
    static ErrorText forRefusal(ErrorKind kind);
    static ErrorText forOutcome(ErrorKind kind);
};

ErrorText ErrorTexts::forConnection(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Offline:
        return {
            tr("The server cannot be reached."),
            tr("Check the network connection and the address, then try again."),
            {}};
    case ErrorKind::Tls:
        return {
            tr("The server's identity could not be verified, so nothing was sent to it."),
            tr("Check the date and time of this computer, and whether a proxy stands in between."),
            {}};
    case ErrorKind::Timeout:
        return {
            tr("The answer did not come in time."), tr("The server may be busy: try again in a moment."), {}};
    default:
        return {};
    }
}

ErrorText ErrorTexts::forRefusal(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Unauthorized:
        return {tr("The token is not accepted."), tr("Sign in again with a valid token."), {}};
    case ErrorKind::Forbidden:
        return {
            tr("This account is not allowed to do that."),
            tr("Check the account's rights, plan and standing in the Koyeb control panel."),
            {}};
    case ErrorKind::NotFound:
        return {tr("It is not there any more."), {}, {}};
    case ErrorKind::Conflict:
        return {tr("Its present state does not allow that."), tr("Refresh and look at it again."), {}};
    case ErrorKind::Invalid:
        return {tr("The server refused the request as not valid."), {}, {}};
    case ErrorKind::RateLimited:
        return {
            tr("Too many requests were sent in a short time."),
            tr("Other programs using this account count too."),
            {}};
    default:
        return {};
    }
}

ErrorText ErrorTexts::forOutcome(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Cancelled:
        return {tr("It was cancelled."), {}, {}};
    case ErrorKind::Server:
        return {tr("The server had a problem of its own."), tr("Try again in a moment."), {}};
    case ErrorKind::Protocol:
        return {
            tr("The server's answer was not understood."),
            tr("Check that the address belongs to a Koyeb API."),
            {}};
    case ErrorKind::Rejected:
        return {tr("It failed where it ran."), {}, {}};
    case ErrorKind::Integrity:
        return {
            tr("The data arrived damaged and was thrown away."), tr("Nothing was changed: try again."), {}};
    case ErrorKind::Local:
        return {tr("This computer could not do its part."), {}, {}};
    case ErrorKind::Unsupported:
        return {tr("That is not possible here."), {}, {}};
    default:
        return {};
    }
}

ErrorText ErrorTexts::forKind(ErrorKind kind)
{
    for (const auto &text : {forConnection(kind), forRefusal(kind), forOutcome(kind)}) {
        if (!text.reason.isEmpty()) {
            return text;
        }
    }
    Q_UNREACHABLE();
}

QString ErrorTexts::waitSentence(std::chrono::milliseconds wait)
{
    const auto seconds = static_cast<int>(std::chrono::ceil<std::chrono::seconds>(wait).count());
    return tr("Try again in %n second(s).", "the wait that a server asked for", seconds);
}

QString ErrorTexts::missingToolsSentence(const QList<QStringList> &missing)
{
    QStringList groups;
    for (auto group : missing) {
        const auto last = group.takeLast();
        groups.append(
            group.isEmpty() ? last
                            : tr("%1 or %2", "tools of which one is enough; the first is a list")
                                  .arg(group.join(u", "_s), last));
    }
    return tr("The sandbox's image lacks tools that this needs: %1.").arg(groups.join(u"; "_s));
}

QString ErrorTexts::missingToolsRemedy()
{
    return tr("Install them in the sandbox and try again, or use another image.");
}

/// The words of the other side, which say more than a kind can.
QString detailOf(const Error &error)
{
    QStringList lines;
    for (const auto &field : error.fields) {
        lines.append(u"%1: %2"_s.arg(field.field, field.description));
    }
    if (lines.isEmpty() && !error.message.isEmpty()) {
        lines.append(error.message);
    }
    return lines.join(u'\n');
}

} // namespace

ErrorText errorText(const Error &error)
{
    auto text = ErrorTexts::forKind(error.kind);
    if (error.kind == ErrorKind::RateLimited && error.retryAfter) {
        text.remedy = ErrorTexts::waitSentence(*error.retryAfter);
    }
    if (!error.missingTools.isEmpty()) {
        text.reason = ErrorTexts::missingToolsSentence(error.missingTools);
        text.remedy = ErrorTexts::missingToolsRemedy();
    }
    text.detail = detailOf(error);
    return text;
}

QString errorSentence(const Error &error, const QString &what)
{
    return errorSentence(errorText(error), what);
}

QString errorSentence(const ErrorText &text, const QString &what)
{
    QStringList sentences{what, text.reason, text.remedy};
    sentences.removeAll(QString());
    return sentences.join(u' ');
}

bool isWorthRetrying(const Error &error)
{
    switch (error.kind) {
    case ErrorKind::Cancelled:
    case ErrorKind::Unauthorized:
    case ErrorKind::Forbidden:
    case ErrorKind::Invalid:
    case ErrorKind::Unsupported:
        return false;
    default:
        return true;
    }
}

} // namespace Koyeb::Desktop
