// SPDX-License-Identifier: Apache-2.0
#include "sandbox/downloadplan.h"

#include "sandbox/downloadscripts.h"
#include "sandbox/filelisting.h"
#include "sandbox/followedlinks.h"
#include "sandbox/localerror.h"

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;
using Type = RemoteEntry::Type;

/// What is in a folder; names are paths relative to it, of the whole tree where find can tell.
QCoro::Task<Result<QList<RemoteEntry>>> listFolder(
    SandboxShell &shell, QByteArray path, bool withFind, std::stop_token stop)
{
    const auto script = withFind ? findListingScript(path, ListingDepth::WholeTree) : statListingScript(path);
    auto output = co_await shell.runForBytes(script, Repeatable::Safely, stop);
    if (!output) {
        co_return failure(output.error());
    }
    auto reading = readListing(std::move(*output), withFind, std::move(stop));
    co_return co_await reading;
}

} // namespace

bool concernsItemOnly(const Error &error)
{
    if (concernsPlaceOnly(error)) {
        return true;
    }
    // With a status it was the gateway that answered, or the executor as a whole.
    return error.httpStatus == 0 &&
           (error.kind == ErrorKind::Integrity || error.kind == ErrorKind::NotFound ||
            error.kind == ErrorKind::Rejected || error.kind == ErrorKind::Conflict);
}

Error noFileError()
{
    return Error::of(ErrorKind::Invalid, u"This is neither a file nor a folder nor a symbolic link."_s);
}

Result<void> checkDownloadTools(SandboxShell &shell, const SandboxTools &tools)
{
    const auto missing = tools.missingForDownload(shell.hasExecRoad());
    if (missing.isEmpty()) {
        return {};
    }
    shell.forgetTools();
    return failure(missingToolsError(missing));
}

QCoro::Task<Result<void>> listBelow(
    SandboxShell &shell, QByteArray source, qsizetype folderIndex, SandboxTools tools, DownloadPlan &plan,
    std::stop_token stop)
{
    const bool isTop = folderIndex == 0;
    auto next = plan.items.size();
    for (auto index = folderIndex; index < plan.items.size(); index = next++) {
        const auto folder = plan.items[index];
        if (folder.type != Type::Directory || (tools.findPrintf && index != folderIndex)) {
            continue;
        }
        const auto path = folder.name.isEmpty() ? source : joinRemotePath(source, folder.name);
        auto entries = co_await listFolder(shell, path, tools.findPrintf, stop);
        if (!entries && ((isTop && index == 0) || !concernsItemOnly(entries.error()))) {
            co_return failure(entries.error());
        }
        if (!entries) {
            plan.problems.append({path, entries.error()});
            continue;
        }
        for (auto &entry : *entries) {
            if (entry.name.isEmpty()) {
                const auto reason = u"Some of what is in it could not be read: permission denied, perhaps."_s;
                plan.problems.append({path, Error::of(ErrorKind::Rejected, reason)});
                continue;
            }
            if (isTemporaryPath(entry.name)) {
                continue; // Another transfer's, which is under way or has been stopped.
            }
            entry.name = folder.name.isEmpty() ? entry.name : joinRemotePath(folder.name, entry.name);
            plan.items.append(std::move(entry));
        }
    }
    co_return Result<void>();
}

QCoro::Task<Result<DownloadPlan>> planDownload(
    SandboxShell &shell, QByteArray source, SandboxTools tools, std::stop_token stop, Links links,
    std::shared_ptr<const TransferSelection> selection)
{
    const auto script = topEntryScript(source, links);
    const auto output = co_await shell.runForBytes(script, Repeatable::Safely, stop);
    if (!output) {
        co_return failure(output.error());
    }
    const auto top = parseTopEntry(*output, {});
    if (!top) {
        co_return failure(top.error());
    }
    if (top->type != Type::File && top->type != Type::Directory && top->type != Type::SymbolicLink) {
        co_return failure(noFileError());
    }
    DownloadPlan plan;
    plan.items.append(*top);
    if (top->type != Type::Directory) {
        co_return plan;
    }
    const auto listed = co_await listBelow(shell, source, 0, tools, plan, stop);
    if (!listed) {
        co_return failure(listed.error());
    }
    if (links == Links::Followed) {
        const auto followed = co_await followLinks(shell, source, tools, selection, plan, stop);
        if (!followed) {
            co_return failure(followed.error());
        }
    }
    co_return plan;
}

} // namespace Koyeb
