// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"

#include <QCoroTask>

#include <array>
#include <memory>
#include <stop_token>

namespace Koyeb {

/// Which way content goes.
enum class Flow {
    Up,  ///< Into a sandbox.
    Down ///< Out of it.
};

/// Whether content is compressed on its way, where the sandbox can.
enum class Compression {
    Automatic, ///< Where it pays: a sample tells.
    Always,    ///< Whatever comes of it.
    Never      ///< For links that are faster than compressing.
};

/// How fast transfers may be, all of them together and each way by itself: a token bucket that may run into
/// debt. Whoever wants to send or fetch a chunk waits until what was taken before has been paid for by time;
/// who waited longest comes first. Over any longer time no more than the limit flows, whatever the size of
/// the chunks. What counts are the bytes on the wire.
class BandwidthLimit {
public:
    /// No limit at first. `clock` outlives the object.
    explicit BandwidthLimit(Clock &clock);
    ~BandwidthLimit();
    BandwidthLimit(const BandwidthLimit &) = delete;
    BandwidthLimit &operator=(const BandwidthLimit &) = delete;

    /// From now on; 0 is no limit. What waits feels it at once.
    void setLimit(Flow flow, qint64 bytesPerSecond);
    /// In bytes per second; 0 is none.
    [[nodiscard]] qint64 limit(Flow flow) const;

    /// Of what is sent or fetched from now on; Automatic at first.
    void setCompression(Compression compression) { m_compression = compression; }
    /// As it was set.
    [[nodiscard]] Compression compression() const { return m_compression; }

    /// Waits for its turn and takes so many bytes. False when `stop` was requested, or the object destroyed,
    /// first.
    QCoro::Task<bool> take(Flow flow, qint64 bytes, std::stop_token stop);
    /// What was taken has become so many bytes more, or fewer where it is negative.
    void correct(Flow flow, qint64 bytes);
    /// How large chunks should be so that each takes about a second under the limit: at most `maximumBytes`,
    /// and a multiple of 64 KiB.
    [[nodiscard]] qint64 chunkBytes(Flow flow, qint64 maximumBytes) const;

private:
    class Bucket;

    [[nodiscard]] Bucket &bucket(Flow flow) const { return *m_buckets[static_cast<size_t>(flow)]; }

    std::array<std::unique_ptr<Bucket>, 2> m_buckets;
    Compression m_compression = Compression::Automatic;
};

} // namespace Koyeb
