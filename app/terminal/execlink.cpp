// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/execlink.h"

#include "api/execchannel.h"

#include <QUuid>

namespace Koyeb::Desktop {

namespace {

/// What goes on running keeps the mark that it began with.
[[nodiscard]] QByteArray markOf(const ShellOrder &order)
{
    return order.keptName.isEmpty() ? QUuid::createUuid().toByteArray(QUuid::Id128)
                                    : order.keptName.toLatin1();
}

} // namespace

ExecLink::ExecLink(
    std::unique_ptr<ExecChannel> channel, const QString &serviceId, const ShellOrder &order, QObject *parent)
    : TerminalLink(parent),
      m_channel(std::move(channel)),
      m_serviceId(serviceId),
      m_order(order),
      m_mark(markOf(order))
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
         .command = shellCommand(m_order, m_mark),
         .terminal = ExecChannel::Terminal::Yes,
         .columns = size.columns,
         .rows = size.rows});
}

void ExecLink::sendInput(const QByteArray &bytes)
{
    m_channel->sendInput(bytes);
    Q_EMIT inputSent();
}

qint64 ExecLink::unsentBytes() const
{
    return m_channel->bytesToWrite();
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

} // namespace Koyeb::Desktop
