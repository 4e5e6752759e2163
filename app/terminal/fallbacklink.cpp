// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/fallbacklink.h"

#include <utility>

namespace Koyeb::Desktop {

namespace {

[[nodiscard]] bool meansThereIsNone(const Error &error)
{
    return error.kind == ErrorKind::Unsupported || error.kind == ErrorKind::Forbidden ||
           error.kind == ErrorKind::NotFound;
}

} // namespace

FallbackLink::FallbackLink(const MakeLink &makeFirst, MakeLink makeSecond, QObject *parent)
    : TerminalLink(parent), m_makeSecond(std::move(makeSecond)), m_link(makeFirst(this))
{
    follow();
}

void FallbackLink::follow()
{
    connect(m_link, &TerminalLink::opened, this, &TerminalLink::opened);
    connect(m_link, &TerminalLink::exited, this, &TerminalLink::exited);
    connect(m_link, &TerminalLink::ended, this, &TerminalLink::ended);
    connect(m_link, &TerminalLink::failed, this, &FallbackLink::takeFailure);
    connect(m_link, &TerminalLink::outputReceived, this, [this](const QByteArray &bytes) {
        m_makeSecond = {};
        Q_EMIT outputReceived(bytes);
    });
}

void FallbackLink::start(Vt::Size size)
{
    m_size = size;
    m_link->start(size);
}

void FallbackLink::resize(Vt::Size size)
{
    m_size = size;
    m_link->resize(size);
}

void FallbackLink::setReadPaused(bool paused)
{
    m_isPaused = paused;
    m_link->setReadPaused(paused);
}

void FallbackLink::takeFailure(const Error &error)
{
    const MakeLink makeSecond = std::exchange(m_makeSecond, {});
    TerminalLink *const second = makeSecond && meansThereIsNone(error) ? makeSecond(this) : nullptr;
    if (second == nullptr) {
        Q_EMIT failed(error);
        return;
    }
    m_link->disconnect(this);
    m_link->deleteLater();
    m_link = second;
    follow();
    m_link->setReadPaused(m_isPaused);
    m_link->start(m_size);
}

} // namespace Koyeb::Desktop
