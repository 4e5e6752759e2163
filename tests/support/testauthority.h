// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSslConfiguration>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>

namespace Koyeb::Test {

/// A certificate authority of a test's own, which nobody trusts by itself, and a server's certificate that it
/// signed. Made by the openssl program; blocks, which is for tests only.
class TestAuthority {
public:
    /// `hosts` are the names and addresses that the server's certificate is for.
    explicit TestAuthority(const QStringList &hosts);

    /// Empty, or why the certificates could not be made.
    [[nodiscard]] const QString &errorText() const { return m_errorText; }
    /// PEM files.
    [[nodiscard]] QString authorityFile() const { return m_folder.filePath(QStringLiteral("ca.pem")); }
    [[nodiscard]] QString certificateFile() const { return m_folder.filePath(QStringLiteral("server.pem")); }
    [[nodiscard]] QString keyFile() const { return m_folder.filePath(QStringLiteral("server.key")); }
    /// For a server.
    [[nodiscard]] QSslConfiguration serverConfiguration() const;

private:
    void run(const QString &arguments, const QStringList &more = {});

    QTemporaryDir m_folder;
    QString m_errorText;
};

} // namespace Koyeb::Test
