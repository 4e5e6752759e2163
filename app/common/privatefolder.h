// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <filesystem>
#include <memory>

namespace Koyeb::Desktop {

/// Holds a private folder for as long as it lives. The system lets go of it when the program ends, in
/// whatever way.
class FolderHold {
public:
    /// Null when somebody else holds it, here or in another program.
    [[nodiscard]] static std::shared_ptr<FolderHold> take(const std::filesystem::path &folder);
    ~FolderHold();
    FolderHold(const FolderHold &) = delete;
    FolderHold &operator=(const FolderHold &) = delete;

    /// False where the file system cannot tell whether somebody else holds it.
    [[nodiscard]] bool isCertain() const { return m_isCertain; }

private:
    FolderHold(int descriptor, bool isCertain) : m_descriptor(descriptor), m_isCertain(isCertain) {}

    int m_descriptor;
    bool m_isCertain;
};

/// A file of this name in a private folder keeps it from being removed by removeAbandonedFolders(): there is
/// something in it that is nowhere else.
inline constexpr auto keptFileName = ".kept";

/// A name in `base` that nothing has, and from which makePrivateFolder() can tell whose it was.
[[nodiscard]] std::filesystem::path privateFolderIn(const std::filesystem::path &base);
/// Makes such a folder, into which only this user can look, and removes those of programs that are gone.
/// Blocks.
[[nodiscard]] Result<void> makePrivateFolder(const std::filesystem::path &folder);
/// Whether the folder's name says that the program that made it is gone. Numbers of programs are used again,
/// so one that is gone may seem to be there.
[[nodiscard]] bool isAbandoned(const std::filesystem::path &folder);
/// Removes the folders in `base` of programs that are gone, but those that are to be kept. Blocks.
void removeAbandonedFolders(const std::filesystem::path &base);

} // namespace Koyeb::Desktop
