// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/transfer.h"

#include "core/result.h"
#include "sandbox/localerror.h"
#include "sandbox/transferselection.h"

#include <algorithm>
#include <filesystem>
#include <stop_token>

namespace Koyeb {

/// A path as its bytes alone: of a std::filesystem::path, the parts take several times as much, which counts
/// where there are very many.
class PlainPath {
public:
    PlainPath() = default;
    PlainPath(const std::filesystem::path &path) // NOLINT(*-explicit-*): it is the same
        : m_top(QByteArray::fromStdString(path.native()))
    {
    }
    /// What is at `rest` below `top`, both of which are shared; `top` itself where that is empty.
    PlainPath(QByteArray top, QByteArray rest) : m_top(std::move(top)), m_rest(std::move(rest)) {}

    operator std::filesystem::path() const { return native(); } // NOLINT(*-explicit-*)
    [[nodiscard]] std::string native() const
    {
        const auto slash = m_rest.isEmpty() || m_top.endsWith('/') ? QByteArray() : QByteArray(1, '/');
        return (m_top + slash + m_rest).toStdString();
    }

private:
    QByteArray m_top;
    QByteArray m_rest;
};

/// One thing to be made in the sandbox.
struct UploadItem {
    enum class Type { File, Directory, SymbolicLink };

    PlainPath source;
    QByteArray path; ///< Relative to the top item, which itself has an empty one.
    Type type = Type::File;
    qint64 sizeBytes = 0;
    quint32 mode = 0644;            ///< Permission bits without setuid, setgid and sticky (0777).
    qint64 modifiedSeconds = 0;     ///< Since 1970.
    qint64 modifiedNanoseconds = 0; ///< Since that second.
    QByteArray linkTarget;
    bool isFollowed = false; ///< At the source is a link, and the item is what it leads to.

    [[nodiscard]] FileVersion version() const
    {
        constexpr qint64 limit = 9'000'000'000; // What nanoseconds can tell of, till the year 2255.
        return {sizeBytes, std::clamp(modifiedSeconds, -limit, limit) * 1'000'000'000 + modifiedNanoseconds};
    }
};

struct UploadPlan {
    QList<UploadItem> items; ///< The top item first, directories before what they hold.
    QList<TransferProblem> problems;
};

/// Finds out what an upload of `source` moves; without `selection`, all of it. What is neither file,
/// directory nor link, or cannot be read, becomes a problem, and so does a followed link that leads nowhere
/// or back. Fails when `source` itself is such a thing. Blocks; for a WorkerThread.
[[nodiscard]] Result<UploadPlan> planUpload(
    const std::filesystem::path &source, const std::stop_token &stop,
    const TransferSelection *selection = nullptr, Links links = Links::Kept);

/// What is at `source`, to become `path` of the item. Local when it cannot be looked at, Invalid when it is
/// none of what can be moved. Blocks.
[[nodiscard]] Result<UploadItem> uploadItemAt(
    const std::filesystem::path &source, const QByteArray &path, Links links = Links::Kept);

[[nodiscard]] inline QByteArray bytesOf(const std::filesystem::path &path)
{
    return QByteArray::fromStdString(path.native());
}

} // namespace Koyeb
