// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apiclient.h"

#include <functional>

namespace Koyeb::Test {

/// Makes a call's request, whatever comes of it.
struct ApiCall {
    const char *name;
    std::function<void(ApiClient &api)> make;
};

/// The calls of ApiClient and those about the other resources, with everything that narrows them down.
[[nodiscard]] QList<ApiCall> apiCalls();

} // namespace Koyeb::Test
