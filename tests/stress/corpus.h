// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>

// What people really move, each filled into a local folder that is there and empty. Where this computer
// cannot, a test that calls them fails.
namespace Koyeb::Stress {

/// Sizes around a chunk's, all bytes, what is not UTF-8, and a sparse file.
void makeContents(const QByteArray &top);
/// Of every ASCII character, of 255 bytes, not of UTF-8, and a path that is as deep as one may be.
void makeNames(const QByteArray &top);
/// What git makes of a few files: read-only objects under names of hashes, and all that is beside them.
void makeCheckout(const QByteArray &top);
/// Packages within packages, some of a scope, and links to their programs.
void makeModules(const QByteArray &top);
/// 50,000 of them in 100 folders.
void makeSmallFiles(const QByteArray &top);
/// One file of a GiB that nothing compresses.
void makeGibibyte(const QByteArray &top);
/// Several random items in a folder, and what this computer's user may not do to all of them: other bits of
/// modes, and times of folders.
void makeRandom(const QByteArray &top, quint32 seed);

/// A shell's line that tells what lies below a folder, a line for each entry: type, mode, time, size,
/// checksum or target, and path. Without the bits of modes that are not moved, where `isOriginal`.
[[nodiscard]] QString lookScript(const QByteArray &folder, bool isOriginal);

} // namespace Koyeb::Stress
