// SPDX-License-Identifier: GPL-3.0-or-later
#include "libvtermyardstick.h"

#include <vterm.h>

void LibvtermYardstick::Deleter::operator()(VTerm *vterm) const
{
    vterm_free(vterm);
}

LibvtermYardstick::LibvtermYardstick(int columns, int rows) : m_vterm(vterm_new(rows, columns))
{
    vterm_set_utf8(m_vterm.get(), 1);
    VTermScreen *const screen = vterm_obtain_screen(m_vterm.get());
    static constexpr VTermScreenCallbacks callbacks{};
    vterm_screen_set_callbacks(screen, &callbacks, nullptr);
    vterm_screen_enable_altscreen(screen, 1);
    vterm_screen_set_damage_merge(screen, VTERM_DAMAGE_SCROLL);
    vterm_screen_reset(screen, 1);
}

void LibvtermYardstick::feed(std::string_view bytes)
{
    vterm_input_write(m_vterm.get(), bytes.data(), bytes.size());
    vterm_screen_flush_damage(vterm_obtain_screen(m_vterm.get()));
}
