// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/taskscope.h"
#include "sandbox/sandbox.h"

#include <QObject>

#include <memory>

namespace Koyeb::Desktop {

/// Finds the directories in a directory of a sandbox, for somebody who types a path. Only the last question
/// counts; one that cannot be answered stays without an answer.
class PathCompletion : public QObject {
    Q_OBJECT

public:
    explicit PathCompletion(QObject *parent = nullptr);
    ~PathCompletion() override;

    /// Null is "not reachable".
    void setSandbox(const std::shared_ptr<Sandbox> &sandbox);

public Q_SLOTS:
    void find(const QByteArray &directory);

Q_SIGNALS:
    void found(const QByteArray &directory, const QList<QByteArray> &names);

private:
    QCoro::Task<> list(std::shared_ptr<Sandbox> sandbox, QByteArray directory, std::stop_token stop);

    std::shared_ptr<Sandbox> m_sandbox;
    TaskScope m_scope;
};

} // namespace Koyeb::Desktop
