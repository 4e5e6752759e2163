// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringDecoder>
#include <QStringList>

#include <optional>

namespace Koyeb::Desktop {

/// Edits one line on a terminal: takes the bytes of its keys and gives the bytes that show the line, which
/// may be longer than the terminal is wide. Remembers the lines before it.
class LineEditor {
public:
    enum class Event {
        Line,       ///< Enter: see line().
        Interrupt,  ///< Ctrl+C: the line is thrown away.
        EndOfInput, ///< Ctrl+D on an empty line.
    };
    static constexpr qsizetype longestLine = 64 * 1024; ///< In characters; more is dropped.
    static constexpr qsizetype maximumHistory = 500;

    void setColumns(int columns);
    /// Begins an empty line. Control characters of the prompt are shown as question marks.
    [[nodiscard]] QByteArray begin(const QString &prompt);
    /// Takes bytes of `input` from its front until something happens, or all of them.
    [[nodiscard]] std::optional<Event> take(QByteArray &input);
    /// What shows what take() changed.
    [[nodiscard]] QByteArray takeEcho();
    /// As it stood when Enter was pressed.
    [[nodiscard]] const QString &line() const { return m_line; }

private:
    enum class State { Ground, Escape, Sequence };
    struct Place {
        int row = 0;
        int column = 0;
    };

    [[nodiscard]] std::optional<Event> takeCharacter(char32_t character);
    [[nodiscard]] std::optional<Event> takeControl(char32_t character);
    void takeSequence(char32_t final);
    void insert(char32_t character);
    void moveBy(int step);
    void erase(qsizetype from, qsizetype end);
    [[nodiscard]] qsizetype wordStart() const;
    void recall(int step);
    [[nodiscard]] std::optional<Event> finish(Event event);
    void render(qsizetype cursor);
    [[nodiscard]] Place placeAfter(qsizetype characters) const;

    int m_columns = 80;
    QList<uint> m_prompt;
    QList<uint> m_text;
    qsizetype m_cursor = 0;
    Place m_shown; ///< The cursor on the terminal, from the start of the prompt.
    bool m_isChanged = false;
    State m_state = State::Ground;
    QByteArray m_parameters;
    QStringDecoder m_decoder{QStringDecoder::Utf8};
    QByteArray m_echo;
    QString m_line;
    QStringList m_history;
    qsizetype m_recalled = 0; ///< Index into the history; its size: the line that is being typed.
    QList<uint> m_typed;      ///< That line, while another is shown.
};

} // namespace Koyeb::Desktop
