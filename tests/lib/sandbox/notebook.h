// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/transfercheckpoint.h"

#include <functional>

namespace Koyeb::Test {

/// Keeps what a transfer notes.
class Notebook final : public TransferNotes {
public:
    void noteStage(const QByteArray &name) override
    {
        m_checkpoint = {};
        m_checkpoint.stage = name;
    }
    void noteFiles(const QHash<QByteArray, FileVersion> &arrived) override
    {
        m_checkpoint.files.insert(arrived);
        told();
    }
    void notePartial(const QByteArray &path, const FileVersion &version, qint64 bytes) override
    {
        m_checkpoint.partialPath = path;
        m_checkpoint.partialVersion = version;
        m_checkpoint.partialBytes = bytes;
        told();
    }
    void noteCommitting(bool isCommitting) override
    {
        m_checkpoint.isCommitting = isCommitting;
        told();
    }

    [[nodiscard]] const TransferCheckpoint &checkpoint() const { return m_checkpoint; }
    /// Called after each note about content.
    std::function<void()> onNote;

private:
    void told()
    {
        if (onNote) {
            onNote();
        }
    }

    TransferCheckpoint m_checkpoint;
};

} // namespace Koyeb::Test
