// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "terminal/asciicast.h"
#include "terminal/terminallink.h"

#include <memory>

namespace Koyeb::Desktop {

/// Plays a recording, as if its program ran again. The space bar pauses it; q and Ctrl+C end it. The
/// terminal keeps its own size, so that a recording of a larger one is shown in the rows that there are.
class ReplayLink : public TerminalLink {
    Q_OBJECT

public:
    /// `clock` outlives this object.
    ReplayLink(Clock &clock, Asciicast cast, QObject *parent = nullptr);
    ~ReplayLink() override;

    [[nodiscard]] bool isReplay() const override { return true; }
    void start(Vt::Size size) override;
    void sendInput(const QByteArray &bytes) override;
    void resize(Vt::Size) override {}
    void close() override;
    void setReadPaused(bool paused) override;

private:
    void play();
    void hold();
    void proceed();

    Clock &m_clock;
    Asciicast m_cast;
    qsizetype m_next = 0;
    std::chrono::microseconds m_position{0}; ///< In the recording, when it last stood still.
    Clock::TimePoint m_playingSince;
    bool m_isPaused = false;
    bool m_isReadPaused = false;
    bool m_isOver = false;
    std::unique_ptr<ScheduledCall> m_call;
};

} // namespace Koyeb::Desktop
