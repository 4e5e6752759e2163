// SPDX-License-Identifier: GPL-3.0-or-later
#include "accounts/foundtokens.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qint64 maximumConfigBytes = 64 * 1024;

QByteArray readSmallFile(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.read(maximumConfigBytes) : QByteArray();
}

} // namespace

QString tokenFromConfig(const QByteArray &yaml)
{
    // A top-level key: nested ones are indented and mean something else.
    static const QRegularExpression line(
        uR"(^token:[ \t]*(["']?)([A-Za-z0-9._~+/=-]+)\1[ \t]*(#.*)?\r?$)"_s,
        QRegularExpression::MultilineOption);
    return line.match(QString::fromUtf8(yaml)).captured(2);
}

QList<FoundToken> findTokens(const QProcessEnvironment &environment, const QString &homeDirectory)
{
    QList<FoundToken> result;
    const auto fromEnvironment = environment.value(u"KOYEB_API_TOKEN"_s).trimmed();
    if (!fromEnvironment.isEmpty()) {
        result.append({FoundToken::Source::Environment, fromEnvironment});
    }
    const auto fromConfig = tokenFromConfig(readSmallFile(QDir(homeDirectory).filePath(u".koyeb.yaml"_s)));
    if (!fromConfig.isEmpty() && fromConfig != fromEnvironment) {
        result.append({FoundToken::Source::CommandLineConfig, fromConfig});
    }
    return result;
}

} // namespace Koyeb::Desktop
