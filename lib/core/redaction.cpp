// SPDX-License-Identifier: Apache-2.0
#include "core/redaction.h"

#include <QRegularExpression>
#include <QUrl>
#include <QUrlQuery>

namespace Koyeb {

namespace {
constexpr auto mask = "[redacted]";
}

QString redact(const QString &text)
{
    static const QRegularExpression bearer(
        QStringLiteral(R"((Bearer[\s,]+)[^\s"',;]+)"), QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression named(
        QStringLiteral(
            R"re(((?:[\w-]*(?:token|secret|password|passwd|api[_-]?key|routing[_-]key|authorization))["']?\s*[:=]\s*["']?)(?!Bearer)[^\s"',;&}]+)re"),
        QRegularExpression::CaseInsensitiveOption);
    // The API's tokens have 64 characters, sandbox secrets 43. UUIDs (36, with dashes) stay readable, and so
    // do words and numbers that are joined, as in the names of files: chance makes no such thing.
    static const QRegularExpression longRun(QStringLiteral(
        R"((?<![\w\-])(?!(?:(?:[A-Z]++|[A-Z]?[a-z]*+)\d*+)(?:[_\-]++(?:[A-Z]++|[A-Z]?[a-z]*+)\d*+)*+(?![\w\-]))[\w\-]{40,}={0,2})"));

    const QString replacement = QLatin1String(mask);
    QString result = text;
    result.replace(bearer, QStringLiteral("\\1") + replacement);
    result.replace(named, QStringLiteral("\\1") + replacement);
    result.replace(longRun, replacement);
    return result;
}

QString redact(const QUrl &url)
{
    static const QRegularExpression routed(QStringLiteral("^/r/[^/]+"));
    QUrl shown = url.adjusted(QUrl::RemoveUserInfo | QUrl::RemoveFragment);
    QString path = shown.path();
    shown.setPath(redact(path.replace(routed, QStringLiteral("/r/") + QLatin1String(mask))));
    if (shown.hasQuery()) {
        QUrlQuery query;
        const auto items = QUrlQuery(url).queryItems();
        for (const auto &item : items) {
            query.addQueryItem(item.first, QStringLiteral("..."));
        }
        shown.setQuery(query);
    }
    return shown.toString();
}

} // namespace Koyeb
