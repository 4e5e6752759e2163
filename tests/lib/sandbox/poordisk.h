// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>

namespace Koyeb::Test {

/// While it lives, the disk of this process is one that cannot hold everything, as memory sticks are: the
/// program's calls of the system are answered as such a disk answers them. Linked, its source takes the place
/// of the C library's functions.
///
/// No names with `: ? * " < > |` or of more than 143 bytes, no symbolic links, and, in folders with `folded`
/// in their paths, upper and lower case are the same.
class PoorDisk {
public:
    PoorDisk();
    ~PoorDisk();
    PoorDisk(const PoorDisk &) = delete;
    PoorDisk &operator=(const PoorDisk &) = delete;

    /// So many bytes more, and it is full.
    void setRoom(qint64 bytes);
    /// Nothing can be renamed to this.
    void forbidTarget(const QByteArray &name);
    /// As if it were mounted there: nothing else on its disk, and the folder above cannot be written.
    void mountAt(const QByteArray &path);
    /// No file can be larger.
    void setLargestFile(qint64 bytes);
};

} // namespace Koyeb::Test
