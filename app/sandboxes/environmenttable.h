// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/values.h"

#include <QWidget>

class QComboBox;
class QTableWidget;
class QToolButton;

namespace Koyeb::Desktop {

/// Environment variables, to be edited: each has a plain value, or takes it from a secret of the account, of
/// which only the name is known here.
class EnvironmentTable : public QWidget {
    Q_OBJECT

public:
    explicit EnvironmentTable(QWidget *parent = nullptr);

    void setVariables(const QList<EnvironmentVariable> &variables);
    /// Rows without a name are left out.
    [[nodiscard]] QList<EnvironmentVariable> variables() const;
    /// A sentence about the first row that cannot be; empty when all can.
    [[nodiscard]] QString problem() const;

Q_SIGNALS:
    void changed();

private:
    void addRow();
    void appendRow(const EnvironmentVariable &variable);
    void removeCurrentRow();
    [[nodiscard]] QComboBox *createKindChoice(bool isSecret);
    [[nodiscard]] bool isSecret(int row) const;
    [[nodiscard]] QString textAt(int row, int column) const;
    [[nodiscard]] static QString problemOf(const QString &key, bool isSecret, const QString &value);

    QTableWidget *m_table;
    QToolButton *m_remove;
};

} // namespace Koyeb::Desktop
