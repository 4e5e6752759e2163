// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vt/charsets.h"
#include "vt/links.h"
#include "vt/modeflags.h"
#include "vt/mouse.h"
#include "vt/palette.h"
#include "vt/parser.h"
#include "vt/screen.h"
#include "vt/terminal.h"
#include "vt/unicode.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace Koyeb::Vt {

/// Gives sequences their meaning: moves the cursor, draws on the Screen, answers questions. Answers are made
/// of numbers and of fixed words only; nothing that a program wrote comes back as input of a shell.
class Emulator final : public ParserSink {
public:
    Emulator(Screen &screen, const Terminal::Options &options);

    void writeAscii(std::string_view text) override;
    void write(std::u32string_view text) override;
    void execute(unsigned char control) override;
    void escape(std::string_view intermediates, char final) override;
    void control(const ControlSequence &sequence) override;
    void string(String kind, std::string_view content, bool isCut, bool isBellEnded) override;

    void resize(Size size);
    void handleMouse(const MouseEvent &event);
    void setFocused(bool focused);
    void clear();
    /// Bytes came in: a synchronized update does not go on for ever.
    void countInput(std::size_t bytes);
    void endSynchronizedUpdate() { m_flags.synchronized = false; }
    void setCellPixels(int width, int height) { m_cellPixels = {width, height}; }
    void setDefaultColours(const Palette &colours) { m_defaultColours = colours; }

    [[nodiscard]] bool isSynchronized() const { return m_flags.synchronized; }
    [[nodiscard]] Cursor cursor() const;
    [[nodiscard]] Modes modes() const;
    [[nodiscard]] const std::string &title() const { return m_title; }
    [[nodiscard]] const std::string &iconName() const { return m_iconName; }
    [[nodiscard]] const std::string &directory() const { return m_directory; }
    [[nodiscard]] std::uint64_t bellCount() const { return m_bellCount; }
    [[nodiscard]] const Palette &colours() const { return m_colours; }
    [[nodiscard]] const Links &links() const { return m_links; }
    [[nodiscard]] std::optional<ClipboardRequest> takeClipboardRequest()
    {
        return std::exchange(m_clipboard, std::nullopt);
    }
    [[nodiscard]] std::vector<Notification> takeNotifications() { return std::exchange(m_notifications, {}); }

    /// Bytes for the program; bounded.
    void send(std::string_view bytes);
    [[nodiscard]] std::string takeOutput() { return std::exchange(m_output, {}); }
    /// What changed apart from rows.
    [[nodiscard]] Damage takeDamage();

private:
    struct Place {
        int row = 0;
        int column = 0;
        bool isWrapPending = false; ///< The last column was written: the next character goes to the next row.

        bool operator==(const Place &) const = default;
    };
    struct SavedCursor {
        Place place;
        Style pen;
        Charsets charsets;
        bool originMode = false;
    };
    /// Who protects characters from being erased: DECSCA from selective erasing only, ISO 6429 from any.
    enum class Protection : std::uint8_t { Dec, Iso };
    /// What each of the two buffers has for itself.
    struct PerBuffer {
        SavedCursor saved;
        std::vector<std::uint8_t>
            keyboardFlags; ///< The stack of the kitty keyboard protocol; its top is last.
    };
    /// Where a colour is kept that programs may choose and ask for.
    struct ColourPlace {
        std::optional<Rgb> *chosen = nullptr;          ///< nullptr: there is no such colour.
        const std::optional<Rgb> *byDefault = nullptr; ///< nullptr: nobody knows.
    };
    /// XTPUSHSGR.
    struct SavedStyle {
        Style style;
        std::uint32_t parts = 0; ///< A bit for each of its parameters; 0: all of the style.
    };
    /// The character that was written last: marks are added to it.
    struct LastGlyph {
        bool isValid = false;      ///< Nothing moved or changed since.
        bool isRepeatable = false; ///< For REP: nothing at all came since.
        Place place;
        int width = 1;
        Cluster text;

        void begin(char32_t character)
        {
            isRepeatable = true;
            text.text[0] = character;
            text.length = 1;
        }
    };

