// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QRandomGenerator>

namespace Koyeb::Stress {

/// Makes a local file or folder from a seed: odd names, odd sizes, links, modes, times, holes. Everything in
/// it can be read by its owner. Returns false when this computer cannot.
[[nodiscard]] bool makeRandomItem(const QByteArray &path, QRandomGenerator &random, bool isFolder);

} // namespace Koyeb::Stress
