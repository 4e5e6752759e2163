// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "vt/cell.h"

#include <QObject>

namespace Koyeb::Desktop {

/// The other side of a terminal: one interactive process in a sandbox. Used once: after it ended, a new one
/// is made.
class TerminalLink : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    /// What tells its process from all others in the sandbox: the value of environmentName in the environment
    /// of all that runs in it. Empty where there is no such thing.
    [[nodiscard]] virtual QByteArray mark() const { return {}; }
    static constexpr const char *environmentName = "KOYEB_DESKTOP_TERMINAL";

    /// Whether the process goes on when the connection to it is lost, and the next link leads to it again.
    [[nodiscard]] virtual bool outlivesConnection() const { return false; }

    /// Whether it plays something that was recorded: there is no process.
    [[nodiscard]] virtual bool isReplay() const { return false; }

    /// Starts the process with a terminal of this size.
    virtual void start(Vt::Size size) = 0;
    /// What comes before opened() is sent after it.
    virtual void sendInput(const QByteArray &bytes) = 0;
    /// Input that waits for the other side to take it, about.
    [[nodiscard]] virtual qint64 unsentBytes() const { return 0; }
    virtual void resize(Vt::Size size) = 0;
    /// Ends silently: no signal comes afterwards.
    virtual void close() = 0;
    /// While paused, output is left where it comes from, so that the process feels it.
    virtual void setReadPaused(bool paused) = 0;

Q_SIGNALS:
    void opened();
    void outputReceived(const QByteArray &bytes);
    // Exactly one of these is the last signal:
    void exited(int exitCode);
    void ended(); ///< Closed by the other side, which did not say how the process ended.
    void failed(const Koyeb::Error &error);
};

} // namespace Koyeb::Desktop
