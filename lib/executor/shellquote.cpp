// SPDX-License-Identifier: Apache-2.0
#include "executor/shellquote.h"

namespace Koyeb {

namespace {

/// Length of the valid UTF-8 sequence at `position`, 0 when there is none (Unicode, table 3-7).
qsizetype sequenceLength(const QByteArray &bytes, qsizetype position)
{
    const auto at = [&bytes](qsizetype index) {
        return index < bytes.size() ? static_cast<unsigned char>(bytes[index]) : 0U;
    };
    const auto isTail = [&at](qsizetype index) {
        return (at(index) & 0xC0U) == 0x80U;
    };
    const unsigned first = at(position);
    const unsigned second = at(position + 1);
    if (first < 0x80) {
        return 1;
    }
    if (first >= 0xC2 && first <= 0xDF) {
        return isTail(position + 1) ? 2 : 0;
    }
    if (first >= 0xE0 && first <= 0xEF) {
        const unsigned lowest = first == 0xE0 ? 0xA0 : 0x80;
        const unsigned highest = first == 0xED ? 0x9F : 0xBF; // Surrogates are no characters.
        return second >= lowest && second <= highest && isTail(position + 2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const unsigned lowest = first == 0xF0 ? 0x90 : 0x80;
        const unsigned highest = first == 0xF4 ? 0x8F : 0xBF;
        return second >= lowest && second <= highest && isTail(position + 2) && isTail(position + 3) ? 4 : 0;
    }
    return 0;
}

QString quotedText(const QByteArray &text)
{
    QString quoted = QString::fromUtf8(text);
    quoted.replace(QLatin1Char('\''), QLatin1String("'\\''"));
    return QLatin1Char('\'') + quoted + QLatin1Char('\'');
}

/// The shell strips newlines from the end of what printf writes, which does not matter: these bytes are none.
QString quotedBytes(const QByteArray &bytes)
{
    QString octal;
    for (const char byte : bytes) {
        octal += QStringLiteral("\\%1").arg(static_cast<unsigned char>(byte), 3, 8, QLatin1Char('0'));
    }
    return QStringLiteral("\"$(printf '%1')\"").arg(octal);
}

} // namespace

qsizetype validUtf8Length(const QByteArray &bytes, qsizetype start)
{
    qsizetype position = start;
    while (position < bytes.size()) {
        const auto length = sequenceLength(bytes, position);
        if (length == 0) {
            break;
        }
        position += length;
    }
    return position - start;
}

QString shellQuoted(const QByteArray &bytes)
{
    Q_ASSERT(!bytes.contains('\0'));
    if (bytes.isEmpty()) {
        return QStringLiteral("''");
    }
    QString word;
    qsizetype position = 0;
    while (position < bytes.size()) {
        const auto valid = validUtf8Length(bytes, position);
        if (valid > 0) {
            word += quotedText(bytes.mid(position, valid));
            position += valid;
        }
        auto end = position;
        while (end < bytes.size() && sequenceLength(bytes, end) == 0) {
            ++end;
        }
        if (end > position) {
            word += quotedBytes(bytes.mid(position, end - position));
            position = end;
        }
    }
    return word;
}

QString shellQuoted(const QList<QByteArray> &words)
{
    QStringList quoted;
    quoted.reserve(words.size());
    for (const auto &word : words) {
        quoted.append(shellQuoted(word));
    }
    return quoted.join(QLatin1Char(' '));
}

QByteArray printingScript(QByteArrayView bytes)
{
    constexpr qsizetype bytesInLine = 2048;
    constexpr QByteArrayView plain = " !\"#$&()*+,-./:;<=>?@[]^_`{|}~";
    QByteArray script;
    script.reserve(bytes.size() * 3);
    for (qsizetype at = 0; at < bytes.size(); ++at) {
        const bool isFirst = at % bytesInLine == 0;
        if (isFirst) {
            script += at == 0 ? "printf '" : "' &&\nprintf '";
        }
        const char byte = bytes[at];
        const bool isAlphanumeric =
            (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
        // A dash in front would begin an option.
        if (isAlphanumeric || (plain.contains(byte) && !(isFirst && byte == '-'))) {
            script += byte;
        } else if (byte == '\n') {
            script += "\\n";
        } else if (byte == '%') {
            script += "%%";
        } else {
            const auto value = static_cast<unsigned char>(byte);
            script += '\\';
            script += static_cast<char>('0' + value / 64);
            script += static_cast<char>('0' + value / 8 % 8);
            script += static_cast<char>('0' + value % 8);
        }
    }
    return bytes.isEmpty() ? QByteArray(":\n") : script + "'\n";
}

} // namespace Koyeb