    // emulator.cpp: text and controls.
    void writeRun(std::u32string_view text, int width);
    void writeOne(char32_t character);
    void place(char32_t character, int width);
    void join(char32_t character);
    void joinWider(char32_t character);
    void wrapLine();
    void lineFeed();
    void reverseLineFeed();
    void carriageReturn();
    [[nodiscard]] int columnsOf(CharacterClass kind) const
    {
        return kind.isAmbiguous && m_isAmbiguousWide ? 2 : kind.columns;
    }
    void escapeWith(std::string_view intermediates, char final);
    void setLineSize(LineSize size);
    void updatePlain() { m_isPlain = m_charsets.isPlain() && !m_flags.insert; }
    void shiftCharset(char final);
    void indexColumn(int step, int margin);

    // emulatorcursor.cpp: moving and margins.
    [[nodiscard]] int rows() const { return m_screen.size().rows; }
    [[nodiscard]] int columns() const { return m_screen.size().columns; }
    [[nodiscard]] bool isInsideColumns() const;
    [[nodiscard]] bool isInsideMargins() const;
    [[nodiscard]] int rightLimit() const;
    [[nodiscard]] int limitAt(int row, int column) const;
    /// The column behind the last one of a row.
    [[nodiscard]] int lineEnd(int row) const
    {
        return m_screen.hasLargeLines() ? m_screen.row(row).limit() : columns();
    }
    void confineToLine();
    void moveTo(int row, int column);
    void moveToOrigin(int row, int column);
    [[nodiscard]] int rowInOrigin() const;
    [[nodiscard]] int columnInOrigin() const;
    void moveUp(int count);
    void moveDown(int count);
    void moveRight(int count);
    void moveLeft(int count);
    void tabForward(int count);
    void tabBack(int count);
    void resetTabs();
    void editTabs(const ControlSequence &sequence);
    void resetMargins();
    void setVerticalMargins(const ControlSequence &sequence);
    void setHorizontalMargins(const ControlSequence &sequence);
    [[nodiscard]] bool moveByControl(const ControlSequence &sequence);
    [[nodiscard]] bool confineByControl(const ControlSequence &sequence);
    void saveCursor();
    void restoreCursor();

    // emulatoredit.cpp: erasing, inserting, rectangles.
    [[nodiscard]] bool editByControl(const ControlSequence &sequence);
    [[nodiscard]] bool editRectangle(const ControlSequence &sequence);
    void eraseInDisplay(int what, bool isSelective);
    void eraseInLine(int what, bool isSelective);
    void eraseArea(const CellArea &area, bool isSelective);
    void insertLines(int count);
    void removeLines(int count);
    void insertCells(int count);
    void removeCells(int count);
    void insertColumns(int count);
    void removeColumns(int count);
    void scrollRegion(int upward, int leftward);
    void repeatLast(int count);
    void align();
    void setProtection(bool isOn, Protection kind);
    [[nodiscard]] CellArea marginArea() const;
    [[nodiscard]] CellArea rectangle(const ControlSequence &sequence, std::size_t first) const;
    void restyleRectangle(const ControlSequence &sequence, bool isReversal);
    void copyRectangle(const ControlSequence &sequence);
    void fillRectangle(const ControlSequence &sequence);
    void reportChecksum(const ControlSequence &sequence);

    // emulatormodes.cpp: modes and resets.
    [[nodiscard]] bool setByControl(const ControlSequence &sequence);
    void setModes(const ControlSequence &sequence, bool isOn);
    void setPrivateMode(int mode, bool isOn);
    void useBuffer(int mode, bool isOn);
    void setBuffer(bool isAlternate);
    void setTracking(int mode, bool isOn);
    void setEncoding(int mode, bool isOn);
    [[nodiscard]] int privateModeState(int mode) const;
    void reportMode(const ControlSequence &sequence);
    void saveModes(const ControlSequence &sequence);
    void restoreModes(const ControlSequence &sequence);
    void setCursorStyle(int style);
    void softReset();
    void fullReset();
    [[nodiscard]] PerBuffer &ofBuffer();
    [[nodiscard]] const PerBuffer &ofBuffer() const;
    void changeKeyboardFlags(const ControlSequence &sequence);
    void setKeyModifierOptions(const ControlSequence &sequence);
    void pushStyle(const ControlSequence &sequence);
    void popStyle();

