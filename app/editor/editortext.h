// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <optional>

namespace Koyeb::Desktop {

/// How a file says its characters. The single-byte ones give every byte a character, so any bytes can be
/// read.
enum class TextEncoding { Utf8, Utf8WithMark, Utf16LittleEndian, Utf16BigEndian, Latin1, Windows1252 };

/// How the lines of a text end.
enum class LineEnds { Lf, CrLf, Cr, Mixed };

/// A text as the editor has it, and what brings it back to the bytes it was made of.
struct EditorText {
    QByteArray utf8; ///< Without a byte order mark. Line ends are as they are in the file.
    TextEncoding encoding = TextEncoding::Utf8;
};

/// What bytes say, where they are text: then encoded() gives the same bytes again. Nothing where they hold
/// NUL characters or cannot be brought back. UTF-16 is only recognised by its mark; what is not UTF-8 is
/// taken for Latin-1, or for Windows-1252 where it uses what only that has.
[[nodiscard]] std::optional<EditorText> decoded(const QByteArray &bytes);
/// The same with an encoding of one's choice.
[[nodiscard]] std::optional<EditorText> decodedAs(const QByteArray &bytes, TextEncoding encoding);
/// The bytes of a file; nothing where the encoding has no place for a character of the text.
[[nodiscard]] std::optional<QByteArray> encoded(const EditorText &text);
/// Where the first character is that the encoding has no place for, in bytes of the text; -1 without any.
[[nodiscard]] qsizetype firstUnencodable(const EditorText &text);

/// How the lines end; LF where there is only one line.
[[nodiscard]] LineEnds lineEndsOf(const QByteArray &utf8);
/// The kind that most lines have; LF where none prevails.
[[nodiscard]] LineEnds prevailingLineEnds(const QByteArray &utf8);
/// In bytes, without what ends it.
[[nodiscard]] qsizetype longestLine(const QByteArray &utf8);

} // namespace Koyeb::Desktop
