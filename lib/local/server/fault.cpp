// SPDX-License-Identifier: Apache-2.0
#include "local/server/fault.h"

#include <stdexcept>

namespace Koyeb::Local {

using nlohmann::json;
using std::chrono::milliseconds;

namespace {

ResetMoment resetMomentFrom(const std::string &text)
{
    if (text == "before")
        return ResetMoment::Before;
    if (text == "during")
        return ResetMoment::During;
    if (text == "after")
        return ResetMoment::After;
    if (text == "body")
        return ResetMoment::Body;
    throw std::invalid_argument("\"reset\" is one of before, during, after, body");
}

std::optional<std::size_t> countAt(const json &description, const char *key)
{
    return description.contains(key) ? std::optional(description[key].get<std::size_t>()) : std::nullopt;
}

} // namespace

Fault faultFrom(const json &description)
{
    Fault fault;
    fault.delay = milliseconds(description.value("delay_ms", 0));
    fault.jitter = milliseconds(description.value("jitter_ms", 0));
    if (description.contains("status"))
        fault.status = description["status"].get<int>();
    if (fault.status && (*fault.status < 200 || *fault.status > 599))
        throw std::invalid_argument("\"status\" is a number from 200 to 599");
    fault.body = description.value("body", fault.body);
    fault.contentType = description.value("content_type", fault.contentType);
    const json headers = description.value("headers", json::object());
    for (const auto &[name, value] : headers.items())
        fault.headers.emplace_back(name, value.get<std::string>());
    fault.hang = description.value("hang", false);
    fault.malformed = description.value("malformed", false);
    fault.wrongTypes = description.value("wrong_types", false);
    fault.cutAfterBytes = countAt(description, "cut_after_bytes");
    fault.stallAfterBytes = countAt(description, "stall_after_bytes");
    fault.bytesPerSecond = description.value("bytes_per_second", std::size_t{0});
    fault.slowHead = milliseconds(description.value("slow_headers_ms", 0));
    if (description.contains("reset"))
        fault.reset = resetMomentFrom(description["reset"].get<std::string>());
    if (fault.reset == ResetMoment::Body && !fault.cutAfterBytes)
        fault.cutAfterBytes = 1;
    fault.perform = description.value("perform", false);
    return fault;
}

json withWrongTypes(const json &value)
{
    if (value.is_string())
        return 5;
    if (value.is_object()) {
        json result = json::object();
        for (const auto &[name, member] : value.items())
            result[name] = withWrongTypes(member);
        return result;
    }
    // A list of what clients look through stays one, so that they get as far as its elements.
    if (value.is_array() && !value.empty()) {
        json result = json::array();
        for (const json &element : value)
            result.push_back(withWrongTypes(element));
        return result;
    }
    return "text";
}

FaultyBody bodyOf(const Fault &fault)
{
    if (fault.malformed)
        return {"application/json", "{\"broken\": "};
    if (!fault.body.empty() || !fault.contentType.empty())
        return {fault.contentType.empty() ? "text/html" : fault.contentType, fault.body};
    const int status = fault.status.value_or(200);
    const std::string number = std::to_string(status);
    if (status >= 500)
        return {
            "text/html", "<html><body><h1>" + number + "</h1>The upstream does not answer.</body></html>\n"};
    const json error{{"status", status}, {"code", "ordered"}, {"message", "This was ordered by a test."}};
    return {"application/json", status < 400 ? "{}" : error.dump()};
}

} // namespace Koyeb::Local
