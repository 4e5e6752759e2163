// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/taskscope.h"
#include "core/workerthread.h"
#include "editor/leftedit.h"
#include "sandbox/sandbox.h"

#include <QCoroTask>
#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>

#include <filesystem>
#include <memory>
#include <optional>

namespace Koyeb::Desktop {

/// A file of a sandbox that is edited with a program of this computer: a copy in a private folder, and each
/// time that it is saved, it goes back, unless the file in the sandbox is not the one any more that was
/// fetched or saved last. The copy goes with this object, but stays when the program crashes (LeftEdit).
class ExternalEdit : public QObject {
    Q_OBJECT

public:
    enum class State {
        Fetching,
        NotFetched, ///< See error(); retry().
        Open,       ///< The sandbox has what was saved last.
        Saving,
        NotSaved, ///< See error(); retry().
        Changed,  ///< The file has changed in the sandbox: overwrite() or saveAs().
        Gone,     ///< It is not there any more: the same.
        Exists    ///< There is something where it was to be saved: overwrite() or saveAs().
    };

    static constexpr qint64 maximumBytes = 64 * 1024 * 1024;

    /// The private folder is made in `base`.
    ExternalEdit(const QByteArray &path, const std::filesystem::path &base, QObject *parent = nullptr);
    /// Goes on with what a crash has left; start() saves it.
    explicit ExternalEdit(const LeftEdit &left, QObject *parent = nullptr);
    ~ExternalEdit() override;

    /// Null is "not reachable": what is saved then goes back as soon as it is reachable again.
    void setSandbox(const std::shared_ptr<Sandbox> &sandbox);
    void start();

    [[nodiscard]] const QByteArray &path() const { return m_path; }
    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const Error &error() const { return m_error; }
    /// Whether the copy has, or may have, something that the sandbox has not.
    [[nodiscard]] bool isUnsaved() const;
    /// Whether that is on its way, or about to be.
    [[nodiscard]] bool isSaving() const;
    [[nodiscard]] const std::filesystem::path &localFile() const { return m_localFile; }
    /// Leaves the copy where it is when this object goes, as if the program had crashed.
    void keepCopy() { m_isKept = true; }

public Q_SLOTS:
    void retry();
    /// Sends what has just been saved at once, and what could not be sent once more.
    void saveNow();
    void overwrite();
    void saveAs(const QByteArray &path);

Q_SIGNALS:
    void stateChanged();
    /// The copy is there, to be opened. The desktop might run it rather than show it.
    void fetched(bool mightBeRun);
    void saved(const QByteArray &path);

private:
    void connectWatcher();
    void keepRecord();
    [[nodiscard]] EditRecord record() const;
    QCoro::Task<> runFetch(std::shared_ptr<Sandbox> sandbox, std::stop_token stop);
    QCoro::Task<Result<QByteArray>> read(std::shared_ptr<Sandbox> sandbox, std::stop_token stop);
    QCoro::Task<> runSave(
        std::shared_ptr<Sandbox> sandbox, QByteArray path, ExpectedFile expected, std::stop_token stop);
    void watch();
    void look();
    void save(const QByteArray &path, const ExpectedFile &expected);
    void takeReplacement(const QByteArray &path, const ExpectedFile &expected, Replacement replacement);
    void setState(State state);
    void fail(State state, const Error &error);

    QByteArray m_path;
    std::filesystem::path m_folder; // The private one, in which the folder of the copy is.
    std::filesystem::path m_localFile;
    std::shared_ptr<FolderHold> m_hold;
    bool m_isKept = false;
    bool m_isLeft = false; // By a crash, and the copy has not been seen since.
    QString m_sandboxId;   // Of the sandbox that was there last.
    QString m_sandboxName;
    std::shared_ptr<Sandbox> m_sandbox;
    State m_state = State::Fetching;
    Error m_error;
    QByteArray m_sha256;     // Of the file in the sandbox as it was fetched or saved last.
    QByteArray m_wantedPath; // Where it is saved; another than m_path after saveAs().
    ExpectedFile m_expected; // Of the last attempt.
    QFileSystemWatcher m_watcher;
    QTimer m_settling;         // Programs write in several steps.
    bool m_wasTouched = false; // While it was being saved.
    WorkerThread m_worker;
    TaskScope m_scope;
};

} // namespace Koyeb::Desktop