    // emulatorreports.cpp: answers.
    [[nodiscard]] bool reportByControl(const ControlSequence &sequence);
    void reportStatus(const ControlSequence &sequence);
    void reportWindow(const ControlSequence &sequence);
    void deviceControl(std::string_view content);
    void reportSetting(std::string_view name);
    void reportCapabilities(std::string_view names);

    // emulatorpresentation.cpp: the state of the cursor and the tab stops as a whole.
    void reportPresentation(int what);
    void restorePresentation(int what, std::string_view content);
    void restoreCursorState(std::string_view content);

    // emulatorcommands.cpp: OSC.
    void command(std::string_view content, bool isCut);
    void setTitles(int number, std::string_view text);
    void changeColour(const std::string &prefix, std::string_view value, ColourPlace place);
    [[nodiscard]] ColourPlace indexedColour(int index);
    [[nodiscard]] ColourPlace dynamicColour(int number);
    void setColours(int number, std::string_view arguments);
    void setDynamicColour(int number, std::string_view arguments);
    void resetColours(int number, std::string_view arguments);
    void reportColour(const std::string &prefix, const std::optional<Rgb> &colour);
    void setDirectory(std::string_view uri);
    void setLink(std::string_view arguments);
    void notify(std::string title, std::string body);
    void requestClipboard(std::string_view arguments);
    void markPrompt(std::string_view arguments);

    Screen &m_screen;
    const bool m_isAmbiguousWide;
    const bool m_allowsChecksums;
    Place m_cursor;
    Place m_cursorOfMain; ///< Where it waits while the alternate screen is shown.
    Charsets m_charsets;
    ModeFlags m_flags;
    bool m_isPlain = true; ///< Text can be written as it comes.
    Cursor m_look;         ///< Of the cursor; its position is not used.
    int m_topMargin = 0;
    int m_bottomMargin = 0; ///< The row behind it.
    int m_leftMargin = 0;
    int m_rightMargin = 0;
    std::vector<bool> m_tabs;
    PerBuffer m_main;
    PerBuffer m_alternate;
    std::vector<std::pair<int, int>> m_savedModes;
    std::vector<SavedStyle> m_styleStack;
    Protection m_protection = Protection::Dec;
    int m_changeExtent = 0; ///< DECSACE: 2 is a rectangle, 0 and 1 are a stretch of text.
    std::uint8_t m_modifyOtherKeys = 0;

    LastGlyph m_last;
    ClusterBreaker m_breaker;
    ClassTable m_classes;
    /// How many columns a character of each class takes that is written together with others; 0: it is looked
    /// at by itself.
    std::array<std::uint8_t, CharacterClass::count> m_runWidths{};

    MouseReporter m_mouse;
    Size m_cellPixels{0, 0};
    std::string m_title;
    std::string m_iconName;
    std::vector<std::pair<std::string, std::string>> m_titleStack; ///< Each with its icon's name.
    std::string m_directory;
    Palette m_defaultColours;
    Palette m_colours; ///< What the program chose.
    // These are not drawn (xterm draws them only if it is told to), but a program may ask for what it chose.
    std::array<std::optional<Rgb>, 5> m_specialColours;
    std::array<std::optional<Rgb>, 7> m_undrawnColours;
    Links m_links;
    bool m_answersWithBell = false; ///< The question ended with it.
    std::optional<ClipboardRequest> m_clipboard;
    std::vector<Notification> m_notifications;
    std::uint64_t m_bellCount = 0;
    std::size_t m_synchronizedBytes = 0;
    bool m_sendsC1 = false; ///< S8C1T: controls in answers and keys take one byte.

    Damage m_damage;
    Cursor m_toldCursor{.row = -1};
    std::string m_output;
};

} // namespace Koyeb::Vt
