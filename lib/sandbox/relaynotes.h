// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/transfercheckpoint.h"

#include <memory>

namespace Koyeb {

/// Where a relay stands.
enum class RelayLeg { Send, RemoveSource };

/// What a relay's checkpoint says in place of a stage: the leg, the folder in the spool and, behind them, the
/// stage of the upload, which is empty while there is none.
struct RelayPlace {
    RelayLeg leg = RelayLeg::Send;
    QByteArray spool;
    QByteArray stage;

    [[nodiscard]] QByteArray text() const;
    /// Nothing has begun where the text says nothing of the kind.
    [[nodiscard]] static RelayPlace of(const QByteArray &text);
};

/// Notes what the upload of a relay achieves, as the relay's.
class RelayNotes final : public TransferNotes {
public:
    RelayNotes(std::shared_ptr<TransferNotes> relay, RelayPlace place)
        : m_relay(std::move(relay)), m_place(std::move(place))
    {
    }

    /// The upload is over; what it still notes, of its own tidying, concerns nobody.
    void end() { m_isOver = true; }

    void noteStage(const QByteArray &name) override
    {
        // When it has none any more, the relay's end follows, and notes that.
        if (!m_isOver && !name.isEmpty()) {
            m_place.stage = name;
            m_relay->noteStage(m_place.text());
        }
    }
    void noteFiles(const QHash<QByteArray, FileVersion> &arrived) override
    {
        if (!m_isOver) {
            m_relay->noteFiles(arrived);
        }
    }
    void notePartial(const QByteArray &path, const FileVersion &version, qint64 bytes) override
    {
        if (!m_isOver) {
            m_relay->notePartial(path, version, bytes);
        }
    }
    void noteCommitting(bool isCommitting) override
    {
        if (!m_isOver) {
            m_relay->noteCommitting(isCommitting);
        }
    }

private:
    std::shared_ptr<TransferNotes> m_relay;
    RelayPlace m_place;
    bool m_isOver = false;
};

} // namespace Koyeb
