// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Distances of the interface, in device-independent pixels: one scale, so that pages line up.
namespace Koyeb::Desktop::Spacing {

constexpr int tight = 4;    ///< Between an icon and its word.
constexpr int close = 8;    ///< Between things that belong together.
constexpr int normal = 12;  ///< Between the rows of a form.
constexpr int section = 20; ///< Between groups.
constexpr int page = 24;    ///< Around a page's content.

} // namespace Koyeb::Desktop::Spacing
