// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/taskscope.h"
#include "files/remotepaths.h"
#include "sandbox/sandbox.h"

#include <QObject>

#include <chrono>
#include <memory>

namespace Koyeb::Desktop {

/// Walks through the directories of a sandbox and changes what is in them. Knows nothing of widgets.
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

    /// What was being done when an operation failed.
    enum class Operation { Refresh, MakeDirectory, Rename, Remove };
    Q_ENUM(Operation)

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
    /// Whether something is being changed in the sandbox.
    [[nodiscard]] bool isBusy() const { return m_runningOperations > 0; }

    void goTo(const QByteArray &directory);
    void goHome();
    void goUp();
    void goBack();
    void goForward();
    /// Reads the directory again.
    void reload();

    void makeDirectory(const QByteArray &directory, const QByteArray &name);
    void rename(const QByteArray &directory, const QByteArray &name, const QByteArray &newName);
    void remove(const QList<QByteArray> &paths);

Q_SIGNALS:
    /// The state, the directory, or where one can go has changed.
    void moved();
    void busyChanged(bool busy);
    void listed(const QByteArray &directory, const QList<Koyeb::RemoteEntry> &entries);
    void listingFailed(const Koyeb::Error &error);
    void operationFailed(Koyeb::Desktop::DirectoryBrowser::Operation operation, const Koyeb::Error &error);
    /// A directory was made or an entry renamed; comes before the listing that holds it.
    void entryNamed(const QByteArray &directory, const QByteArray &name);

private:
    using SandboxPointer = std::shared_ptr<Sandbox>;

    void load(const QByteArray &directory);
    void beginOperation();
    void endOperation(Operation operation, const Result<void> &result);
    void takeListing(const QByteArray &directory, const Result<QList<RemoteEntry>> &listing);
    // They keep the sandbox alive while they run; the scope's token ends them before anything of ours goes.
    QCoro::Task<> findHome(SandboxPointer sandbox, std::stop_token stop);
    QCoro::Task<> list(SandboxPointer sandbox, QByteArray directory, std::stop_token stop);
    QCoro::Task<> runMakeDirectory(
        SandboxPointer sandbox, QByteArray directory, QByteArray name, std::stop_token stop);
    QCoro::Task<> runRename(
        SandboxPointer sandbox, QByteArray directory, QByteArray name, QByteArray newName,
        std::stop_token stop);
    QCoro::Task<> runRemove(SandboxPointer sandbox, QList<QByteArray> paths, std::stop_token stop);

    SandboxPointer m_sandbox;
    QString m_sandboxId; // Outlasts m_sandbox, to recognise it when it is reachable again.
    State m_state = State::Unreachable;
    QByteArray m_directory;
    DirectoryHistory m_history;
    int m_runningOperations = 0;
    std::chrono::milliseconds m_answerTimeout = std::chrono::seconds(30);
    TaskScope m_operations;
    TaskScope m_listing; // Apart, since each listing replaces the one before.
};

} // namespace Koyeb::Desktop
