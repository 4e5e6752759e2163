// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/lineconsolelink.h"

#include "common/errortext.h"
#include "executor/commandscript.h"

#include <QLocale>
#include <QPointer>
#include <QRegularExpression>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype longestTypedAhead = 64 * 1024;
constexpr char interruptKey = '\x03';

} // namespace

LineConsoleLink::LineConsoleLink(MakeStream makeStream, const ShellOrder &order, QObject *parent)
    : TerminalLink(parent), m_makeStream(std::move(makeStream)), m_order(order)
{
}

LineConsoleLink::~LineConsoleLink()
{
    LineConsoleLink::close();
}

void LineConsoleLink::start(Vt::Size size)
{
    m_editor.setColumns(size.columns);
    run(u":"_s); // To learn where we are.
}

void LineConsoleLink::sendInput(const QByteArray &bytes)
{
    if (m_stream != nullptr) {
        const qsizetype interrupted = bytes.lastIndexOf(interruptKey);
        if (interrupted >= 0 && m_isReady) {
            m_input = bytes.mid(interrupted + 1);
            interrupt();
            return;
        }
        m_input += bytes.left(std::max<qsizetype>(0, longestTypedAhead - m_input.size()));
        return;
    }
    m_input += bytes;
    edit();
}

void LineConsoleLink::edit()
{
    while (m_stream == nullptr && !m_isClosed && !m_input.isEmpty()) {
        const auto event = m_editor.take(m_input);
        print(m_editor.takeEcho());
        if (!event) {
            return;
        }
        switch (*event) {
        case LineEditor::Event::Line:
            runLine(m_editor.line());
            break;
        case LineEditor::Event::Interrupt:
            prompt();
            break;
        case LineEditor::Event::EndOfInput:
            close();
            Q_EMIT exited(0);
            return; // We may be gone.
        }
    }
}

void LineConsoleLink::runLine(const QString &line)
{
    static const QRegularExpression exit(u"\\A\\s*(?:exit|logout)(?:\\s+(\\d{1,3}))?\\s*\\z"_s);
    const auto match = exit.match(line);
    if (match.hasMatch()) {
        const int exitCode = match.captured(1).isEmpty() ? m_exitCode : match.captured(1).toInt() & 0xFF;
        close();
        Q_EMIT exited(exitCode);
    } else if (line.trimmed().isEmpty()) {
        prompt();
    } else {
        run(line);
    }
}

void LineConsoleLink::run(const QString &line)
{
    const QString boundary = createBoundary();
    m_stream = m_makeStream(consoleCommand(line, m_state, m_order, boundary), this);
    if (m_stream == nullptr) {
        fail(Error::of(ErrorKind::Offline, u"There is no way to the sandbox."_s));
        return;
    }
    m_output = std::make_unique<ConsoleOutput>(boundary);
    connect(m_stream, &CommandStream::outputReceived, this, [this](const QByteArray &bytes) {
        takeOutput(m_output->take(bytes));
    });
    connect(m_stream, &CommandStream::errorReceived, this, &LineConsoleLink::takeOutput);
    connect(m_stream, &CommandStream::completed, this, &LineConsoleLink::complete);
    connect(m_stream, &CommandStream::failed, this, &LineConsoleLink::fail);
    m_stream->start();
}

void LineConsoleLink::interrupt()
{
    takeOutput(m_output->rest());
    m_stream->cancel();
    m_exitCode = 130; // As a shell says of a command that Ctrl+C ended.
    print("^C");
    m_isAtLineStart = false;
    endStream();
}

void LineConsoleLink::complete(int exitCode)
{
    takeOutput(m_output->rest());
    m_exitCode = exitCode;
    if (!std::exchange(m_isReady, true)) {
        m_exitCode = 0;
        Q_EMIT opened();
        say(tr("No terminal could be opened in this sandbox. This is a line console instead: it runs one "
               "command after the other. There is no tty, so programs that draw on the whole screen or ask "
               "for something do not work. The directory and the environment go on from line to line. Ctrl+C "
               "ends a command."));
    }
    endStream();
}

void LineConsoleLink::fail(const Error &error)
{
    if (!m_isReady) {
        close();
        Q_EMIT failed(error);
        return;
    }
    if (m_output) {
        takeOutput(m_output->rest());
    }
    say(errorSentence(error, tr("It is not known how the command went on.")));
    endStream();
}

void LineConsoleLink::endStream()
{
    if (m_output) {
        m_state = m_output->state().value_or(m_state);
    }
    m_output.reset();
    if (m_stream != nullptr) {
        m_stream->disconnect(this);
        m_stream->deleteLater(); // We may be in one of its signals.
        m_stream = nullptr;
    }
    prompt();
    edit();
}

void LineConsoleLink::prompt()
{
    if (!std::exchange(m_isAtLineStart, true)) {
        print("\r\n");
    }
    QString text = m_exitCode == 0 ? QString() : u"[%1] "_s.arg(m_exitCode);
    text += QString::fromUtf8(m_state.directory) + "> "_L1;
    print(m_editor.begin(text));
}

void LineConsoleLink::takeOutput(const QByteArray &bytes)
{
    if (bytes.isEmpty()) {
        return;
    }
    m_isAtLineStart = bytes.endsWith('\n');
    QByteArray text = bytes;
    text.replace("\r\n", "\n").replace("\n", "\r\n"); // No tty does it.
    print(text);
}

void LineConsoleLink::print(const QByteArray &bytes)
{
    if (!m_isPaused) {
        if (!bytes.isEmpty()) {
            Q_EMIT outputReceived(bytes);
        }
    } else if (m_heldOutput.size() < longestHeldOutput) {
        m_heldOutput += bytes;
    } else {
        m_leftOut += bytes.size();
    }
}

void LineConsoleLink::say(const QString &sentence)
{
    print((m_isAtLineStart ? "\x1B[3m" : "\r\n\x1B[3m") + sentence.toUtf8() + "\x1B[0m\r\n");
    m_isAtLineStart = true;
}

void LineConsoleLink::resize(Vt::Size size)
{
    m_editor.setColumns(size.columns);
}

void LineConsoleLink::close()
{
    m_isClosed = true;
    if (m_stream != nullptr) {
        m_stream->disconnect(this);
        m_stream->cancel();
        m_stream->deleteLater();
        m_stream = nullptr;
    }
}

void LineConsoleLink::setReadPaused(bool paused)
{
    m_isPaused = paused;
    if (paused) {
        return;
    }
    const QPointer<LineConsoleLink> alive(this);
    const qsizetype leftOut = std::exchange(m_leftOut, 0);
    print(std::exchange(m_heldOutput, {}));
    if (alive && leftOut > 0) {
        say(tr("%1 of output came faster than they could be shown, and were left out.")
                .arg(QLocale().formattedDataSize(leftOut)));
    }
}

} // namespace Koyeb::Desktop
