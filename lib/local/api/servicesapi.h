// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/messages.h"
#include "local/api/world.h"

namespace Koyeb::Local {

class Lifecycle;

/// /v1/services: create, list, read, change, delete; pause, resume, redeploy; scaling; the names that a
/// definition may refer to. Only services of type SANDBOX exist here.
class ServicesApi {
public:
    /// Both must outlive this.
    ServicesApi(World &world, Lifecycle &lifecycle);
    /// This must outlive the router.
    void addRoutes(Router &router);

private:
    using Method = ApiReply (ServicesApi::*)(const ApiRequest &);
    void add(Router &router, const char *method, const char *path, Method handler);

    [[nodiscard]] ApiReply list(const ApiRequest &request);
    [[nodiscard]] ApiReply create(const ApiRequest &request);
    [[nodiscard]] ApiReply read(const ApiRequest &request);
    [[nodiscard]] ApiReply change(const ApiRequest &request);
    [[nodiscard]] ApiReply remove(const ApiRequest &request);
    [[nodiscard]] ApiReply pause(const ApiRequest &request);
    [[nodiscard]] ApiReply resume(const ApiRequest &request);
    [[nodiscard]] ApiReply redeploy(const ApiRequest &request);
    [[nodiscard]] ApiReply readScaling(const ApiRequest &request);
    [[nodiscard]] ApiReply changeScaling(const ApiRequest &request);
    [[nodiscard]] ApiReply removeScaling(const ApiRequest &request);
    [[nodiscard]] ApiReply namesToReferTo(const ApiRequest &request);

    World &m_world;
    Lifecycle &m_lifecycle;
};

} // namespace Koyeb::Local
