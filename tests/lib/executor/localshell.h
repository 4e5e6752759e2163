// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDir>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <unistd.h>

namespace Koyeb::Test {

/// Runs scripts with a shell of this computer as an executor would with a sandbox's, e.g. with BusyBox in
/// place of the usual tools.
class LocalShell {
public:
    struct Result {
        QByteArray output;
        QByteArray errors;
        int exitCode = -1;
    };

    /// The usual tools.
    LocalShell() : m_shell(QStringLiteral("/bin/sh")), m_path(qEnvironmentVariable("PATH")) {}

    /// Whether BusyBox is installed.
    [[nodiscard]] static bool hasBusyBox() { return !busyBox().isEmpty(); }

    /// From now on only BusyBox's shell and tools.
    [[nodiscard]] bool useBusyBox()
    {
        QProcess install;
        install.start(busyBox(), {QStringLiteral("--install"), QStringLiteral("-s"), m_tools.path()});
        m_shell = m_tools.filePath(QStringLiteral("sh"));
        m_path = m_tools.path();
        return install.waitForFinished() && install.exitCode() == 0;
    }

    /// From now on only the named tools.
    [[nodiscard]] bool useOnly(const QStringList &tools)
    {
        bool linked = true;
        for (const auto &tool : tools) {
            linked = linked && QFile::link(QStandardPaths::findExecutable(tool), m_tools.filePath(tool));
        }
        m_path = m_tools.path();
        return linked;
    }

    [[nodiscard]] Result run(const QString &script) const
    {
        return runProgram(m_shell, {QStringLiteral("-c"), script});
    }

    /// The same as somebody whom modes forbid something, to whom `folder` and all in it then belongs.
    [[nodiscard]] Result runUnprivileged(const QString &script, const QByteArray &folder) const
    {
        if (::geteuid() != 0) {
            return run(script);
        }
        const auto path = QString::fromLocal8Bit(folder);
        if (QProcess::execute(QStringLiteral("chown"), {QStringLiteral("-Rh"), nobody, path}) != 0 ||
            QProcess::execute(QStringLiteral("chmod"), {QStringLiteral("755"), m_tools.path()}) != 0) {
            return {};
        }
        const auto setpriv = QStandardPaths::findExecutable(QStringLiteral("setpriv"));
        return runProgram(
            setpriv, {QStringLiteral("--reuid=") + nobody, QStringLiteral("--clear-groups"), m_shell,
                      QStringLiteral("-c"), script});
    }

private:
    static inline const QString nobody = QStringLiteral("65534");

    [[nodiscard]] Result runProgram(const QString &program, const QStringList &arguments) const
    {
        QProcess process;
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("PATH"), m_path);
        process.setProcessEnvironment(environment);
        process.setStandardInputFile(QProcess::nullDevice());
        process.start(program, arguments);
        if (!process.waitForFinished()) {
            return {};
        }
        return {process.readAllStandardOutput(), process.readAllStandardError(), process.exitCode()};
    }

    static QString busyBox() { return QStandardPaths::findExecutable(QStringLiteral("busybox")); }

    QTemporaryDir m_tools;
    QString m_shell;
    QString m_path;
};

} // namespace Koyeb::Test
