// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apitransport.h"

namespace Koyeb {

/// Whether the platform can pull an image.
struct ImageCheck {
    bool success = false; ///< Whether it can be pulled.
    QString code;         ///< Why not, e.g. `ANON_NOT_FOUND`, `AUTH_ACCESS_DENIED`, `INVALID_ARCH`, `TIMEOUT`
    QString reason;       ///< The same in the server's words, English
    friend bool operator==(const ImageCheck &, const ImageCheck &) = default;
};

/// The value as the wire has it; see JsonReader::result().
[[nodiscard]] ImageCheck readImageCheck(const JsonReader &json);

/// Container images, as the platform sees them.
class ImagesApi {
public:
    /// `transport` outlives this object and what it is asked for.
    explicit ImagesApi(const ApiTransport &transport) : m_transport(transport) {}

    /// `secretId` is the **id** (not the name) of the registry's secret; empty: without one. An image that
    /// cannot be pulled is no failure of the call.
    QCoro::Task<Result<ImageCheck>> check(QString image, QString secretId, std::stop_token stop) const;

private:
    const ApiTransport &m_transport;
};

} // namespace Koyeb
