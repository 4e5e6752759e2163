// SPDX-License-Identifier: Apache-2.0
#include "support/testauthority.h"

#include <QFile>
#include <QHostAddress>
#include <QProcess>
#include <QSslCertificate>
#include <QSslKey>

namespace Koyeb::Test {

using namespace Qt::Literals::StringLiterals;

TestAuthority::TestAuthority(const QStringList &hosts)
{
    QStringList names;
    for (const auto &host : hosts) {
        names.append((QHostAddress(host).isNull() ? u"DNS:"_s : u"IP:"_s) + host);
    }
    const auto key = u" -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN="_s;
    run(u"req -x509 -keyout ca.key -out ca.pem"_s + key + u"authority"_s);
    run(u"req -keyout server.key -out server.csr"_s + key + u"server"_s,
        {u"-addext"_s, u"subjectAltName="_s + names.join(u',')});
    run(u"x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days 2 "
        "-copy_extensions copy"_s);
}

void TestAuthority::run(const QString &arguments, const QStringList &more)
{
    if (!m_errorText.isEmpty()) {
        return;
    }
    QProcess openssl;
    openssl.setWorkingDirectory(m_folder.path());
    openssl.start(u"openssl"_s, arguments.split(u' ', Qt::SkipEmptyParts) + more);
    if (!openssl.waitForFinished() || openssl.exitCode() != 0) {
        m_errorText = u"openssl: "_s + openssl.errorString() + u'\n' +
                      QString::fromUtf8(openssl.readAllStandardError());
    }
}

QSslConfiguration TestAuthority::serverConfiguration() const
{
    auto configuration = QSslConfiguration::defaultConfiguration();
    configuration.setLocalCertificateChain(QSslCertificate::fromPath(certificateFile()));
    QFile key(keyFile());
    if (key.open(QIODevice::ReadOnly)) {
        configuration.setPrivateKey(QSslKey(&key, QSsl::Ec));
    }
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone); // Of clients no certificate is asked.
    return configuration;
}

} // namespace Koyeb::Test
