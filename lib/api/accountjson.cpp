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
    return organization;
}

} // namespace Koyeb
