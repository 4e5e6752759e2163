// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "core/error.h"

#include <QLoggingCategory>
#include <QObject>
#include <QProcess>
#include <QUrl>

#include <memory>
#include <optional>

namespace Koyeb::Desktop {

Q_DECLARE_LOGGING_CATEGORY(logEngine)

/// What a started engine says of itself. The token is a credential and stays in memory.
struct EngineInfo {
    QUrl url;
    QString token;
    bool isolated = false; ///< Sandboxes cannot see this computer's files and processes.
    QString version;
    QString problem; ///< Why no sandbox can run on this computer, in the engine's words; usually empty.
};

/// Runs the local engine, koyeb-local, as a child. The child watches its standard input and ends with this
/// program, however that ends.
class LocalEngineHost : public QObject {
    Q_OBJECT

public:
    enum class State { Stopped, Starting, Running, Stopping };

    /// `program` is the engine's executable; empty when it was not found, see findProgram(). `clock` outlives
    /// the host.
    LocalEngineHost(Clock &clock, const QString &program, QObject *parent = nullptr);
    ~LocalEngineHost() override;

    /// $KOYEB_LOCAL_PROGRAM, else next to this executable, else in the search path; empty when nowhere.
    [[nodiscard]] static QString findProgram();

    [[nodiscard]] State state() const { return m_state; }
    /// Meaningful while Running.
    [[nodiscard]] const EngineInfo &info() const { return m_info; }
    /// 0 while there is none.
    [[nodiscard]] qint64 processId() const { return m_process ? m_process->processId() : 0; }

    /// Starts the engine unless it is starting or running.
    void start();
    /// Ends the engine and with it all of its sandboxes; stopped() follows.
    void stop();

Q_SIGNALS:
    void started();
    /// It could not be started, or it ended without being told to.
    void failed(const Koyeb::Error &error);
    void stopped();

private:
    void launch();
    void readGreeting();
    void readLog();
    void concludeFinished(int exitCode, QProcess::ExitStatus status);
    void fail(const QString &message);
    void discardProcess();
    void escalateStop();

    Clock &m_clock;
    QString m_program;
    State m_state = State::Stopped;
    EngineInfo m_info;
    std::unique_ptr<QProcess> m_process;
    std::unique_ptr<ScheduledCall> m_deadline;
    QByteArray m_greeting;
    QString m_lastLogLine;
};

/// Reads the one line that the engine prints once it listens; an nothing when it is not of the agreed form.
[[nodiscard]] std::optional<EngineInfo> parseGreeting(const QByteArray &line);

} // namespace Koyeb::Desktop
