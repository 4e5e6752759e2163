// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <QByteArray>
#include <QList>
#include <QSet>
#include <QString>
#include <QStringList>

namespace Koyeb {

/// What the tools of an image can do. Images are arbitrary: GNU, BusyBox, or next to nothing.
struct SandboxTools {
    /// What text an encoder makes of bytes.
    enum class Encoding {
        None,   ///< There is no encoder.
        Base64, ///< One line of it.
        Hex     ///< Two digits a byte, with white space between them.
    };

    Encoding encoding = Encoding::None; ///< What the encoder makes.
    QString encoder;                    ///< A shell's command that encodes its stdin; empty without.
    QString decoder;                    ///< A shell's command that undoes base64; empty without.
    QString hasher;             ///< Prints a line that begins with the SHA-256 of its stdin; empty without.
    bool sha256sum = false;     ///< Prints the checksums of many files.
    bool findPrintf = false;    ///< `find -printf`
    bool statFormat = false;    ///< `stat -c`, or a function that stands in for it.
    QString statFunction;       ///< Defines that function for a shell; empty where stat itself does it.
    bool xargs = false;         ///< `xargs -0`
    bool dd = false;            ///< Reads and writes ranges.
    bool headBytes = false;     ///< `head -c`
    bool tailBytes = false;     ///< `tail -c +N`
    bool tar = false;           ///< Packs and unpacks.
    bool zstd = false;          ///< Compresses and decompresses.
    bool gzip = false;          ///< Does it, too.
    bool moveNoReplace = false; ///< `mv -n -T`
    QSet<QByteArray> plain;     ///< Names of tools that are there and need no trial, such as mv.

    /// Whether there is a hasher.
    [[nodiscard]] bool hashes() const { return !hasher.isEmpty(); }
    /// Whether a part of a file can be read.
    [[nodiscard]] bool readsRanges() const { return dd || (headBytes && tailBytes); }
    /// What an upload lacks; of each group one would do. `hasExec`: bytes can also go by the exec channel.
    [[nodiscard]] QList<QStringList> missingForUpload(bool hasExec) const;
    /// What a download lacks, in the same way.
    [[nodiscard]] QList<QStringList> missingForDownload(bool hasExec) const;
};

/// Unsupported, because an image lacks tools; see Error::missingTools.
[[nodiscard]] Error missingToolsError(const QList<QStringList> &missing);

/// A script that tries each tool on a harmless job, for options differ more than names, and prints what
/// works; see parseTools().
[[nodiscard]] QString probeScript();
/// What such a script has printed.
[[nodiscard]] SandboxTools parseTools(const QByteArray &output);

} // namespace Koyeb
