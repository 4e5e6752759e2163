// SPDX-License-Identifier: Apache-2.0
#include "api/outcome.h"

namespace Koyeb {

bool mayHaveHappened(const Error &error)
{
    switch (error.kind) {
    case ErrorKind::Offline:
    case ErrorKind::Timeout:
    case ErrorKind::Server:
    case ErrorKind::Protocol:
        return true;
    default:
        return false;
    }
}

bool mayPass(const Error &error)
{
    switch (error.kind) {
    case ErrorKind::Offline:
    case ErrorKind::Timeout:
    case ErrorKind::Server:
    case ErrorKind::RateLimited:
        return true;
    default:
        return false;
    }
}

} // namespace Koyeb
