// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "lib/executor/localsandbox.h"
#include "sandbox/sandbox.h"
#include "support/await.h"

#include <memory>

namespace Koyeb::Test {

/// A sandbox of a local engine of its own, reached as the application reaches it.
class SandboxFixture {
public:
    explicit SandboxFixture(const QString &serviceId = QStringLiteral("the-sandbox")) : m_serviceId(serviceId)
    {
    }

    /// `environment` is given to all that runs in it.
    [[nodiscard]] bool start(const QMap<QString, QString> &environment = {})
    {
        if (!m_local.start({}, environment)) {
            return false;
        }
        reach();
        return true;
    }

    /// Makes sandbox() a new object, as after the sandbox was out of reach.
    void reach()
    {
        SandboxAccess access;
        access.serviceId = m_serviceId;
        access.name = QStringLiteral("box");
        access.executor = m_local.endpoint();
        access.publicUrl = m_local.publicUrl();
        m_sandbox = std::make_shared<Sandbox>(m_clock, access);
    }

    [[nodiscard]] const std::shared_ptr<Sandbox> &sandbox() const { return m_sandbox; }
    [[nodiscard]] Testing::LocalEngine &engine() { return m_local.engine(); }

    /// Stdout of a command in the sandbox; its error text when it fails.
    [[nodiscard]] QByteArray run(const QString &line)
    {
        Command command;
        command.line = line;
        const auto result = await(m_sandbox->executor().run(command, {}));
        if (!result || !*result) {
            return "no result";
        }
        return (*result)->exitCode == 0 ? (*result)->standardOutput : "failed: " + (*result)->standardError;
    }

private:
    QString m_serviceId;
    SystemClock m_clock;
    LocalSandbox m_local;
    std::shared_ptr<Sandbox> m_sandbox;
};

} // namespace Koyeb::Test
