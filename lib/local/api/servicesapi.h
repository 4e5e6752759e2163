// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/messages.h"
#include "local/api/records.h"

namespace Koyeb::Local {

class Lifecycle;

/// /v1/services: create, list, read, change, delete. Only services of type SANDBOX exist here.
class ServicesApi {
public:
    /// Both must outlive this.
    ServicesApi(World &world, Lifecycle &lifecycle);
    /// This must outlive the router.
    void addRoutes(Router &router);

private:
    [[nodiscard]] ApiReply list(const ApiRequest &request) const;
    [[nodiscard]] ApiReply create(const ApiRequest &request);
    [[nodiscard]] ApiReply read(const ApiRequest &request) const;
    [[nodiscard]] ApiReply change(const ApiRequest &request);
    [[nodiscard]] ApiReply remove(const ApiRequest &request);

    void addDeployment(ServiceRecord &service, nlohmann::json definition);

    World &m_world;
    Lifecycle &m_lifecycle;
};

} // namespace Koyeb::Local
