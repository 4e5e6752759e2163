// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apiclient.h"
#include "api/execchannel.h"
#include "executor/executorclient.h"
#include "sandbox/execroad.h"
#include "sandbox/files.h"
#include "sandbox/ports.h"
#include "sandbox/processes.h"
#include "sandbox/sandboxshell.h"
#include "sandbox/transfer.h"
#include "sandbox/transferselection.h"

#include <filesystem>
#include <memory>

namespace Koyeb {

class BandwidthLimit;
class TransferGate;

/// What is known of a sandbox's whereabouts, resolved from its service, deployment and app.
struct SandboxAccess {
    QString serviceId;    ///< The id by which a sandbox is known.
    QString appId;        ///< Of the app that it is in.
    QString deploymentId; ///< The active one, else the latest; every update of the service makes a new one.
    DeploymentStatus deploymentStatus = DeploymentStatus::Unknown; ///< When it was resolved.
    QString name;                                                  ///< Of the service.
    ExecutorEndpoint executor; ///< Where its executor is; holds credentials.
    QUrl publicUrl;            ///< Where the exposed port answers.
};

/// Resolves a sandbox by its id (the service's id): service, deployment, and the app where the deployment has
/// no sandbox metadata. NotFound also when the service is not a sandbox.
QCoro::Task<Result<SandboxAccess>> resolveSandbox(ApiClient &api, QString serviceId, std::stop_token stop);

/// The domain under which what an app exposes is reached, the platform's own first; empty when it has none.
[[nodiscard]] QString domainOf(const App &app);

/// A reachable sandbox: its commands, processes, files, ports and transfers. Outlives its command streams,
/// followers, open files and transfers.
class Sandbox {
public:
    /// Sends nothing by itself. `clock` outlives the sandbox.
    Sandbox(Clock &clock, const SandboxAccess &access);
    ~Sandbox();

    /// Where it is, as it was given.
    [[nodiscard]] const SandboxAccess &access() const { return m_access; }
    /// Its commands.
    [[nodiscard]] ExecutorClient &executor() { return m_executor; }
    /// Its file system.
    [[nodiscard]] Files &files() { return m_files; }
    /// What listens in it, and the exposed port.
    [[nodiscard]] Ports &ports() { return m_ports; }
    /// What runs in it in the background.
    [[nodiscard]] Processes &processes() { return m_processes; }

    /// Uploads a file or folder into the remote directory, as `name` or, where that is empty, under its own
    /// name. Not started. `local` is taken as bytes, so that names that are not UTF-8 work. Fails as Invalid
    /// where `name` is not one segment of a path. With a `selection` only that of a folder is moved, and of
    /// that what the options say.
    [[nodiscard]] Transfer *upload(
        const std::filesystem::path &local, const QByteArray &remoteDirectory, ExistingTarget existing,
        QObject *parent, const QByteArray &name = {},
        const std::shared_ptr<const TransferSelection> &selection = nullptr,
        const TransferOptions &options = {});
    /// Downloads a file or folder into the local directory, named as for upload(). Not started.
    [[nodiscard]] Transfer *download(
        const QByteArray &remote, const std::filesystem::path &localDirectory, ExistingTarget existing,
        QObject *parent, const QByteArray &name = {},
        const std::shared_ptr<const TransferSelection> &selection = nullptr,
        const TransferOptions &options = {});
    /// Uploads what is in a folder into the remote folder, which gets it over what is there. Where that is
    /// there, all is put together in itself: the folder that it is in need not be writable, nor on the same
    /// disk, and it may be `/`. Not started.
    [[nodiscard]] Transfer *uploadInto(
        const std::filesystem::path &local, const QByteArray &remote,
        const std::shared_ptr<const TransferSelection> &selection, QObject *parent);
    /// Downloads what is in a folder into the local folder, as uploadInto() does.
    [[nodiscard]] Transfer *downloadInto(
        const QByteArray &remote, const std::filesystem::path &local,
        const std::shared_ptr<const TransferSelection> &selection, QObject *parent);
    /// Copies, or moves, a file or folder of this sandbox into another one, which outlives the transfer as
    /// this one does. Not started.
    [[nodiscard]] Transfer *copyTo(Sandbox &target, const RelayOrder &order, QObject *parent);

    /// Also uses the control plane's exec channel, where the image lacks base64: what makes channels may be
    /// called as long as the sandbox, or a transfer of it, lives.
    void setExecRoad(ExecRoad::OpenChannel open);
    /// What its transfers may use, shared with those of other sandboxes; null, as at first, is everything.
    void setBandwidth(const std::shared_ptr<BandwidthLimit> &bandwidth);
    /// For so long, two seconds at most, its transfers let others go first: none of them starts a new chunk.
    /// They do so by themselves while calls of executor() and of what else is here are under way; this is for
    /// what goes other ways, as key presses do.
    void giveWay(std::chrono::milliseconds time);

private:
    Clock &m_clock;
    SandboxAccess m_access;
    ExecutorClient m_executor;
    SandboxShell m_shell;
    // Transfers have connections of their own, so that nothing that a person waits for waits behind a chunk.
    ExecutorClient m_transferExecutor;
    SandboxShell m_transferShell;
    std::unique_ptr<TransferGate> m_transferGate;
    Files m_files;
    Ports m_ports;
    Processes m_processes;
};

} // namespace Koyeb
