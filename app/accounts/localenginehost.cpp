// SPDX-License-Identifier: GPL-3.0-or-later
#include "accounts/localenginehost.h"

#include "core/redaction.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QHostAddress>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStandardPaths>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

Q_LOGGING_CATEGORY(logEngine, "koyeb.engine", QtInfoMsg)

namespace {

constexpr std::chrono::seconds startTimeout{30};
/// How long a clean end may take; the engine removes the sandboxes' folders.
constexpr std::chrono::seconds stopTimeout{5};
constexpr qsizetype maximumLineBytes = 64 * 1024;

const auto programName = u"koyeb-local"_s;

} // namespace

std::optional<EngineInfo> parseGreeting(const QByteArray &line)
{
    const auto object = QJsonDocument::fromJson(line).object();
    const EngineInfo info{
        .url = QUrl(object.value("url"_L1).toString()),
        .token = object.value("token"_L1).toString(),
        .isolated = object.value("isolated"_L1).toBool(),
        .version = object.value("version"_L1).toString(),
        .problem = redact(object.value("problem"_L1).toString())};
    const auto loopback = info.url.scheme() == "http"_L1 && QHostAddress(info.url.host()).isLoopback();
    return loopback && !info.token.isEmpty() ? std::optional(info) : std::nullopt;
}

LocalEngineHost::LocalEngineHost(Clock &clock, const QString &program, QObject *parent)
    : QObject(parent), m_clock(clock), m_program(program)
{
}

LocalEngineHost::~LocalEngineHost()
{
    if (m_process) {
        // The event loop has ended, so that nothing is held up by giving the engine the time to clean up.
        m_process->disconnect(this);
        m_process->closeWriteChannel();
        m_process->waitForFinished(std::chrono::milliseconds(stopTimeout).count());
    }
}

QString LocalEngineHost::findProgram()
{
    const auto configured = qEnvironmentVariable("KOYEB_LOCAL_PROGRAM");
    if (!configured.isEmpty()) {
        return configured;
    }
    const auto beside = QStandardPaths::findExecutable(programName, {QCoreApplication::applicationDirPath()});
    return beside.isEmpty() ? QStandardPaths::findExecutable(programName) : beside;
}

void LocalEngineHost::start()
{
    if (m_state != State::Stopped) {
        return;
    }
    if (m_program.isEmpty()) {
        Q_EMIT failed(Error::of(
            ErrorKind::Local, u"The program koyeb-local was not found next to this one or in the path."_s));
        return;
    }
    launch();
}

void LocalEngineHost::launch()
{
    m_state = State::Starting;
    m_greeting.clear();
    m_lastLogLine.clear();
    m_process = std::make_unique<QProcess>();
    connect(m_process.get(), &QProcess::readyReadStandardOutput, this, &LocalEngineHost::readGreeting);
    connect(m_process.get(), &QProcess::readyReadStandardError, this, &LocalEngineHost::readLog);
    connect(m_process.get(), &QProcess::finished, this, &LocalEngineHost::concludeFinished);
    connect(m_process.get(), &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) {
            fail(u"The local engine could not be started: %1"_s.arg(m_process->errorString()));
        }
    });
    m_deadline = m_clock.schedule(
        startTimeout, [this] { fail(u"The local engine did not say in time that it is ready."_s); });
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.remove(u"KOYEB_API_TOKEN"_s); // None of the engine's business, nor of its sandboxes'.
    m_process->setProcessEnvironment(environment);
    m_process->start(m_program, {u"serve"_s});
}

void LocalEngineHost::readGreeting()
{
    m_greeting += m_process->readAllStandardOutput();
    if (m_state != State::Starting) {
        m_greeting.clear(); // Nothing more is agreed to come.
        return;
    }
    const auto end = m_greeting.indexOf('\n');
    if (end < 0 && m_greeting.size() <= maximumLineBytes) {
        return;
    }
    const auto info = parseGreeting(m_greeting.left(end));
    m_greeting.clear();
    if (!info) {
        fail(u"The local engine introduced itself in a form that this program does not know."_s);
        return;
    }
    m_deadline.reset();
    m_info = *info;
    m_state = State::Running;
    Q_EMIT started();
}

void LocalEngineHost::readLog()
{
    m_process->setReadChannel(QProcess::StandardError);
    while (m_process->canReadLine()) {
        m_lastLogLine = redact(QString::fromUtf8(m_process->readLine()).trimmed());
        qCInfo(logEngine).noquote() << m_lastLogLine;
    }
    if (m_process->bytesAvailable() > maximumLineBytes) {
        m_process->readAllStandardError(); // Not a log line by any measure.
    }
}

void LocalEngineHost::concludeFinished(int exitCode, QProcess::ExitStatus status)
{
    if (m_state == State::Stopping) {
        m_deadline.reset();
        discardProcess();
        m_state = State::Stopped;
        Q_EMIT stopped();
        return;
    }
    const auto how = status == QProcess::CrashExit
                         ? u"The local engine was killed or crashed."_s
                         : u"The local engine ended by itself with code %1."_s.arg(exitCode);
    fail(m_lastLogLine.isEmpty() ? how : u"%1 Its last words: %2"_s.arg(how, m_lastLogLine));
}

void LocalEngineHost::fail(const QString &message)
{
    m_deadline.reset();
    m_info = {};
    m_state = State::Stopped;
    discardProcess();
    Q_EMIT failed(Error::of(ErrorKind::Local, message));
}

/// Deletes the process once it has ended: earlier would mean to wait for that, and this may be called by one
/// of its own signals.
void LocalEngineHost::discardProcess()
{
    auto *process = m_process.release();
    process->disconnect(this);
    if (process->state() == QProcess::NotRunning) {
        process->deleteLater();
        return;
    }
    connect(process, &QProcess::finished, process, &QObject::deleteLater);
    process->kill();
}

void LocalEngineHost::stop()
{
    switch (m_state) {
    case State::Stopped:
        Q_EMIT stopped();
        return;
    case State::Stopping:
        return;
    case State::Starting:
    case State::Running:
        m_state = State::Stopping;
        m_info = {};
        m_process->closeWriteChannel();
        m_deadline = m_clock.schedule(stopTimeout, [this] { escalateStop(); });
        return;
    }
}

void LocalEngineHost::escalateStop()
{
    qCWarning(logEngine) << "The local engine did not end in time and is killed.";
    m_process->kill();
}

} // namespace Koyeb::Desktop
