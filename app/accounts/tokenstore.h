// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "core/result.h"

#include <QCoroTask>
#include <QHash>
#include <QObject>

#include <optional>
#include <stop_token>

namespace Koyeb::Desktop {

/// Keeps the tokens of accounts: in the desktop's keychain, or, where there is none, in memory until the
/// program ends. Never in a file of ours.
class TokenStore : public QObject {
    Q_OBJECT

public:
    enum class Keeping { Keychain, MemoryOnly };

    /// `service` is the name under which the keychain files the tokens. `clock` outlives the store.
    TokenStore(Clock &clock, const QString &service, QObject *parent = nullptr);

    /// Where tokens will be kept. The keychain is asked the first time.
    QCoro::Task<Result<Keeping>> keeping(std::stop_token stop);
    /// Nothing when no token is kept for this account. Fails when the keychain refuses, e.g. stays locked.
    QCoro::Task<Result<std::optional<QString>>> read(QString accountId, std::stop_token stop);
    /// Says where the token went. A keychain that refuses is an error, not a silent fallback: the token is
    /// then in memory all the same.
    QCoro::Task<Result<Keeping>> write(QString accountId, QString token, std::stop_token stop);
    QCoro::Task<Result<void>> remove(QString accountId, std::stop_token stop);

private:
    Clock &m_clock;
    QString m_service;
    std::optional<Keeping> m_keeping;
    QHash<QString, QString> m_memory;
};

} // namespace Koyeb::Desktop
