// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonDocument>
#include <QJsonObject>
#include <QMap>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>
#include <QUrl>

namespace Koyeb::Testing {

/// A koyeb-local of a test's own, with a temporary state folder; ends with this object. The program is the
/// one that the environment variable KOYEB_LOCAL_PROGRAM names, which koyeb_test() sets.
///
/// Its functions block, which is for tests only. Each reports failure as false; errorText() then says why,
/// for QVERIFY2.
class LocalEngine {
public:
    LocalEngine() = default;
    ~LocalEngine();
    Q_DISABLE_COPY_MOVE(LocalEngine)

    /// Starts the engine and waits until it serves.
    [[nodiscard]] bool start(const QStringList &moreArguments = {});
    /// Ends it as the end of its parent would, and waits until it and its sandboxes are gone. Returns whether
    /// it ended by itself and cleanly.
    bool stop();
    /// Ends it by SIGKILL.
    void kill();

    /// Gives the engine an instruction to fail on purpose, see Koyeb::Local::Misbehaviour.
    [[nodiscard]] bool misbehave(const QJsonObject &instruction);

    struct Reply {
        int status = 0; ///< 0: no reply
        QJsonObject body;
    };

    /// One request to the control plane, with the token.
    [[nodiscard]] Reply request(
        const QByteArray &method, const QString &path, const QJsonObject &body = QJsonObject()) const;

    /// Creates an app with a sandbox in it and waits until it is healthy. Returns the ids and the deployment:
    /// {"app_id", "service_id", "deployment", "secret", "public_url", "routing_key"}; empty on failure.
    /// Members of `changes` replace those of the definition; variables of an "env" are added to the secret.
    [[nodiscard]] QJsonObject createSandbox(const QString &name, const QJsonObject &changes = QJsonObject());

    [[nodiscard]] QUrl url() const { return m_url; }
    [[nodiscard]] QString token() const { return m_token; }
    [[nodiscard]] bool isIsolated() const { return m_isolated; }
    [[nodiscard]] QString stateFolder() const { return m_stateFolder.path(); }
    [[nodiscard]] qint64 processId() const { return m_process.processId(); }
    [[nodiscard]] QString errorText() const { return m_errorText; }

private:
    [[nodiscard]] bool readAnnouncement();

    QTemporaryDir m_stateFolder;
    QProcess m_process;
    QUrl m_url;
    QString m_token;
    QString m_errorText;
    bool m_isolated = false;
};

} // namespace Koyeb::Testing
