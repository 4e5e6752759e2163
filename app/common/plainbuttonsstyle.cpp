// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/plainbuttonsstyle.h"

namespace Koyeb::Desktop {

int PlainButtonsStyle::styleHint(
    StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *returnData) const
{
    return hint == SH_DialogButtonBox_ButtonsHaveIcons
               ? 0
               : QProxyStyle::styleHint(hint, option, widget, returnData);
}

} // namespace Koyeb::Desktop
