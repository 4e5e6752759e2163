// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace Koyeb::Desktop {

/// The first page: the two ways in.
class WelcomePage : public QWidget {
    Q_OBJECT

public:
    explicit WelcomePage(QWidget *parent = nullptr);

Q_SIGNALS:
    void localRequested();
    void signInRequested();
};

} // namespace Koyeb::Desktop
