// SPDX-License-Identifier: Apache-2.0
#include "local/api/accountapi.h"

namespace Koyeb::Local {

using nlohmann::json;

namespace {

json userJson(const World &world)
{
    const std::string startedAt = timestamp(world.startedAt);
    return {
        {"id", world.userId},
        {"email", "local@localhost"},
        {"name", "This computer"},
        {"avatar_url", ""},
        {"email_validated", true},
        {"flags", json::array({"ACTIVE"})},
        {"github_id", ""},
        {"github_user", ""},
        {"two_factor_authentication", false},
        {"newsletter_subscribed", false},
        {"last_login", startedAt},
        {"last_login_ip", "127.0.0.1"},
        {"created_at", startedAt},
        {"updated_at", startedAt},
        {"trialed", false}};
}

json organizationJson(const World &world)
{
    return {
        {"id", world.organizationId},
        {"external_id", ""},
        {"name", "this-computer"},
        {"plan", "internal"},
        {"plan_updated_at", nullptr},
        {"status", "ACTIVE"},
        {"status_message", "VALID"},
        {"deactivation_reason", "INVALID"},
        {"verified", true},
        {"provisioning", false},
        {"trialing", false},
        {"trial_starts_at", nullptr},
        {"trial_ends_at", nullptr},
        {"has_payment_method", false},
        {"subscription_id", ""},
        {"current_subscription_id", ""},
        {"latest_subscription_id", ""},
        {"default_project_id", ""},
        {"email_domain_allowlist", json::array()}};
}

} // namespace

void addAccountRoutes(Router &router, World &world)
{
    router.add("GET", "/v1/account/profile", [&world](const ApiRequest &) {
        return ApiReply{200, {{"user", userJson(world)}}};
    });
    router.add("GET", "/v1/account/organization", [&world](const ApiRequest &) {
        return ApiReply{200, {{"organization", organizationJson(world)}}};
    });
    router.add("GET", "/v1/account/organizations", [&world](const ApiRequest &request) {
        const Page page = pageOf(request);
        ApiReply reply = listReply("organizations", {organizationJson(world)}, page, HasNext::Told);
        reply.body.erase("count");
        return reply;
    });
    router.add("GET", "/v1/organizations/{id}", [&world](const ApiRequest &request) {
        if (request.parameters.at(0) != world.organizationId)
            return notFoundReply("Organization");
        return ApiReply{200, {{"organization", organizationJson(world)}}};
    });
}

} // namespace Koyeb::Local
