// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/execlink.h"

#include "api/execchannel.h"

#include <QUuid>

namespace Koyeb::Desktop {

namespace {

QByteArray newMark()
{
    return QUuid::createUuid().toByteArray(QUuid::Id128);
}

} // namespace

ExecLink::ExecLink(std::unique_ptr<ExecChannel> channel, const QString &serviceId, QObject *parent)
    : TerminalLink(parent), m_channel(std::move(channel)), m_serviceId(serviceId), m_mark(newMark())
{
    connect(m_channel.get(), &ExecChannel::opened, this, &TerminalLink::opened);
    connect(m_channel.get(), &ExecChannel::outputReceived, this, &TerminalLink::outputReceived);
    connect(m_channel.get(), &ExecChannel::errorOutputReceived, this, &TerminalLink::outputReceived);
    connect(m_channel.get(), &ExecChannel::exited, this, &TerminalLink::exited);
    connect(m_channel.get(), &ExecChannel::ended, this, &TerminalLink::ended);
    connect(m_channel.get(), &ExecChannel::failed, this, &TerminalLink::failed);
}

ExecLink::~ExecLink() = default;

void ExecLink::start(Vt::Size size)
{
    m_channel->start(
        {.id = m_serviceId,
         .target = ExecChannel::Target::Service,
         .command = shellCommand(m_mark),
         .terminal = ExecChannel::Terminal::Yes,
         .columns = size.columns,
         .rows = size.rows});
}

void ExecLink::sendInput(const QByteArray &bytes)
{
    m_channel->sendInput(bytes);
    Q_EMIT inputSent();
}

void ExecLink::resize(Vt::Size size)
{
    m_channel->resize(size.columns, size.rows);
}

void ExecLink::close()
{
    m_channel->close();
}

void ExecLink::setReadPaused(bool paused)
{
    m_channel->setReadPaused(paused);
}

QStringList ExecLink::shellCommand(const QByteArray &mark)
{
    // The process inherits the environment of a service, which was not made for people: it may lack a
    // terminal type, a home and a character set.
    static const auto script = QStringLiteral("export %1=%2 TERM=xterm-256color COLORTERM=truecolor; "
                                              "[ -n \"$HOME\" ] || export HOME=/root; "
                                              "[ -n \"$LC_ALL$LC_CTYPE$LANG\" ] || export LANG=C.UTF-8; "
                                              "cd \"$HOME\" 2>/dev/null || cd /; "
                                              "command -v bash >/dev/null 2>&1 && exec bash -il; "
                                              "exec sh -il");
    return {
        QStringLiteral("/bin/sh"), QStringLiteral("-c"),
        script.arg(QLatin1String(environmentName), QLatin1String(mark))};
}

} // namespace Koyeb::Desktop
