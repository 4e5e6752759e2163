// SPDX-License-Identifier: Apache-2.0
#include "vt/capabilities.h"

#include <algorithm>
#include <array>

namespace Koyeb::Vt {

namespace {

struct Capability {
    std::string_view name;    ///< Of terminfo.
    std::string_view oldName; ///< Of termcap; empty: none, or the same.
    std::string_view value;
};

/// As the description of xterm-256color has them, and what that has not, by the names that programs ask for.
constexpr std::array capabilities = {
    Capability{"TN", "", "xterm-256color"},
    Capability{"name", "", "xterm-256color"},
    Capability{"colors", "Co", "256"},
    Capability{"RGB", "", "8/8/8"},
    Capability{"Tc", "", ""},
    Capability{"Su", "", ""},
    Capability{"Smulx", "", "\x1B[4:%p1%dm"},
    Capability{"Setulc", "", "\x1B[58:2::%p1%{65536}%/%d:%p1%{256}%/%{255}%&%d:%p1%{255}%&%dm"},
    Capability{"setrgbf", "", "\x1B[38:2:%p1%d:%p2%d:%p3%dm"},
    Capability{"setrgbb", "", "\x1B[48:2:%p1%d:%p2%d:%p3%dm"},
    Capability{"Ss", "", "\x1B[%p1%d q"},
    Capability{"Se", "", "\x1B[2 q"},
    Capability{"Ms", "", "\x1B]52;%p1%s;%p2%s\x07"},
    Capability{"smxx", "", "\x1B[9m"},
    Capability{"rmxx", "", "\x1B[29m"},
    Capability{"Sync", "", "\x1B[?2026%?%p1%{1}%-%tl%eh%;"},
    Capability{"kcuu1", "ku", "\x1BOA"},
    Capability{"kcud1", "kd", "\x1BOB"},
    Capability{"kcuf1", "kr", "\x1BOC"},
    Capability{"kcub1", "kl", "\x1BOD"},
    Capability{"khome", "kh", "\x1BOH"},
    Capability{"kend", "@7", "\x1BOF"},
    Capability{"kich1", "kI", "\x1B[2~"},
    Capability{"kdch1", "kD", "\x1B[3~"},
    Capability{"kpp", "kP", "\x1B[5~"},
    Capability{"knp", "kN", "\x1B[6~"},
    Capability{"kbs", "kb", "\x7F"},
    Capability{"kcbt", "kB", "\x1B[Z"},
    Capability{"kf1", "k1", "\x1BOP"},
    Capability{"kf2", "k2", "\x1BOQ"},
    Capability{"kf3", "k3", "\x1BOR"},
    Capability{"kf4", "k4", "\x1BOS"},
    Capability{"kf5", "k5", "\x1B[15~"},
    Capability{"kf6", "k6", "\x1B[17~"},
    Capability{"kf7", "k7", "\x1B[18~"},
    Capability{"kf8", "k8", "\x1B[19~"},
    Capability{"kf9", "k9", "\x1B[20~"},
    Capability{"kf10", "k;", "\x1B[21~"},
    Capability{"kf11", "F1", "\x1B[23~"},
    Capability{"kf12", "F2", "\x1B[24~"},
    Capability{"kHOM", "#2", "\x1B[1;2H"},
    Capability{"kEND", "*7", "\x1B[1;2F"},
    Capability{"kLFT", "#4", "\x1B[1;2D"},
    Capability{"kRIT", "%i", "\x1B[1;2C"},
    Capability{"kri", "kR", "\x1B[1;2A"},
    Capability{"kind", "kF", "\x1B[1;2B"},
    Capability{"kIC", "#3", "\x1B[2;2~"},
    Capability{"kDC", "*4", "\x1B[3;2~"},
    Capability{"kPRV", "%e", "\x1B[5;2~"},
    Capability{"kNXT", "%c", "\x1B[6;2~"},
    Capability{"kent", "@8", "\x1BOM"},
    Capability{"kmous", "Km", "\x1B[<"},
};

} // namespace

std::optional<std::string_view> capability(std::string_view name)
{
    const auto known = std::find_if(capabilities.begin(), capabilities.end(), [name](const Capability &each) {
        return each.name == name || (!each.oldName.empty() && each.oldName == name);
    });
    return known == capabilities.end() ? std::nullopt : std::optional(known->value);
}

} // namespace Koyeb::Vt
