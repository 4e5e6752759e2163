// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace Koyeb::Local {

/// Who makes a request.
struct Caller {
    std::string organizationId;
    std::string userId; ///< empty: a token of an organization, which no user stands behind
    std::string tokenId;
};

/// A request to the control plane after authentication, independent of the HTTP library.
struct ApiRequest {
    std::string method;
    std::string path;                                       ///< decoded, without the query
    std::vector<std::pair<std::string, std::string>> query; ///< decoded, repeated names in order
    std::string body;
    Caller caller;
    std::string projectId; ///< of the header x-koyeb-project-id; empty: all projects

    std::vector<std::string> parameters; ///< what the {…} of the route matched; set by the Router

    /// The first value of a query parameter; empty if there is none.
    [[nodiscard]] std::string queryValue(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> queryValues(std::string_view name) const;
    /// The body as a JSON object, with members in snake case however they were spelled; an empty body is an
    /// empty object. No value: malformed, or not an object.
    [[nodiscard]] std::optional<nlohmann::json> bodyObject() const;
};

struct ApiReply {
    int status = 200;
    nlohmann::json body = nlohmann::json::object();
};

/// One reason why a request was refused: the dotted path of the member, from the body's root.
struct FieldError {
    std::string field;
    std::string description;
};

[[nodiscard]] ApiReply errorReply(int status, std::string_view code, std::string_view message);
[[nodiscard]] ApiReply notFoundReply(std::string_view what);
[[nodiscard]] ApiReply malformedBodyReply();
/// What was asked for is impossible as things are.
[[nodiscard]] ApiReply preconditionReply(std::string_view message);
[[nodiscard]] ApiReply validationReply(const std::vector<FieldError> &errors);

/// Which part of a list was asked for. Text that is no number counts as "not given".
struct Page {
    std::size_t limit = 20;
    std::size_t offset = 0;
};

[[nodiscard]] Page pageOf(const ApiRequest &request);

/// What a list tells about itself besides limit and offset.
enum class ListFacts { CountAndNext, Count, Next, Neither };

/// `{name: items, limit, offset[, count][, has_next]}`; `count` is that of the whole list.
[[nodiscard]] ApiReply pageReply(
    std::string_view name, nlohmann::json::array_t items, std::size_t count, const Page &page,
    ListFacts facts);

/// The page that `request` asks for of those `records` that `matches`; only those are written.
template<typename Records, typename Matches, typename Writer>
[[nodiscard]] ApiReply listReply(
    std::string_view name, const Records &records, const ApiRequest &request, ListFacts facts,
    Matches matches, Writer writer)
{
    const Page page = pageOf(request);
    nlohmann::json::array_t items;
    std::size_t count = 0;
    for (const auto &record : records) {
        if (!matches(record))
            continue;
        if (count >= page.offset && items.size() < page.limit)
            items.push_back(writer(record));
        ++count;
    }
    return pageReply(name, std::move(items), count, page, facts);
}

/// Records from their last to their first. (The standard's view is nothing that clang 14 can read.)
template<typename Records> struct Reversed {
    const Records &records;

    [[nodiscard]] auto begin() const { return records.rbegin(); }
    [[nodiscard]] auto end() const { return records.rend(); }
};

/// The same for lists that may be asked for in either `order`; the records come newest first.
template<typename Records, typename Matches, typename Writer>
[[nodiscard]] ApiReply orderedListReply(
    std::string_view name, const Records &records, const ApiRequest &request, ListFacts facts,
    Matches matches, Writer writer)
{
    const bool ascending = request.queryValue("order") == "asc";
    ApiReply reply = ascending ? listReply(name, Reversed<Records>{records}, request, facts, matches, writer)
                               : listReply(name, records, request, facts, matches, writer);
    reply.body["order"] = ascending ? "asc" : "desc";
    return reply;
}

/// Whether a repeatable filter lets a value through; it does when it is not given.
[[nodiscard]] bool passes(const ApiRequest &request, std::string_view filter, std::string_view value);
/// The same for a filter that is given once.
[[nodiscard]] bool equals(const ApiRequest &request, std::string_view filter, std::string_view value);

/// Finds the handler of a request. Patterns are paths whose {…} segments match any one segment.
class Router {
public:
    using Handler = std::function<ApiReply(const ApiRequest &)>;

    void add(std::string method, std::string_view pattern, Handler handler);
    [[nodiscard]] ApiReply dispatch(ApiRequest request) const;

private:
    struct Route {
        std::string method;
        std::vector<std::string> pattern;
        Handler handler;
    };

    std::vector<Route> m_routes;
};

/// A JSON text's value; a discarded one if the text is malformed or nested too deeply.
[[nodiscard]] nlohmann::json parsedJson(const std::string &text);

/// The decimal number that a text is; no value if it is something else.
[[nodiscard]] std::optional<std::size_t> numberIn(const std::string &text);

/// Removes the members of an update's body that `update_mask` does not name; without a mask, none.
void applyUpdateMask(nlohmann::json &body, const ApiRequest &request);

/// The member as a text; empty if it is absent or something else.
[[nodiscard]] std::string textAt(const nlohmann::json &object, const char *key);

/// Splits "/path?a=b" and decodes it.
[[nodiscard]] ApiRequest requestFromTarget(std::string_view method, std::string_view target);

} // namespace Koyeb::Local
