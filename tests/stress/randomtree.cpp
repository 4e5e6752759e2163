// SPDX-License-Identifier: Apache-2.0
#include "randomtree.h"

#include "sandbox/packing.h"

#include <QList>

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace Koyeb::Stress {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kindsOfNames = 12;

QByteArray everyAsciiCharacter()
{
    QByteArray name;
    for (int character = 1; character < 128; ++character) {
        if (character != '/') {
            name += static_cast<char>(character);
        }
    }
    return name;
}

/// Of bytes that may be in a name; never one of those that stand for folders.
QByteArray randomBytes(QRandomGenerator &random, int size)
{
    QByteArray name;
    while (name.size() < size) {
        const auto byte = static_cast<char>(random.bounded(1, 256));
        if (byte != '/') {
            name += byte;
        }
    }
    return name == "." || name == ".." ? "..."_ba : name;
}

QByteArray randomName(QRandomGenerator &random)
{
    switch (random.bounded(kindsOfNames)) {
    case 0:
        return everyAsciiCharacter();
    case 1:
        return QByteArray(255, 'n');
    case 2:
        return "\xFF\xFE\x80 not UTF-8";
    case 3:
        return "-rf *";
    case 4:
        return "line\nbreak'\"$(x)`y`";
    case 5:
        return " ";
    case 6:
        return randomBytes(random, random.bounded(1, 24));
    case 7:
        return randomBytes(random, 255);
    case 8:
        return "." + randomBytes(random, random.bounded(1, 8));
    case 9:
        return "\n";
    default:
        return "plain-" + QByteArray::number(random.bounded(1000));
    }
}

QByteArray randomLinkTarget(QRandomGenerator &random)
{
    switch (random.bounded(5)) {
    case 0:
        return "../some where\xFF";
    case 1:
        return "/nowhere/at all";
    case 2:
        return ".";
    case 3:
        return randomBytes(random, 255) + "/" + randomBytes(random, 100);
    default:
        return "plain-1";
    }
}

QByteArray randomContent(QRandomGenerator &random)
{
    const std::array<qint64, 10> sizes{
        0, 1, 255, 256, 4096, smallFileBytes, chunkBytes, chunkBytes - 1, chunkBytes + 1, smallFileBytes + 1};
    // Most are small, so that there is time for many runs.
    const auto which = random.bounded(24);
    const auto size = sizes[which < 10 ? static_cast<size_t>(which) : static_cast<size_t>(which % 5)];
    QByteArray content(size, Qt::Uninitialized);
    const auto kind = random.bounded(3);
    for (qsizetype at = 0; at < size; ++at) {
        content[at] = static_cast<char>(kind == 0 ? random.generate() : kind == 1 ? at : '\xC3');
    }
    return content;
}

/// Most of this time; some from before 1970, some from when 31 bits are not enough.
time_t randomSecond(QRandomGenerator &random)
{
    const time_t second = 1'000'000'000 + random.bounded(500'000'000);
    switch (random.bounded(8)) {
    case 0:
        return -second;
    case 1:
        return 2 * second;
    case 2:
        return random.bounded(2) * 2 - 2; // BusyBox cannot set -1.
    default:
        return second;
    }
}

bool makeFile(const QByteArray &path, QRandomGenerator &random)
{
    const int file = ::open(path.constData(), O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (file < 0) {
        return false;
    }
    const auto content = randomContent(random);
    bool isGood = ::write(file, content.constData(), static_cast<size_t>(content.size())) == content.size();
    if (random.bounded(6) == 0) {
        isGood = isGood && ::ftruncate(file, content.size() + 500'000) == 0;
    }
    constexpr std::array<mode_t, 6> modes{0644, 0600, 0444, 0755, 0777, 0400};
    isGood = isGood && ::fchmod(file, modes[static_cast<size_t>(random.bounded(6))]) == 0;
    const timespec times[2]{{0, 0}, {randomSecond(random), random.bounded(999'999'999)}};
    isGood = isGood && ::futimens(file, times) == 0;
    return ::close(file) == 0 && isGood;
}

bool fillFolder(const QByteArray &path, QRandomGenerator &random, int depth)
{
    const int entries = random.bounded(6);
    for (int i = 0; i < entries; ++i) {
        const auto child = path + '/' + randomName(random);
        struct stat existing = {};
        if (::lstat(child.constData(), &existing) == 0) {
            continue;
        }
        const auto kind = random.bounded(8);
        bool isGood = true;
        if (kind == 0) {
            isGood = ::symlink(randomLinkTarget(random).constData(), child.constData()) == 0;
        } else if (kind <= 2 && depth < 6) {
            isGood = ::mkdir(child.constData(), 0700) == 0 && fillFolder(child, random, depth + 1);
            isGood = isGood && ::chmod(child.constData(), random.bounded(3) == 0 ? 0750 : 0755) == 0;
        } else {
            isGood = makeFile(child, random);
        }
        if (!isGood) {
            return false;
        }
    }
    return true;
}

} // namespace

bool makeRandomItem(const QByteArray &path, QRandomGenerator &random, bool isFolder)
{
    if (!isFolder) {
        return makeFile(path, random);
    }
    return ::mkdir(path.constData(), 0755) == 0 && fillFolder(path, random, 0);
}

} // namespace Koyeb::Stress
