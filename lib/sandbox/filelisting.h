// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "sandbox/remoteentry.h"

#include <QCoroTask>

#include <stop_token>

// Listings of directories as scripts write them. Names are hostile and hold anything but NUL and slash, so
// nothing is told apart by what a name could contain.
namespace Koyeb {

enum class ListingDepth { Directory, WholeTree };

/// A script that lists with GNU find. Names of a whole tree are paths relative to `directory`.
[[nodiscard]] QString findListingScript(const QByteArray &directory, ListingDepth depth);
/// Of a tree that could not be read as a whole, the last entry has no name.
[[nodiscard]] Result<QList<RemoteEntry>> parseFindListing(const QByteArray &output);

/// A script that lists one directory where find has no -printf (BusyBox): with one process for
/// all entries, where there is xargs.
[[nodiscard]] QString statListingScript(const QByteArray &directory);
[[nodiscard]] Result<QList<RemoteEntry>> parseStatListing(const QByteArray &output);

/// Parses what one of them has printed, away from this thread when it is much. Cancelled when `stop` is
/// requested.
QCoro::Task<Result<QList<RemoteEntry>>> readListing(QByteArray output, bool isFromFind, std::stop_token stop);

} // namespace Koyeb
