// SPDX-License-Identifier: Apache-2.0
#include "sandbox/portslisting.h"

#include "sandbox/remoteentry.h"

#include <QHash>
#include <QHostAddress>
#include <QMap>
#include <QRegularExpression>
#include <QtEndian>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

constexpr qsizetype longestCommandLine = 256;

struct Socket {
    quint16 port = 0;
    QHostAddress address;
    QByteArray inode;
};

/// The kernel prints addresses as 32-bit words in its own byte order.
QHostAddress addressFrom(const QByteArray &hex)
{
    const auto bytes = QByteArray::fromHex(hex);
    if (bytes.size() == 4) {
        return QHostAddress(qFromLittleEndian<quint32>(bytes.constData()));
    }
    if (bytes.size() != 16) {
        return {};
    }
    Q_IPV6ADDR address;
    for (int word = 0; word < 4; ++word) {
        for (int byte = 0; byte < 4; ++byte) {
            address[word * 4 + byte] = static_cast<quint8>(bytes[word * 4 + 3 - byte]);
        }
    }
    return QHostAddress(address);
}

/// A line of /proc/net/tcp: `sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …`
std::optional<Socket> listeningSocket(const QByteArray &line)
{
    const auto fields = line.simplified().split(' ');
    if (fields.size() < 10 || fields[3] != "0A") {
        return {};
    }
    const auto colon = fields[1].indexOf(':');
    bool isNumber = false;
    Socket socket;
    socket.port = fields[1].mid(colon + 1).toUShort(&isNumber, 16);
    socket.address = addressFrom(fields[1].left(std::max<qsizetype>(colon, 0)));
    socket.inode = fields[9];
    if (!isNumber || socket.port == 0 || socket.address.isNull()) {
        return {};
    }
    return socket;
}

/// Which process has a socket open, by inode, from `ls -l` of directories /proc/<pid>/fd.
QHash<QByteArray, qint64> ownersOf(const QByteArray &descriptors)
{
    QHash<QByteArray, qint64> owners;
    qint64 pid = 0;
    for (const auto &line : descriptors.split('\n')) {
        if (line.startsWith("/proc/") && line.endsWith("/fd:")) {
            pid = line.mid(6, line.size() - 10).toLongLong();
            continue;
        }
        const auto start = line.lastIndexOf(" -> socket:[");
        if (start >= 0 && line.endsWith(']') && pid > 0) {
            owners.insert(line.mid(start + 12).chopped(1), pid);
        }
    }
    return owners;
}

/// `head` of several files puts `==> /proc/<pid>/cmdline <==` before each; the last one is /dev/null, which
/// takes the place of process 0.
QHash<qint64, QString> commandLinesOf(const QByteArray &text)
{
    QHash<qint64, QString> commandLines;
    static const QRegularExpression header(
        u"^==> /(?:proc/(\\d+)/cmdline|dev/null) <==$"_s, QRegularExpression::MultilineOption);
    const auto all = QString::fromUtf8(text);
    auto headers = header.globalMatch(all);
    while (headers.hasNext()) {
        const auto match = headers.next();
        const auto end = headers.hasNext() ? headers.peekNext().capturedStart() : all.size();
        auto line = all.mid(match.capturedEnd() + 1, end - match.capturedEnd() - 1).left(longestCommandLine);
        line.replace(QChar(u'\0'), u' ');
        const auto visible = displayName(line.trimmed().toUtf8());
        commandLines.insert(match.captured(1).toLongLong(), visible);
    }
    return commandLines;
}

} // namespace

QString portsScript(const QByteArray &boundary)
{
    return uR"(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null
echo; echo @boundary
ls -l /proc/[0-9]*/fd 2>/dev/null | { if command -v grep >/dev/null; then grep -e '^/proc/' -e ' -> socket:'; else cat; fi; }
echo; echo @boundary
set -- /proc/[0-9]*/cmdline
head -c 256 "$@" /dev/null 2>/dev/null
true)"_s.replace("@boundary"_L1, QString::fromLatin1(boundary));
}

Result<QList<ListeningPort>> parsePorts(const QByteArray &output, const QByteArray &boundary)
{
    const QByteArray separator = '\n' + boundary + '\n';
    const auto first = output.indexOf(separator);
    const auto second = first < 0 ? -1 : output.indexOf(separator, first + separator.size());
    if (second < 0) {
        return failure(ErrorKind::Protocol, u"The list of ports is incomplete."_s);
    }
    const auto owners = ownersOf(output.mid(first, second - first));
    const auto commandLines = commandLinesOf(output.mid(second + separator.size()));
    QMap<quint16, ListeningPort> ports;
    for (const auto &line : output.left(first).split('\n')) {
        const auto socket = listeningSocket(line);
        if (!socket) {
            continue;
        }
        auto &port = ports[socket->port];
        port.port = socket->port;
        const auto address = socket->address.toString();
        if (!port.addresses.contains(address)) {
            port.addresses.append(address);
        }
        if (const auto pid = owners.value(socket->inode); pid > 0) {
            port.pid = pid;
            port.process = commandLines.value(pid);
        }
    }
    return ports.values();
}

} // namespace Koyeb
