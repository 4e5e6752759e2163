// SPDX-License-Identifier: Apache-2.0
#include "local/server/execmessages.h"

#include "local/api/messages.h"

#include <algorithm>
#include <initializer_list>

namespace Koyeb::Local {

using nlohmann::json;

namespace {

constexpr int defaultColumns = 80;
constexpr int defaultRows = 24;
constexpr int maximumExtent = 10000;

json parsedObject(const std::string &text)
{
    json parsed = parsedJson(text);
    return parsed.is_object() ? parsed : json::object();
}

/// Members may be spelled in snake case or in camel case.
json memberOf(const json &object, std::initializer_list<const char *> spellings)
{
    if (!object.is_object())
        return {};
    for (const char *spelling : spellings) {
        const auto found = object.find(spelling);
        if (found != object.end())
            return *found;
    }
    return {};
}

bool isCommand(const json &command)
{
    return command.is_array() && !command.empty() &&
           std::ranges::all_of(command, [](const json &word) { return word.is_string(); });
}

/// No value for a size of zero, which clients send who do not know theirs yet.
std::optional<json> sizeFrom(const json &body)
{
    const json size = memberOf(body, {"tty_size", "ttySize"});
    const json width = memberOf(size, {"width"});
    const json height = memberOf(size, {"height"});
    if (!width.is_number_integer() || !height.is_number_integer() || width < 1 || height < 1)
        return std::nullopt;
    return json{
        {"cols", std::min(width.get<int>(), maximumExtent)},
        {"rows", std::min(height.get<int>(), maximumExtent)}};
}

bool isBase64Digit(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '=';
}

json outputOf(const json &message, const char *stream)
{
    const auto data = message.find(stream);
    if (data == message.end())
        return nullptr;
    return {{"data", *data}, {"close", false}};
}

} // namespace

std::optional<ExecStart> execStartFrom(const std::string &frame)
{
    const json message = parsedObject(frame);
    const json body = memberOf(message, {"body"});
    const json command = memberOf(body, {"command"});
    if (!isCommand(command))
        return std::nullopt;
    const json size = sizeFrom(body).value_or(json{{"cols", defaultColumns}, {"rows", defaultRows}});
    const bool tty = memberOf(body, {"disableTty", "disable_tty"}) != true;
    ExecStart start;
    const json id = memberOf(message, {"id"});
    start.id = id.is_string() ? id.get<std::string>() : std::string();
    start.agentRequest = {{"command", command}, {"tty", tty}};
    start.agentRequest.update(size);
    return start;
}

std::vector<json> agentMessagesFrom(const std::string &frame)
{
    const json message = parsedObject(frame);
    const json body = memberOf(message, {"body"});
    const json input = memberOf(body, {"stdin"});
    const json data = memberOf(input, {"data"});
    std::vector<json> messages;
    if (const auto size = sizeFrom(body))
        messages.push_back({{"resize", *size}});
    if (data.is_string() && !data.get_ref<const std::string &>().empty())
        messages.push_back({{"stdin", data}});
    if (memberOf(input, {"close"}) == true)
        messages.push_back({{"close_stdin", true}});
    return messages;
}

std::optional<json> execFrameFrom(const std::string &line)
{
    const json message = parsedObject(line);
    if (message.contains("error") && message["error"].is_string())
        return execErrorFrame(13, message["error"].get<std::string>());
    const bool exited = message.value("exited", json()) == true;
    if (!exited && !message.contains("stdout") && !message.contains("stderr"))
        return std::nullopt;
    const json exitCode = message.value("exit_code", json(0));
    return json{
        {"result",
         {{"stdout", outputOf(message, "stdout")},
          {"stderr", outputOf(message, "stderr")},
          {"exited", exited},
          {"exit_code", exitCode.is_number_integer() ? exitCode : json(0)}}}};
}

std::optional<std::string> outputFrameText(std::string_view line)
{
    constexpr std::string_view start = R"({"stdout":")";
    constexpr std::string_view end = "\"}\n";
    if (line.size() < start.size() + end.size() || !line.starts_with(start) || !line.ends_with(end))
        return std::nullopt;
    line.remove_prefix(start.size());
    line.remove_suffix(end.size());
    // What is base64 ends no string. Programs in the sandbox may have the agent's place.
    if (!std::ranges::all_of(line, isBase64Digit))
        return std::nullopt;
    std::string text =
        R"({"result":{"exit_code":0,"exited":false,"stderr":null,"stdout":{"close":false,"data":")";
    text.reserve(text.size() + line.size() + 4);
    return text.append(line).append("\"}}}");
}

bool isFinalFrame(const json &frame)
{
    return frame.contains("error") || frame["result"]["exited"] == true;
}

json execErrorFrame(int code, const std::string &message)
{
    return {{"error", {{"code", code}, {"message", message}, {"details", json::array()}}}};
}

json execPreconditionFrame(const std::string &message)
{
    constexpr int failedPrecondition = 9; // google.rpc.Code
    json frame = execErrorFrame(failedPrecondition, "failed_precondition");
    frame["error"]["details"].push_back(
        {{"@type", "type.googleapis.com/google.rpc.PreconditionFailure"}, {"message", message}});
    return frame;
}

} // namespace Koyeb::Local
