// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "accounts/account.h"
#include "accounts/accountsessions.h"
#include "core/error.h"

#include <QWidget>

namespace Koyeb::Desktop {

class EmptyState;

/// The page of an account that is chosen itself: how it stands, and what to do next.
class AccountPage : public QWidget {
    Q_OBJECT

public:
    explicit AccountPage(QWidget *parent = nullptr);

    struct Situation {
        Account account;
        AccountSessions::State state = AccountSessions::State::Opening;
        Error error;     ///< While Failed, or while its list cannot be read.
        QString problem; ///< Why no sandbox can run in it, in the words of others.
        bool listIsFailing = false;
        bool isLoading = false; ///< Open, and its list was not read yet.
        int sandboxCount = 0;
    };
    void show(const Situation &situation);

Q_SIGNALS:
    void newSandboxRequested();
    void signInRequested();
    void retryRequested();

private:
    enum class Offer { Nothing, NewSandbox, SignIn, Retry, Reload };

    void showOpen(const Situation &situation);

    EmptyState *m_face;
    Offer m_offer = Offer::Nothing;
};

} // namespace Koyeb::Desktop
