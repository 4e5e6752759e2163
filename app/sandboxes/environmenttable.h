// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/values.h"

#include <QWidget>

class QTableWidget;
class QToolButton;

namespace Koyeb::Desktop {

/// Names and values of environment variables, to be edited.
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

    QTableWidget *m_table;
    QToolButton *m_remove;
};

} // namespace Koyeb::Desktop
