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
constexpr int longestAddress = 2083;

/// So many cells are in that many rows.
[[nodiscard]] int rowsFor(int cells, const Vt::Terminal &terminal)
{
    return cells / terminal.size().columns + 1;
}

/// The part of a program's link that a place belongs to: cells beside each other, also where the text runs
/// over the edge into the next row.
class LinkPart {
public:
    LinkPart(const Vt::Terminal &terminal, Vt::Position place) : m_terminal(terminal), m_first(place)
    {
        m_terminal.readLine(place.line, m_line);
        m_link = linkIn(place.column);
        if (m_link == 0) {
            return;
        }
        m_first.column = startBefore(place.column);
        m_end = {place.line, endFrom(place.column)};
        const bool goesOn = m_line.wrapped && endFrom(m_end.column) >= usedColumns();
        const int rows = rowsFor(longestAddress, m_terminal);
        for (int i = 0; i < rows && m_first.column == 0 && goesOnFrom(m_first.line - 1); ++i) {
            m_first = {m_first.line - 1, startBefore(usedColumns() - 1)};
        }
        bool isWrapped = goesOn;
        for (int i = 0; i < rows && isWrapped; ++i) {
            m_terminal.readLine(m_end.line + 1, m_line);
            if (linkIn(0) != m_link) {
                break;
            }
            m_end = {m_end.line + 1, endFrom(0)};
            isWrapped = m_line.wrapped && m_end.column >= usedColumns();
        }
    }

    [[nodiscard]] Vt::LinkId link() const { return m_link; }
    [[nodiscard]] Vt::Position first() const { return m_first; }
    [[nodiscard]] Vt::Position end() const { return m_end; }

private:
    [[nodiscard]] Vt::LinkId linkIn(int column) const
    {
        return column >= 0 && column < static_cast<int>(m_line.cells.size())
                   ? m_line.cells[static_cast<std::size_t>(column)].style.link
                   : Vt::LinkId{0};
    }
    [[nodiscard]] int startBefore(int column) const
    {
        while (linkIn(column - 1) == m_link) {
            --column;
        }
        return column;
    }
    [[nodiscard]] int endFrom(int column) const
    {
        while (linkIn(column) == m_link) {
            ++column;
        }
        return column;
    }
    /// Without the column that stayed free because a wide character did not fit.
    [[nodiscard]] int usedColumns() const
    {
        const int count = static_cast<int>(m_line.cells.size());
        return count > 1 && linkIn(count - 1) == 0 && m_line.cells.back().isBlank() ? count - 1 : count;
    }
    [[nodiscard]] bool goesOnFrom(Vt::LineNumber row)
    {
        if (!m_terminal.isWrapped(row)) {
            return false;
        }
        m_terminal.readLine(row, m_line);
        return linkIn(usedColumns() - 1) == m_link;
    }

    const Vt::Terminal &m_terminal;
    Vt::Line m_line;
    Vt::LinkId m_link = 0;
    Vt::Position m_first;
    Vt::Position m_end;
};

[[nodiscard]] std::optional<TerminalHyperlink> linkOfProgram(const Vt::Terminal &terminal, Vt::Position place)
{
    const LinkPart part(terminal, place);
    const std::string_view target = part.link() == 0 ? std::string_view() : terminal.linkTarget(part.link());
    if (target.empty()) {
        return std::nullopt;
    }
    return TerminalHyperlink{
        QString::fromUtf8(target.data(), static_cast<qsizetype>(target.size())), part.first(), part.end(),
        terminal.hasLinkId(part.link()) ? part.link() : Vt::LinkId{0}};
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
    line.read(terminal, cell.line, rowsFor(longestAddress, terminal) + 1);
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
            return TerminalHyperlink{address.toString(), line.positionAt(first), line.endAt(last), 0};
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
