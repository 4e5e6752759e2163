// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "executor/commandstream.h"
#include "terminal/consolecommand.h"
#include "terminal/lineeditor.h"
#include "terminal/terminallink.h"

#include <functional>
#include <memory>

namespace Koyeb::Desktop {

/// A console over the executor's commands, where no terminal can be had: each line is a command of its own,
/// that begins in the directory and with the environment which the one before left. There is no tty, and a
/// command cannot be given input; Ctrl+C ends it.
class LineConsoleLink : public TerminalLink {
    Q_OBJECT

public:
    /// Makes a stream that is not started; null where there is no way to the sandbox.
    using MakeStream = std::function<CommandStream *(const Command &command, QObject *parent)>;
    static constexpr qsizetype longestHeldOutput = 4 * 1024 * 1024; ///< While paused; more is left out.

    LineConsoleLink(MakeStream makeStream, const ShellOrder &order, QObject *parent = nullptr);
    ~LineConsoleLink() override;

    void start(Vt::Size size) override;
    void sendInput(const QByteArray &bytes) override;
    void resize(Vt::Size size) override;
    void close() override;
    void setReadPaused(bool paused) override;

private:
    void edit();
    void runLine(const QString &line);
    void run(const QString &line);
    void interrupt();
    void takeOutput(const QByteArray &bytes);
    void complete(int exitCode);
    void fail(const Error &error);
    void endStream();
    void prompt();
    void print(const QByteArray &bytes);
    void say(const QString &sentence);

    MakeStream m_makeStream;
    ShellOrder m_order;
    LineEditor m_editor;
    ConsoleState m_state;
    CommandStream *m_stream = nullptr; ///< Our child; null between commands.
    std::unique_ptr<ConsoleOutput> m_output;
    QByteArray m_input; ///< Typed while a command runs.
    int m_exitCode = 0;
    bool m_isAtLineStart = true;
    bool m_isReady = false; ///< The sandbox has answered.
    bool m_isClosed = false;
    bool m_isPaused = false;
    QByteArray m_heldOutput;
    qsizetype m_leftOut = 0;
};

} // namespace Koyeb::Desktop
