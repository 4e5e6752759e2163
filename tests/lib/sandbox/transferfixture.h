// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "executor/shellquote.h"
#include "lib/executor/localsandbox.h"
#include "sandbox/sandbox.h"
#include "scratchfolder.h"
#include "support/await.h"

#include <QEventLoop>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTimer>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace Koyeb::Test {

/// Longer than anything takes that does not hang.
constexpr int patienceMs = 60'000;

/// How a transfer ended.
struct TransferOutcome {
    bool isFinished = false;
    QList<TransferProblem> problems;
    std::optional<Error> failure;
    TransferProgress progress; ///< At the end.
};

/// Starts a transfer and waits for its end.
inline TransferOutcome outcomeOf(Transfer *transfer, int waitMs = patienceMs)
{
    const std::unique_ptr<Transfer> owned(transfer);
    TransferOutcome outcome;
    // An event loop of its own: QTest's waiting sleeps between looks, which a transfer's many small steps
    // would feel.
    QEventLoop loop;
    QTimer::singleShot(waitMs, &loop, &QEventLoop::quit);
    QObject::connect(transfer, &Transfer::finished, &loop, [&](const auto &problems) {
        outcome.isFinished = true;
        outcome.problems = problems;
        loop.quit();
    });
    QObject::connect(transfer, &Transfer::failed, &loop, [&](const Error &error) {
        outcome.failure = error;
        loop.quit();
    });
    transfer->start();
    if (!outcome.isFinished && !outcome.failure) {
        loop.exec();
    }
    outcome.progress = transfer->progress();
    return outcome;
}

/// Why a transfer fails; nothing when it does not.
inline std::optional<ErrorKind> failureOf(Transfer *transfer)
{
    const auto outcome = outcomeOf(transfer);
    return outcome.failure ? std::optional(outcome.failure->kind) : std::nullopt;
}

/// A sandbox with a folder of this computer beside it. Local paths are bytes, relative to the folder.
class TransferFixture {
public:
    [[nodiscard]] bool start(const QList<QJsonObject> &instructions = {})
    {
        const auto path = QStringLiteral("/tmp/tools:") + usualPath;
        if (!m_local.start(instructions, {{QStringLiteral("PATH"), path}})) {
            return false;
        }
        reach();
        return true;
    }

    /// From now on the sandbox has only the tools of BusyBox, or only the named ones of them.
    void useBusyBox(const QStringList &tools = {})
    {
        useUsualTools(); // What installs must not be run by what it replaces.
        const auto install = tools.isEmpty()
                                 ? QStringLiteral("busybox --install -s /tmp/tools\n")
                                 : QStringLiteral("for t in %1; do ln -s $(command -v busybox) $t; done\n")
                                       .arg(tools.join(u' '));
        // BusyBox's shell has all tools within itself.
        const auto shell =
            tools.isEmpty() ? QStringLiteral("$(command -v busybox) sh") : QStringLiteral("/bin/sh");
        QCOMPARE(
            inSandbox(
                QStringLiteral("rm -rf /tmp/tools && mkdir /tmp/tools && cd /tmp/tools || exit\n") + install +
                QStringLiteral("rm -f sh; echo '#!/bin/sh' > s; "
                               "echo \"PATH=/tmp/tools exec %1 \\\"\\$@\\\"\" >> s; chmod 755 s; mv s sh")
                    .arg(shell)),
            QByteArray());
        reach();
    }
    /// Adds a usual tool to those that useBusyBox() leaves.
    void install(const QByteArray &tool)
    {
        QCOMPARE(
            inSandbox(QStringLiteral("ln -s $(command -v %1) /tmp/tools/").arg(QString::fromLatin1(tool))),
            QByteArray());
    }
    /// From now on a tool of the sandbox does `script` before its work, for the library's scripts.
    void intercept(const QByteArray &tool, const QString &script)
    {
        // Looking for the tools is not what is meant.
        QVERIFY(await(m_sandbox->files().list("/tmp", {}))->has_value());
        const auto text = QStringLiteral("#!/bin/sh\nPATH=%1\n%2\nexec %3 \"$@\"\n")
                              .arg(usualPath, script, QString::fromLatin1(tool));
        const auto path = "/tmp/tools/" + tool;
        QCOMPARE(
            inSandbox(
                QStringLiteral("mkdir -p /tmp/tools; rm -f ") + shellQuoted(path) +
                QStringLiteral("; printf %s ") + shellQuoted(text.toUtf8()) + u'>' + shellQuoted(path) +
                QStringLiteral("; chmod 755 ") + shellQuoted(path)),
            QByteArray());
    }
    /// What the library's scripts hash with.
    [[nodiscard]] QByteArray hasher()
    {
        const auto looking = QStringLiteral("! command -v openssl >/dev/null || echo yes");
        return inSandbox(looking) == "yes\n" ? "openssl" : "sha256sum";
    }
    /// A tool of the sandbox waits until openGate(); hasReachedGate() tells when it does.
    void closeGate(const QByteArray &tool)
    {
        QCOMPARE(inSandbox(QStringLiteral("rm -f /tmp/reached; mkfifo /tmp/gate")), QByteArray());
        intercept(
            tool, QStringLiteral("if [ -e /tmp/gate ]; then : > /tmp/reached; read -r x < /tmp/gate; fi"));
    }
    [[nodiscard]] bool hasReachedGate()
    {
        return inSandbox(QStringLiteral("[ ! -e /tmp/reached ] || echo yes")) == "yes\n";
    }
    void openGate()
    {
        // Whoever has opened it is let through, and who comes later finds none.
        QCOMPARE(
            inSandbox(QStringLiteral("mv /tmp/gate /tmp/opened && echo 1<> /tmp/opened; rm -f /tmp/opened")),
            QByteArray());
    }
    /// The sandbox has the usual tools again.
    void useUsualTools()
    {
        // Not by a command, which could miss its own tools.
        QVERIFY(await(m_sandbox->executor().deleteDirectory(QStringLiteral("/tmp/tools"), {}))->has_value());
        reach();
    }

