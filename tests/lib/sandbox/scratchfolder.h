// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTemporaryDir>

#include <filesystem>

namespace Koyeb::Test {

/// A temporary folder that goes with all that is in it, names that QTemporaryDir cannot say included.
class ScratchFolder {
public:
    ScratchFolder() { m_folder.setAutoRemove(false); }
    ~ScratchFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_folder.path().toStdString(), ignored);
    }
    Q_DISABLE_COPY_MOVE(ScratchFolder)

    [[nodiscard]] QByteArray path(const QByteArray &name = {}) const
    {
        const auto folder = m_folder.path().toLocal8Bit();
        return name.isEmpty() ? folder : folder + '/' + name;
    }

private:
    QTemporaryDir m_folder;
};

} // namespace Koyeb::Test
