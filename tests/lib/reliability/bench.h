// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/manualclock.h"
#include "net/requestlog.h"
#include "sandbox/sandbox.h"
#include "support/localengine.h"

#include <QTcpSocket>

namespace Koyeb::Reliability {

/// A connection of the test's own to the engine, which no fault concerns. Blocks, and lets nothing of the
/// library run meanwhile but its network thread.
class PlainConnection {
public:
    struct Reply {
        int status = 0; ///< 0: no reply
        QByteArray body;
        [[nodiscard]] QJsonObject object() const { return QJsonDocument::fromJson(body).object(); }
    };

    /// `headers` are lines of a request's head, each with its end.
    PlainConnection(const QUrl &server, const QByteArray &headers);
    [[nodiscard]] Reply ask(
        const QByteArray &method, const QString &target, const QByteArray &body = {}, int limitMs = 30'000);
    /// Whether anybody listens there now.
    [[nodiscard]] bool isReachable() const;

private:
    [[nodiscard]] Reply read(int limitMs);

    QUrl m_server;
    QByteArray m_headers;
    QTcpSocket m_socket;
};

/// The engine with what all cells of the matrix share: one sandbox that runs, and things to read.
class Bench {
public:
    /// Empty, or why it cannot begin.
    [[nodiscard]] QString start();

    /// Gives the engine an instruction; see docs/local-engine.md.
    void instruct(const QJsonObject &instruction);
    /// Lets the engine do what has come to it by now: it does one thing after the other.
    void letEngineWork() { instruct({}); }
    /// The same, and lets the library's network thread do what it has begun: a request of another client goes
    /// the whole way meanwhile.
    void letNetworkWork();
    /// A request of the test's own to the control plane, and the object under `member` of the reply.
    QJsonObject ask(
        const QByteArray &method, const QString &path, const QJsonObject &body = {},
        const QString &member = {});
    [[nodiscard]] PlainConnection &controlPlane() { return *m_controlPlane; }
    [[nodiscard]] PlainConnection &gateway() { return *m_gateway; }

    /// One that nobody has used.
    [[nodiscard]] QString newName() { return QStringLiteral("matrix-%1").arg(++m_lastName); }
    [[nodiscard]] int lastName() const { return m_lastName; }
    /// Things for one cell, which removeThings() removes.
    [[nodiscard]] QString makeApp();
    /// Its deployment stays PENDING, so that it costs no sandbox.
    [[nodiscard]] QJsonObject makeService();
    [[nodiscard]] QString makePausedService();
    /// Whether any service is being deleted.
    [[nodiscard]] bool isDeleting();
    [[nodiscard]] QString makeSecret();
    [[nodiscard]] QString makeProject();
    [[nodiscard]] QString makeDomain();
    /// The cell starts processes, which are to be ended with it.
    void expectProcesses() { m_hasProcesses = true; }
    void removeThings();
    /// A call to the executor of the sandbox.
    QJsonObject callExecutor(const QString &call, const QJsonObject &body);

    /// What a script prints there.
    QByteArray inSandbox(const QString &script);
    /// Has the exposed port lead to a program that answers.
    void exposeServer();

    [[nodiscard]] QUrl host() const { return m_engine.url(); }
    [[nodiscard]] QString token() const { return m_engine.token(); }
    [[nodiscard]] const SandboxAccess &sandbox() const { return m_sandbox; }
    [[nodiscard]] const QString &instanceId() const { return m_instanceId; }
    [[nodiscard]] const QString &organizationId() const { return m_organizationId; }
    [[nodiscard]] const QString &projectId() const { return m_projectId; }
    [[nodiscard]] const QString &secretId() const { return m_secretId; }
    [[nodiscard]] const QString &domainId() const { return m_domainId; }
    /// What went wrong with a request of the test's own, once.
    [[nodiscard]] QString takeProblem() { return std::exchange(m_problem, {}); }

private:
    Testing::LocalEngine m_engine;
    SystemClock m_clock;
    std::unique_ptr<PlainConnection> m_controlPlane;
    std::unique_ptr<PlainConnection> m_gateway;
    SandboxAccess m_sandbox;
    QString m_instanceId;
    QString m_organizationId;
    QString m_projectId;
    QString m_secretId;
    QString m_domainId;
    QStringList m_things; ///< Paths by which they are deleted.
    bool m_hasProcesses = false;
    bool m_hasServer = false;
    QString m_problem;
    int m_lastName = 0;
};

/// The library's objects for one cell, new for each, so that no connection is left from the one before.
struct Cell {
    explicit Cell(Bench &owner);

    Bench &bench;
    ManualClock clock;
    std::shared_ptr<RequestLog> log;
    HttpClient http;
    ApiClient api;
    Sandbox sandbox;
};

} // namespace Koyeb::Reliability
