// SPDX-License-Identifier: GPL-3.0-or-later
#include "plainclient.h"

#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace Koyeb::Bench {

namespace {

[[noreturn]] void fail(const char *what)
{
    std::fprintf(stderr, "bench_transfer: the plain client %s\n", what);
    std::exit(1);
}

} // namespace

PlainClient::PlainClient(const ExecutorEndpoint &endpoint) : m_endpoint(endpoint) {}

PlainClient::~PlainClient()
{
    disconnect();
}

void PlainClient::connect()
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<quint16>(m_endpoint.baseUrl.port(80)));
    const bool isAddress =
        ::inet_pton(AF_INET, m_endpoint.baseUrl.host().toLatin1().constData(), &address.sin_addr) == 1;
    m_socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (!isAddress ||
        ::connect(m_socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0) {
        fail("wants an executor at an IPv4 address that takes connections");
    }
    const int on = 1;
    ::setsockopt(m_socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void PlainClient::disconnect()
{
    if (m_socket >= 0) {
        ::close(std::exchange(m_socket, -1));
    }
}

QByteArray PlainClient::post(const QByteArray &path, const QByteArray &body)
{
    QByteArray head =
        "POST " + m_endpoint.baseUrl.path().toLatin1() + path +
        " HTTP/1.1\r\nHost: " + m_endpoint.baseUrl.authority().toLatin1() + "\r\nAuthorization: Bearer " +
        m_endpoint.secret.toLatin1() +
        "\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n";
    if (!m_endpoint.routingKey.isEmpty()) {
        head += "X-Routing-Key: " + m_endpoint.routingKey.toLatin1() + "\r\n";
    }
    if (m_socket < 0) {
        connect();
    }
    send(head + "\r\n");
    send(body);
    m_received.clear();
    qsizetype headEnd = -1;
    while ((headEnd = m_received.indexOf("\r\n\r\n")) < 0) {
        receive();
    }
    const auto answerHead = m_received.first(headEnd + 2).toLower();
    m_received.remove(0, headEnd + 4);
    if (!answerHead.startsWith("http/1.1 200")) {
        fail(("was refused: " + answerHead.first(std::min<qsizetype>(answerHead.size(), 60))).constData());
    }
    readBody(answerHead);
    if (answerHead.contains("\r\nconnection: close\r\n")) {
        disconnect();
    }
    return m_received;
}

void PlainClient::readBody(const QByteArray &answerHead)
{
    const auto field = answerHead.indexOf("\r\ncontent-length:");
    if (field < 0) {
        // In chunks: known to end with one of no length, which JSON text does not hold.
        while (!m_received.endsWith("\r\n0\r\n\r\n")) {
            receive();
        }
        joinChunks();
        return;
    }
    const auto start = field + 17;
    const auto length = answerHead.mid(start, answerHead.indexOf('\r', start) - start).trimmed().toLongLong();
    m_received.reserve(length);
    while (m_received.size() < length) {
        receive();
    }
}

void PlainClient::joinChunks()
{
    QByteArray body;
    for (qsizetype position = 0;;) {
        const auto lineEnd = m_received.indexOf("\r\n", position);
        const auto size = m_received.mid(position, lineEnd - position).toLongLong(nullptr, 16);
        if (lineEnd < 0 || size == 0) {
            break;
        }
        body += QByteArrayView(m_received).sliced(lineEnd + 2, size);
        position = lineEnd + 2 + size + 2;
    }
    m_received = body;
}

void PlainClient::send(const QByteArray &bytes) const
{
    qsizetype sent = 0;
    while (sent < bytes.size()) {
        const auto count = ::send(
            m_socket, bytes.constData() + sent, static_cast<size_t>(bytes.size() - sent), MSG_NOSIGNAL);
        if (count <= 0) {
            fail("lost its connection while sending");
        }
        sent += count;
    }
}

void PlainClient::receive()
{
    constexpr qsizetype step = 256 * 1024;
    const auto before = m_received.size();
    m_received.resize(before + step);
    const auto count = ::recv(m_socket, m_received.data() + before, step, 0);
    if (count <= 0) {
        fail("lost its connection while receiving");
    }
    m_received.truncate(before + count);
}

} // namespace Koyeb::Bench
