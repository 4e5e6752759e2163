// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalrecorder.h"

#include "terminal/terminalsession.h"
#include "vt/selection.h"

#include <QTimer>

namespace Koyeb::Desktop {

TerminalRecorder::TerminalRecorder(Clock &clock, TerminalSession &session, QObject *parent)
    : QObject(parent), m_clock(clock), m_session(session)
{
    connect(&session, &TerminalSession::outputReceived, this, [this](const QByteArray &bytes) {
        if (m_writer) {
            m_writer->writeOutput(time(), bytes);
        }
    });
    connect(&session, &TerminalSession::resized, this, [this](Vt::Size size) {
        if (m_writer) {
            m_writer->writeResize(time(), size);
        }
    });
}

TerminalRecorder::~TerminalRecorder() = default;

std::chrono::microseconds TerminalRecorder::time() const
{
    return std::chrono::duration_cast<std::chrono::microseconds>(m_clock.now() - m_begun);
}

bool TerminalRecorder::start(const QString &path)
{
    m_file.setFileName(path);
    if (m_writer || !m_file.open(QIODevice::WriteOnly | QIODevice::Truncate)) {
        return false;
    }
    m_begun = m_clock.now();
    m_writer = std::make_unique<AsciicastWriter>(
        m_file, m_session.terminal().size(), m_clock.utc().toSecsSinceEpoch(),
        QString::fromStdString(m_session.terminal().title()));
    return true;
}

bool TerminalRecorder::stop()
{
    m_writer.reset();
    const bool isWritten = m_file.flush() && m_file.error() == QFileDevice::NoError;
    m_file.close();
    return isWritten;
}

ScrollbackSaver::ScrollbackSaver(TerminalSession *session, const QString &path)
    : QObject(session),
      m_session(session),
      m_file(std::make_unique<QSaveFile>(path)),
      m_next(session->terminal().firstLine()),
      m_end(session->terminal().endLine())
{
}

ScrollbackSaver::~ScrollbackSaver() = default;

void ScrollbackSaver::start()
{
    if (m_file->open(QIODevice::WriteOnly)) {
        QTimer::singleShot(0, this, &ScrollbackSaver::saveSlice);
    } else {
        Q_EMIT failed(m_file->errorString());
        deleteLater();
    }
}

void ScrollbackSaver::saveSlice()
{
    constexpr std::int64_t sliceLines = 2'000;
    const Vt::Terminal &terminal = m_session->terminal();
    m_next = std::max(m_next, terminal.firstLine()); // Lines may go while others are written.
    const auto end = std::min({m_next + sliceLines, m_end, terminal.endLine()});
    std::string text;
    Vt::Line line;
    for (; m_next < end; ++m_next) {
        terminal.readLine(m_next, line);
        const int columns = terminal.size().columns;
        text += line.wrapped ? Vt::textGoingOn(line, 0, columns) : Vt::textOf(line, 0, columns);
        if (!terminal.isWrapped(m_next)) {
            text += '\n';
        }
    }
    m_file->write(text.data(), static_cast<qint64>(text.size()));
    if (m_next < m_end && m_next < terminal.endLine()) {
        QTimer::singleShot(0, this, &ScrollbackSaver::saveSlice);
        return;
    }
    if (m_file->commit()) {
        Q_EMIT saved();
    } else {
        Q_EMIT failed(m_file->errorString());
    }
    deleteLater();
}

} // namespace Koyeb::Desktop
