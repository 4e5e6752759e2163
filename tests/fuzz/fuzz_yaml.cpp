// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/clientconfiguration.h"
#include "require.h"

#include <algorithm>

using namespace Koyeb;

namespace {

/// A token goes to that address: whatever it was made from, it must be one place, reached safely.
void checkHost(const QString &text)
{
    const auto host = parseApiHost(text);
    if (!host) {
        return;
    }
    require(host->isValid() && !host->host().isEmpty(), "a host has a name");
    require(
        host->scheme() == QLatin1String("https") || host->scheme() == QLatin1String("http"),
        "HTTP is spoken");
    require(
        host->path().isEmpty() && !host->hasQuery() && !host->hasFragment() && host->userInfo().isEmpty(),
        "an address is nothing but a host");
    const auto again = parseApiHost(host->toString());
    require(again && *again == *host, "an address that was written is read as the same");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *bytes, std::size_t size)
{
    const QByteArray text(reinterpret_cast<const char *>(bytes), static_cast<qsizetype>(size));
    checkHost(QString::fromUtf8(text));
    const auto config = parseCommandLineConfig(text);
    if (!config) {
        require(config.error().kind == ErrorKind::Local, "what cannot be read is the file's fault");
        return 0;
    }
    require(
        std::all_of(
            config->token.begin(), config->token.end(), [](QChar c) { return c > u' ' && c < QChar(0x7F); }),
        "a token fits into a header");
    checkHost(config->url);
    return 0;
}
