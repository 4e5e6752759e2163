// SPDX-License-Identifier: Apache-2.0
#include "local/api/messages.h"

#include <algorithm>
#include <charconv>

namespace Koyeb::Local {

using nlohmann::json;

namespace {

constexpr std::size_t maximumPage = 100;
// Far more than any message has, and far less than would use up the stack of what follows the nesting.
constexpr int maximumNesting = 100;

std::vector<std::string> segmentsOf(std::string_view path)
{
    std::vector<std::string> segments;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        if (end > 0)
            segments.emplace_back(path.substr(0, end));
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return segments;
}

std::optional<std::vector<std::string>> match(
    const std::vector<std::string> &pattern, const std::vector<std::string> &segments)
{
    if (pattern.size() != segments.size())
        return std::nullopt;
    std::vector<std::string> parameters;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i].starts_with('{'))
            parameters.push_back(segments[i]);
        else if (pattern[i] != segments[i])
            return std::nullopt;
    }
    return parameters;
}

std::optional<char> hexadecimalByte(std::string_view digits)
{
    unsigned value = 0;
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.size() != 2 || result.ec != std::errc() || result.ptr != digits.data() + 2)
        return std::nullopt;
    return static_cast<char>(value);
}

std::string snakeCase(const std::string &name)
{
    std::string result;
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z')
            result.append({'_', static_cast<char>(c - 'A' + 'a')});
        else
            result += c;
    }
    return result;
}

/// The API takes members in camel case too.
json inSnakeCase(const json &value)
{
    json result = value;
    if (value.is_object()) {
        result = json::object();
        for (const auto &[name, member] : value.items())
            result[snakeCase(name)] = inSnakeCase(member);
    } else if (value.is_array()) {
        for (json &element : result)
            element = inSnakeCase(element);
    }
    return result;
}

} // namespace

std::string ApiRequest::queryValue(std::string_view name) const
{
    const auto found =
        std::ranges::find(query, name, [](const auto &pair) -> std::string_view { return pair.first; });
    return found == query.end() ? std::string() : found->second;
}

std::vector<std::string> ApiRequest::queryValues(std::string_view name) const
{
    std::vector<std::string> values;
    for (const auto &[key, value] : query) {
        if (key == name && !value.empty())
            values.push_back(value);
    }
    return values;
}

std::optional<json> ApiRequest::bodyObject() const
{
    if (body.empty())
        return json::object();
    const json parsed = parsedJson(body);
    if (!parsed.is_object())
        return std::nullopt;
    return inSnakeCase(parsed);
}

json parsedJson(const std::string &text)
{
    bool tooDeep = false;
    const auto keep = [&](int depth, json::parse_event_t, json &) {
        tooDeep = tooDeep || depth > maximumNesting;
        return !tooDeep;
    };
    json parsed = json::parse(text, keep, /*allow_exceptions=*/false);
    return tooDeep ? json(json::value_t::discarded) : parsed;
}

std::optional<std::size_t> numberIn(const std::string &text)
{
    std::size_t number = 0;
    const char *const end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, number);
    if (text.empty() || result.ec != std::errc() || result.ptr != end)
        return std::nullopt;
    return number;
}

ApiReply errorReply(int status, std::string_view code, std::string_view message)
{
    return {status, {{"status", status}, {"code", code}, {"message", message}}};
}

ApiReply notFoundReply(std::string_view what)
{
    return errorReply(404, "not_found", std::string(what) + " not found");
}

ApiReply malformedBodyReply()
{
    return errorReply(400, "invalid_argument", "The request body is not a valid JSON object");
}

ApiReply preconditionReply(std::string_view message)
{
    return errorReply(400, "failed_precondition", message);
}

ApiReply validationReply(const std::vector<FieldError> &errors)
{
    ApiReply reply = errorReply(400, "invalid_argument", "Validation error");
    json fields = json::array();
    for (const FieldError &error : errors)
        fields.push_back({{"field", error.field}, {"description", error.description}});
    reply.body["fields"] = std::move(fields);
    return reply;
}

