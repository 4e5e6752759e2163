// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string_view>

struct VTerm;

/// libvterm with its own screen, as a terminal would use it: what ours is measured against.
class LibvtermYardstick {
public:
    LibvtermYardstick(int columns, int rows);
    void feed(std::string_view bytes);

private:
    struct Deleter {
        void operator()(VTerm *vterm) const;
    };
    std::unique_ptr<VTerm, Deleter> m_vterm;
};
