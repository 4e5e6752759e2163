// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

#include <filesystem>

class QMimeData;

namespace Koyeb::Desktop {

/// Local paths named by a `text/uri-list` (RFC 2483), byte by byte: QUrl would lose names that are not UTF-8.
/// URIs of other hosts and schemes, relative ones and ones with a NUL are left out; order is kept,
/// repetitions are not.
[[nodiscard]] QList<std::filesystem::path> localPathsFromUriList(const QByteArray &uriList);

/// The same for `x-special/gnome-copied-files`, whose first line says `copy` or `cut`. Cut files are copied:
/// nothing of this computer is ever removed.
[[nodiscard]] QList<std::filesystem::path> localPathsFromCopiedFiles(const QByteArray &copiedFiles);

/// What a drop or the clipboard holds of local files and folders.
[[nodiscard]] QList<std::filesystem::path> localPathsFromMimeData(const QMimeData &data);

/// Whether localPathsFromMimeData() may find something; cheap, for decisions while something is dragged.
[[nodiscard]] bool mayHoldLocalPaths(const QMimeData &data);

/// Offers local files to any program, in the forms that file managers take.
void offerLocalPaths(QMimeData &data, const QList<std::filesystem::path> &paths);

} // namespace Koyeb::Desktop
