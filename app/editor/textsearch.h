// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

#include <stop_token>

namespace Koyeb::Desktop {

/// What is sought in a text.
struct SearchQuery {
    QString pattern;
    bool isCaseSensitive = false;
    bool isWholeWord = false;
    bool isRegularExpression = false;
    friend bool operator==(const SearchQuery &, const SearchQuery &) = default;
};

/// A part of a text, in bytes.
struct TextRange {
    qsizetype begin = 0;
    qsizetype end = 0;
    friend bool operator==(const TextRange &, const TextRange &) = default;
};

/// What was found.
struct SearchOutcome {
    QList<TextRange> matches; ///< Without empty ones, at most maximumMatches.
    bool hasMore = false;     ///< There are more of them.
    QString problem;          ///< Why the pattern cannot be used, in English; empty where it can.
};

inline constexpr qsizetype maximumMatches = 100'000;

/// A text with something replaced.
struct ReplaceOutcome {
    QByteArray utf8;
    qsizetype count = 0; ///< How often.
};

/// All that a text has of it, in order. Blocks; for a WorkerThread, since patterns can take long.
[[nodiscard]] SearchOutcome findAll(
    const QByteArray &utf8, const SearchQuery &query, const std::stop_token &stop);
/// The text with all of it replaced, or only what begins at `only` where that is not -1. In regular
/// expressions \0 to \9 of the replacement are what the groups have found, and \n and \t are what they are
/// elsewhere. Blocks, too.
[[nodiscard]] ReplaceOutcome replaceAll(
    const QByteArray &utf8, const SearchQuery &query, const QString &replacement, qsizetype only = -1);

} // namespace Koyeb::Desktop
