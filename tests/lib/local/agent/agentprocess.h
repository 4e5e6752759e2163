// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QLocalSocket>
#include <QMap>
#include <QProcess>
#include <QTemporaryDir>

#include <chrono>

namespace Koyeb::Local::Test {

/// Long enough for a loaded machine: only a failure takes it.
inline constexpr std::chrono::milliseconds patience = std::chrono::minutes(2);

/// The agent as a process of its own, in a temporary directory that is its working directory too.
class AgentProcess {
public:
    AgentProcess();
    ~AgentProcess();

    void addToEnvironment(const QString &name, const QString &value);
    /// True once its sockets accept.
    [[nodiscard]] bool start();
    [[nodiscard]] QProcess &process() { return m_process; }
    /// For the test's own files; empty at first.
    [[nodiscard]] QString workDir() const { return m_directory.path() + QStringLiteral("/work"); }
    [[nodiscard]] QString socketPath(const char *name) const;
    /// A file of the working directory; empty when there is none.
    [[nodiscard]] QByteArray fileContent(const QString &name) const;

private:
    QTemporaryDir m_directory;
    QProcess m_process;
};

/// A connection that is read with patience; bytes as they come.
class RawConnection {
public:
    explicit RawConnection(const QString &socketPath);
    void send(const QByteArray &bytes);
    /// Reads until the text has come. False when it never does.
    [[nodiscard]] bool receive(const QByteArray &text);
    /// Reads until so many bytes have come.
    [[nodiscard]] bool receiveBytes(qsizetype count);
    /// Reads to the end of the connection. False when it does not end.
    [[nodiscard]] bool receiveAll();
    /// True when nothing comes meanwhile.
    [[nodiscard]] bool isSilentFor(std::chrono::milliseconds time);
    /// What has come and has not been taken.
    [[nodiscard]] QByteArray &received() { return m_received; }
    [[nodiscard]] QLocalSocket &socket() { return m_socket; }
    void close() { m_socket.abort(); }

private:
    [[nodiscard]] bool readMore();

    QLocalSocket m_socket;
    QByteArray m_received;
};

struct HttpReply {
    int status = 0; ///< 0: there was none
    QMap<QByteArray, QByteArray> headers;
    QByteArray body;
};

/// A connection that keeps alive, with the right token unless told otherwise.
class HttpConnection {
public:
    static constexpr const char *secret = "test-secret";

    explicit HttpConnection(const AgentProcess &agent) : m_raw(agent.socketPath("executor.sock")) {}
    [[nodiscard]] HttpReply request(
        const QByteArray &method, const QByteArray &path, const QByteArray &body = {},
        const QByteArray &authorization = QByteArray("Bearer ") + secret);
    /// POST with a JSON body.
    [[nodiscard]] HttpReply post(const QByteArray &path, const QByteArray &body)
    {
        return request("POST", path, body);
    }
    void send(
        const QByteArray &method, const QByteArray &path, const QByteArray &body,
        const QByteArray &authorization = QByteArray("Bearer ") + secret);
    /// The next reply, whole.
    [[nodiscard]] HttpReply receiveReply();
    [[nodiscard]] RawConnection &raw() { return m_raw; }

private:
    [[nodiscard]] QByteArray receiveChunks();

    RawConnection m_raw;
};

/// True when a process of that number lives (a zombie does not).
[[nodiscard]] bool isRunning(qint64 pid);

} // namespace Koyeb::Local::Test
