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

HttpStream::HttpStream(const HttpTimeouts &timeouts, Clock &clock, RequestNote note, QObject *parent)
    : QObject(parent), m_timeouts(timeouts), m_clock(clock), m_note(std::move(note))
{
}

void HttpStream::begin(QNetworkReply *reply, qint64 bodyBytes)
{
    m_note.addSent(bodyBytes);
    m_reply = reply;
    m_reply->setParent(this);
    m_reply->setReadBufferSize(readBufferBytes);
    m_watch = std::make_unique<ReplyWatch>(reply, m_timeouts, m_clock, [this](const QString &why) {
        if (!m_ended) {
            end(Error::of(ErrorKind::Timeout, why));
        }
    });
    m_watch->setSuspended(m_paused);
    connect(m_reply, &QNetworkReply::readyRead, this, &HttpStream::readAvailable);
    connect(m_reply, &QNetworkReply::finished, this, [this] {
        m_replyFinished = true;
        conclude();
    });
}

void HttpStream::fail(const Error &error)
{
    QMetaObject::invokeMethod(
        this,
        [this, error] {
            if (!m_ended) {
                end(error);
            }
        },
        Qt::QueuedConnection);
}

HttpStream::~HttpStream()
{
    cancel();
}

void HttpStream::cancel()
{
    m_ended = true;
    m_note.finish(Error::cancelled());
    if (m_reply) {
        m_reply->disconnect(this);
        m_reply->abort();
    }
}

void HttpStream::end(const Error &error)
{
    m_note.finish(error);
    cancel();
    Q_EMIT failed(error);
}

void HttpStream::setReadPaused(bool paused)
{
    if (m_paused == paused || m_ended) {
        return;
    }
    m_paused = paused;
    if (!m_reply) {
        return;
    }
    m_watch->setSuspended(paused);
    if (!paused) {
        // Not from here: the caller may be in the middle of handling what came before.
        QMetaObject::invokeMethod(
            this, m_replyFinished ? &HttpStream::conclude : &HttpStream::readAvailable, Qt::QueuedConnection);
    }
}

QByteArray HttpStream::mediaType() const
{
    const auto type = m_reply ? m_reply->rawHeader(QByteArrayLiteral("Content-Type")) : QByteArray();
    return type.split(';').first().trimmed().toLower();
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
        m_note.setStatus(status);
        Q_EMIT started(status);
    }
    while (self && !m_ended && !m_paused && m_reply->bytesAvailable() > 0) {
        const auto bytes = m_reply->read(readBufferBytes);
        m_note.addReceived(bytes.size());
        Q_EMIT received(bytes);
    }
}

void HttpStream::conclude()
{
    const QPointer<HttpStream> self = this;
    readAvailable();
    if (!self || m_ended || m_paused) {
        return;
    }
    m_watch.reset();
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status >= 300) {
        end(errorFromReply(replyFrom(*m_reply, m_reply->read(longestErrorBody))));
    } else if (m_reply->error() != QNetworkReply::NoError) {
        end(errorFromConnection(*m_reply));
    } else {
        m_ended = true;
        m_note.setStatus(status);
        m_note.finish();
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