    /// Makes sandbox() a new object: nothing is known of its tools yet.
    void reach()
    {
        SandboxAccess access;
        access.serviceId = m_local.serviceId();
        access.executor = m_local.endpoint();
        access.publicUrl = m_local.publicUrl();
        m_sandbox = std::make_unique<Sandbox>(m_clock, access);
    }

    [[nodiscard]] Sandbox &sandbox() { return *m_sandbox; }
    [[nodiscard]] Testing::LocalEngine &engine() { return m_local.engine(); }
    [[nodiscard]] QString serviceId() const { return m_local.serviceId(); }
    [[nodiscard]] ExecutorEndpoint endpoint() const { return m_local.endpoint(); }

    /// Stdout of a command in the sandbox; its error text when it fails.
    [[nodiscard]] QByteArray inSandbox(const QString &line)
    {
        const auto usually = QStringLiteral("PATH=%1\n").arg(usualPath) + line;
        const auto result = await(m_sandbox->executor().run({usually, {}, {}, {}}, {}));
        if (!result) {
            return "no result in time";
        }
        if (!*result) {
            return "no result: " + result->error().message.toUtf8();
        }
        return (*result)->exitCode == 0 ? (*result)->standardOutput : "failed: " + (*result)->standardError;
    }

    [[nodiscard]] QByteArray path(const QByteArray &name = {}) const { return m_folder.path(name); }
    [[nodiscard]] std::filesystem::path fsPath(const QByteArray &name = {}) const
    {
        return path(name).toStdString();
    }

    void makeFolder(const QByteArray &name, mode_t mode = 0755) const
    {
        QCOMPARE(::mkdir(path(name).constData(), mode), 0);
    }
    void makeFile(const QByteArray &name, const QByteArray &content, mode_t mode = 0644) const
    {
        const int file = ::open(path(name).constData(), O_WRONLY | O_CREAT | O_TRUNC, mode);
        QVERIFY(file >= 0);
        QCOMPARE(::write(file, content.constData(), static_cast<size_t>(content.size())), content.size());
        QCOMPARE(::fchmod(file, mode), 0);
        const timespec times[2]{{0, 0}, {1'234'567'890, 0}};
        QCOMPARE(::futimens(file, times), 0);
        ::close(file);
    }
    void makeLink(const QByteArray &name, const QByteArray &target) const
    {
        QCOMPARE(::symlink(target.constData(), path(name).constData()), 0);
    }

    /// What lies below a local folder, a line for each: type, mode, time of files, checksum or target, and
    /// the path with odd bytes escaped.
    [[nodiscard]] static QString describeScript(const QByteArray &folder)
    {
        const auto script =
            QStringLiteral("import os,sys,hashlib\n"
                           "def digest(p):\n"
                           "  h=hashlib.sha256()\n"
                           "  with open(p,'rb') as f:\n"
                           "    while b:=f.read(1<<20): h.update(b)\n"
                           "  return h.hexdigest()\n"
                           "top=os.fsencode(sys.argv[1])\n"
                           "for d,ds,fs in os.walk(top):\n"
                           "  for n in ds+fs:\n"
                           "    p=os.path.join(d,n); s=os.lstat(p); r=p[len(top):]\n"
                           "    if os.path.islink(p): print('l', os.readlink(p), r)\n"
                           "    elif os.path.isdir(p): print('d', oct(s.st_mode), r)\n"
                           "    else: print('f', oct(s.st_mode), s.st_mtime_ns//10**9, digest(p), r)\n");
        return QStringLiteral("python3 -c ") + shellQuoted(script.toUtf8()) + u' ' + shellQuoted(folder) +
               QStringLiteral(" | LC_ALL=C sort");
    }
    [[nodiscard]] QByteArray describeLocal(const QByteArray &name) const
    {
        QProcess process;
        process.start(QStringLiteral("/bin/sh"), {QStringLiteral("-c"), describeScript(path(name))});
        process.waitForFinished(-1);
        return process.readAllStandardOutput();
    }
    [[nodiscard]] QByteArray describeRemote(const QByteArray &folder)
    {
        return inSandbox(describeScript(folder));
    }

private:
    static constexpr QLatin1String usualPath{"/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"};

    SystemClock m_clock;
    ScratchFolder m_folder;
    LocalSandbox m_local;
    std::unique_ptr<Sandbox> m_sandbox;
};

/// So many bytes that no compression or luck reproduces.
inline QByteArray randomBytes(qsizetype size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    auto random = QRandomGenerator(static_cast<quint32>(size));
    for (auto &byte : bytes) {
        byte = static_cast<char>(random.generate());
    }
    return bytes;
}

} // namespace Koyeb::Test
