// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/icons.h"

#include <QFrame>
#include <QLabel>

namespace Koyeb::Desktop {

/// A group on the colour of paper, with a hairline and round corners.
class Card : public QFrame {
    Q_OBJECT

public:
    explicit Card(QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;
};

/// One of our icons on a page; follows the theme.
class IconLabel : public QLabel {
    Q_OBJECT

public:
    IconLabel(const QString &iconName, int size, QWidget *parent = nullptr);

    void setIcon(const QIcon &icon);

protected:
    void changeEvent(QEvent *event) override;

private:
    void render();

    QIcon m_icon;
    int m_size;
};

} // namespace Koyeb::Desktop
