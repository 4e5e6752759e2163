// SPDX-License-Identifier: Apache-2.0
#include "vt/interpreter.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vterm.h>

namespace Koyeb::Vt {

namespace {

/// libvterm puts a piece of text on the stack as a whole.
constexpr std::size_t maximumPiece = 4096;
/// Far more than a person or an honest program causes before it is taken.
constexpr std::size_t maximumOutput = 64 * 1024;

[[nodiscard]] Colour colourOf(const VTermColor &colour)
{
    if (VTERM_COLOR_IS_DEFAULT_FG(&colour) || VTERM_COLOR_IS_DEFAULT_BG(&colour)) {
        return {};
    }
    if (VTERM_COLOR_IS_INDEXED(&colour)) {
        return Colour::indexed(colour.indexed.idx);
    }
    return Colour::rgb(colour.rgb.red, colour.rgb.green, colour.rgb.blue);
}

void applyAttribute(Style &pen, VTermAttr attribute, const VTermValue &value)
{
    switch (attribute) {
    case VTERM_ATTR_BOLD:
        pen.bold = value.boolean != 0;
        break;
    case VTERM_ATTR_UNDERLINE:
        pen.underline = static_cast<Underline>(std::clamp(value.number, 0, 3));
        break;
    case VTERM_ATTR_ITALIC:
        pen.italic = value.boolean != 0;
        break;
    case VTERM_ATTR_BLINK:
        pen.blink = value.boolean != 0;
        break;
    case VTERM_ATTR_REVERSE:
        pen.reverse = value.boolean != 0;
        break;
    case VTERM_ATTR_STRIKE:
        pen.strikeOut = value.boolean != 0;
        break;
    case VTERM_ATTR_FOREGROUND:
        pen.foreground = colourOf(value.color);
        break;
    case VTERM_ATTR_BACKGROUND:
        pen.background = colourOf(value.color);
        break;
    default:
        break; // Fonts.
    }
}

[[nodiscard]] CellArea areaOf(const VTermRect &rect)
{
    return {rect.start_row, rect.end_row, rect.start_col, rect.end_col};
}

[[nodiscard]] VTermModifier vtermModifiers(Modifiers modifiers)
{
    int bits = VTERM_MOD_NONE;
    bits |= modifiers.shift ? VTERM_MOD_SHIFT : 0;
    bits |= modifiers.alt ? VTERM_MOD_ALT : 0;
    bits |= modifiers.control ? VTERM_MOD_CTRL : 0;
    return static_cast<VTermModifier>(bits);
}

} // namespace

/// libvterm's callbacks; they answer 1 for "handled".
struct Interpreter::Callbacks {
    static Interpreter &self(void *user) { return *static_cast<Interpreter *>(user); }

    static int putGlyph(VTermGlyphInfo *info, VTermPos position, void *user)
    {
        std::array<char32_t, Cell::maximumCodePoints> text{};
        std::size_t count = 0;
        while (count < text.size() && info->chars[count] != 0) {
            text[count] = info->chars[count];
            ++count;
        }
        self(user).putGlyph(position.row, position.col, std::span(text).first(count), info->width);
        return 1;
    }

    static int moveCursor(VTermPos position, VTermPos, int, void *user)
    {
        self(user).moveCursor(position.row, position.col);
        return 1;
    }

    static int scroll(VTermRect rect, int downward, int rightward, void *user)
    {
        self(user).scroll(areaOf(rect), downward, rightward);
        return 1;
    }

    static int erase(VTermRect rect, int, void *user)
    {
        self(user).m_screen.erase(areaOf(rect), self(user).m_pen);
        return 1;
    }

    static int resetPen(void *user)
    {
        self(user).m_pen = {};
        return 1;
    }

    static int setAttribute(VTermAttr attribute, VTermValue *value, void *user)
    {
        applyAttribute(self(user).m_pen, attribute, *value);
        return 1;
    }

    static int setProperty(VTermProp property, VTermValue *value, void *user)
    {
        return self(user).setProperty(property, value);
    }

    static int ringBell(void *user)
    {
        ++self(user).m_bellCount;
        return 1;
    }

    static int resize(int rows, int columns, VTermPos *delta, void *user)
    {
        Interpreter &interpreter = self(user);
        VTermPos cursor{};
        vterm_state_get_cursorpos(interpreter.m_state, &cursor);
        delta->row = interpreter.m_screen.resize({columns, rows}, cursor.row);
        return 1;
    }

