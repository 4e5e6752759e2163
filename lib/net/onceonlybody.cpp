// SPDX-License-Identifier: Apache-2.0
#include "net/onceonlybody.h"

#include <algorithm>
#include <cstring>

namespace Koyeb {

OnceOnlyBody::OnceOnlyBody(const QByteArray &content, QObject *parent) : QIODevice(parent), m_content(content)
{
    // Unbuffered, or QIODevice would keep a second copy of what was read.
    open(QIODevice::ReadOnly | QIODevice::Unbuffered);
}

qint64 OnceOnlyBody::bytesAvailable() const
{
    return m_content.size() - m_position;
}

bool OnceOnlyBody::atEnd() const
{
    return bytesAvailable() == 0;
}

qint64 OnceOnlyBody::readData(char *data, qint64 maximum)
{
    const qint64 count = std::min<qint64>(maximum, bytesAvailable());
    if (count == 0) {
        return -1; // For a sequential device 0 means "not yet"; this one has ended.
    }
    std::memcpy(data, m_content.constData() + m_position, static_cast<size_t>(count));
    m_position += count;
    return count;
}

qint64 OnceOnlyBody::writeData(const char *, qint64)
{
    return -1;
}

} // namespace Koyeb
