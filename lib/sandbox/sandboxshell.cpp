// SPDX-License-Identifier: Apache-2.0
#include "sandbox/sandboxshell.h"

#include "core/base64.h"
#include "core/sha256.h"
#include "core/workerthread.h"
#include "executor/shellquote.h"
#include "executor/systemerror.h"
#include "sandbox/packing.h"

#include <QRandomGenerator>

namespace Koyeb {

namespace {

/// Of all that is hidden while a transfer is under way.
const auto temporaryPrefix = QByteArrayLiteral(".koyeb-part-");
/// More than anything that is asked for at once.
constexpr qint64 maximumExecOutputBytes = qint64{64} * 1024 * 1024;

using namespace Qt::Literals::StringLiterals;

/// `script` with its stdout encoded, and its own exit code rather than the encoder's.
QString encodedScript(const QString &script, const QString &encoder)
{
    return u"{ { { { ( "_s + script + u"\n); echo $? >&3; } | "_s + encoder +
           u" >&4; } 3>&1; } | { read r; exit $r; }; } 4>&1"_s;
}

Result<QByteArray> base64OfDigits(const QByteArray &digits)
{
    const auto bytes = fromHexDigits(digits);
    if (!bytes) {
        return failure(ErrorKind::Protocol, u"The sandbox sent damaged digits."_s);
    }
    QByteArray base64;
    appendBase64(base64, *bytes);
    return base64;
}

Result<QByteArray> decoded(const QByteArray &text)
{
    auto bytes = fromBase64(text);
    if (!bytes) {
        return failure(ErrorKind::Protocol, u"The sandbox sent damaged base64."_s);
    }
    return std::move(*bytes);
}

} // namespace

Packing packingOf(const SandboxTools &tools, Compression compression)
{
    if (compression == Compression::Never) {
        return Packing::None;
    }
    return tools.zstd ? Packing::Zstd : tools.gzip ? Packing::Gzip : Packing::None;
}

QString encoderOf(const SandboxTools &tools, Packing packing)
{
    return packing == Packing::None ? tools.encoder
                                    : u"{ "_s + packerOf(packing) + u" | "_s + tools.encoder + u"; }"_s;
}

Result<void> checkRemotePath(const QByteArray &path)
{
    if (!path.startsWith('/') || path.contains('\0')) {
        return failure(ErrorKind::Invalid, u"A path in a sandbox is absolute and has no NUL."_s);
    }
    return {};
}

QByteArray randomDigits()
{
    QByteArray bytes(16, Qt::Uninitialized);
    QRandomGenerator::system()->generate(bytes.begin(), bytes.end());
    return bytes.toHex();
}

QByteArray temporaryName()
{
    return temporaryName(randomDigits());
}

QByteArray temporaryName(const QByteArray &digits)
{
    // Short enough not to be taken for a credential where a message quotes it.
    return temporaryPrefix + digits.first(16);
}

bool isTemporaryPath(const QByteArray &path)
{
    return path.startsWith(temporaryPrefix) || path.contains('/' + temporaryPrefix);
}

QCoro::Task<Result<SandboxTools>> SandboxShell::tools(std::stop_token stop)
{
    if (*m_tools) {
        Result<SandboxTools> known = **m_tools; // QCoro would take the original's insides.
        co_return known;
    }
    auto output = co_await run(probeScript(), Repeatable::Safely, std::move(stop));
    if (!output) {
        co_return failure(std::move(output).error());
    }
    const auto tools = parseTools(*output);
    *m_tools = tools;
    co_return tools;
}

void SandboxShell::addStat(QString &script) const
{
    if (*m_tools && !(*m_tools)->statFunction.isEmpty() && script.contains("stat -"_L1)) {
        script.prepend(u"stat_is_function=1\n"_s + (*m_tools)->statFunction);
    }
}

QCoro::Task<Result<QByteArray>> SandboxShell::run(QString script, Repeatable repeatable, std::stop_token stop)
{
    addStat(script);
    auto result = co_await m_executor.runScript(script, repeatable, std::move(stop));
    if (!result) {
        co_return failure(std::move(result).error());
    }
    if (result->exitCode < 0) {
        // Nothing is wrong with what it worked on.
        co_return failure(ErrorKind::Server, u"The sandbox ended the command before it was done."_s);
    }
    if (result->exitCode != 0) {
        // What follows the first line is summaries and consequences.
        const auto lines = result->standardError.trimmed().split('\n');
        co_return failure(errorFromSystemText(QString::fromUtf8(lines.first())));
    }
    co_return std::move(result->standardOutput);
}

QCoro::Task<Result<QByteArray>> SandboxShell::runForBytes(
    QString script, Repeatable repeatable, std::stop_token stop)
{
    const auto has = co_await tools(stop);
    if (!has) {
        co_return failure(has.error());
    }
    if (usesExecRoad(*has)) {
        co_return co_await runByExec(std::move(script), Packing::None, std::move(stop));
    }
    if (!carriesBytes(*has)) {
        co_return co_await run(std::move(script), repeatable, std::move(stop));
    }
    auto output = co_await runForBase64(std::move(script), Packing::None, repeatable, std::move(stop));
    if (!output) {
        co_return failure(std::move(output).error());
    }
    co_return decoded(*output);
}

QCoro::Task<Result<QByteArray>> SandboxShell::runForBase64(
    QString script, Packing packing, Repeatable repeatable, std::stop_token stop)
{
    const auto has = co_await tools(stop);
    if (!has) {
        co_return failure(has.error());
    }
    if (usesExecRoad(*has)) {
        const auto bytes = co_await runByExec(std::move(script), packing, std::move(stop));
        if (!bytes) {
            co_return failure(bytes.error());
        }
        QByteArray base64;
        appendBase64(base64, *bytes);
        co_return base64;
    }
    const auto encoded = encodedScript(script, encoderOf(*has, packing));
    auto output = co_await run(encoded, repeatable, stop);
    if (!output || has->encoding == SandboxTools::Encoding::Base64) {
        co_return output;
    }
    std::function<Result<QByteArray>()> converting = [digits = std::move(*output)] {
        return base64OfDigits(digits);
    };
    WorkerThread converter;
    co_return co_await converter.run(std::move(converting), std::move(stop));
}

QCoro::Task<Result<QByteArray>> SandboxShell::runByExec(QString script, Packing packing, std::stop_token stop)
{
    if (packing != Packing::None) {
        script = encodedScript(script, packerOf(packing));
    }
    addStat(script);
    return m_execRoad->run(std::move(script), {}, maximumExecOutputBytes, std::move(stop));
}

QCoro::Task<Result<void>> SandboxShell::sendBytes(QByteArray path, QByteArray bytes, std::stop_token stop)
{
    const auto script = u"cat > "_s + shellQuoted(path);
    const auto sent = co_await m_execRoad->run(script, std::move(bytes), 0, std::move(stop));
    co_return sent ? Result<void>() : failure(sent.error());
}

QCoro::Task<Result<QByteArray>> SandboxShell::runForCheckedBytes(
    QString script, Repeatable repeatable, std::stop_token stop)
{
    const auto has = co_await tools(stop);
    if (!has) {
        co_return failure(has.error());
    }
    const bool isChecked =
        has->encoding == SandboxTools::Encoding::Base64 && !has->decoder.isEmpty() && has->hashes();
    if (!isChecked) {
        co_return co_await runForBytes(std::move(script), repeatable, std::move(stop));
    }
    const auto checking = u"e=$("_s + encodedScript(script, has->encoder) +
                          u") || exit\nprintf %s \"$e\" | "_s + has->decoder + u" | "_s + has->hasher +
                          u" || exit\nprintf %s \"$e\""_s;
    auto output = co_await run(checking, repeatable, std::move(stop));
    if (!output) {
        co_return output;
    }
    const auto lineEnd = output->indexOf('\n');
    auto bytes = decoded(output->mid(lineEnd + 1));
    if (!bytes) {
        co_return bytes;
    }
    const auto hash = Sha256::hexOf(*bytes);
    if (lineEnd < 0 || !output->startsWith(hash)) {
        co_return failure(ErrorKind::Integrity, u"What arrived is not what the sandbox sent."_s);
    }
    co_return bytes;
}

} // namespace Koyeb
