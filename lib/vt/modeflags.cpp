// SPDX-License-Identifier: Apache-2.0
#include "vt/modeflags.h"

namespace Koyeb::Vt {

bool *ModeFlags::find(int mode, bool isPrivate)
{
    if (!isPrivate) {
        switch (mode) {
        case 2:
            return &keyboardLocked;
        case 4:
            return &insert;
        case 12:
            return &noLocalEcho;
        case 20:
            return &newLine;
        default:
            return nullptr;
        }
    }
    switch (mode) {
    case 1:
        return &applicationCursor;
    case 4:
        return &smoothScroll;
    case 5:
        return &reverseVideo;
    case 6:
        return &originMode;
    case 7:
        return &autoWrap;
    case 8:
        return &autoRepeat;
    case 40:
        return &allowsColumnSwitch;
    case 41:
        return &tabWraps;
    case 42:
        return &nationalCharsets;
    case 45:
        return &reverseWrap;
    case 66:
        return &applicationKeypad;
    case 67:
        return &backspaceIsBs;
    case 69:
        return &horizontalMargins;
    case 95:
        return &keepsScreenOnSwitch;
    case 1004:
        return &focusEvents;
    case 1007:
        return &alternateScroll;
    case 1045:
        return &extendedReverseWrap;
    case 2004:
        return &bracketedPaste;
    case 2026:
        return &synchronized;
    default:
        return nullptr;
    }
}

} // namespace Koyeb::Vt
