// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lib/sandbox/transferfixture.h"

namespace Koyeb::Stress {

/// What tools a sandbox has.
enum class Image {
    Gnu,
    BusyBox,
    Poor,  ///< Next to nothing: each tool without which a transfer is refused, and no other one.
    Shell, ///< Nothing but what is within the shell itself.
};

/// Before anything is moved to it or from it.
inline void useTools(Test::TransferFixture &fixture, Image image)
{
    switch (image) {
    case Image::Gnu:
        fixture.useUsualTools();
        break;
    case Image::BusyBox:
        fixture.useBusyBox();
        break;
    case Image::Poor:
        fixture.useBusyBox(
            QStringLiteral("cat chmod head ln ls mkdir mv od readlink rm stat tail touch wc").split(u' '));
        break;
    case Image::Shell:
        fixture.useBusyBox({QStringLiteral("printf")});
        break;
    }
}

} // namespace Koyeb::Stress
