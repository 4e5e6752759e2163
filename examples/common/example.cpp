// SPDX-License-Identifier: Apache-2.0
#include "common/example.h"

#include <KoyebQt/core/completion.h>
#include <KoyebQt/sandbox/sandboxcontrol.h>
#include <KoyebQt/sandbox/sandboxcreation.h>

#include <QCoreApplication>
#include <QTextStream>
#include <QTimer>

namespace Example {

using namespace Qt::Literals::StringLiterals;

namespace {

[[nodiscard]] int exitCodeOf(const Koyeb::Result<void> &result)
{
    if (result) {
        return EXIT_SUCCESS;
    }
    const Koyeb::Error &error = result.error();
    QTextStream(stderr) << Koyeb::errorKindName(error.kind) << ": " << error.message << '\n';
    return EXIT_FAILURE;
}

[[nodiscard]] int run(int argc, char *argv[], const std::function<AccountBody> &body)
{
    QCoreApplication program(argc, argv);
    const QString token = qEnvironmentVariable("KOYEB_API_TOKEN");
    if (token.isEmpty()) {
        QTextStream(stderr) << "Put a token of your Koyeb account into KOYEB_API_TOKEN.\n";
        return EXIT_FAILURE;
    }
    const QUrl host(qEnvironmentVariable("KOYEB_API_HOST", u"https://app.koyeb.com"_s));
    Koyeb::SystemClock clock;
    Koyeb::AccountSession account(clock, host, token);
    // Last, so that what still runs ends before what it uses.
    Koyeb::TaskScope scope;
    QTimer::singleShot(0, &program, [&] {
        body(account, scope.token()).then([](const Koyeb::Result<void> &result) {
            QCoreApplication::exit(exitCodeOf(result));
        });
    });
    return QCoreApplication::exec();
}

[[nodiscard]] Outcome callWithSandbox(SandboxBody *body, Koyeb::AccountSession &account, std::stop_token stop)
{
    const auto access = co_await createSandbox(account, {}, stop);
    if (!access) {
        co_return Koyeb::failure(access.error());
    }
    Koyeb::Sandbox sandbox(account.clock(), *access);
    const auto result = co_await body(sandbox, stop);
    const auto deleted = co_await deleteSandbox(account, access->serviceId, stop);
    co_return result ? deleted : result;
}

} // namespace

int runWithAccount(int argc, char *argv[], AccountBody *body)
{
    return run(argc, argv, body);
}

int runWithSandbox(int argc, char *argv[], SandboxBody *body)
{
    return run(argc, argv, [body](Koyeb::AccountSession &account, std::stop_token stop) {
        return callWithSandbox(body, account, stop);
    });
}

QCoro::Task<Koyeb::Result<Koyeb::SandboxAccess>> createSandbox(
    Koyeb::AccountSession &account, Koyeb::SandboxOptions options, std::stop_token stop)
{
    using Access = Koyeb::Result<Koyeb::SandboxAccess>;
    Koyeb::Completion<Access> completion;
    // Deleted later, since this goes on while the creation tells that it has ended.
    const std::unique_ptr<Koyeb::SandboxCreation, QScopedPointerDeleteLater> creation(
        new Koyeb::SandboxCreation(account.api(), account.clock(), options));
    QObject::connect(
        creation.get(), &Koyeb::SandboxCreation::ready, creation.get(),
        [completion](const Koyeb::SandboxAccess &access) mutable { completion.complete(access); });
    QObject::connect(
        creation.get(), &Koyeb::SandboxCreation::failed, creation.get(),
        [completion](const Koyeb::Error &error) mutable { completion.complete(Koyeb::failure(error)); });
    const std::stop_callback onStop(
        stop, [completion]() mutable { completion.complete(Koyeb::failure(Koyeb::Error::cancelled())); });
    creation->start();
    co_return co_await completion;
}

Outcome deleteSandbox(Koyeb::AccountSession &account, QString serviceId, std::stop_token stop)
{
    Koyeb::SandboxControl control(account.api(), account.clock(), serviceId);
    co_return co_await control.remove(stop);
}

void say(const QString &line)
{
    QTextStream(stdout) << line << '\n';
}

void say(const QByteArray &utf8)
{
    say(QString::fromUtf8(utf8));
}

} // namespace Example
