// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/lineeditor.h"

#include "vt/unicode.h"

#include <algorithm>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr char32_t control(char letter)
{
    return static_cast<char32_t>(letter) & 0x1F;
}

constexpr char32_t escape = 0x1B;
constexpr char32_t rubout = 0x7F;
constexpr qsizetype longestParameters = 16;

[[nodiscard]] int columnsOf(uint character)
{
    return Vt::classOf(static_cast<char32_t>(character)).columns;
}

[[nodiscard]] QByteArray utf8(const QList<uint> &text)
{
    return QString::fromUcs4(reinterpret_cast<const char32_t *>(text.constData()), text.size()).toUtf8();
}

[[nodiscard]] QByteArray move(int count, char direction)
{
    return count > 0 ? "\x1B[" + QByteArray::number(count) + direction : QByteArray();
}

} // namespace

void LineEditor::setColumns(int columns)
{
    m_columns = std::max(columns, 2);
}

QByteArray LineEditor::begin(const QString &prompt)
{
    m_prompt = prompt.toUcs4();
    for (uint &character : m_prompt) {
        character = Vt::isControl(static_cast<char32_t>(character)) ? '?' : character;
    }
    m_text.clear();
    m_cursor = 0;
    m_shown = {};
    m_recalled = m_history.size();
    render(0);
    return takeEcho();
}

std::optional<LineEditor::Event> LineEditor::take(QByteArray &input)
{
    qsizetype used = 0;
    while (used < input.size()) {
        // A character at a time: what comes after the one that ends the line is not for this line.
        const QString decoded = m_decoder.decode(QByteArrayView(input).sliced(used++, 1));
        for (const uint character : decoded.toUcs4()) {
            if (const auto event = takeCharacter(static_cast<char32_t>(character))) {
                input.remove(0, used);
                return event;
            }
        }
    }
    input.clear();
    if (std::exchange(m_isChanged, false)) {
        render(m_cursor);
    }
    return {};
}

QByteArray LineEditor::takeEcho()
{
    return std::exchange(m_echo, {});
}

std::optional<LineEditor::Event> LineEditor::takeCharacter(char32_t character)
{
    switch (m_state) {
    case State::Ground:
        if (character == escape) {
            m_state = State::Escape;
        } else if (Vt::isControl(character)) {
            return takeControl(character);
        } else {
            insert(character);
        }
        break;
    case State::Escape:
        m_state = character == U'[' || character == U'O' ? State::Sequence : State::Ground;
        m_parameters.clear();
        break;
    case State::Sequence:
        if (character >= 0x40 && character <= 0x7E) {
            m_state = State::Ground;
            takeSequence(character);
        } else if (m_parameters.size() < longestParameters) {
            m_parameters += static_cast<char>(character);
        }
        break;
    }
    return {};
}

std::optional<LineEditor::Event> LineEditor::takeControl(char32_t character)
{
    m_isChanged = true;
    switch (character) {
    case control('M'):
    case control('J'):
        return finish(Event::Line);
    case control('C'):
        return finish(Event::Interrupt);
    case control('D'):
        if (m_text.isEmpty()) {
            return finish(Event::EndOfInput);
        }
        erase(m_cursor, m_cursor + 1);
        break;
    case control('H'):
    case rubout:
        if (m_cursor > 0) {
            const auto end = m_cursor;
            moveBy(-1);
            erase(m_cursor, end);
        }
        break;
    case control('A'):
        m_cursor = 0;
        break;
    case control('E'):
        m_cursor = m_text.size();
        break;
    case control('B'):
        moveBy(-1);
        break;
    case control('F'):
        moveBy(1);
        break;
    case control('K'):
        erase(m_cursor, m_text.size());
        break;
    case control('U'):
        erase(0, m_cursor);
        break;
    case control('W'):
        erase(wordStart(), m_cursor);
        break;
    case control('L'):
        m_echo += "\x1B[H\x1B[2J";
        m_shown = {};
        break;
    case control('P'):
        recall(-1);
        break;
    case control('N'):
        recall(1);
        break;
    default:
        break;
    }
    return {};
}

