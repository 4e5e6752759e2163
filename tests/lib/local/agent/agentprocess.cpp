// SPDX-License-Identifier: Apache-2.0
#include "agentprocess.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QFile>

namespace Koyeb::Local::Test {

AgentProcess::AgentProcess()
{
    QDir(m_directory.path()).mkdir(QStringLiteral("work"));
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("SANDBOX_SECRET"), QString::fromLatin1(HttpConnection::secret));
    m_process.setProcessEnvironment(environment);
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.setWorkingDirectory(workDir());
}

AgentProcess::~AgentProcess()
{
    m_process.closeWriteChannel();
    if (!m_process.waitForFinished(int(patience.count())))
        m_process.kill();
}

void AgentProcess::addToEnvironment(const QString &name, const QString &value)
{
    QProcessEnvironment environment = m_process.processEnvironment();
    environment.insert(name, value);
    m_process.setProcessEnvironment(environment);
}

bool AgentProcess::start()
{
    m_process.start(QStringLiteral(AGENT_PROGRAM), {m_directory.path()});
    while (!m_process.canReadLine()) {
        if (!m_process.waitForReadyRead(int(patience.count())))
            return false;
    }
    return m_process.readLine() == "ready\n";
}

QString AgentProcess::socketPath(const char *name) const
{
    return m_directory.path() + QLatin1Char('/') + QLatin1String(name);
}

QByteArray AgentProcess::fileContent(const QString &name) const
{
    QFile file(workDir() + QLatin1Char('/') + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

RawConnection::RawConnection(const QString &socketPath)
{
    m_socket.connectToServer(socketPath);
    m_socket.waitForConnected(int(patience.count()));
}

void RawConnection::send(const QByteArray &bytes)
{
    m_socket.write(bytes);
    while (m_socket.bytesToWrite() > 0 && m_socket.waitForBytesWritten(int(patience.count()))) {
    }
}

bool RawConnection::readMore()
{
    const bool arrived = m_socket.bytesAvailable() > 0 || m_socket.waitForReadyRead(int(patience.count()));
    const QByteArray more = m_socket.readAll();
    m_received += more;
    return arrived && !more.isEmpty();
}

bool RawConnection::receive(const QByteArray &text)
{
    while (!m_received.contains(text)) {
        if (!readMore())
            return false;
    }
    return true;
}

bool RawConnection::receiveBytes(qsizetype count)
{
    while (m_received.size() < count) {
        if (!readMore())
            return false;
    }
    return true;
}

bool RawConnection::receiveAll()
{
    while (readMore()) {
    }
    return m_socket.state() == QLocalSocket::UnconnectedState;
}

bool RawConnection::isSilentFor(std::chrono::milliseconds time)
{
    return m_socket.bytesAvailable() == 0 && !m_socket.waitForReadyRead(int(time.count())) &&
           m_socket.state() == QLocalSocket::ConnectedState;
}

void HttpConnection::send(
    const QByteArray &method, const QByteArray &path, const QByteArray &body, const QByteArray &authorization)
{
    QByteArray request = method + ' ' + path + " HTTP/1.1\r\nHost: sandbox\r\n";
    if (!authorization.isEmpty())
        request += "Authorization: " + authorization + "\r\n";
    if (!body.isEmpty() || method == "POST")
        request += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
    m_raw.send(request + "\r\n" + body);
}

HttpReply HttpConnection::request(
    const QByteArray &method, const QByteArray &path, const QByteArray &body, const QByteArray &authorization)
{
    send(method, path, body, authorization);
    return receiveReply();
}

HttpReply HttpConnection::receiveReply()
{
    HttpReply reply;
    if (!m_raw.receive("\r\n\r\n"))
        return reply;
    const qsizetype headSize = m_raw.received().indexOf("\r\n\r\n");
    const QList<QByteArray> lines = m_raw.received().left(headSize).split('\n');
    m_raw.received().remove(0, headSize + 4);
    for (const QByteArray &line : lines.mid(1)) {
        const qsizetype separator = line.indexOf(':');
        reply.headers.insert(line.left(separator), line.mid(separator + 1).trimmed());
    }
    if (reply.headers.value("Transfer-Encoding") == "chunked") {
        reply.body = receiveChunks();
    } else {
        const qsizetype size = reply.headers.value("Content-Length").toLongLong();
        if (!m_raw.receiveBytes(size))
            return reply;
        reply.body = m_raw.received().left(size);
        m_raw.received().remove(0, size);
    }
    reply.status = lines.first().split(' ').value(1).toInt();
    return reply;
}

QByteArray HttpConnection::receiveChunks()
{
    QByteArray body;
    for (;;) {
        if (!m_raw.receive("\r\n"))
            return body;
        const qsizetype lineSize = m_raw.received().indexOf("\r\n");
        const qsizetype size = m_raw.received().left(lineSize).toLongLong(nullptr, 16);
        if (!m_raw.receiveBytes(lineSize + 2 + size + 2))
            return body;
        body += m_raw.received().mid(lineSize + 2, size);
        m_raw.received().remove(0, lineSize + 2 + size + 2);
        if (size == 0)
            return body;
    }
}

bool isRunning(qint64 pid)
{
    QFile stat(QStringLiteral("/proc/%1/stat").arg(pid));
    if (!stat.open(QIODevice::ReadOnly))
        return false;
    const QByteArray text = stat.readAll();
    return text.mid(text.lastIndexOf(')') + 2, 1) != "Z";
}

} // namespace Koyeb::Local::Test
