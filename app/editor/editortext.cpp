// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/editortext.h"

#include <QStringConverter>

#include <algorithm>
#include <array>

namespace Koyeb::Desktop {

namespace {

constexpr QByteArrayView utf8Mark = "\xEF\xBB\xBF";
constexpr QByteArrayView littleEndianMark = "\xFF\xFE";
constexpr QByteArrayView bigEndianMark = "\xFE\xFF";

/// Windows-1252 from 0x80 on. Five bytes have no character in it; they stand for control characters, as on
/// the web, so that none is lost.
constexpr std::array<char16_t, 32> windowsCharacters{
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};
constexpr uchar firstWindowsByte = 0x80;

bool isSingleByte(TextEncoding encoding)
{
    return encoding == TextEncoding::Latin1 || encoding == TextEncoding::Windows1252;
}

bool isWindowsOnly(char byte)
{
    const auto value = static_cast<uchar>(byte);
    return value >= firstWindowsByte && value < firstWindowsByte + windowsCharacters.size();
}

/// Control characters that no text has, other than those of terminals and printers.
bool isBinary(char byte)
{
    constexpr QByteArrayView usual = "\a\b\t\n\v\f\r\x1A\x1B";
    return (static_cast<uchar>(byte) < 0x20 && !usual.contains(byte)) || byte == '\x7F';
}

/// Takes no mark away.
std::optional<QByteArray> transcoded(QByteArrayView bytes, QStringConverter::Encoding from)
{
    QStringDecoder decoder(from, QStringConverter::Flag::ConvertInitialBom);
    const QString text = decoder.decode(bytes);
    QStringEncoder encoder(QStringConverter::Utf8);
    const QByteArray utf8 = encoder.encode(text);
    return decoder.hasError() || encoder.hasError() ? std::nullopt : std::optional(utf8);
}

QString textOfUtf8(QByteArrayView utf8)
{
    QStringDecoder decoder(QStringConverter::Utf8, QStringConverter::Flag::ConvertInitialBom);
    return decoder.decode(utf8);
}

QByteArray utf8OfSingleBytes(const QByteArray &bytes, TextEncoding encoding)
{
    QString text = QString::fromLatin1(bytes);
    if (encoding == TextEncoding::Windows1252) {
        for (QChar &character : text) {
            const auto place = static_cast<size_t>(character.unicode()) - firstWindowsByte;
            if (place < windowsCharacters.size()) {
                character = QChar(windowsCharacters[place]);
            }
        }
    }
    return text.toUtf8();
}

/// -1 where the encoding has no place for it.
int singleByteOf(QChar character, TextEncoding encoding)
{
    const auto value = character.unicode();
    const bool isInWindowsArea =
        value >= firstWindowsByte && value < firstWindowsByte + windowsCharacters.size();
    if (encoding == TextEncoding::Latin1 || (value < 0x100 && !isInWindowsArea)) {
        return value < 0x100 ? value : -1;
    }
    const auto *found = std::find(windowsCharacters.begin(), windowsCharacters.end(), value);
    return found == windowsCharacters.end()
               ? -1
               : firstWindowsByte + static_cast<int>(found - windowsCharacters.begin());
}

std::optional<QByteArray> singleBytesOf(const QByteArray &utf8, TextEncoding encoding)
{
    const QString text = textOfUtf8(utf8);
    QByteArray bytes;
    bytes.reserve(text.size());
    for (const QChar character : text) {
        const int byte = singleByteOf(character, encoding);
        if (byte < 0) {
            return std::nullopt;
        }
        bytes.append(static_cast<char>(byte));
    }
    return bytes;
}

std::optional<QByteArray> utf16Of(const QByteArray &utf8, TextEncoding encoding)
{
    const bool isLittle = encoding == TextEncoding::Utf16LittleEndian;
    QStringEncoder encoder(isLittle ? QStringConverter::Utf16LE : QStringConverter::Utf16BE);
    const QByteArray content = encoder.encode(textOfUtf8(utf8));
    return (isLittle ? littleEndianMark : bigEndianMark).toByteArray() + content;
}

std::optional<QByteArray> utf8Of(const QByteArray &bytes, TextEncoding encoding)
{
    switch (encoding) {
    case TextEncoding::Utf8:
        return transcoded(bytes, QStringConverter::Utf8);
    case TextEncoding::Utf8WithMark:
        return transcoded(
            bytes.startsWith(utf8Mark) ? bytes.sliced(utf8Mark.size()) : bytes, QStringConverter::Utf8);
    case TextEncoding::Utf16LittleEndian:
        return transcoded(
            bytes.startsWith(littleEndianMark) ? bytes.sliced(littleEndianMark.size()) : bytes,
            QStringConverter::Utf16LE);
    case TextEncoding::Utf16BigEndian:
        return transcoded(
            bytes.startsWith(bigEndianMark) ? bytes.sliced(bigEndianMark.size()) : bytes,
            QStringConverter::Utf16BE);
    case TextEncoding::Latin1:
    case TextEncoding::Windows1252:
        break;
    }
    return utf8OfSingleBytes(bytes, encoding);
}

struct LineCount {
    qsizetype lf = 0;
    qsizetype crLf = 0;
    qsizetype cr = 0;
};

LineCount countLines(const QByteArray &utf8)
{
    LineCount count;
    for (qsizetype i = 0; i < utf8.size(); ++i) {
        if (utf8[i] == '\n') {
            ++count.lf;
        } else if (utf8[i] == '\r') {
            const bool isPair = i + 1 < utf8.size() && utf8[i + 1] == '\n';
            ++(isPair ? count.crLf : count.cr);
            i += isPair ? 1 : 0;
        }
    }
    return count;
}

} // namespace

std::optional<EditorText> decodedAs(const QByteArray &bytes, TextEncoding encoding)
{
    const auto utf8 = utf8Of(bytes, encoding);
    if (!utf8 || utf8->contains('\0')) {
        return std::nullopt;
    }
    EditorText text{*utf8, encoding};
    return encoded(text) == bytes ? std::optional(text) : std::nullopt;
}

std::optional<EditorText> decoded(const QByteArray &bytes)
{
    if (bytes.startsWith(utf8Mark)) {
        if (auto text = decodedAs(bytes, TextEncoding::Utf8WithMark)) {
            return text;
        }
    }
    if (bytes.startsWith(littleEndianMark)) {
        return decodedAs(bytes, TextEncoding::Utf16LittleEndian);
    }
    if (bytes.startsWith(bigEndianMark)) {
        return decodedAs(bytes, TextEncoding::Utf16BigEndian);
    }
    if (auto text = decodedAs(bytes, TextEncoding::Utf8)) {
        return text;
    }
    // In these every byte would be a character, which does not make it text.
    if (std::any_of(bytes.begin(), bytes.end(), isBinary)) {
        return std::nullopt;
    }
    const bool isWindows = std::any_of(bytes.begin(), bytes.end(), isWindowsOnly);
    return decodedAs(bytes, isWindows ? TextEncoding::Windows1252 : TextEncoding::Latin1);
}

std::optional<QByteArray> encoded(const EditorText &text)
{
    switch (text.encoding) {
    case TextEncoding::Utf8:
        return text.utf8;
    case TextEncoding::Utf8WithMark:
        return utf8Mark.toByteArray() + text.utf8;
    case TextEncoding::Utf16LittleEndian:
    case TextEncoding::Utf16BigEndian:
        return utf16Of(text.utf8, text.encoding);
    case TextEncoding::Latin1:
    case TextEncoding::Windows1252:
        break;
    }
    return singleBytesOf(text.utf8, text.encoding);
}

qsizetype firstUnencodable(const EditorText &text)
{
    if (!isSingleByte(text.encoding)) {
        return -1;
    }
    const QString characters = textOfUtf8(text.utf8);
    const auto found = std::find_if(characters.begin(), characters.end(), [&](QChar character) {
        return singleByteOf(character, text.encoding) < 0;
    });
    return found == characters.end() ? -1 : characters.left(found - characters.begin()).toUtf8().size();
}

LineEnds lineEndsOf(const QByteArray &utf8)
{
    const LineCount count = countLines(utf8);
    const int kinds = int{count.lf > 0} + int{count.crLf > 0} + int{count.cr > 0};
    return kinds > 1 ? LineEnds::Mixed : prevailingLineEnds(utf8);
}

LineEnds prevailingLineEnds(const QByteArray &utf8)
{
    const LineCount count = countLines(utf8);
    if (count.crLf > count.lf && count.crLf >= count.cr) {
        return LineEnds::CrLf;
    }
    return count.cr > count.lf ? LineEnds::Cr : LineEnds::Lf;
}

qsizetype longestLine(const QByteArray &utf8)
{
    qsizetype longest = 0;
    qsizetype begin = 0;
    for (qsizetype i = 0; i <= utf8.size(); ++i) {
        if (i == utf8.size() || utf8[i] == '\n' || utf8[i] == '\r') {
            longest = std::max(longest, i - begin);
            begin = i + 1;
        }
    }
    return longest;
}

} // namespace Koyeb::Desktop
