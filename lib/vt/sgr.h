// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vt/cell.h"
#include "vt/parser.h"

#include <string>

namespace Koyeb::Vt {

/// Changes a style as SGR says. `first` is the parameter to begin with.
void applySgr(Style &style, const ControlSequence &sequence, std::size_t first = 0);

/// The parameters of the SGR that leads from the default style to this one.
[[nodiscard]] std::string sgrOf(const Style &style);

} // namespace Koyeb::Vt
