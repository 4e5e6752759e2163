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

/// A request to the control plane after authentication, independent of the HTTP library.
struct ApiRequest {
    std::string method;
    std::string path;                                       ///< decoded, without the query
    std::vector<std::pair<std::string, std::string>> query; ///< decoded, repeated names in order
    std::string body;

    std::vector<std::string> parameters; ///< what the {…} of the route matched; set by the Router

    /// The first value of a query parameter; empty if there is none.
    [[nodiscard]] std::string queryValue(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> queryValues(std::string_view name) const;
    /// The body as a JSON object; an empty body is an empty object. No value: malformed, or not an object.
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
[[nodiscard]] ApiReply validationReply(const std::vector<FieldError> &errors);

/// Which part of a list was asked for. Text that is no number counts as "not given".
struct Page {
    std::size_t limit = 20;
    std::size_t offset = 0;
};

[[nodiscard]] Page pageOf(const ApiRequest &request);

enum class HasNext { Told, NotTold };

/// `{name: items[offset, offset + limit), limit, offset, count[, has_next]}`
[[nodiscard]] ApiReply listReply(
    std::string_view name, const nlohmann::json::array_t &items, const Page &page, HasNext hasNext);

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

/// Splits "/path?a=b" and decodes it.
[[nodiscard]] ApiRequest requestFromTarget(std::string_view method, std::string_view target);

} // namespace Koyeb::Local
