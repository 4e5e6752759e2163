// SPDX-License-Identifier: Apache-2.0
#include "local/agent/execsession.h"

#include "local/agent/base64.h"
#include "local/agent/jsontext.h"

#include <nlohmann/json.hpp>

#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>

namespace Koyeb::Local {

namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr size_t frameLimitBytes = 1024 * 1024;
constexpr size_t inputLimitBytes = 64 * 1024;
constexpr size_t outputLimitBytes = 256 * 1024;
/// Of a terminal, whose echo somebody waits for behind it: here, and in the socket's own buffer.
constexpr size_t terminalOutputLimitBytes = 32 * 1024;
constexpr int terminalSendBufferBytes = 32 * 1024;
constexpr size_t readSizeBytes = 32 * 1024;
/// What a process wrote before it ended is in buffers smaller than this; what comes after that is somebody
/// else's.
constexpr size_t drainLimitBytes = 1024 * 1024;
/// How long the output of an ended process may pause while something else still holds its streams.
constexpr int drainPauseMs = 200;
constexpr std::chrono::milliseconds hangUpGrace = 500ms;
constexpr char endOfTransmission = '\x04';

const std::string *textMember(const json &object, const char *name)
{
    const auto member = object.find(name);
    return member == object.end() ? nullptr : member->get_ptr<const std::string *>();
}

bool flagMember(const json &object, const char *name)
{
    const auto member = object.find(name);
    return member != object.end() && member->is_boolean() && member->get<bool>();
}

TerminalSize sizeIn(const json &object)
{
    const auto dimension = [&object](const char *name, unsigned short fallback) -> unsigned short {
        const auto member = object.find(name);
        if (member == object.end() || !member->is_number_integer())
            return fallback;
        return static_cast<unsigned short>(std::clamp<std::int64_t>(member->get<std::int64_t>(), 1, 9999));
    };
    const TerminalSize usual;
    return {dimension("cols", usual.columns), dimension("rows", usual.rows)};
}

std::vector<std::string> textsIn(const json &array)
{
    std::vector<std::string> texts;
    for (const json &item : array) {
        if (const auto *const text = item.get_ptr<const std::string *>())
            texts.push_back(*text);
    }
    return texts;
}

bool isEnterable(const std::string &path)
{
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

SpawnRequest spawnRequest(const json &frame)
{
    SpawnRequest request;
    request.session = SpawnRequest::Session::Own;
    const auto command = frame.find("command");
    if (command != frame.end() && command->is_array())
        request.arguments = textsIn(*command);
    request.environment = ownEnvironment();
    request.environment.emplace("HOME", "/root");
    request.environment.emplace("LANG", "C.UTF-8");
    if (flagMember(frame, "tty")) {
        request.environment.insert_or_assign("TERM", "xterm-256color");
        request.environment.insert_or_assign("COLORTERM", "truecolor");
    }
    const auto added = frame.find("env");
    if (added != frame.end() && added->is_object()) {
        for (const auto &[name, value] : added->items()) {
            if (const auto *const text = value.get_ptr<const std::string *>())
                request.environment.insert_or_assign(name, *text);
        }
    }
    if (const std::string *const directory = textMember(frame, "cwd"))
        request.workingDirectory = *directory;
    else if (isEnterable(request.environment.at("HOME")))
        request.workingDirectory = request.environment.at("HOME");
    else
        request.workingDirectory = "/";
    return request;
}

} // namespace

ExecSession::ExecSession(const UniqueFd &connection, Children &children)
    : m_client(connection.get()), m_children(children), m_outputLimit(outputLimitBytes)
{
    setNonBlocking(m_client);
}

void ExecSession::run()
{
    while (!m_clientGone && !(m_finished && m_toClient.empty()))
        waitForEvents();
    if (m_child && !m_child->hasExited())
        hangUp();
}

void ExecSession::waitForEvents()
{
    const bool hasExited = m_child && m_child->hasExited();
    const bool draining = hasExited && !m_finished && m_toClient.size() < m_outputLimit;
    Waiting waiting = wantedEvents();
    if (::poll(waiting.data(), waiting.size(), draining ? drainPauseMs : -1) == 0)
        closeOutputs();
    else
        handleEvents(waiting);
    if (hasExited)
        finishWhenDrained();
}

ExecSession::Waiting ExecSession::wantedEvents() const
{
    const int readOutput = m_toClient.size() < m_outputLimit ? POLLIN : 0;
    const int writeInput = m_input.empty() ? 0 : POLLOUT;
    const int fromClient = m_input.size() < inputLimitBytes ? POLLIN : 0;
    const int toClient = m_toClient.empty() ? 0 : POLLOUT;
    const bool isRunning = m_child && !m_child->hasExited();
    // A descriptor that nothing is wanted from is left out, or its hang-up would wake the loop for ever.
    const auto waitFor = [](int fd, int events) {
        return pollfd{events == 0 ? -1 : fd, static_cast<short>(events), 0};
    };
    Waiting waiting{};
    waiting[FromClient] = waitFor(m_client, POLLRDHUP | fromClient | toClient);
    waiting[FromTerminal] = waitFor(m_terminal ? m_terminal->fd() : -1, readOutput | writeInput);
    waiting[ToStdin] = waitFor(m_stdin.get(), writeInput);
    waiting[FromStdout] = waitFor(m_stdout.get(), readOutput);
    waiting[FromStderr] = waitFor(m_stderr.get(), readOutput);
    waiting[FromExit] = waitFor(isRunning ? m_child->exitEvent() : -1, POLLIN);
    return waiting;
}

void ExecSession::handleEvents(const Waiting &waiting)
{
    const short clientEvents = waiting[FromClient].revents;
    const short terminalEvents = waiting[FromTerminal].revents;
    if ((clientEvents & POLLOUT) != 0)
        flushToClient();
    if ((clientEvents & POLLIN) != 0)
        readClient();
    if ((clientEvents & (POLLRDHUP | POLLHUP | POLLERR)) != 0)
        m_clientGone = true;
    if ((terminalEvents & POLLOUT) != 0 || waiting[ToStdin].revents != 0)
        writePendingInput();
    if ((terminalEvents & ~POLLOUT) != 0)
        readTerminal();
    if (waiting[FromStdout].revents != 0)
        readPipe(m_stdout, "stdout");
    if (waiting[FromStderr].revents != 0)
        readPipe(m_stderr, "stderr");
}

void ExecSession::readClient()
{
    std::array<char, readSizeBytes> buffer{};
    const ssize_t got = readSome(m_client, buffer.data(), buffer.size());
    if (got <= 0) {
        m_clientGone = got == 0 || errno != EAGAIN;
        return;
    }
    m_received.append(buffer.data(), static_cast<size_t>(got));
    size_t lineStart = 0;
    for (size_t newline = m_received.find('\n'); newline != std::string::npos;
         newline = m_received.find('\n', lineStart)) {
        takeFrame(std::string_view(m_received).substr(lineStart, newline - lineStart));
        lineStart = newline + 1;
    }
    m_received.erase(0, lineStart);
    if (m_received.size() > frameLimitBytes)
        fail("The frame is too long.");
}

void ExecSession::takeFrame(std::string_view line)
{
    constexpr bool throwing = false;
    const json frame = json::parse(line, nullptr, throwing);
    if (!frame.is_object()) {
        fail("The frame is not a JSON object.");
        return;
    }
    if (!m_child) {
        if (!m_finished)
            start(frame);
        return;
    }
    if (const std::string *const encoded = textMember(frame, "stdin")) {
        const std::optional<std::string> bytes = fromBase64(*encoded);
        if (bytes && !m_inputClosing)
            m_input += *bytes;
    }
    const auto size = frame.find("resize");
    if (size != frame.end() && size->is_object() && m_terminal)
        m_terminal->resize(sizeIn(*size));
    if (flagMember(frame, "close_stdin"))
        closeInput();
    writePendingInput();
}

void ExecSession::start(const json &frame)
{
    SpawnRequest request = spawnRequest(frame);
    if (request.arguments.empty()) {
        fail("The first frame must name a command.");
        return;
    }
    SpawnResult result = flagMember(frame, "tty") ? startInTerminal(std::move(request), sizeIn(frame))
                                                  : startWithPipes(std::move(request));
    m_child = std::move(result.child);
    if (!m_child)
        fail(result.error);
}

SpawnResult ExecSession::startInTerminal(SpawnRequest request, TerminalSize size)
{
    m_terminal = Terminal::open(size);
    if (!m_terminal)
        return {nullptr, "open terminal: " + errnoText(errno)};
    request.terminalPath = m_terminal->path();
    m_outputLimit = terminalOutputLimitBytes;
    // Where it fails, echoes come later.
    (void)::setsockopt(
        m_client, SOL_SOCKET, SO_SNDBUF, &terminalSendBufferBytes, sizeof terminalSendBufferBytes);
    return m_children.spawn(request);
}

SpawnResult ExecSession::startWithPipes(SpawnRequest request)
{
    std::optional<Pipe> in = makePipe();
    std::optional<Pipe> out = makePipe();
    std::optional<Pipe> err = makePipe();
    if (!in || !out || !err)
        return {nullptr, "open pipe: " + errnoText(errno)};
    request.stdinFd = in->readEnd.get();
    request.stdoutFd = out->writeEnd.get();
    request.stderrFd = err->writeEnd.get();
    m_stdin = std::move(in->writeEnd);
    m_stdout = std::move(out->readEnd);
    m_stderr = std::move(err->readEnd);
    setNonBlocking(m_stdin.get());
    setNonBlocking(m_stdout.get());
    setNonBlocking(m_stderr.get());
    return m_children.spawn(request);
}

void ExecSession::fail(std::string_view error)
{
    if (m_finished)
        return;
    m_toClient += "{\"error\":" + jsonString(error) + "}\n";
    m_finished = true;
}

void ExecSession::readTerminal()
{
    if (!takeOutput(m_terminal->fd(), "stdout"))
        m_terminal.reset();
}

void ExecSession::readPipe(UniqueFd &pipe, std::string_view name)
{
    if (!takeOutput(pipe.get(), name))
        pipe.reset();
}

bool ExecSession::takeOutput(int fd, std::string_view name)
{
    std::array<char, readSizeBytes>
        buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): read(2) fills it
    size_t size = 0;
    ssize_t got = 0;
    // A terminal gives 4 KiB at most; a frame for each would cost everybody behind it more than its bytes.
    do {
        got = readSome(fd, buffer.data() + size, buffer.size() - size);
        size += static_cast<size_t>(std::max<ssize_t>(got, 0));
    } while (got > 0 && size < buffer.size());
    if (size == 0)
        return got < 0 && errno == EAGAIN;
    m_toClient.append("{\"")
        .append(name)
        .append("\":\"")
        .append(toBase64({buffer.data(), size}))
        .append("\"}\n");
    if (!m_child->hasExited())
        return true;
    m_drainedBytes += size;
    return m_drainedBytes < drainLimitBytes;
}

