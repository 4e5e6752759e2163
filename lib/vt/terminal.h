// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vt/cell.h"
#include "vt/keys.h"
#include "vt/mouse.h"
#include "vt/palette.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

/// A program wants text on the clipboard (OSC 52). Whether it gets it there is for a person to say; what is
/// there is never told.
struct ClipboardRequest {
    std::string text;       ///< As the program sent it: any bytes.
    bool isPrimary = false; ///< The selection of X11 instead of the clipboard.
};

/// A program wants to be noticed (OSC 9 and 777). UTF-8 without control characters, bounded.
struct Notification {
    std::string title; ///< May be empty.
    std::string body;
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
        std::size_t scrollbackLines = 10'000; ///< As programs write them. At most maximumScrollbackLines.
        std::size_t scrollbackBytes = std::size_t{256} << 20U; ///< The bound when lines are unusually heavy.
        bool ambiguousIsWide = false; ///< Characters of ambiguous width (UAX #11) take two columns.
        bool allowsChecksums = false; ///< DECRQCRA, which lets a program read the screen: only for tests.
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
    /// Sizes beyond the bounds are confined. Another width lays the lines of the main screen and of the
    /// scrollback out anew: positions that are to be kept have to be turned into anchors before, see
    /// anchorOf().
    void resize(Size size);
    [[nodiscard]] Size size() const;
    /// How large a cell is drawn, for programs that ask. Nothing is told while it is not known.
    void setCellPixels(int width, int height);
    /// What colours look like that the program did not choose, for programs that ask.
    void setDefaultColours(const Palette &colours);

    // What the user does. The bytes it means to the program are then in takeOutput().
    void handleKey(const KeyEvent &event);
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
    /// Nothing while the program is drawing a whole screen at once (isSynchronized()).
    [[nodiscard]] Damage takeDamage();
    /// The program asked that nothing is painted until it is done (mode 2026). The view should wait for at
    /// most 150 ms and then call endSynchronizedUpdate().
    [[nodiscard]] bool isSynchronized() const;
    void endSynchronizedUpdate();

    /// Rows are numbered from firstLine() (the oldest of the scrollback) to endLine() - 1; the screen begins
    /// with screenTop(). A row keeps its number while it lives and the width stays. While the alternate
    /// screen is shown, its rows stand in the place of the main screen's.
    [[nodiscard]] LineNumber firstLine() const;
    [[nodiscard]] LineNumber screenTop() const;
    [[nodiscard]] LineNumber endLine() const;
    /// Reads a row into `line` (reusing its memory). Rows may be shorter than the screen is wide. A number
    /// out of range gives an empty row.
    void readLine(LineNumber number, Line &line) const;
    /// Whether the text of this row goes on in the next one.
    [[nodiscard]] bool isWrapped(LineNumber number) const;
    /// How many cells a row has: fewer where its characters are twice as wide.
    [[nodiscard]] int cellsOf(LineNumber number) const;
    [[nodiscard]] LineSize lineSize(LineNumber number) const;
    /// How many bytes the scrollback takes.
    [[nodiscard]] std::size_t scrollbackMemory() const;

    /// What stays the same when the width changes: the place of a position in its text. On the alternate
    /// screen, which is not laid out anew, that of the row that stands there on the main one.
    [[nodiscard]] Anchor anchorOf(Position position) const;
    /// Where an anchor is now; none: its line is gone.
    [[nodiscard]] std::optional<Position> positionOf(Anchor anchor) const;

    /// The nearest row before or after `from` whose line carries this mark of a shell.
    [[nodiscard]] std::optional<LineNumber> markBefore(LineNumber from, Mark mark) const;
    [[nodiscard]] std::optional<LineNumber> markAfter(LineNumber from, Mark mark) const;
    /// Where the mark that this row carries stands in its line; none: it carries no such mark.
    [[nodiscard]] std::optional<Position> markOf(LineNumber row, Mark mark) const;

    [[nodiscard]] Cursor cursor() const;
    [[nodiscard]] Modes modes() const;
    [[nodiscard]] const std::string &title() const;    ///< UTF-8 without control characters, bounded.
    [[nodiscard]] const std::string &iconName() const; ///< The same.
    /// The directory that the shell said it is in (OSC 7): a path, or empty. Nobody checked it.
    [[nodiscard]] const std::string &directory() const;
    [[nodiscard]] std::uint64_t bellCount() const;
    /// The colours that the program chose (OSC 4, 10, 11, 12).
    [[nodiscard]] const Palette &colours() const;
    /// Where a link leads (OSC 8): printable ASCII, bounded, from the program, not checked. Empty: nowhere.
    [[nodiscard]] std::string_view linkTarget(LinkId link) const;
    /// The program says with an id that all cells of this link belong together, wherever they stand.
    [[nodiscard]] bool hasLinkId(LinkId link) const;
    /// The last request since the last call. At most a megabyte.
    [[nodiscard]] std::optional<ClipboardRequest> takeClipboardRequest();
    /// The first few since the last call.
    [[nodiscard]] std::vector<Notification> takeNotifications();

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace Koyeb::Vt
