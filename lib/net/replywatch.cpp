// SPDX-License-Identifier: Apache-2.0
#include "net/replywatch.h"

#include <QNetworkReply>

#include <algorithm>

namespace Koyeb {

ReplyWatch::ReplyWatch(
    QNetworkReply *reply, const HttpTimeouts &timeouts, Clock &clock,
    std::function<void(const QString &)> expired)
    : m_timeouts(timeouts), m_clock(clock), m_expired(std::move(expired))
{
    // A reused connection tells nothing until the answer comes, so waiting is where every request begins.
    enter(Phase::Waiting);
    connect(reply, &QNetworkReply::socketStartedConnecting, this, [this] { enter(Phase::Connecting); });
    connect(reply, &QNetworkReply::encrypted, this, [this] { enter(Phase::Sending); });
    connect(reply, &QNetworkReply::requestSent, this, [this] { enter(Phase::Waiting); });
    connect(reply, &QNetworkReply::uploadProgress, this, [this](qint64 sent, qint64 total) {
        if (total > 0) {
            enter(sent < total ? Phase::Sending : Phase::Waiting);
        }
    });
    connect(reply, &QNetworkReply::metaDataChanged, this, [this] { enter(Phase::Receiving); });
    connect(reply, &QNetworkReply::readyRead, this, [this] { enter(Phase::Receiving); });
    if (m_timeouts.total) {
        m_total = m_clock.schedule(*m_timeouts.total, [this] {
            m_expired(QStringLiteral("The server did not answer completely within %1 s.")
                          .arg(static_cast<double>(m_timeouts.total->count()) / 1000));
        });
    }
}

void ReplyWatch::setSuspended(bool suspended)
{
    m_suspended = suspended;
    enter(m_phase);
}

std::optional<std::chrono::milliseconds> ReplyWatch::limitOf(Phase phase) const
{
    switch (phase) {
    case Phase::Connecting:
        return m_timeouts.connect;
    case Phase::Waiting:
        return m_timeouts.firstByte;
    case Phase::Sending:
    case Phase::Receiving:
        return m_timeouts.idle;
    }
    return {};
}

QString ReplyWatch::describe(Phase phase) const
{
    const double seconds =
        static_cast<double>(limitOf(phase).value_or(std::chrono::milliseconds(0)).count()) / 1000;
    switch (phase) {
    case Phase::Connecting:
        return QStringLiteral("The server could not be reached within %1 s.").arg(seconds);
    case Phase::Sending:
        return QStringLiteral("The server accepted no data for %1 s.").arg(seconds);
    case Phase::Waiting:
        return QStringLiteral("The server did not answer within %1 s.").arg(seconds);
    case Phase::Receiving:
        return QStringLiteral("The server sent no data for %1 s.").arg(seconds);
    }
    return {};
}

void ReplyWatch::enter(Phase phase)
{
    m_phase = phase;
    const auto limit = limitOf(phase);
    if (!limit || m_suspended) {
        m_deadline.reset();
        m_check.reset();
        return;
    }
    const auto deadline = m_clock.now() + *limit;
    const bool earlier = !m_deadline || deadline < *m_deadline;
    m_deadline = deadline;
    if (!m_check || earlier) {
        scheduleCheck();
    }
}

void ReplyWatch::scheduleCheck()
{
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*m_deadline - m_clock.now());
    m_check = m_clock.schedule(std::max(left, std::chrono::milliseconds(0)), [this] { check(); });
}

void ReplyWatch::check()
{
    if (!m_deadline) {
        return;
    }
    if (m_clock.now() < *m_deadline) {
        scheduleCheck();
        return;
    }
    m_deadline.reset();
    m_expired(describe(m_phase));
}

} // namespace Koyeb
