// SPDX-License-Identifier: Apache-2.0
#include "sandbox/sandbox.h"

#include "sandbox/download.h"
#include "sandbox/relay.h"
#include "sandbox/transfergate.h"
#include "sandbox/upload.h"

namespace Koyeb {

namespace {

/// What of a folder is moved; null is all.
std::shared_ptr<const TransferSelection> selectionFor(
    const std::shared_ptr<const TransferSelection> &selection, const TransferOptions &options)
{
    if (options.movesHidden) {
        return selection;
    }
    auto visible = selection ? *selection : TransferSelection();
    visible.leaveOutHidden();
    return std::make_shared<const TransferSelection>(std::move(visible));
}

} // namespace

Sandbox::Sandbox(Clock &clock, const SandboxAccess &access)
    : m_clock(clock),
      m_access(access),
      m_executor(clock, access.executor),
      m_shell(m_executor),
      m_transferExecutor(clock, access.executor),
      m_transferShell(m_transferExecutor, m_shell),
      m_transferGate(std::make_unique<TransferGate>(clock)),
      m_files(m_shell),
      m_ports(m_shell, access.publicUrl),
      m_processes(clock, m_shell)
{
    m_executor.setBusyListener(m_transferGate->busyListener());
    m_transferExecutor.setRepeatListener([this](const Error &error) {
        if (TransferGate::isPushback(error)) {
            m_transferGate->noteOverload();
        }
    });
}

Sandbox::~Sandbox() = default;

void Sandbox::setExecRoad(ExecRoad::OpenChannel open)
{
    const auto road = std::make_shared<ExecRoad>(std::move(open), m_access.serviceId);
    m_shell.setExecRoad(road);
    m_transferShell.setExecRoad(road);
}

void Sandbox::setBandwidth(const std::shared_ptr<BandwidthLimit> &bandwidth)
{
    m_transferGate->setBandwidth(bandwidth);
}

void Sandbox::giveWay(std::chrono::milliseconds time)
{
    m_transferGate->giveWay(time);
}

Transfer *Sandbox::upload(
    const std::filesystem::path &local, const QByteArray &remoteDirectory, ExistingTarget existing,
    QObject *parent, const QByteArray &name, const std::shared_ptr<const TransferSelection> &selection,
    const TransferOptions &options)
{
    const auto targetName = name.isEmpty() ? bytesOf(local.filename()) : name;
    const UploadOrder order{local,  remoteDirectory, existing, targetName, selectionFor(selection, options),
                            options};
    return new Upload(m_clock, m_transferShell, *m_transferGate, order, parent);
}

Transfer *Sandbox::download(
    const QByteArray &remote, const std::filesystem::path &localDirectory, ExistingTarget existing,
    QObject *parent, const QByteArray &name, const std::shared_ptr<const TransferSelection> &selection,
    const TransferOptions &options)
{
    const auto targetName = name.isEmpty() ? remoteName(remote) : name;
    const DownloadOrder order{remote, localDirectory, existing, targetName, selectionFor(selection, options),
                              options};
    return new Download(m_clock, m_transferShell, *m_transferGate, order, parent);
}

Transfer *Sandbox::uploadInto(
    const std::filesystem::path &local, const QByteArray &remote,
    const std::shared_ptr<const TransferSelection> &selection, QObject *parent)
{
    UploadOrder order{local, remoteParent(remote), ExistingTarget::Overwrite, remoteName(remote), selection};
    order.stagesInside = true;
    return new Upload(m_clock, m_transferShell, *m_transferGate, order, parent);
}

Transfer *Sandbox::downloadInto(
    const QByteArray &remote, const std::filesystem::path &local,
    const std::shared_ptr<const TransferSelection> &selection, QObject *parent)
{
    DownloadOrder order{
        remote, local.parent_path(), ExistingTarget::Overwrite, bytesOf(local.filename()), selection};
    order.stagesInside = true;
    return new Download(m_clock, m_transferShell, *m_transferGate, order, parent);
}

Transfer *Sandbox::copyTo(Sandbox &target, const RelayOrder &order, QObject *parent)
{
    const Relay::Sides sides{m_clock,
                             *this,
                             m_transferShell,
                             *m_transferGate,
                             target,
                             target.m_transferShell,
                             *target.m_transferGate};
    return new Relay(sides, order, parent);
}

} // namespace Koyeb