    static void output(const char *bytes, std::size_t count, void *user)
    {
        std::string &target = *self(user).m_outputTarget;
        if (target.size() + count <= maximumOutput) {
            target.append(bytes, count);
        }
    }

    static constexpr VTermStateCallbacks table = {
        .putglyph = putGlyph,
        .movecursor = moveCursor,
        .scrollrect = scroll,
        .moverect = nullptr,
        .erase = erase,
        .initpen = resetPen,
        .setpenattr = setAttribute,
        .settermprop = setProperty,
        .bell = ringBell,
        .resize = resize,
        .setlineinfo = nullptr, // Lines of double width or height are not drawn.
    };
};

void Interpreter::VTermDeleter::operator()(VTerm *vterm) const
{
    vterm_free(vterm);
}

Interpreter::Interpreter(Screen &screen, Scrollback &scrollback)
    : m_screen(screen),
      m_scrollback(scrollback),
      m_vterm(vterm_new(screen.size().rows, screen.size().columns)),
      m_state(vterm_obtain_state(m_vterm.get()))
{
    vterm_set_utf8(m_vterm.get(), 1);
    vterm_output_set_callback(m_vterm.get(), &Callbacks::output, this);
    vterm_state_set_callbacks(m_state, &Callbacks::table, this);
    vterm_state_reset(m_state, 1);
}

Interpreter::~Interpreter() = default;

void Interpreter::interpret(std::string_view bytes)
{
    const auto isAscii = [](char c) {
        return static_cast<unsigned char>(c) < 0x80;
    };
    while (!bytes.empty()) {
        // libvterm chooses the character set of a piece of text by its first byte: ASCII that follows other
        // characters must be a piece of its own, or line drawing would depend on how the stream was cut.
        std::size_t count = std::min(bytes.size(), maximumPiece);
        for (std::size_t i = 1; i < count; ++i) {
            if (isAscii(bytes[i]) && !isAscii(bytes[i - 1])) {
                count = i;
                break;
            }
        }
        // Nor must a piece end within a character.
        while (count < bytes.size() && (static_cast<unsigned char>(bytes[count]) & 0xC0) == 0x80) {
            --count;
        }
        vterm_input_write(m_vterm.get(), bytes.data(), count);
        bytes.remove_prefix(count);
    }
}

void Interpreter::combine(char32_t mark)
{
    if (m_lastGlyph.row >= 0 && m_lastGlyph.takesMarks) {
        m_screen.combine(m_lastGlyph.row, m_lastGlyph.column, mark);
    }
}

void Interpreter::eraseScrollback()
{
    m_scrollback.clear();
    m_damage.everything = true;
}

void Interpreter::repeat(int count)
{
    // Not by libvterm: it never ends repeating what it has not seen written, such as what DECALN draws.
    std::string glyph;
    for (const auto codePoint : m_lastText) {
        appendUtf8(glyph, codePoint);
    }
    std::string text;
    text.reserve(glyph.size() * static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        text += glyph;
    }
    interpret(text);
}

void Interpreter::setTitle(std::string title)
{
    m_title = std::move(title);
}

void Interpreter::putGlyph(int row, int column, std::span<const char32_t> text, int width)
{
    const int columns = m_screen.size().columns;
    const bool ranOver = m_lastGlyph.row >= 0 && column == 0 && row > 0 &&
                         (m_lastGlyph.endColumn == columns || m_lastGlyph.endColumn + width > columns);
    if (ranOver) {
        m_screen.setWrapped(row - 1);
    }
    m_screen.put(row, column, text, width, m_pen);
    m_lastText.assign(text.begin(), text.end());
    m_lastGlyph = {row, column, std::min(column + std::max(width, 1), columns), true};
}

void Interpreter::moveCursor(int row, int column)
{
    m_damage.cursor = true;
    // After a character the cursor stands behind it; at the edge it stays on it.
    const bool isAtEdge = m_lastGlyph.endColumn >= m_screen.size().columns;
    const int expected = isAtEdge ? m_lastGlyph.column : m_lastGlyph.endColumn;
    if (row != m_lastGlyph.row || column != expected) {
        m_lastGlyph.row = -1;
    }
}

void Interpreter::scroll(CellArea area, int upward, int leftward)
{
    m_lastGlyph.takesMarks = false;
    m_damage.scrolledLines += m_screen.scroll(area, upward, leftward, m_pen);
}

int Interpreter::setProperty(int property, const void *propertyValue)
{
    const VTermValue &value = *static_cast<const VTermValue *>(propertyValue);
    m_damage.cursor = true;
    switch (property) {
    case VTERM_PROP_CURSORVISIBLE:
        m_cursor.visible = value.boolean != 0;
        return 1;
    case VTERM_PROP_CURSORBLINK:
        m_cursor.blinking = value.boolean != 0;
        return 1;
    case VTERM_PROP_CURSORSHAPE:
        m_cursor.shape = value.number == VTERM_PROP_CURSORSHAPE_UNDERLINE  ? Cursor::Shape::Underline
                         : value.number == VTERM_PROP_CURSORSHAPE_BAR_LEFT ? Cursor::Shape::Bar
                                                                           : Cursor::Shape::Block;
        return 1;
    case VTERM_PROP_ALTSCREEN: {
        VTermPos position{};
        vterm_state_get_cursorpos(m_state, &position);
        m_modes.alternateScreen = value.boolean != 0;
        m_screen.switchTo(
            m_modes.alternateScreen ? Screen::Buffer::Alternate : Screen::Buffer::Main, position.row);
        m_damage.everything = true;
        return 1;
    }
    case VTERM_PROP_REVERSE:
        m_modes.reverseVideo = value.boolean != 0;
        m_damage.everything = true;
        return 1;
    case VTERM_PROP_MOUSE:
        m_modes.mouse = static_cast<MouseTracking>(std::clamp(value.number, 0, 3));
        return 1;
    default:
        return 0; // Titles come by the filter.
    }
}

void Interpreter::resize(Size size)
{
    m_lastGlyph.row = -1;
    // libvterm keeps margins that lie outside of the new size and then writes there. Like xterm, take them
    // off; that sends the cursor home.
    const Cursor before = cursor();
    interpret(
        "\x1B[r\x1B[s\x1B[" + std::to_string(before.row + 1) + ';' + std::to_string(before.column + 1) + 'H');
    vterm_set_size(m_vterm.get(), size.rows, size.columns);
    m_damage.everything = true;
}

void Interpreter::handleMouse(const MouseEvent &event)
{
    if (m_modes.mouse == MouseTracking::None) {
        return; // libvterm would tell of buttons all the same.
    }
    const VTermModifier modifiers = vtermModifiers(event.modifiers);
    vterm_mouse_move(m_vterm.get(), event.row, event.column, modifiers);
    if (event.action != MouseEvent::Action::Move && event.button != MouseEvent::Button::None) {
        // libvterm numbers buttons like X11, in the order of our enumeration.
        const bool pressed = event.action == MouseEvent::Action::Press;
        vterm_mouse_button(m_vterm.get(), static_cast<int>(event.button), pressed, modifiers);
    }
}

void Interpreter::setFocused(bool focused)
{
    focused ? vterm_state_focus_in(m_state) : vterm_state_focus_out(m_state);
}

void Interpreter::clear()
{
    if (!m_modes.alternateScreen) {
        const int row = cursor().row;
        if (row > 0) {
            m_screen.scroll({0, m_screen.size().rows, 0, m_screen.size().columns}, row, 0, {});
            interpret("\x1B[" + std::to_string(row) + 'A');
        }
    }
    eraseScrollback();
}

Cursor Interpreter::cursor() const
{
    VTermPos position{};
    vterm_state_get_cursorpos(m_state, &position);
    Cursor cursor = m_cursor;
    cursor.row = std::clamp(position.row, 0, m_screen.size().rows - 1);
    cursor.column = std::clamp(position.col, 0, m_screen.size().columns - 1);
    return cursor;
}

Modes Interpreter::modes() const
{
    // libvterm keeps these to itself, but its own keyboard obeys them.
    const auto press = [this](VTermKey key) {
        return probe([key](VTerm *vterm) { vterm_keyboard_key(vterm, key, VTERM_MOD_NONE); });
    };
    Modes modes = m_modes;
    modes.applicationCursor = press(VTERM_KEY_UP).starts_with("\x1BO");
    modes.newLine = press(VTERM_KEY_ENTER) == "\r\n";
    modes.bracketedPaste = !probe(&vterm_keyboard_start_paste).empty();
    return modes;
}

std::string Interpreter::probe(const std::function<void(VTerm *)> &action) const
{
    std::string output;
    std::string *const target = std::exchange(m_outputTarget, &output);
    action(m_vterm.get());
    m_outputTarget = target;
    return output;
}

std::string Interpreter::takeOutput()
{
    return std::exchange(m_output, {});
}

Damage Interpreter::takeDamage()
{
    return std::exchange(m_damage, {});
}

} // namespace Koyeb::Vt
