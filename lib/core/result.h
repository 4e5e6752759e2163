// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <tl/expected.hpp>

namespace Koyeb {

/// Either a value or the reason why there is none.
template<typename T> using Result = tl::expected<T, Error>;

/// A Result that is the given failure: `return failure(error);`
[[nodiscard]] inline tl::unexpected<Error> failure(Error error)
{
    return tl::unexpected<Error>(std::move(error));
}

/// A Result that is a failure of which only kind and message are known.
[[nodiscard]] inline tl::unexpected<Error> failure(ErrorKind kind, const QString &message)
{
    return tl::unexpected<Error>(Error::of(kind, message));
}

} // namespace Koyeb
