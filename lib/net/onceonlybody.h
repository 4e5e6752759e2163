// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QIODevice>

namespace Koyeb {

/// A request body that can be read once. QNetworkAccessManager sends a request a second time by itself,
/// whatever its method, when a connection closes before the answer; it cannot with a body that does not
/// rewind, and reports instead QNetworkReply::ContentReSendError. This is how a request that creates
/// something is never sent twice.
class OnceOnlyBody final : public QIODevice {
    Q_OBJECT

public:
    explicit OnceOnlyBody(const QByteArray &content, QObject *parent = nullptr);

    [[nodiscard]] bool isSequential() const override { return true; }
    [[nodiscard]] qint64 bytesAvailable() const override;
    [[nodiscard]] bool atEnd() const override;
    // Tried before a second sending, which then does not happen. Silent, unlike QIODevice's own.
    bool seek(qint64) override { return false; }
    bool reset() override { return false; }

protected:
    qint64 readData(char *data, qint64 maximum) override;
    qint64 writeData(const char *data, qint64 size) override;

private:
    QByteArray m_content;
    qsizetype m_position = 0;
};

} // namespace Koyeb
