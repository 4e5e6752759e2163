// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/textsearch.h"

#include <QRegularExpression>
#include <QStringConverter>

#include <algorithm>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

QRegularExpression expressionOf(const SearchQuery &query)
{
    QString pattern = query.isRegularExpression ? query.pattern : QRegularExpression::escape(query.pattern);
    if (query.isWholeWord) {
        pattern = u"(?<!\\w)(?:%1)(?!\\w)"_s.arg(pattern);
    }
    QRegularExpression::PatternOptions options =
        QRegularExpression::MultilineOption | QRegularExpression::UseUnicodePropertiesOption;
    options.setFlag(QRegularExpression::CaseInsensitiveOption, !query.isCaseSensitive);
    // Lines may end in any way.
    return QRegularExpression(u"(*ANYCRLF)"_s + pattern, options);
}

QString textOfUtf8(const QByteArray &utf8)
{
    QStringDecoder decoder(QStringConverter::Utf8, QStringConverter::Flag::ConvertInitialBom);
    return decoder.decode(utf8);
}

/// Turns places in a text into places in its UTF-8, which must be asked for in order.
class ByteCounter {
public:
    explicit ByteCounter(const QString &text) : m_text(text) {}

    [[nodiscard]] qsizetype bytesUntil(qsizetype place)
    {
        for (; m_place < place; ++m_place) {
            const char16_t unit = m_text[m_place].unicode();
            if (unit < 0x80) {
                m_bytes += 1;
            } else if (unit < 0x800 || QChar::isSurrogate(unit)) {
                m_bytes += 2; // Half of four.
            } else {
                m_bytes += 3;
            }
        }
        return m_bytes;
    }

private:
    const QString &m_text;
    qsizetype m_place = 0;
    qsizetype m_bytes = 0;
};

QString expanded(const QString &replacement, const QRegularExpressionMatch &match)
{
    QString text;
    for (qsizetype i = 0; i < replacement.size(); ++i) {
        const QChar next = i + 1 < replacement.size() ? replacement[i + 1] : QChar();
        if (replacement[i] != u'\\' || next.isNull()) {
            text += replacement[i];
            continue;
        }
        ++i;
        if (next >= u'0' && next <= u'9') {
            text += match.captured(next.digitValue());
        } else if (next == u'n') {
            text += u'\n';
        } else if (next == u't') {
            text += u'\t';
        } else {
            text += next;
        }
    }
    return text;
}

} // namespace

SearchOutcome findAll(const QByteArray &utf8, const SearchQuery &query, const std::stop_token &stop)
{
    SearchOutcome outcome;
    if (query.pattern.isEmpty()) {
        return outcome;
    }
    const QRegularExpression expression = expressionOf(query);
    if (!expression.isValid()) {
        outcome.problem = expression.errorString();
        return outcome;
    }
    const QString text = textOfUtf8(utf8);
    ByteCounter counter(text);
    auto matches = expression.globalMatch(text);
    if (!matches.isValid()) {
        outcome.problem = u"the pattern is too complicated for this text"_s;
    }
    while (!stop.stop_requested() && matches.hasNext()) {
        const auto match = matches.next();
        if (match.capturedLength() == 0) {
            continue;
        }
        if (outcome.matches.size() == maximumMatches) {
            outcome.hasMore = true;
            break;
        }
        const qsizetype begin = counter.bytesUntil(match.capturedStart());
        outcome.matches.append({begin, counter.bytesUntil(match.capturedEnd())});
    }
    return outcome;
}

ReplaceOutcome replaceAll(
    const QByteArray &utf8, const SearchQuery &query, const QString &replacement, qsizetype only)
{
    ReplaceOutcome outcome;
    const QString text = textOfUtf8(utf8);
    const QRegularExpression expression = expressionOf(query);
    ByteCounter counter(text);
    QString result;
    qsizetype done = 0;
    auto matches = expression.globalMatch(text);
    while (!query.pattern.isEmpty() && matches.hasNext()) {
        const auto match = matches.next();
        if (match.capturedLength() == 0 || (only >= 0 && counter.bytesUntil(match.capturedStart()) != only)) {
            continue;
        }
        result += QStringView(text).sliced(done, match.capturedStart() - done);
        result += query.isRegularExpression ? expanded(replacement, match) : replacement;
        done = match.capturedEnd();
        ++outcome.count;
        if (only >= 0) {
            break;
        }
    }
    result += QStringView(text).sliced(done);
    outcome.utf8 = outcome.count == 0 ? utf8 : result.toUtf8();
    return outcome;
}

} // namespace Koyeb::Desktop
