// SPDX-License-Identifier: Apache-2.0
#include "sandbox/uploadplan.h"

#include "sandbox/followedlinks.h"
#include "sandbox/sandboxshell.h"

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

Result<QByteArray> readLink(const std::filesystem::path &path)
{
    std::array<char, PATH_MAX> target{};
    const auto length = ::readlink(path.c_str(), target.data(), target.size());
    if (length < 0) {
        return failure(localError(errno));
    }
    return QByteArray(target.data(), length);
}

/// Why a link could not be followed.
Error whyNotFollowed(int errorNumber)
{
    switch (errorNumber) {
    case ENOENT:
    case ENOTDIR:
        return linkLeadsNowhere();
    case ELOOP:
        return linkLeadsBack();
    default:
        return localError(errorNumber);
    }
}

class Walk {
public:
    Walk(UploadPlan &plan, const std::stop_token &stop, const TransferSelection *selection, Links links)
        : m_plan(plan),
          m_stop(stop),
          m_selection(selection),
          m_links(links),
          m_top(QByteArray::fromStdString(plan.items.first().source.native()))
    {
    }

    void into(const UploadItem &directory)
    {
        m_way.push_back(identityOf(directory));
        m_linksOnWay += directory.isFollowed ? 1 : 0;
        std::error_code error;
        std::filesystem::directory_iterator entry(directory.source, error);
        for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
            if (m_stop.stop_requested()) {
                break;
            }
            add(entry->path(), directory.path);
        }
        if (error) {
            m_plan.problems.append({bytesOf(directory.source), localError(error.value())});
        }
        m_linksOnWay -= directory.isFollowed ? 1 : 0;
        m_way.pop_back();
    }

private:
    using Identity = std::pair<dev_t, ino_t>;

    void add(const std::filesystem::path &source, const QByteArray &parent)
    {
        const auto name = bytesOf(source.filename());
        const auto path = parent.isEmpty() ? name : parent + '/' + name;
        if (isTemporaryPath(name)) {
            return; // Another transfer's, which is under way or has been stopped.
        }
        if (m_selection && !m_selection->selects(path, isDirectory(source))) {
            return;
        }
        auto item = uploadItemAt(source, path, m_links);
        if (!item) {
            m_plan.problems.append({bytesOf(source), item.error()});
            return;
        }
        const bool isFolder = item->type == UploadItem::Type::Directory;
        if (const auto error = isFolder && item->isFollowed ? whyNotInto(*item) : std::nullopt) {
            m_plan.problems.append({bytesOf(source), *error});
            return;
        }
        item->source = {m_top, path};
        m_plan.items.append(*item);
        m_itemsBehindLinks += m_linksOnWay > 0 ? 1 : 0;
        if (isFolder && (!m_selection || m_selection->leadsOn(path))) {
            into(*item);
        }
    }

    /// A link to a folder is not walked for ever.
    [[nodiscard]] std::optional<Error> whyNotInto(const UploadItem &link) const
    {
        if (m_linksOnWay >= maximumLinksOnWay ||
            std::find(m_way.begin(), m_way.end(), identityOf(link)) != m_way.end()) {
            return linkLeadsBack();
        }
        return m_itemsBehindLinks >= maximumItemsBehindLinks ? std::optional(linksLeadToTooMuch())
                                                             : std::nullopt;
    }

    /// Of no use where links are kept.
    [[nodiscard]] Identity identityOf(const UploadItem &directory) const
    {
        struct stat status {};
        const bool isKnown =
            m_links == Links::Followed && ::stat(directory.source.native().c_str(), &status) == 0;
        return isKnown ? Identity(status.st_dev, status.st_ino) : Identity();
    }

    [[nodiscard]] bool isDirectory(const std::filesystem::path &source) const
    {
        std::error_code unknown; // What cannot be looked at becomes a problem next.
        return std::filesystem::is_directory(
            m_links == Links::Followed ? std::filesystem::status(source, unknown)
                                       : std::filesystem::symlink_status(source, unknown));
    }

    UploadPlan &m_plan;
    const std::stop_token &m_stop;
    const TransferSelection *m_selection;
    Links m_links;
    QByteArray m_top;            ///< The source of the top item.
    std::vector<Identity> m_way; ///< The folders that lead to where it is.
    int m_linksOnWay = 0;        ///< So many of them are what a link leads to.
    qsizetype m_itemsBehindLinks = 0;
};

} // namespace

Result<UploadItem> uploadItemAt(const std::filesystem::path &source, const QByteArray &path, Links links)
{
    struct stat status {};
    if (::lstat(source.c_str(), &status) != 0) {
        return failure(localError(errno));
    }
    UploadItem item;
    item.isFollowed = links == Links::Followed && S_ISLNK(status.st_mode);
    if (item.isFollowed && ::stat(source.c_str(), &status) != 0) {
        return failure(whyNotFollowed(errno));
    }
    item.source = source;
    item.path = path;
    item.mode = status.st_mode & 0777U;
    item.modifiedSeconds = status.st_mtim.tv_sec;
    item.modifiedNanoseconds = status.st_mtim.tv_nsec;
    if (S_ISREG(status.st_mode)) {
        item.type = UploadItem::Type::File;
        item.sizeBytes = status.st_size;
    } else if (S_ISDIR(status.st_mode)) {
        item.type = UploadItem::Type::Directory;
    } else if (S_ISLNK(status.st_mode)) {
        item.type = UploadItem::Type::SymbolicLink;
        auto target = readLink(source);
        if (!target) {
            return failure(std::move(target).error());
        }
        item.linkTarget = std::move(*target);
    } else {
        return failure(ErrorKind::Invalid, u"This is neither a file nor a folder nor a symbolic link."_s);
    }
    return item;
}

Result<UploadPlan> planUpload(
    const std::filesystem::path &source, const std::stop_token &stop, const TransferSelection *selection,
    Links links)
{
    const auto top = uploadItemAt(source, {}, links);
    if (!top) {
        return failure(top.error());
    }
    UploadPlan plan;
    plan.items.append(*top);
    if (top->type == UploadItem::Type::Directory) {
        Walk(plan, stop, selection, links).into(*top);
    }
    return plan;
}

} // namespace Koyeb
