// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "executor/executorclient.h"
#include "support/localengine.h"

#include <QJsonArray>

namespace Koyeb::Test {

/// One sandbox of a local engine of its own.
class LocalSandbox {
public:
    /// `instructions` go to the engine before the sandbox is created; `environment` is given to all that runs
    /// in it.
    [[nodiscard]] bool start(
        const QList<QJsonObject> &instructions = {}, const QMap<QString, QString> &environment = {})
    {
        bool isReady = m_engine.start();
        for (const auto &instruction : instructions) {
            isReady = isReady && m_engine.misbehave(instruction);
        }
        QJsonArray variables;
        for (auto variable = environment.cbegin(); variable != environment.cend(); ++variable) {
            variables.append(QJsonObject{
                {QStringLiteral("key"), variable.key()}, {QStringLiteral("value"), variable.value()}});
        }
        const QJsonObject changes{{QStringLiteral("env"), variables}};
        m_description = isReady ? m_engine.createSandbox(QStringLiteral("box"), changes) : QJsonObject();
        return !m_description.isEmpty();
    }

    [[nodiscard]] ExecutorEndpoint endpoint() const
    {
        return {url(QStringLiteral("/koyeb-sandbox")), text("secret"), text("routing_key")};
    }
    [[nodiscard]] QString serviceId() const { return text("service_id"); }
    /// Where the exposed port answers.
    [[nodiscard]] QUrl publicUrl() const { return url(QStringLiteral("/r/%1/").arg(text("routing_key"))); }
    [[nodiscard]] Testing::LocalEngine &engine() { return m_engine; }

private:
    [[nodiscard]] QString text(const char *key) const
    {
        return m_description.value(QLatin1String(key)).toString();
    }
    [[nodiscard]] QUrl url(const QString &path) const
    {
        QUrl url(text("public_url"));
        url.setPath(path);
        return url;
    }

    Testing::LocalEngine m_engine;
    QJsonObject m_description;
};

} // namespace Koyeb::Test
