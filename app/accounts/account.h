// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QUrl>

namespace Koyeb::Desktop {

enum class AccountKind {
    Local, ///< The engine on this computer.
    Koyeb  ///< Koyeb's control plane, or one that speaks like it.
};

/// An account that the person works with. Holds no secret: tokens live in the TokenStore, by `id`.
struct Account {
    QString id;
    AccountKind kind = AccountKind::Koyeb;
    QUrl host; ///< Empty for the local engine, which chooses its port at every start.
    QString displayName;

    friend bool operator==(const Account &, const Account &) = default;
};

/// Where tokens of Koyeb accounts are made.
[[nodiscard]] QUrl tokenPage();
/// The API's address unless another one is asked for.
[[nodiscard]] QUrl defaultApiHost();
/// The account of the local engine; there is one.
[[nodiscard]] Account localAccount();

} // namespace Koyeb::Desktop
