// SPDX-License-Identifier: Apache-2.0
#include "api/readers.h"

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

User readUser(const JsonReader &json)
{
    User user;
    user.id = json.requiredString("id"_L1);
    user.email = json.string("email"_L1);
    user.name = json.string("name"_L1);
    user.avatarUrl = json.string("avatar_url"_L1);
    user.emailValidated = json.boolean("email_validated"_L1);
    user.flags = json.strings("flags"_L1);
    user.createdAt = json.timestamp("created_at"_L1);
    user.lastLogin = json.timestamp("last_login"_L1);
    return user;
}

Organization readOrganization(const JsonReader &json)
{
    Organization organization;
    organization.id = json.requiredString("id"_L1);
    organization.name = json.string("name"_L1);
    organization.plan = json.string("plan"_L1);
    organization.status = json.string("status"_L1);
    organization.defaultProjectId = json.string("default_project_id"_L1);
    organization.statusMessage = json.string("status_message"_L1);
    organization.deactivationReason = json.string("deactivation_reason"_L1);
    organization.verified = json.boolean("verified"_L1);
    organization.hasPaymentMethod = json.boolean("has_payment_method"_L1);
    organization.trialing = json.boolean("trialing"_L1);
    organization.trialStartsAt = json.timestamp("trial_starts_at"_L1);
    organization.trialEndsAt = json.timestamp("trial_ends_at"_L1);
    return organization;
}

} // namespace Koyeb
