// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/localsources.h"

#include <QMimeData>
#include <QSet>
#include <QString>
#include <QSysInfo>

#include <optional>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

namespace {

const auto uriListFormat = u"text/uri-list"_s;
const auto copiedFilesFormat = u"x-special/gnome-copied-files"_s;
const auto cutSelectionFormat = u"application/x-kde-cutselection"_s;

int hexDigit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

// A percent sign without two hex digits stands for itself: some programs do not encode it.
QByteArray percentDecoded(const QByteArray &text)
{
    QByteArray bytes;
    bytes.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            const int high = hexDigit(text[i + 1]);
            const int low = hexDigit(text[i + 2]);
            if (high >= 0 && low >= 0) {
                bytes.append(static_cast<char>(high * 16 + low));
                i += 2;
                continue;
            }
        }
        bytes.append(text[i]);
    }
    return bytes;
}

bool isThisHost(const QByteArray &host)
{
    return host.isEmpty() || host.compare("localhost", Qt::CaseInsensitive) == 0 ||
           host.compare(QSysInfo::machineHostName().toUtf8(), Qt::CaseInsensitive) == 0;
}

std::optional<std::filesystem::path> localPath(const QByteArray &uri)
{
    static constexpr qsizetype schemeLength = 5;
    if (uri.left(schemeLength).compare("file:", Qt::CaseInsensitive) != 0) {
        return std::nullopt;
    }
    QByteArray encoded = uri.mid(schemeLength);
    if (encoded.startsWith("//")) {
        const qsizetype pathStart = encoded.indexOf('/', 2);
        if (pathStart < 0 || !isThisHost(encoded.mid(2, pathStart - 2))) {
            return std::nullopt;
        }
        encoded = encoded.mid(pathStart);
    }
    QByteArray path = percentDecoded(encoded);
    if (!path.startsWith('/') || path.contains('\0')) {
        return std::nullopt;
    }
    // "/folder/" would have an empty last name.
    while (path.size() > 1 && path.endsWith('/')) {
        path.chop(1);
    }
    return std::filesystem::path(path.toStdString());
}

QList<std::filesystem::path> localPaths(const QList<QByteArray> &uris)
{
    QList<std::filesystem::path> paths;
    QSet<QByteArray> seen; // A person may drop very many.
    for (const QByteArray &line : uris) {
        const QByteArray uri = line.endsWith('\r') ? line.chopped(1) : line;
        if (uri.startsWith('#')) {
            continue;
        }
        const auto path = localPath(uri);
        if (!path) {
            continue;
        }
        const auto before = seen.size();
        seen.insert(QByteArray::fromStdString(path->native()));
        if (seen.size() > before) {
            paths.append(*path);
        }
    }
    return paths;
}

} // namespace

QList<std::filesystem::path> localPathsFromUriList(const QByteArray &uriList)
{
    return localPaths(uriList.split('\n'));
}

QList<std::filesystem::path> localPathsFromCopiedFiles(const QByteArray &copiedFiles)
{
    return localPaths(copiedFiles.split('\n').mid(1));
}

QList<std::filesystem::path> localPathsFromMimeData(const QMimeData &data)
{
    const auto paths = localPathsFromUriList(data.data(uriListFormat));
    return paths.isEmpty() ? localPathsFromCopiedFiles(data.data(copiedFilesFormat)) : paths;
}

bool mayHoldLocalPaths(const QMimeData &data)
{
    return data.hasFormat(uriListFormat) || data.hasFormat(copiedFilesFormat);
}

void offerLocalPaths(QMimeData &data, const QList<std::filesystem::path> &paths)
{
    QByteArray uris;
    for (const auto &path : paths) {
        uris += "file://" + QByteArray::fromStdString(path.native()).toPercentEncoding("/") + "\r\n";
    }
    data.setData(uriListFormat, uris);
    data.setData(copiedFilesFormat, "copy\n" + uris.trimmed().replace("\r\n", "\n"));
    data.setData(cutSelectionFormat, "0");
}

} // namespace Koyeb::Desktop
