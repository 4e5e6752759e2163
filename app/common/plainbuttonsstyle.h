// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProxyStyle>

namespace Koyeb::Desktop {

/// A style as it is, but for two things. Buttons of dialogs have no icons: only standard ones would have
/// them, of the style's own drawing, so that half of a dialog's buttons would look like another program's.
/// And boxes that can be ticked have an outline on dark windows, where Fusion's is darker than what is around
/// it.
class PlainButtonsStyle final : public QProxyStyle {
    Q_OBJECT

public:
    using QProxyStyle::QProxyStyle;

    [[nodiscard]] int styleHint(
        StyleHint hint, const QStyleOption *option, const QWidget *widget,
        QStyleHintReturn *returnData) const override;
    void drawPrimitive(
        PrimitiveElement element, const QStyleOption *option, QPainter *painter,
        const QWidget *widget) const override;
};

} // namespace Koyeb::Desktop
