// SPDX-License-Identifier: Apache-2.0
#include "common/example.h"

#include <KoyebQt/sandbox/createsandbox.h>
#include <KoyebQt/sandbox/sandboxcontrol.h>

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
    return Koyeb::createSandbox(account.api(), account.clock(), options, stop);
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
