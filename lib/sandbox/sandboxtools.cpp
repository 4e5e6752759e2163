// SPDX-License-Identifier: Apache-2.0
#include "sandbox/sandboxtools.h"

#include "sandbox/statfunctions.h"

#include <array>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

// Each of these lists begins with the fastest.

constexpr std::array base64Encoders{
    "base64 -w0"_L1, "openssl base64 -A"_L1, R"sh({ base64 | tr -d '\n'; })sh"_L1,
    "python3 -c 'from sys import *;from base64 import *;stdout.buffer.write(b64encode(stdin.buffer.read()))'"_L1,
    R"sh(perl -MMIME::Base64 -0777 -ne 'print encode_base64($_,"")')sh"_L1};
constexpr std::array hexEncoders{
    R"sh({ od -An -v -tx1 | tr -d ' \n'; })sh"_L1, "od -An -v -tx1"_L1, R"(hexdump -ve '/1 "%02x"')"_L1,
    "xxd -p"_L1};
constexpr std::array decoders{
    "base64 -d"_L1, "openssl base64 -d -A"_L1,
    "python3 -c 'from sys import *;from base64 import *;stdout.buffer.write(b64decode(stdin.buffer.read()))'"_L1,
    "perl -MMIME::Base64 -0777 -ne 'print decode_base64($_)'"_L1};
constexpr std::array hashers{
    "openssl dgst -sha256 -r"_L1, "sha256sum"_L1, "busybox sha256sum"_L1, "shasum -a 256"_L1,
    "python3 -c 'from sys import *;from hashlib import *;print(sha256(stdin.buffer.read()).hexdigest())'"_L1};

/// Of these only the names differ from image to image.
constexpr std::array plainTools{"cat"_L1,    "chmod"_L1, "ls"_L1,   "mkdir"_L1, "mv"_L1,
                                "printf"_L1, "rm"_L1,    "stat"_L1, "touch"_L1, "wc"_L1};

/// Prints `word` and the number of the first command that passes the trial, in which @ stands for it.
template<std::size_t size>
QString firstOf(QLatin1String word, const std::array<QLatin1String, size> &commands, QLatin1String trial)
{
    QString script;
    for (std::size_t index = 0; index < size; ++index) {
        script += (index == 0 ? u"if "_s : u"elif "_s) + QString(trial).replace(u'@', commands[index]) +
                  u"; then echo "_s + word + u' ' + QString::number(index) + u'\n';
    }
    return script + u"fi\n"_s;
}

/// The command that is so chosen; empty where none is.
template<std::size_t size>
QString chosen(
    const QList<QByteArray> &lines, const QByteArray &word, const std::array<QLatin1String, size> &commands)
{
    for (std::size_t index = 0; index < size; ++index) {
        if (lines.contains(word + ' ' + QByteArray::number(static_cast<qulonglong>(index)))) {
            return commands[index];
        }
    }
    return {};
}

/// Groups of one, for those of `wanted` that are not among `present`.
QList<QStringList> lacking(const QSet<QByteArray> &present, std::initializer_list<QLatin1String> wanted)
{
    QList<QStringList> missing;
    for (const auto &name : wanted) {
        if (!present.contains(QByteArray(name.data(), name.size()))) {
            missing.append({name});
        }
    }
    return missing;
}

/// `y` is the base64 of `z`: long lines, with which some versions of openssl have trouble.
const auto commonScript = uR"sh(
z=000 y=MDAw
for i in 1 2 3 4 5 6 7 8 9 10; do z=$z$z y=$y$y; done
begins() { case $2 in "$1"*) ;; *) return 1 ;; esac; }
digits() { case $1 in 610a63* | ' 61 0a 63'*) ;; *) return 1 ;; esac; }
[ "$(find / -maxdepth 0 -printf %y%Y)" = dd ] && echo find-printf
[ "$(printf '/\0' | xargs -0 ls -d)" = / ] && echo xargs
begins ba7816bf "$(printf abc | sha256sum)" && echo sha256sum
[ "$(printf abc | dd bs=1 skip=1 count=1)" = b ] && echo dd
[ "$(printf abc | head -c 1)" = a ] && echo head-bytes
[ "$(printf abc | tail -c +2)" = bc ] && echo tail-bytes
[ "$(tar -cf - /dev/null | tar -tf -)" = dev/null ] && echo tar
[ "$(printf abc | zstd -1cq | zstd -dcq)" = abc ] && echo zstd
[ "$(printf abc | gzip -1c | gzip -dc)" = abc ] && echo gzip
case $(mv --help 2>&1) in *-n*-T* | *nT*) echo mv-no-replace ;; esac
)sh"_s;

} // namespace

