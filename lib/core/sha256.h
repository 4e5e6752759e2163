// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>

#include <memory>

struct evp_md_ctx_st;

namespace Koyeb {

/// SHA-256 as OpenSSL computes it: with the processor's own instructions, where Qt's way takes eight times as
/// long.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256 &&other) noexcept;
    Sha256 &operator=(Sha256 &&other) noexcept;

    /// More of what is hashed.
    void add(QByteArrayView bytes);
    /// The hash of all that was added, in lower-case hexadecimal. Once, at the end.
    [[nodiscard]] QByteArray hex();

    /// Of these bytes alone.
    [[nodiscard]] static QByteArray hexOf(QByteArrayView bytes);

private:
    struct Free {
        void operator()(evp_md_ctx_st *context) const;
    };
    std::unique_ptr<evp_md_ctx_st, Free> m_context;
};

} // namespace Koyeb
