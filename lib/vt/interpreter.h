// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vt/inputfilter.h"
#include "vt/screen.h"
#include "vt/terminal.h"

#include <functional>
#include <memory>

// libvterm, which only interpreter.cpp sees.
struct VTerm;
struct VTermState;

namespace Koyeb::Vt {

/// Gives escape sequences their meaning: moves the cursor, draws on the Screen, answers questions. Inside is
/// libvterm's parser and state machine; the grid, the scrollback and the encoding of keys are our own, so
/// that replacing libvterm means replacing this class.
class Interpreter final : public InputSink {
public:
    Interpreter(Screen &screen, Scrollback &scrollback);
    ~Interpreter() override;
    Interpreter(const Interpreter &) = delete;
    Interpreter &operator=(const Interpreter &) = delete;

    void interpret(std::string_view bytes) override;
    void combine(char32_t mark) override;
    void eraseScrollback() override;
    void repeat(int count) override;
    void setTitle(std::string title) override;

    void resize(Size size);
    void handleMouse(const MouseEvent &event);
    void setFocused(bool focused);
    void clear();

    [[nodiscard]] Cursor cursor() const;
    [[nodiscard]] Modes modes() const;
    [[nodiscard]] const std::string &title() const { return m_title; }
    [[nodiscard]] std::uint64_t bellCount() const { return m_bellCount; }

    [[nodiscard]] std::string takeOutput();
    /// What changed apart from rows and the cursor's position.
    [[nodiscard]] Damage takeDamage();

private:
    struct Callbacks;
    friend struct Callbacks;

    /// The character that was written last: marks are added to it, and the next one tells by its place
    /// whether the line ran over the edge.
    struct LastGlyph {
        int row = -1; ///< -1: the cursor has gone elsewhere since.
        int column = 0;
        int endColumn = 0;
        bool takesMarks = false;
    };

    void putGlyph(int row, int column, std::span<const char32_t> text, int width);
    void moveCursor(int row, int column);
    void scroll(CellArea area, int upward, int leftward);
    /// Both are libvterm's: VTermProp and VTermValue. Returns 1 when it meant something.
    int setProperty(int property, const void *value);
    /// What libvterm would send to the program because of `action`, without sending it.
    [[nodiscard]] std::string probe(const std::function<void(VTerm *)> &action) const;

    struct VTermDeleter {
        void operator()(VTerm *vterm) const;
    };

    Screen &m_screen;
    Scrollback &m_scrollback;
    std::unique_ptr<VTerm, VTermDeleter> m_vterm;
    VTermState *m_state = nullptr;
    Style m_pen;
    LastGlyph m_lastGlyph;
    std::u32string m_lastText; ///< The last character that was written, wherever the cursor has gone since.
    Cursor m_cursor;           ///< Its position is libvterm's to know.
    Modes m_modes;             ///< Those of which libvterm tells; the others are asked for.
    std::string m_title;
    std::uint64_t m_bellCount = 0;
    Damage m_damage;
    mutable std::string *m_outputTarget = &m_output;
    std::string m_output;
};

} // namespace Koyeb::Vt
