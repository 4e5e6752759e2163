// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "terminal/terminallink.h"

#include <functional>

namespace Koyeb::Desktop {

/// A link that is tried first, and another for where that one cannot be had: the account may not use it, or
/// the server does not have it. A link that has once spoken is not replaced.
class FallbackLink : public TerminalLink {
    Q_OBJECT

public:
    using MakeLink = std::function<TerminalLink *(QObject *parent)>;

    /// `makeSecond` may give null: then the failure of the first one stands.
    FallbackLink(const MakeLink &makeFirst, MakeLink makeSecond, QObject *parent = nullptr);

    [[nodiscard]] QByteArray mark() const override { return m_link->mark(); }
    [[nodiscard]] bool outlivesConnection() const override { return m_link->outlivesConnection(); }
    void start(Vt::Size size) override;
    void sendInput(const QByteArray &bytes) override { m_link->sendInput(bytes); }
    [[nodiscard]] qint64 unsentBytes() const override { return m_link->unsentBytes(); }
    void resize(Vt::Size size) override;
    void close() override { m_link->close(); }
    void setReadPaused(bool paused) override;

private:
    void follow();
    void takeFailure(const Error &error);

    MakeLink m_makeSecond; ///< Empty once it was used, or is not needed.
    TerminalLink *m_link;
    Vt::Size m_size;
    bool m_isPaused = false;
};

} // namespace Koyeb::Desktop
