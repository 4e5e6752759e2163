// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/messages.h"
#include "local/api/world.h"

namespace Koyeb::Local {

class Lifecycle;

/// /v1/apps: create, list, read, change, delete, pause, resume.
class AppsApi {
public:
    /// Both must outlive this.
    AppsApi(World &world, Lifecycle &lifecycle);
    /// This must outlive the router.
    void addRoutes(Router &router);

private:
    [[nodiscard]] ApiReply list(const ApiRequest &request) const;
    [[nodiscard]] ApiReply create(const ApiRequest &request);
    [[nodiscard]] ApiReply read(const ApiRequest &request) const;
    [[nodiscard]] ApiReply change(const ApiRequest &request);
    [[nodiscard]] ApiReply remove(const ApiRequest &request);
    [[nodiscard]] ApiReply pause(const ApiRequest &request);
    [[nodiscard]] ApiReply resume(const ApiRequest &request);

    World &m_world;
    Lifecycle &m_lifecycle;
};

} // namespace Koyeb::Local
