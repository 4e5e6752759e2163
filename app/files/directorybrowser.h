// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/taskscope.h"
#include "core/workerthread.h"
#include "files/remotefilemodel.h"
#include "files/remotepaths.h"
#include "sandbox/sandbox.h"

#include <QObject>

#include <chrono>
#include <memory>

namespace Koyeb::Desktop {

/// Walks through the directories of a sandbox. Knows nothing of widgets.
class DirectoryBrowser : public QObject {
    Q_OBJECT

public:
    enum class State {
        Unreachable, ///< No sandbox to talk to.
        Loading,     ///< On the way to directory(), whose content is not known.
        Listed,      ///< The content of directory() was told; it may be being read again.
        Failed,      ///< The content of directory() could not be read.
    };
    Q_ENUM(State)

    explicit DirectoryBrowser(QObject *parent = nullptr);
    ~DirectoryBrowser() override;

    /// How long a directory may take to be told; half a minute unless set.
    void setAnswerTimeout(std::chrono::milliseconds timeout) { m_answerTimeout = timeout; }
    /// Null is "not reachable". The same sandbox again keeps the directory.
    void setSandbox(std::shared_ptr<Sandbox> sandbox);

    [[nodiscard]] State state() const { return m_state; }
    /// Where we are, or are on the way to; empty before the first one is known.
    [[nodiscard]] const QByteArray &directory() const { return m_directory; }
    [[nodiscard]] bool canGoBack() const { return m_history.canGoBack(); }
    [[nodiscard]] bool canGoForward() const { return m_history.canGoForward(); }
    [[nodiscard]] bool canGoUp() const { return m_directory.size() > 1; }

    void goTo(const QByteArray &directory);
    void goHome();
    void goUp();
    void goBack();
    void goForward();
    /// Reads the directory again.
    void reload();

Q_SIGNALS:
    /// The state, the directory, or where one can go has changed.
    void moved();
    void listed(const Koyeb::Desktop::PreparedListing &listing);
    void listingFailed(const Koyeb::Error &error);
    /// The directory is still shown as it was; it could not be read again.
    void refreshFailed(const Koyeb::Error &error);

private:
    using SandboxPointer = std::shared_ptr<Sandbox>;

    void load(const QByteArray &directory);
    void takeListing(const Result<PreparedListing> &listing);
    /// Puts it in order, a large one on a thread of its own.
    QCoro::Task<Result<PreparedListing>> prepare(
        QByteArray directory, QList<RemoteEntry> entries, std::stop_token stop);
    // They keep the sandbox alive while they run; the scope's token ends them before anything of ours goes.
    QCoro::Task<> findHome(SandboxPointer sandbox, std::stop_token stop);
    QCoro::Task<> list(SandboxPointer sandbox, QByteArray directory, std::stop_token stop);

    SandboxPointer m_sandbox;
    QString m_sandboxId; // Outlasts m_sandbox, to recognise it when it is reachable again.
    State m_state = State::Unreachable;
    QByteArray m_directory;
    DirectoryHistory m_history;
    std::chrono::milliseconds m_answerTimeout = std::chrono::seconds(30);
    std::unique_ptr<WorkerThread> m_worker; // Only once there was a large directory.
    TaskScope m_listing;                    // Each listing replaces the one before.
};

} // namespace Koyeb::Desktop
