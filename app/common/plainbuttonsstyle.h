// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProxyStyle>

namespace Koyeb::Desktop {

/// A style as it is, but for icons on the buttons of dialogs: only standard buttons have them, of the style's
/// own drawing, so that half of a dialog's buttons would look like another program's.
class PlainButtonsStyle final : public QProxyStyle {
    Q_OBJECT

public:
    using QProxyStyle::QProxyStyle;

    [[nodiscard]] int styleHint(
        StyleHint hint, const QStyleOption *option, const QWidget *widget,
        QStyleHintReturn *returnData) const override;
};

} // namespace Koyeb::Desktop
