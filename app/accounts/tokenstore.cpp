// SPDX-License-Identifier: GPL-3.0-or-later
#include "accounts/tokenstore.h"

#include "core/completion.h"
#include "core/deadline.h"

#include <qt6keychain/keychain.h>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

/// A keychain that has not answered a question about nothing by then is not one to rely on.
constexpr std::chrono::seconds probeTimeout{10};

struct JobOutcome {
    QKeychain::Error error = QKeychain::OtherError;
    QString message = {};
    QString text = {}; ///< Of a read.
    bool stopped = false;
};

/// Runs a job, which deletes itself, to its end.
QCoro::Task<JobOutcome> run(QKeychain::Job *job, std::stop_token stop)
{
    Completion<JobOutcome> done;
    job->setInsecureFallback(false);
    QObject::connect(job, &QKeychain::Job::finished, job, [done](QKeychain::Job *finished) mutable {
        const auto *reading = qobject_cast<QKeychain::ReadPasswordJob *>(finished);
        done.complete(
            {.error = finished->error(),
             .message = finished->errorString(),
             .text = reading ? reading->textData() : QString()});
    });
    const std::stop_callback onStop(stop, [done]() mutable { done.complete({.stopped = true}); });
    job->start();
    co_return co_await done;
}

Error errorOf(const JobOutcome &outcome)
{
    if (outcome.stopped) {
        return Error::cancelled();
    }
    return Error::of(ErrorKind::Local, u"The keychain refused: %1"_s.arg(outcome.message));
}

} // namespace

TokenStore::TokenStore(Clock &clock, const QString &service, QObject *parent)
    : QObject(parent), m_clock(clock), m_service(service)
{
}

QCoro::Task<Result<TokenStore::Keeping>> TokenStore::keeping(std::stop_token stop)
{
    if (m_keeping) {
        co_return *m_keeping;
    }
    const Deadline deadline(m_clock, probeTimeout, stop);
    auto *question = new QKeychain::ReadPasswordJob(m_service);
    question->setKey(u"probe"_s);
    const auto outcome = co_await run(question, deadline.token());
    if (stop.stop_requested()) {
        co_return failure(Error::cancelled());
    }
    // Only a keychain that works can say that it has no such entry.
    const auto works = outcome.error == QKeychain::EntryNotFound || outcome.error == QKeychain::NoError;
    m_keeping = works && !outcome.stopped ? Keeping::Keychain : Keeping::MemoryOnly;
    co_return *m_keeping;
}

QCoro::Task<Result<std::optional<QString>>> TokenStore::read(QString accountId, std::stop_token stop)
{
    const auto where = co_await keeping(stop);
    if (!where) {
        co_return failure(where.error());
    }
    if (m_memory.contains(accountId)) {
        co_return std::optional<QString>(m_memory.value(accountId));
    }
    if (*where == Keeping::MemoryOnly) {
        co_return std::optional<QString>();
    }
    auto *job = new QKeychain::ReadPasswordJob(m_service);
    job->setKey(accountId);
    const auto outcome = co_await run(job, stop);
    if (outcome.stopped || (outcome.error && outcome.error != QKeychain::EntryNotFound)) {
        co_return failure(errorOf(outcome));
    }
    co_return outcome.error ? std::optional<QString>() : std::optional<QString>(outcome.text);
}

QCoro::Task<Result<TokenStore::Keeping>> TokenStore::write(
    QString accountId, QString token, std::stop_token stop)
{
    const auto where = co_await keeping(stop);
    if (!where) {
        co_return failure(where.error());
    }
    m_memory.insert(accountId, token);
    if (*where == Keeping::MemoryOnly) {
        co_return Keeping::MemoryOnly;
    }
    auto *job = new QKeychain::WritePasswordJob(m_service);
    job->setKey(accountId);
    job->setTextData(token);
    const auto outcome = co_await run(job, stop);
    if (outcome.stopped || outcome.error) {
        co_return failure(errorOf(outcome));
    }
    co_return Keeping::Keychain;
}

QCoro::Task<Result<void>> TokenStore::remove(QString accountId, std::stop_token stop)
{
    const auto where = co_await keeping(stop);
    if (!where) {
        co_return failure(where.error());
    }
    m_memory.remove(accountId);
    if (*where == Keeping::MemoryOnly) {
        co_return {};
    }
    auto *job = new QKeychain::DeletePasswordJob(m_service);
    job->setKey(accountId);
    const auto outcome = co_await run(job, stop);
    if (outcome.stopped || (outcome.error && outcome.error != QKeychain::EntryNotFound)) {
        co_return failure(errorOf(outcome));
    }
    co_return {};
}

} // namespace Koyeb::Desktop
