// SPDX-License-Identifier: GPL-3.0-or-later
#include "require.h"
#include "sandbox/filelisting.h"
#include "sandbox/portslisting.h"
#include "sandbox/processscripts.h"

#include <algorithm>

using namespace Koyeb;

namespace {

enum class Nameless { Never, WhenIncomplete };

void checkEntries(const QList<RemoteEntry> &entries, Nameless nameless)
{
    for (const auto &entry : entries) {
        const bool hasName = !entry.name.isEmpty() || nameless == Nameless::WhenIncomplete;
        require(hasName && !entry.name.contains('\0'), "names are not empty and end at NUL");
        require(!entry.mode || *entry.mode <= 07777, "modes are permissions");
        require(
            !entry.linkTargetIsDirectory || entry.type != RemoteEntry::Type::Directory ||
                entry.opensAsDirectory(),
            "directories open");
        require(!entry.modifiedAt.isValid() || entry.modifiedAt.timeSpec() == Qt::UTC, "times are UTC");
        const auto shown = displayName(entry.name);
        require(
            std::none_of(
                shown.begin(), shown.end(), [](QChar c) { return c.category() == QChar::Other_Control; }),
            "names are shown without control characters");
    }
}

void checkFindListing(const QByteArray &output)
{
    const auto entries = parseFindListing(output);
    if (!entries) {
        require(entries.error().kind == ErrorKind::Protocol, "what cannot be read is the server's fault");
        return;
    }
    checkEntries(*entries, Nameless::WhenIncomplete);
    const auto twice = parseFindListing(output + output);
    require(twice && *twice == *entries + *entries, "one listing after the other is both");
}

void checkStatListing(const QByteArray &output)
{
    const auto entries = parseStatListing(output);
    require(
        entries || entries.error().kind == ErrorKind::Protocol, "what cannot be read is the server's fault");
    if (entries) {
        checkEntries(*entries, Nameless::Never);
        require(entries->size() <= output.count('\0'), "no more entries than names");
    }
}

void checkProcessOutput(const QByteArray &output)
{
    const ProcessOutputPosition from{7, 9};
    const auto read = parseProcessOutput(output, from);
    if (read) {
        require(output.endsWith(read->output + read->errors), "what was written is at the end");
        require(
            read->next.output == from.output + read->output.size() &&
                read->next.errors == from.errors + read->errors.size(),
            "reading goes on behind what was read");
    }
}

void checkPorts(const QByteArray &output)
{
    const auto ports = parsePorts(output, "#");
    if (!ports) {
        return;
    }
    int last = 0;
    for (const auto &port : *ports) {
        require(port.port > last, "ports are sorted, one entry each");
        last = port.port;
        require(!port.addresses.isEmpty() && port.pid >= 0, "a port has an address");
        require(port.process.size() <= 256, "command lines are cut");
        require(
            std::none_of(
                port.process.begin(), port.process.end(),
                [](QChar c) { return c.category() == QChar::Other_Control; }),
            "command lines are shown without control characters");
    }
}

} // namespace

/// The first byte says which of a sandbox's answers the rest is.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char *bytes, std::size_t size)
{
    if (size == 0) {
        return 0;
    }
    const QByteArray output(reinterpret_cast<const char *>(bytes + 1), static_cast<qsizetype>(size - 1));
    switch (bytes[0]) {
    case 'f':
        checkFindListing(output);
        break;
    case 's':
        checkStatListing(output);
        break;
    case 'p':
        checkPorts(output);
        break;
    case 'r':
        (void)parseProcesses(output);
        checkProcessOutput(output);
        break;
    default:
        break;
    }
    return 0;
}