void LineEditor::takeSequence(char32_t final)
{
    m_isChanged = true;
    switch (final) {
    case U'A':
        recall(-1);
        break;
    case U'B':
        recall(1);
        break;
    case U'C':
        moveBy(1);
        break;
    case U'D':
        moveBy(-1);
        break;
    case U'H':
        m_cursor = 0;
        break;
    case U'F':
        m_cursor = m_text.size();
        break;
    case U'~':
        if (m_parameters == "3") {
            erase(m_cursor, m_cursor + 1);
        } else if (m_parameters == "1" || m_parameters == "7") {
            m_cursor = 0;
        } else if (m_parameters == "4" || m_parameters == "8") {
            m_cursor = m_text.size();
        }
        break;
    default:
        break;
    }
}

void LineEditor::insert(char32_t character)
{
    if (m_text.size() < longestLine) {
        m_text.insert(m_cursor++, static_cast<uint>(character));
        m_isChanged = true;
    }
}

/// Over what is drawn on the character before it, too.
void LineEditor::moveBy(int step)
{
    do {
        m_cursor = std::clamp<qsizetype>(m_cursor + step, 0, m_text.size());
    } while (m_cursor > 0 && m_cursor < m_text.size() && columnsOf(m_text.at(m_cursor)) == 0);
}

void LineEditor::erase(qsizetype from, qsizetype end)
{
    while (end < m_text.size() && columnsOf(m_text.at(end)) == 0) {
        ++end;
    }
    end = std::min(end, m_text.size());
    m_text.remove(from, end - from);
    m_cursor = from;
}

qsizetype LineEditor::wordStart() const
{
    qsizetype start = m_cursor;
    while (start > 0 && m_text.at(start - 1) == ' ') {
        --start;
    }
    while (start > 0 && m_text.at(start - 1) != ' ') {
        --start;
    }
    return start;
}

void LineEditor::recall(int step)
{
    const auto wanted = std::clamp<qsizetype>(m_recalled + step, 0, m_history.size());
    if (wanted == m_recalled) {
        return;
    }
    if (m_recalled == m_history.size()) {
        m_typed = m_text;
    }
    m_recalled = wanted;
    m_text = wanted == m_history.size() ? m_typed : m_history.at(wanted).toUcs4();
    m_cursor = m_text.size();
}

std::optional<LineEditor::Event> LineEditor::finish(Event event)
{
    render(m_text.size());
    m_echo += event == Event::Interrupt ? "^C\r\n" : "\r\n";
    m_isChanged = false;
    m_line = event == Event::Line
                 ? QString::fromUcs4(reinterpret_cast<const char32_t *>(m_text.constData()), m_text.size())
                 : QString();
    if (!m_line.trimmed().isEmpty() && (m_history.isEmpty() || m_history.last() != m_line)) {
        m_history.append(m_line);
        if (m_history.size() > maximumHistory) {
            m_history.removeFirst();
        }
    }
    return event;
}

LineEditor::Place LineEditor::placeAfter(qsizetype characters) const
{
    Place place;
    const auto pass = [&](uint character) {
        const int width = columnsOf(character);
        if (place.column + width > m_columns) {
            ++place.row;
            place.column = 0;
        }
        place.column += width;
    };
    std::for_each(m_prompt.begin(), m_prompt.end(), pass);
    std::for_each(m_text.begin(), m_text.begin() + characters, pass);
    if (place.column >= m_columns) {
        ++place.row;
        place.column = 0;
    }
    return place;
}

/// Draws all of it anew, and leaves the cursor before the character of this index.
void LineEditor::render(qsizetype cursor)
{
    m_echo += move(m_shown.row, 'A') + "\r\x1B[J" + utf8(m_prompt) + utf8(m_text);
    const Place end = placeAfter(m_text.size());
    if (end.column == 0 && end.row > 0) {
        m_echo += "\r\n"; // A terminal goes on to the next row only when there is something to put there.
    }
    m_shown = placeAfter(cursor);
    m_echo += move(end.row - m_shown.row, 'A') + '\r' + move(m_shown.column, 'C');
}

} // namespace Koyeb::Desktop
