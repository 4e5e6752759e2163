// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

namespace Koyeb::Desktop {

/// The title of a page.
[[nodiscard]] QLabel *createPageTitle(const QString &text, QWidget *parent);
/// The title of a part of a page.
[[nodiscard]] QLabel *createSectionTitle(const QString &text, QWidget *parent);

/// Text of lesser weight that stays readable in both themes.
class MutedLabel : public QLabel {
    Q_OBJECT

public:
    explicit MutedLabel(const QString &text, QWidget *parent = nullptr);

protected:
    void changeEvent(QEvent *event) override;

private:
    void applyColours();
};

} // namespace Koyeb::Desktop
