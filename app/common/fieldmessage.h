// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

namespace Koyeb::Desktop {

/// The line below a field: what is wrong with its content, or a hint about it. Empty, it takes no room.
class FieldMessage : public QLabel {
    Q_OBJECT

public:
    /// `field` gets the message as its accessible description.
    explicit FieldMessage(QWidget *field, QWidget *parent = nullptr);

    void showProblem(const QString &sentence);
    void showHint(const QString &sentence);
    [[nodiscard]] bool isProblem() const { return m_isProblem; }

protected:
    void changeEvent(QEvent *event) override;

private:
    void present(const QString &sentence);
    void applyColours();

    QWidget *m_field;
    bool m_isProblem = false;
};

} // namespace Koyeb::Desktop
