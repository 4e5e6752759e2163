// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "terminal/shellorder.h"
#include "terminal/terminallink.h"

#include <memory>

namespace Koyeb {
class ExecChannel;
}

namespace Koyeb::Desktop {

/// A shell in a sandbox, over an exec channel of the control plane.
class ExecLink : public TerminalLink {
    Q_OBJECT

public:
    /// The channel must be fresh. The shell runs in an instance of this service.
    ExecLink(
        std::unique_ptr<ExecChannel> channel, const QString &serviceId, const ShellOrder &order,
        QObject *parent = nullptr);
    ~ExecLink() override;

    [[nodiscard]] QByteArray mark() const override { return m_mark; }
    [[nodiscard]] bool outlivesConnection() const override { return !m_order.keptName.isEmpty(); }
    void start(Vt::Size size) override;
    void sendInput(const QByteArray &bytes) override;
    [[nodiscard]] qint64 unsentBytes() const override;
    void resize(Vt::Size size) override;
    void close() override;
    void setReadPaused(bool paused) override;

Q_SIGNALS:
    void inputSent();

private:
    std::unique_ptr<ExecChannel> m_channel;
    QString m_serviceId;
    ShellOrder m_order;
    QByteArray m_mark;
};

} // namespace Koyeb::Desktop
