// SPDX-License-Identifier: Apache-2.0
#include "net/httpstream.h"

#include "net/httperror.h"
#include "net/replywatch.h"

#include <QNetworkReply>

namespace Koyeb {

namespace {
constexpr qint64 readBufferBytes = 256 * 1024;
constexpr qint64 longestErrorBody = 64 * 1024;
} // namespace

HttpStream::HttpStream(QNetworkReply *reply, const HttpTimeouts &timeouts, Clock &clock, QObject *parent)
    : QObject(parent), m_reply(reply)
{
    m_reply->setParent(this);
    m_reply->setReadBufferSize(readBufferBytes);
    m_watch = std::make_unique<ReplyWatch>(reply, timeouts, clock, [this](const QString &why) {
        cancel();
        Q_EMIT failed(Error::of(ErrorKind::Timeout, why));
    });
    connect(m_reply, &QNetworkReply::readyRead, this, &HttpStream::readAvailable);
    connect(m_reply, &QNetworkReply::finished, this, [this] {
        m_replyFinished = true;
        conclude();
    });
}

HttpStream::~HttpStream()
{
    cancel();
}

void HttpStream::cancel()
{
    m_ended = true;
    m_reply->disconnect(this);
    m_reply->abort();
}

void HttpStream::setReadPaused(bool paused)
{
    if (m_paused == paused || m_ended) {
        return;
    }
    m_paused = paused;
    m_watch->setSuspended(paused);
    if (!paused) {
        // Not from here: the caller may be in the middle of handling what came before.
        QMetaObject::invokeMethod(
            this, m_replyFinished ? &HttpStream::conclude : &HttpStream::readAvailable, Qt::QueuedConnection);
    }
}

void HttpStream::readAvailable()
{
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status < 200 || status >= 300) {
        return; // The body of an error is read when it is complete.
    }
    const QPointer<HttpStream> self = this;
    if (!m_started) {
        m_started = true;
        Q_EMIT started(status);
    }
    while (self && !m_ended && !m_paused && m_reply->bytesAvailable() > 0) {
        Q_EMIT received(m_reply->read(readBufferBytes));
    }
}

void HttpStream::conclude()
{
    const QPointer<HttpStream> self = this;
    readAvailable();
    if (!self || m_ended || m_paused) {
        return;
    }
    m_ended = true;
    m_watch.reset();
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status >= 300) {
        Q_EMIT failed(errorFromReply(replyFrom(*m_reply, m_reply->read(longestErrorBody))));
    } else if (m_reply->error() != QNetworkReply::NoError) {
        Q_EMIT failed(errorFromConnection(*m_reply));
    } else {
        if (!m_started) {
            m_started = true;
            Q_EMIT started(status);
            if (!self) {
                return;
            }
        }
        Q_EMIT finished();
    }
}

} // namespace Koyeb
