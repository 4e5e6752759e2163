// SPDX-License-Identifier: Apache-2.0
#include "sandbox/uploadplan.h"

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

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

class Walk {
public:
    Walk(UploadPlan &plan, const std::stop_token &stop, const TransferSelection *selection)
        : m_plan(plan), m_stop(stop), m_selection(selection)
    {
    }

    void into(const UploadItem &directory)
    {
        std::error_code error;
        std::filesystem::directory_iterator entry(directory.source, error);
        for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
            if (m_stop.stop_requested()) {
                return;
            }
            add(entry->path(), directory.path);
        }
        if (error) {
            m_plan.problems.append({bytesOf(directory.source), localError(error.value())});
        }
    }

private:
    void add(const std::filesystem::path &source, const QByteArray &parent)
    {
        const auto name = bytesOf(source.filename());
        const auto path = parent.isEmpty() ? name : parent + '/' + name;
        if (m_selection && !m_selection->selects(path, std::filesystem::is_directory(status(source)))) {
            return;
        }
        const auto item = uploadItemAt(source, path);
        if (!item) {
            m_plan.problems.append({bytesOf(source), item.error()});
            return;
        }
        m_plan.items.append(*item);
        if (item->type == UploadItem::Type::Directory && (!m_selection || m_selection->leadsOn(path))) {
            into(*item);
        }
    }

    static std::filesystem::file_status status(const std::filesystem::path &source)
    {
        std::error_code unknown; // What cannot be looked at becomes a problem next.
        return std::filesystem::symlink_status(source, unknown);
    }

    UploadPlan &m_plan;
    const std::stop_token &m_stop;
    const TransferSelection *m_selection;
};

} // namespace

Result<UploadItem> uploadItemAt(const std::filesystem::path &source, const QByteArray &path)
{
    struct stat status {};
    if (::lstat(source.c_str(), &status) != 0) {
        return failure(localError(errno));
    }
    UploadItem item;
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
    const std::filesystem::path &source, const std::stop_token &stop, const TransferSelection *selection)
{
    const auto top = uploadItemAt(source, {});
    if (!top) {
        return failure(top.error());
    }
    UploadPlan plan;
    plan.items.append(*top);
    if (top->type == UploadItem::Type::Directory) {
        Walk(plan, stop, selection).into(*top);
    }
    return plan;
}

} // namespace Koyeb
