// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vt/cell.h"
#include "vt/keys.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace Koyeb::Vt {

struct Cursor {
    enum class Shape : std::uint8_t { Block, Underline, Bar };

    int row = 0; ///< On the screen, from its top.
    int column = 0;
    Shape shape = Shape::Block;
    bool visible = true;
    bool blinking = false;

    bool operator==(const Cursor &) const = default;
};

struct MouseEvent {
    enum class Action : std::uint8_t { Press, Release, Move };
    enum class Button : std::uint8_t { None, Left, Middle, Right, WheelUp, WheelDown };

    Action action = Action::Press;
    Button button = Button::None;
    int row = 0; ///< On the screen, from its top.
    int column = 0;
    Modifiers modifiers;
};

/// What changed since it was last asked for.
struct Damage {
    int firstRow = 0; ///< Rows of the screen with new content: [firstRow, endRow).
    int endRow = 0;
    LineNumber scrolledLines = 0; ///< Rows that went into the scrollback.
    bool cursor = false;          ///< The cursor moved or looks different.
    bool everything = false;      ///< The size, the buffer, the scrollback or the meaning of colours changed.

    [[nodiscard]] bool isNone() const
    {
        return firstRow >= endRow && scrolledLines == 0 && !cursor && !everything;
    }
};

/// A terminal without a window: bytes of the program go in, cells and the bytes to answer come out. Not
/// thread-safe. Whatever is fed, memory stays bounded, and no feed can make it send a title, a clipboard or a
/// screen content back.
class Terminal {
public:
    struct Options {
        std::size_t scrollbackLines = 10'000;                 ///< At most maximumScrollbackLines.
        std::size_t scrollbackBytes = std::size_t{64} << 20U; ///< The bound when lines are unusually heavy.
    };
    static constexpr std::size_t maximumScrollbackLines = 1'000'000;
    static constexpr Size smallestSize{2, 1};
    static constexpr Size largestSize{1000, 500};

    explicit Terminal(Size size);
    Terminal(Size size, const Options &options);
    ~Terminal();
    Terminal(const Terminal &) = delete;
    Terminal &operator=(const Terminal &) = delete;

    /// What the program wrote, cut anywhere.
    void feed(std::string_view bytes);
    /// Sizes beyond the bounds are confined.
    void resize(Size size);
    [[nodiscard]] Size size() const;

    // What the user does. The bytes it means to the program are then in takeOutput().
    void pressKey(Key key, Modifiers modifiers);
    void typeCharacter(char32_t character, Modifiers modifiers);
    void paste(std::string_view utf8);
    void handleMouse(const MouseEvent &event);
    void setFocused(bool focused);
    /// Forgets the scrollback and moves the cursor's line to the top of the screen.
    void clear();

    /// Takes the bytes for the program: keys, and answers to its questions (bounded; a flood of questions is
    /// cut).
    [[nodiscard]] std::string takeOutput();
    [[nodiscard]] Damage takeDamage();

    /// Rows are numbered from firstLine() (the oldest of the scrollback) to endLine() - 1; the screen begins
    /// with screenTop(). A row keeps its number while it lives. While the alternate screen is shown, its rows
    /// stand in the place of the main screen's.
    [[nodiscard]] LineNumber firstLine() const;
    [[nodiscard]] LineNumber screenTop() const;
    [[nodiscard]] LineNumber endLine() const;
    /// Reads a row into `line` (reusing its memory). Rows may be shorter than the screen is wide. A number
    /// out of range gives an empty row.
    void readLine(LineNumber number, Line &line) const;

    [[nodiscard]] Cursor cursor() const;
    [[nodiscard]] Modes modes() const;
    [[nodiscard]] const std::string &title() const; ///< UTF-8 without control characters, bounded.
    [[nodiscard]] std::uint64_t bellCount() const;

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace Koyeb::Vt
