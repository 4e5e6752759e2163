// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "transfer/transferjournal.h"

#include <functional>
#include <memory>

namespace Koyeb::Desktop {

/// Hands what a transfer notes on to its recorder and tells what of it people want to see.
class TransferWatch final : public TransferNotes {
public:
    struct Listener {
        std::function<void(const QList<QByteArray> &paths)> filesArrived; ///< Relative to the item.
        std::function<void()> verified; ///< All is there and moves to its place next.
    };

    TransferWatch(std::shared_ptr<TransferRecorder> recorder, Listener listener)
        : m_recorder(std::move(recorder)), m_listener(std::move(listener))
    {
    }

    void noteStage(const QByteArray &name) override { m_recorder->noteStage(name); }
    void noteFiles(const QHash<QByteArray, FileVersion> &arrived) override
    {
        m_recorder->noteFiles(arrived);
        m_listener.filesArrived(arrived.keys());
    }
    void notePartial(const QByteArray &path, const FileVersion &version, qint64 bytes) override
    {
        m_recorder->notePartial(path, version, bytes);
    }
    void noteCommitting(bool isCommitting) override
    {
        m_recorder->noteCommitting(isCommitting);
        if (isCommitting) {
            m_listener.verified();
        }
    }

private:
    std::shared_ptr<TransferRecorder> m_recorder;
    Listener m_listener;
};

} // namespace Koyeb::Desktop
