// SPDX-License-Identifier: Apache-2.0
#include "api/execchannel.h"

#include "api/execframes.h"
#include "net/jsonsocket.h"

#include <QPointer>

#include <algorithm>

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

// What the official command line sends at most, so every server takes it.
constexpr qsizetype maximumInputBytes = 4096;
// Of a terminal, whose echo somebody waits for behind it. Over 50 ms it still lets 4 MB a second through.
constexpr int terminalReadAhead = 128 * 1024;

[[nodiscard]] QUrl streamUrl(const QUrl &host)
{
    QUrl url = host;
    url.setScheme(host.scheme() == "http"_L1 ? u"ws"_s : u"wss"_s);
    url.setPath(u"/v1/streams/instances/exec"_s);
    return url;
}

} // namespace

ExecChannel::ExecChannel(Clock &clock, const QUrl &host, const QString &token, QObject *parent)
    : QObject(parent), m_socket(std::make_unique<JsonSocket>(clock)), m_host(host), m_token(token)
{
    connect(m_socket.get(), &JsonSocket::opened, this, &ExecChannel::sendStart);
    connect(m_socket.get(), &JsonSocket::received, this, &ExecChannel::take);
    connect(m_socket.get(), &JsonSocket::closed, this, &ExecChannel::concludeClosed);
    connect(m_socket.get(), &JsonSocket::failed, this, &ExecChannel::conclude);
    connect(m_socket.get(), &JsonSocket::bytesWritten, this, &ExecChannel::bytesWritten);
}

ExecChannel::~ExecChannel() = default;

void ExecChannel::setNetwork(const NetworkSettings &network)
{
    m_socket->setNetwork(network);
}

void ExecChannel::start(const Start &start)
{
    if (m_state != State::Idle) {
        return;
    }
    m_start = start;
    m_state = State::Connecting;
    if (start.terminal == Terminal::Yes) {
        m_socket->setReadAhead(terminalReadAhead);
    }
    m_socket->open(streamUrl(m_host), m_token);
}

void ExecChannel::sendStart()
{
    const QString idType = m_start.target == Target::Service ? u"SERVICE_ID"_s : u"INSTANCE_ID"_s;
    std::optional<ExecFrames::TerminalSize> size;
    if (m_start.terminal == Terminal::Yes) {
        size = {m_start.columns, m_start.rows};
    }
    m_socket->send(ExecFrames::start(m_start.id, idType, m_start.command, size));
    if (size) {
        // Not every server heeds the size in the first frame.
        m_socket->send(ExecFrames::resize(*size));
    }
    m_state = State::Open;
    sendInput(std::exchange(m_earlyInput, {}));
    if (m_inputClosed) {
        m_socket->send(ExecFrames::endOfInput());
    }
    Q_EMIT opened();
}

void ExecChannel::sendInput(const QByteArray &bytes)
{
    if (m_state == State::Connecting) {
        m_earlyInput += bytes;
        return;
    }
    if (m_state != State::Open) {
        return;
    }
    for (qsizetype sent = 0; sent < bytes.size(); sent += maximumInputBytes) {
        m_socket->send(ExecFrames::input(bytes.mid(sent, maximumInputBytes)));
    }
}

void ExecChannel::resize(int columns, int rows)
{
    m_start.columns = columns;
    m_start.rows = rows;
    if (m_state == State::Open && m_start.terminal == Terminal::Yes) {
        m_socket->send(ExecFrames::resize({columns, rows}));
    }
}

void ExecChannel::closeInput()
{
    if (!std::exchange(m_inputClosed, true) && m_state == State::Open) {
        m_socket->send(ExecFrames::endOfInput());
    }
}

void ExecChannel::close()
{
    m_state = State::Closed;
    m_socket->close();
}

qint64 ExecChannel::bytesToWrite() const
{
    return m_socket->bytesToWrite();
}

void ExecChannel::setReadPaused(bool paused)
{
    m_socket->setReadPaused(paused);
}

void ExecChannel::take(const QJsonObject &frame)
{
    const auto output = ExecFrames::read(frame);
    if (!output) {
        conclude(output.error());
        return;
    }
    // Whoever receives the bytes may close or destroy the channel.
    const QPointer<ExecChannel> alive(this);
    if (!output->standardOutput.isEmpty()) {
        Q_EMIT outputReceived(output->standardOutput);
    }
    if (alive && m_state == State::Open && !output->standardError.isEmpty()) {
        Q_EMIT errorOutputReceived(output->standardError);
    }
    if (alive && m_state == State::Open && output->exitCode) {
        close();
        Q_EMIT exited(*output->exitCode);
    }
}

void ExecChannel::concludeClosed(bool normally)
{
    if (!normally) {
        conclude(Error::of(ErrorKind::Offline, u"The connection to the sandbox was lost."_s));
        return;
    }
    m_state = State::Closed;
    Q_EMIT ended();
}

void ExecChannel::conclude(const Error &error)
{
    close();
    Q_EMIT failed(error);
}

} // namespace Koyeb
