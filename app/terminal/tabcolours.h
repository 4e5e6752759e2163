// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>
#include <QString>

namespace Koyeb::Desktop {

/// The colours that a tab may have, so that one finds it again. Each has a name, too.
constexpr int tabColourCount = 6;

[[nodiscard]] QString tabColourName(int colour);
/// A disc that stands out from light and dark tabs. Null for a number that is none.
[[nodiscard]] QIcon tabColourIcon(int colour);

} // namespace Koyeb::Desktop
