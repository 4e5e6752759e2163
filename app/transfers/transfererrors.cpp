// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/transfererrors.h"

#include <QCoreApplication>

#include <cerrno>
#include <functional>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

namespace {

class TransferErrors {
    Q_DECLARE_TR_FUNCTIONS(Koyeb::Desktop::TransferErrors)

public:
    static ErrorText forSandbox(const Error &error);
    static ErrorText forItem(const Error &error, TransferDirection direction);

private:
    static ErrorText forMissing(const Error &error, TransferDirection direction);
    static ErrorText forRejected(const Error &error, TransferDirection direction);
    /// What the file system of a target does not take.
    static ErrorText forRefusedWrite(const std::function<bool(const char *)> &says);
    static ErrorText forInvalid(const Error &error);
    static ErrorText forLocal(const Error &error, TransferDirection direction);
    static ErrorText forUnreadable(const Error &error);
    static ErrorText forUnwritable(const Error &error);
};

ErrorText TransferErrors::forSandbox(const Error &error)
{
    switch (error.kind) {
    case ErrorKind::Offline:
        return {
            tr("The sandbox cannot be reached."), tr("Check the network connection, then try again."), {}};
    case ErrorKind::Timeout:
        return {
            tr("The sandbox did not answer in time."),
            tr("It may be busy or asleep: try again in a moment."),
            {}};
    case ErrorKind::Unauthorized:
        return {
            tr("The sandbox does not accept its secret any more."),
            tr("Refresh the sandbox and start the transfer anew."),
            {}};
    case ErrorKind::Server:
        return {tr("The way to the sandbox is disturbed."), tr("Try again when the sandbox is healthy."), {}};
    case ErrorKind::Protocol:
        return {
            tr("The sandbox's answer was not understood."),
            tr("It may have been cut off on the way: try again."),
            {}};
    case ErrorKind::Unsupported:
        return {
            tr("The sandbox's image lacks tools that this needs."),
            tr("Install them in the sandbox and try again, or use another image."),
            {}};
    default:
        return {};
    }
}

ErrorText TransferErrors::forMissing(const Error &error, TransferDirection direction)
{
    if (error.httpStatus != 0) {
        return {
            tr("The sandbox is not there any more."),
            tr("Refresh the list of sandboxes; if it is in it, try again."),
            {}};
    }
    if (direction == TransferDirection::Upload) {
        return {
            tr("The folder is not in the sandbox any more."),
            tr("Make it anew and try again, or choose another one."),
            {}};
    }
    if (direction == TransferDirection::Between) {
        return {
            tr("It, or the folder where it belongs, is not there any more."),
            tr("Refresh both folders to see what is there."),
            {}};
    }
    return {tr("It is not in the sandbox any more."), tr("Refresh the folder to see what is there."), {}};
}

ErrorText TransferErrors::forRefusedWrite(const std::function<bool(const char *)> &says)
{
    if (says("file name too long")) {
        return {
            tr("Its name is too long for the sandbox’s disk."),
            tr("Give it a shorter name or choose another folder, then try again."),
            {}};
    }
    if (says("invalid argument") || says("illegal byte sequence")) {
        return {
            tr("The sandbox’s disk cannot hold its name."),
            tr("Rename it or choose another folder, then try again."),
            {}};
    }
    if (says("file too large")) {
        return {
            tr("It is too large for the sandbox’s disk."), tr("Choose another folder, then try again."), {}};
    }
    return {};
}

ErrorText TransferErrors::forRejected(const Error &error, TransferDirection direction)
{
    // The words of tools, which run with English messages.
    const auto says = [&error](const char *words) {
        return error.message.contains(QLatin1String(words), Qt::CaseInsensitive);
    };
    if (says("no space left") || says("quota exceeded")) {
        return {tr("The sandbox's disk is full."), tr("Make room there, then try again."), {}};
    }
    if (says("permission denied") || says("operation not permitted") || says("read-only file system")) {
        return {
            tr("The sandbox does not permit it."),
            tr("Change the permissions there and try again, or choose another folder."),
            {}};
    }
    if (direction != TransferDirection::Download) {
        const auto text = forRefusedWrite(says);
        if (!text.reason.isEmpty()) {
            return text;
        }
    }
    return {tr("The sandbox could not do its part."), tr("Mend what it says, then try again."), {}};
}

ErrorText TransferErrors::forInvalid(const Error &error)
{
    switch (error.systemError) {
    case ELOOP:
        return {
            tr("It is a symbolic link that leads back to a folder that it is in, or to itself."),
            tr("Change the link, or move it as a link by not having links followed."),
            {}};
    case ENOENT:
        return {
            tr("It is a symbolic link that leads to nothing."),
            tr("Change the link, or move it as a link by not having links followed."),
            {}};
    case EMLINK:
        return {
            tr("The symbolic links lead to more than can be meant."),
            tr("Leave out the folders with such links, or do not have links followed."),
            {}};
    default:
        return {
            tr("It is nothing that can be moved."),
            tr("Files, folders and symbolic links with a name of their own can."),
            {}};
    }
}

ErrorText TransferErrors::forUnreadable(const Error &error)
{
    switch (error.systemError) {
    case ENOENT:
        return {
            tr("It is not on this computer any more."),
            tr("Put it back and try again, or choose something else."),
            {}};
    case EACCES:
    case EPERM:
        return {
            tr("This computer does not permit you to read it."),
            tr("Change its permissions, or those of its folder, then try again."),
            {}};
    case EIO:
        return {
            tr("The disk of this computer that it is on does not work as it should."),
            tr("Check the disk, then try again."),
            {}};
    default:
        return {
            tr("This computer could not read it."),
            tr("See that it is there, may be read and is not being changed, then try again."),
            {}};
    }
}

ErrorText TransferErrors::forUnwritable(const Error &error)
{
    switch (error.systemError) {
    case ENOENT:
        return {
            tr("The folder is not on this computer any more."),
            tr("Make it anew and try again, or choose another one."),
            {}};
    case EACCES:
    case EPERM:
        return {
            tr("This computer does not permit you to write it there."),
            tr("Change the permissions of the folder or choose another one, then try again."),
            {}};
    case EROFS:
        return {
            tr("This computer’s disk can only be read."),
            tr("Choose a folder on another disk, then try again."),
            {}};
    case EIO:
        return {
            tr("This computer’s disk does not work as it should."),
            tr("Choose a folder on another disk, then try again."),
            {}};
    case ENAMETOOLONG:
        return {
            tr("Its name is too long for this computer’s disk."),
            tr("Give it a shorter name in the sandbox, then try again."),
            {}};
    case EILSEQ:
    case EINVAL:
        return {
            tr("This computer’s disk cannot hold its name."),
            tr("Rename it in the sandbox, then try again: Windows and its disks know no names as CON or NUL, "
               "none with a dot or space at the end, and none with < > : \" \\ | ? * or control characters."),
            {}};
    case EFBIG:
        return {
            tr("It is too large for this computer’s disk."),
            tr("Choose a folder on another disk, then try again."),
            {}};
    case EOPNOTSUPP:
        return {
            tr("This computer’s disk cannot hold symbolic links."),
            tr("Choose a folder on another disk or have links followed, then try again."),
            {}};
    default:
        return {
            tr("This computer could not write it."),
            tr("See that the folder is there, may be written to and has room, then try again."),
            {}};
    }
}

ErrorText TransferErrors::forLocal(const Error &error, TransferDirection direction)
{
    if (direction == TransferDirection::Upload) {
        return forUnreadable(error);
    }
    if (direction == TransferDirection::Between) {
        return {
            tr("This computer, by way of which it goes, could not hold it."),
            tr("Make room for it in your home folder, then try again."),
            {}};
    }
    const bool isFull = error.systemError == ENOSPC || error.systemError == EDQUOT ||
                        error.message.contains("no space left"_L1, Qt::CaseInsensitive);
    if (isFull) {
        return {
            tr("This computer’s disk has no room for it."),
            tr("Make room there or choose a folder on another disk, then try again."),
            {}};
    }
    return forUnwritable(error);
}

ErrorText TransferErrors::forItem(const Error &error, TransferDirection direction)
{
    switch (error.kind) {
    case ErrorKind::NotFound:
        return forMissing(error, direction);
    case ErrorKind::Conflict:
        return {
            tr("Something else has its name at the target."),
            tr("Rename or delete one of the two, then try again."),
            {}};
    case ErrorKind::Invalid:
        return forInvalid(error);
    case ErrorKind::Rejected:
        return forRejected(error, direction);
    case ErrorKind::Integrity:
        return {
            tr("What arrived is not what is at the source."),
            tr("End what is changing it, or try again."),
            {}};
    case ErrorKind::Local:
        return forLocal(error, direction);
    default:
        return {};
    }
}

} // namespace

ErrorText transferErrorText(const Error &error, TransferDirection direction)
{
    auto text = errorText(error);
    if (!error.missingTools.isEmpty()) {
        return text; // It names them.
    }
    for (const auto &special :
         {TransferErrors::forSandbox(error), TransferErrors::forItem(error, direction)}) {
        if (!special.reason.isEmpty()) {
            text.reason = special.reason;
            text.remedy = special.remedy;
        }
    }
    return text;
}

} // namespace Koyeb::Desktop
