// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "net/networksettings.h"

#include <QObject>
#include <QStringList>
#include <QUrl>

#include <memory>

namespace Koyeb {

class JsonSocket;

/// One process in a sandbox over the control plane's exec stream (`/v1/streams/instances/exec`): raw bytes
/// both ways, with a real terminal when wanted. Ends with exactly one of exited(), ended() and failed(),
/// unless close() was called.
class ExecChannel : public QObject {
    Q_OBJECT

public:
    /// How far the connection is.
    enum class State { Idle, Connecting, Open, Closed };
    /// What Start::id is the id of.
    enum class Target { Instance, Service };
    /// Whether the process gets a terminal or two separate streams.
    enum class Terminal { Yes, No };

    /// What is to be run, and where.
    struct Start {
        QString id;                        ///< Of an instance or a service.
        Target target = Target::Service;   ///< Which of the two.
        QStringList command;               ///< Program and arguments.
        Terminal terminal = Terminal::Yes; ///< With No, columns and rows do not count.
        int columns = 80;                  ///< Of the terminal; sent before the process starts.
        int rows = 24;                     ///< Of the terminal.
    };

    /// `host` is the control plane's (https or http). `token` is the account's.
    ExecChannel(Clock &clock, const QUrl &host, const QString &token, QObject *parent = nullptr);
    ~ExecChannel() override;

    /// How far the connection is now.
    [[nodiscard]] State state() const { return m_state; }
    /// Before start().
    void setNetwork(const NetworkSettings &network);
    /// Once in the life of a channel.
    void start(const Start &start);
    /// What comes before the channel is open is sent once it is; what comes after its end is dropped.
    void sendInput(const QByteArray &bytes);
    /// Gives the terminal a new size; the last one given before the channel is open counts.
    void resize(int columns, int rows);
    /// No more input will come: the process reads its end.
    void closeInput();
    /// Ends the process's connection silently.
    void close();
    /// Bytes of input on their way, in their form on the wire; see bytesWritten().
    [[nodiscard]] qint64 bytesToWrite() const;
    /// While paused, no output is read once a small buffer is full, so that the process feels it.
    void setReadPaused(bool paused);

Q_SIGNALS:
    /// The process was asked for; output and size changes may follow.
    void opened();
    /// The next bytes from the terminal, or of standard output.
    void outputReceived(const QByteArray &bytes);
    /// Only without a terminal.
    void errorOutputReceived(const QByteArray &bytes);
    /// The process has ended.
    void exited(int exitCode);
    /// The connection was closed without an exit code.
    void ended();
    /// The process could not be started, or its connection broke.
    void failed(const Koyeb::Error &error);
    /// So many bytes of input went to the network.
    void bytesWritten(qint64 bytes);

private:
    void sendStart();
    void take(const QJsonObject &frame);
    void concludeClosed(bool normally);
    void conclude(const Error &error);

    std::unique_ptr<JsonSocket> m_socket;
    QUrl m_host;
    QString m_token;
    Start m_start;
    QByteArray m_earlyInput;
    bool m_inputClosed = false;
    State m_state = State::Idle;
};

} // namespace Koyeb