void ExecSession::writePendingInput()
{
    const int fd = m_terminal ? m_terminal->fd() : m_stdin.get();
    while (fd >= 0 && !m_input.empty()) {
        const ssize_t written = ::write(fd, m_input.data(), m_input.size());
        if (written < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (written < 0) {
            // Nobody reads any more, which is no reason to stop the output.
            m_stdin.reset();
            break;
        }
        m_input.erase(0, static_cast<size_t>(written));
    }
    m_input.clear();
    if (m_inputClosing)
        m_stdin.reset();
}

void ExecSession::closeInput()
{
    if (m_terminal && !m_inputClosing)
        m_input += endOfTransmission;
    m_inputClosing = true;
}

void ExecSession::flushToClient()
{
    const ssize_t written = ::write(m_client, m_toClient.data(), m_toClient.size());
    if (written >= 0)
        m_toClient.erase(0, static_cast<size_t>(written));
    else if (errno != EAGAIN && errno != EINTR)
        m_clientGone = true;
}

void ExecSession::closeOutputs()
{
    m_terminal.reset();
    m_stdout.reset();
    m_stderr.reset();
}

void ExecSession::finishWhenDrained()
{
    if (m_finished || m_terminal || m_stdout || m_stderr)
        return;
    constexpr int signalOffset = 128;
    const ExitStatus status = m_child->waitForExit();
    const int code = status.signal != 0 ? signalOffset + status.signal : status.code;
    m_toClient += "{\"exited\":true,\"exit_code\":" + std::to_string(code) + "}\n";
    m_finished = true;
}

void ExecSession::hangUp()
{
    m_stdin.reset();
    closeOutputs();
    m_children.endSession(*m_child, hangUpGrace);
}

} // namespace Koyeb::Local