Page pageOf(const ApiRequest &request)
{
    Page page;
    page.limit =
        std::clamp<std::size_t>(numberIn(request.queryValue("limit")).value_or(page.limit), 1, maximumPage);
    page.offset = numberIn(request.queryValue("offset")).value_or(0);
    return page;
}

ApiReply pageReply(
    std::string_view name, json::array_t items, std::size_t count, const Page &page, ListFacts facts)
{
    const bool hasNext = page.offset + items.size() < count;
    json body{{"limit", page.limit}, {"offset", page.offset}};
    body[std::string(name)] = std::move(items);
    if (facts == ListFacts::CountAndNext || facts == ListFacts::Count)
        body["count"] = count;
    if (facts == ListFacts::CountAndNext || facts == ListFacts::Next)
        body["has_next"] = hasNext;
    return {200, std::move(body)};
}

// Called for each record of a list, so these do not copy.
bool passes(const ApiRequest &request, std::string_view filter, std::string_view value)
{
    bool isGiven = false;
    for (const auto &[name, wanted] : request.query) {
        if (name != filter || wanted.empty())
            continue;
        if (wanted == value)
            return true;
        isGiven = true;
    }
    return !isGiven;
}

bool equals(const ApiRequest &request, std::string_view filter, std::string_view value)
{
    const auto found = std::ranges::find(
        request.query, filter, [](const auto &pair) -> std::string_view { return pair.first; });
    return found == request.query.end() || found->second.empty() || found->second == value;
}

void applyUpdateMask(json &body, const ApiRequest &request)
{
    const std::string mask = request.queryValue("update_mask");
    if (mask.empty())
        return;
    std::vector<std::string> kept;
    for (std::size_t start = 0; start <= mask.size();) {
        const auto end = std::min(mask.find(',', start), mask.size());
        const std::string path = mask.substr(start, end - start);
        kept.push_back(snakeCase(path.substr(0, path.find('.'))));
        start = end + 1;
    }
    for (auto member = body.begin(); member != body.end();) {
        if (std::ranges::find(kept, member.key()) == kept.end())
            member = body.erase(member);
        else
            ++member;
    }
}

std::string textAt(const json &object, const char *key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

void Router::add(std::string method, std::string_view pattern, Handler handler)
{
    m_routes.push_back({std::move(method), segmentsOf(pattern), std::move(handler)});
}

ApiReply Router::dispatch(ApiRequest request) const
{
    const std::vector<std::string> segments = segmentsOf(request.path);
    bool pathKnown = false;
    for (const Route &route : m_routes) {
        auto parameters = match(route.pattern, segments);
        if (!parameters)
            continue;
        pathKnown = true;
        if (route.method != request.method)
            continue;
        request.parameters = std::move(*parameters);
        try {
            return route.handler(request);
        } catch (const json::exception &) {
            return errorReply(400, "invalid_argument", "A member of the request has an unexpected type");
        }
    }
    if (pathKnown)
        return errorReply(405, "method_not_allowed", "Method not allowed");
    return errorReply(404, "not_found", "The local engine does not serve this path");
}

namespace {

std::string percentDecoded(std::string_view text)
{
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = text[i] == '%' ? hexadecimalByte(text.substr(i + 1, 2)) : std::nullopt;
        decoded += byte.value_or(text[i]);
        if (byte)
            i += 2;
    }
    return decoded;
}

} // namespace

ApiRequest requestFromTarget(std::string_view method, std::string_view target)
{
    ApiRequest request;
    request.method = method;
    const std::size_t question = std::min(target.find('?'), target.size());
    request.path = percentDecoded(target.substr(0, question));
    std::string query(target.substr(std::min(question + 1, target.size())));
    std::ranges::replace(query, '+', ' ');
    for (std::string_view rest = query; !rest.empty();) {
        const std::string_view item = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(item.size() + 1, rest.size()));
        const std::size_t equals = std::min(item.find('='), item.size());
        request.query.emplace_back(
            percentDecoded(item.substr(0, equals)),
            percentDecoded(item.substr(std::min(equals + 1, item.size()))));
    }
    return request;
}

} // namespace Koyeb::Local
