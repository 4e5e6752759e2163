// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "benchtools.h"
#include "executor/executorclient.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>

namespace Koyeb::Bench {

inline constexpr int slowRoundTripMs = 40;
inline constexpr qint64 slowBitsPerSecond = 100'000'000;

/// What a local engine is told to be so far away.
inline QJsonObject slowLinkInstruction()
{
    using namespace Qt::Literals::StringLiterals;
    const QJsonObject shape{{u"round_trip_ms"_s, slowRoundTripMs}, {u"bits_per_second"_s, slowBitsPerSecond}};
    return {{u"link"_s, shape}};
}

inline QString slowLinkName()
{
    return QStringLiteral("40 ms, 100 Mbit/s");
}

/// koyeb-local's link to an executor that is not a local engine's.
class SlowLink {
public:
    explicit SlowLink(const ExecutorEndpoint &endpoint) : m_endpoint(endpoint)
    {
        using namespace Qt::Literals::StringLiterals;
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(
            qEnvironmentVariable("KOYEB_LOCAL_PROGRAM"),
            {u"link"_s, endpoint.baseUrl.host() + u':' + QString::number(endpoint.baseUrl.port(80)),
             u"--round-trip-ms"_s, QString::number(slowRoundTripMs), u"--bits-per-second"_s,
             QString::number(slowBitsPerSecond)});
        if (!m_process.waitForStarted() || !m_process.waitForReadyRead()) {
            fail(u"the slow link does not start"_s);
        }
        const QUrl near(QJsonDocument::fromJson(m_process.readLine()).object().value(u"url"_s).toString());
        m_endpoint.baseUrl.setHost(near.host());
        m_endpoint.baseUrl.setPort(near.port());
    }
    ~SlowLink()
    {
        m_process.closeWriteChannel();
        m_process.waitForFinished();
    }

    [[nodiscard]] const ExecutorEndpoint &endpoint() const { return m_endpoint; }

private:
    QProcess m_process;
    ExecutorEndpoint m_endpoint;
};

} // namespace Koyeb::Bench