Error missingToolsError(const QList<QStringList> &missing)
{
    QStringList groups;
    for (const auto &group : missing) {
        groups.append(group.join(u" or "_s));
    }
    auto error = Error::of(
        ErrorKind::Unsupported,
        u"The sandbox's image lacks tools that this needs: %1."_s.arg(groups.join(u", "_s)));
    error.missingTools = missing;
    return error;
}

QString probeScript()
{
    auto script =
        commonScript +
        firstOf("encoder"_L1, base64Encoders, R"sh([ "$(printf %s "$z" | @; echo .)" = "$y." ])sh"_L1) +
        firstOf("hex"_L1, hexEncoders, R"sh(digits "$(printf 'a\nc' | @)")sh"_L1) +
        firstOf("decoder"_L1, decoders, R"sh([ "$(printf %s "$y" | @)" = "$z" ])sh"_L1) +
        firstOf("hasher"_L1, hashers, R"sh(begins ba7816bf "$(printf abc | @)")sh"_L1);
    script +=
        u"if [ \"$(stat -c %n /)\" = / ]; then echo stat-format; else\n"_s + statFunctionProbe() + u"fi\n"_s;
    for (const auto &name : plainTools) {
        script += u"command -v %1 >/dev/null 2>&1 && echo has-%1\n"_s.arg(name);
    }
    return script + u"true\n"_s;
}

SandboxTools parseTools(const QByteArray &output)
{
    const auto lines = output.split('\n');
    SandboxTools tools;
    tools.encoder = chosen(lines, "encoder", base64Encoders);
    tools.encoding = SandboxTools::Encoding::Base64;
    if (tools.encoder.isEmpty()) {
        tools.encoder = chosen(lines, "hex", hexEncoders);
        tools.encoding = tools.encoder.isEmpty() ? SandboxTools::Encoding::None : SandboxTools::Encoding::Hex;
    }
    tools.decoder = chosen(lines, "decoder", decoders);
    tools.hasher = chosen(lines, "hasher", hashers);
    tools.sha256sum = lines.contains("sha256sum");
    tools.findPrintf = lines.contains("find-printf");
    tools.statFunction = statFunctionIn(lines);
    tools.statFormat = lines.contains("stat-format") || !tools.statFunction.isEmpty();
    tools.xargs = lines.contains("xargs");
    tools.dd = lines.contains("dd");
    tools.headBytes = lines.contains("head-bytes");
    tools.tailBytes = lines.contains("tail-bytes");
    tools.tar = lines.contains("tar");
    tools.zstd = lines.contains("zstd");
    tools.gzip = lines.contains("gzip");
    tools.moveNoReplace = lines.contains("mv-no-replace");
    for (const auto &name : plainTools) {
        const QByteArray bytes(name.data(), name.size());
        if (lines.contains("has-" + bytes)) {
            tools.plain.insert(bytes);
        }
    }
    return tools;
}

QList<QStringList> SandboxTools::missingForUpload(bool hasExec) const
{
    QList<QStringList> missing =
        lacking(plain, {"chmod"_L1, "ls"_L1, "mkdir"_L1, "mv"_L1, "rm"_L1, "touch"_L1});
    if (decoder.isEmpty() && !hasExec && !plain.contains("printf")) {
        missing.append({u"base64"_s, u"openssl"_s});
    }
    if (!dd && !plain.contains("wc")) {
        missing.append({u"dd"_s, u"wc"_s});
    }
    // All but a decoder's output goes through it.
    if (!plain.contains("cat")) {
        missing.append({u"cat"_s});
    }
    const bool canReadBack = (encoding != Encoding::None || hasExec) && readsRanges();
    if (!hashes() && !canReadBack) {
        missing.append({u"sha256sum"_s, u"openssl"_s, u"shasum"_s});
    }
    return missing;
}

QList<QStringList> SandboxTools::missingForDownload(bool hasExec) const
{
    QList<QStringList> missing;
    if (encoding == Encoding::None && !hasExec) {
        missing.append({u"base64"_s, u"openssl"_s, u"od"_s, u"hexdump"_s, u"xxd"_s});
    }
    if (!headBytes) {
        missing.append({u"head"_s});
    }
    if (!dd && !tailBytes) {
        missing.append({u"dd"_s, u"tail"_s});
    }
    if (!statFormat) {
        missing.append({u"stat"_s});
    }
    return missing;
}

} // namespace Koyeb
