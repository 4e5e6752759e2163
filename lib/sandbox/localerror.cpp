// SPDX-License-Identifier: Apache-2.0
#include "sandbox/localerror.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

Error localError(int errorNumber)
{
    auto error = Error::of(
        ErrorKind::Local, QString::fromStdString(std::generic_category().message(errorNumber)) + u'.');
    error.systemError = errorNumber;
    return error;
}

Error placeError(int errorNumber)
{
    auto error = localError(errorNumber);
    switch (errorNumber) {
    case EEXIST:
        error.kind = ErrorKind::Conflict;
        error.message = u"Another one has this name already; to this computer's disk upper and lower case "
                        "may be the same."_s;
        break;
    case EISDIR:
    case ENOTDIR:
    case ENOTEMPTY:
        error.kind = ErrorKind::Conflict;
        error.message = u"A folder stands where a file belongs, or the other way round."_s;
        break;
    case ENAMETOOLONG:
        error.message = u"The name is too long for this computer's disk."_s;
        break;
    case EILSEQ:
    case EINVAL:
        error.message = u"The name has characters that this computer's disk cannot hold."_s;
        break;
    case EFBIG:
        error.message = u"The file is too large for this computer's disk."_s;
        break;
    default:
        break;
    }
    return error;
}

bool concernsPlaceOnly(const Error &error)
{
    constexpr std::array reasons{EACCES,    EBUSY, EEXIST,       EFBIG,   EILSEQ,     EINVAL,
                                 EISDIR,    ELOOP, ENAMETOOLONG, ENOTDIR, EOPNOTSUPP, ENOTEMPTY,
                                 EOVERFLOW, EPERM, EXDEV,        EMLINK,  ENOSYS,     ETXTBSY};
    return std::find(reasons.begin(), reasons.end(), error.systemError) != reasons.end();
}

} // namespace Koyeb
