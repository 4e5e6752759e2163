// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminallinks.h"

#include "vt/logicalline.h"
#include "vt/terminal.h"

#include <QRegularExpression>

#include <algorithm>

namespace Koyeb::Desktop {

namespace {

using namespace Qt::Literals::StringLiterals;

/// No address is longer, and no line is searched farther from the pointer.
constexpr qsizetype longestAddress = 2083;

[[nodiscard]] std::optional<TerminalHyperlink> linkOfProgram(const Vt::Terminal &terminal, Vt::Position place)
{
    Vt::Line line;
    const auto linkIn = [&line](int column) {
        return column < static_cast<int>(line.cells.size())
                   ? line.cells[static_cast<std::size_t>(column)].style.link
                   : Vt::LinkId{0};
    };
    terminal.readLine(place.line, line);
    const Vt::LinkId link = linkIn(place.column);
    const std::string_view target = link == 0 ? std::string_view() : terminal.linkTarget(link);
    if (target.empty()) {
        return std::nullopt;
    }
    int first = place.column;
    while (first > 0 && linkIn(first - 1) == link) {
        --first;
    }
    int end = place.column + 1;
    while (linkIn(end) == link) {
        ++end;
    }
    return TerminalHyperlink{
        QString::fromUtf8(target.data(), static_cast<qsizetype>(target.size())),
        {place.line, first},
        {place.line, end}};
}

/// Without what more likely belongs to the sentence around it.
[[nodiscard]] QStringView trimmedAddress(QStringView address)
{
    while (!address.isEmpty()) {
        const QChar last = address.back();
        const bool closes = last == u')' || last == u']';
        const QChar opening = last == u')' ? u'(' : u'[';
        const bool isUnbalanced = closes && address.count(last) > address.count(opening);
        if (!isUnbalanced && !u".,;:!?*_~"_s.contains(last)) {
            break;
        }
        address.chop(1);
    }
    return address;
}

} // namespace

std::optional<TerminalHyperlink> hyperlinkAt(const Vt::Terminal &terminal, Vt::Position cell)
{
    if (auto link = linkOfProgram(terminal, cell)) {
        return link;
    }
    Vt::LogicalLine line;
    line.read(terminal, cell.line);
    const std::size_t byte = line.byteAt(cell);
    const std::string &bytes = line.text();
    if (byte >= bytes.size()) {
        return std::nullopt;
    }
    // An address has no blanks in it: only the word around the place has to be looked at.
    const auto isBlank = [&bytes](std::size_t at) {
        return bytes[at] == ' ';
    };
    std::size_t start = byte;
    while (start > 0 && !isBlank(start - 1) && byte - start < longestAddress) {
        --start;
    }
    std::size_t end = byte;
    while (end < bytes.size() && !isBlank(end) && end - byte < longestAddress) {
        ++end;
    }
    const QString word = QString::fromUtf8(bytes.data() + start, static_cast<qsizetype>(end - start));
    static const QRegularExpression pattern(
        uR"re((?:https?://|mailto:)[^\s<>"'`{}|\\^]+)re"_s, QRegularExpression::CaseInsensitiveOption);
    for (auto matches = pattern.globalMatch(word); matches.hasNext();) {
        const auto match = matches.next();
        const QStringView address = trimmedAddress(match.capturedView());
        const auto bytesUpTo = [&word, start](qsizetype index) {
            return start + static_cast<std::size_t>(QStringView(word).left(index).toUtf8().size());
        };
        const std::size_t first = bytesUpTo(match.capturedStart());
        const std::size_t last = bytesUpTo(match.capturedStart() + address.size());
        if (byte >= first && byte < last) {
            return TerminalHyperlink{address.toString(), line.positionAt(first), line.endAt(last)};
        }
    }
    return std::nullopt;
}

QUrl openableUrl(const QString &target)
{
    const QUrl url(target, QUrl::StrictMode);
    const QString scheme = url.scheme();
    if ((scheme == "http"_L1 || scheme == "https"_L1) && url.isValid() && !url.host().isEmpty()) {
        return url;
    }
    if (scheme == "mailto"_L1 && url.isValid() && !url.path().isEmpty()) {
        // Some mail programs attach the files that a query names.
        return url.adjusted(QUrl::RemoveQuery | QUrl::RemoveFragment);
    }
    return {};
}

} // namespace Koyeb::Desktop
