// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "terminal/asciicast.h"

#include <QFile>
#include <QObject>
#include <QSaveFile>

#include <memory>

namespace Koyeb::Desktop {

class TerminalSession;

/// Writes what a session prints into a file, as it comes, from its start on until stop() or its end.
class TerminalRecorder : public QObject {
    Q_OBJECT

public:
    /// Both outlive this object.
    TerminalRecorder(Clock &clock, TerminalSession &session, QObject *parent = nullptr);
    ~TerminalRecorder() override;

    /// Replaces the file. False, and errorText(): it cannot be written.
    [[nodiscard]] bool start(const QString &path);
    /// False: not all of it could be written.
    [[nodiscard]] bool stop();
    [[nodiscard]] bool isRecording() const { return m_writer != nullptr; }
    [[nodiscard]] QString path() const { return m_file.fileName(); }
    [[nodiscard]] QString errorText() const { return m_file.errorString(); } ///< The system's words.

private:
    [[nodiscard]] std::chrono::microseconds time() const;

    Clock &m_clock;
    TerminalSession &m_session;
    QFile m_file;
    std::unique_ptr<AsciicastWriter> m_writer; ///< Null: not recording.
    Clock::TimePoint m_begun;
};

/// Writes all lines of a session, those of the scrollback too, as text into a file, a slice at a time. Goes
/// by itself when it is done.
class ScrollbackSaver : public QObject {
    Q_OBJECT

public:
    /// Both outlive this object, or end it.
    ScrollbackSaver(TerminalSession *session, const QString &path);
    ~ScrollbackSaver() override;

    void start();

Q_SIGNALS:
    void saved();
    void failed(const QString &errorText); ///< The system's words. What was there before is still there.

private:
    void saveSlice();

    TerminalSession *m_session;
    std::unique_ptr<QSaveFile> m_file;
    std::int64_t m_next;
    std::int64_t m_end;
};

} // namespace Koyeb::Desktop
