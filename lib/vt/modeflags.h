// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vt/keys.h"

namespace Koyeb::Vt {

/// The modes that a program can set and that are no more than that.
struct ModeFlags {
    // ANSI
    bool keyboardLocked = false; ///< KAM: remembered only.
    bool insert = false;
    bool noLocalEcho = true; ///< SRM: remembered only.
    bool newLine = false;
    // DEC and xterm
    bool applicationCursor = false;
    bool smoothScroll = false; ///< Remembered only.
    bool reverseVideo = false;
    bool originMode = false;
    bool autoWrap = true;
    bool autoRepeat = true; ///< Remembered only.
    bool allowsColumnSwitch = false;
    bool tabWraps = false;         ///< A tab behind the last column goes to the next row first.
    bool nationalCharsets = false; ///< ISO 646 sets may be designated.
    bool reverseWrap = false;
    bool extendedReverseWrap = false; ///< Newer programs' name of the same.
    bool applicationKeypad = false;
    bool backspaceIsBs = false;
    bool horizontalMargins = false;
    bool keepsScreenOnSwitch = false;
    bool focusEvents = false;
    bool alternateScroll = true;
    bool bracketedPaste = false;
    bool synchronized = false;
    MouseTracking tracking = MouseTracking::None;
    MouseEncoding encoding = MouseEncoding::Bytes;

    /// The flag of a mode; none where a mode is more than a flag, or unknown.
    [[nodiscard]] bool *find(int mode, bool isPrivate);
};

} // namespace Koyeb::Vt
