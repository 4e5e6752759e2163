// SPDX-License-Identifier: Apache-2.0
// How the place of a relay is noted, and what becomes of places that nobody goes on from.
#include "sandbox/downloadstage.h"
#include "sandbox/localmerge.h"
#include "sandbox/relay.h"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <sys/file.h>

namespace Koyeb {

namespace {

constexpr qsizetype spoolNameLength = 32;
constexpr std::array<QByteArrayView, 2> legNames{"send", "remove"};

bool isSpoolName(const QByteArray &name)
{
    return name.size() == spoolNameLength && std::all_of(name.begin(), name.end(), [](char digit) {
               return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
           });
}

} // namespace

QByteArray RelayPlace::text() const
{
    return legNames[static_cast<size_t>(leg)].toByteArray() + '/' + spool + '/' + stage;
}

RelayPlace RelayPlace::of(const QByteArray &text)
{
    const auto parts = text.split('/');
    for (size_t leg = 0; leg < legNames.size(); ++leg) {
        // It comes from a file, and becomes a path.
        if (parts.size() == 3 && parts[0] == legNames[leg] && isSpoolName(parts[1]) &&
            (parts[2].isEmpty() || isEntryName(parts[2]))) {
            return {static_cast<RelayLeg>(leg), parts[1], parts[2]};
        }
    }
    return {};
}

RelayStage relayStageOf(const QByteArray &stage)
{
    const auto place = RelayPlace::of(stage);
    return {place.spool, place.leg == RelayLeg::Send ? place.stage : QByteArray()};
}

void sweepRelaySpool(const std::filesystem::path &spool, const QList<QByteArray> &stages)
{
    QSet<QByteArray> kept;
    for (const auto &stage : stages) {
        kept.insert(RelayPlace::of(stage).spool);
    }
    const LocalDescriptor lock(::open(spool.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!lock.isOpen() || ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
        return;
    }
    std::error_code error;
    QList<std::filesystem::path> left;
    for (std::filesystem::directory_iterator entry(spool, error), end; !error && entry != end;
         entry.increment(error)) {
        const auto name = bytesOf(entry->path().filename());
        if (isSpoolName(name) && !kept.contains(name)) {
            left.append(entry->path());
        }
    }
    std::for_each(left.cbegin(), left.cend(), removeLocalTree);
}

void removeRelaySpool(const std::filesystem::path &spool, const QByteArray &name)
{
    if (isSpoolName(name)) {
        removeLocalTree(spool / name.toStdString());
    }
}

} // namespace Koyeb
