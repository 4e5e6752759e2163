// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/pathcompletion.h"

#include "core/deadline.h"

namespace Koyeb::Desktop {

namespace {

constexpr std::chrono::seconds patience{10}; // Whoever types has long gone on.

} // namespace

PathCompletion::PathCompletion(QObject *parent) : QObject(parent) {}

PathCompletion::~PathCompletion() = default;

void PathCompletion::setSandbox(const std::shared_ptr<Sandbox> &sandbox)
{
    if (sandbox != m_sandbox) {
        m_scope.restart();
        m_sandbox = sandbox;
    }
}

void PathCompletion::find(const QByteArray &directory)
{
    m_scope.restart();
    if (m_sandbox) {
        list(m_sandbox, directory, m_scope.token());
    }
}

QCoro::Task<> PathCompletion::list(
    std::shared_ptr<Sandbox> sandbox, QByteArray directory, std::stop_token stop)
{
    const Deadline deadline(sandbox->executor().clock(), patience, stop);
    const auto listing = co_await sandbox->files().list(directory, deadline.token());
    if (stop.stop_requested() || !listing) {
        co_return;
    }
    QList<QByteArray> names;
    for (const RemoteEntry &entry : *listing) {
        if (entry.opensAsDirectory()) {
            names.append(entry.name);
        }
    }
    Q_EMIT found(directory, names);
}

} // namespace Koyeb::Desktop
