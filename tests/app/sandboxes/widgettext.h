// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>
#include <QPushButton>

namespace Koyeb::Desktop::Test {

/// The label that is visible and has this text, or null.
[[nodiscard]] inline QLabel *labelWith(const QWidget &parent, const QString &text)
{
    for (auto *label : parent.findChildren<QLabel *>()) {
        if (label->isVisible() && label->text() == text) {
            return label;
        }
    }
    return nullptr;
}

/// The label that a screen reader calls so, or null.
[[nodiscard]] inline QLabel *labelCalled(const QWidget &parent, const QString &name)
{
    for (auto *label : parent.findChildren<QLabel *>()) {
        if (label->accessibleName() == name) {
            return label;
        }
    }
    return nullptr;
}

/// The button that is visible and has this text, or null.
[[nodiscard]] inline QPushButton *buttonWith(const QWidget &parent, const QString &text)
{
    for (auto *button : parent.findChildren<QPushButton *>()) {
        if (button->isVisible() && button->text() == text) {
            return button;
        }
    }
    return nullptr;
}

} // namespace Koyeb::Desktop::Test
