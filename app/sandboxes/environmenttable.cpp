// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandboxes/environmenttable.h"

#include "common/icons.h"
#include "common/spacing.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QRegularExpression>
#include <QSet>
#include <QTableWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {
constexpr int nameColumn = 0;
constexpr int valueColumn = 1;
constexpr int tableHeight = 120;
} // namespace

EnvironmentTable::EnvironmentTable(QWidget *parent)
    : QWidget(parent), m_table(new QTableWidget(0, 2, this)), m_remove(new QToolButton(this))
{
    m_table->setHorizontalHeaderLabels({tr("Name"), tr("Value")});
    m_table->setAccessibleName(tr("Environment variables"));
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_table->setFixedHeight(tableHeight);
    m_table->setTabKeyNavigation(false);
    m_table->setEditTriggers(QAbstractItemView::AllEditTriggers);

    auto *add = new QToolButton(this);
    add->setIcon(themedIcon(u"new"_s));
    add->setToolTip(tr("Add variable"));
    add->setAccessibleName(add->toolTip());
    m_remove->setIcon(themedIcon(u"remove"_s));
    m_remove->setToolTip(tr("Remove variable"));
    m_remove->setAccessibleName(m_remove->toolTip());
    m_remove->setEnabled(false);

    auto *buttons = new QVBoxLayout;
    buttons->setSpacing(Spacing::tight);
    buttons->addWidget(add);
    buttons->addWidget(m_remove);
    buttons->addStretch();
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Spacing::close);
    row->addWidget(m_table);
    row->addLayout(buttons);

    connect(add, &QToolButton::clicked, this, &EnvironmentTable::addRow);
    connect(m_remove, &QToolButton::clicked, this, &EnvironmentTable::removeCurrentRow);
    connect(m_table, &QTableWidget::cellChanged, this, &EnvironmentTable::changed);
    connect(m_table, &QTableWidget::currentCellChanged, this, [this](int current) {
        m_remove->setEnabled(current >= 0);
    });
}

void EnvironmentTable::setVariables(const QList<EnvironmentVariable> &variables)
{
    m_table->setRowCount(0);
    for (const auto &variable : variables) {
        appendRow(variable);
    }
}

void EnvironmentTable::appendRow(const EnvironmentVariable &variable)
{
    const int row = m_table->rowCount();
    m_table->insertRow(row);
    m_table->setItem(row, nameColumn, new QTableWidgetItem(variable.key));
    m_table->setItem(row, valueColumn, new QTableWidgetItem(variable.value));
}

void EnvironmentTable::addRow()
{
    appendRow({});
    m_table->setCurrentCell(m_table->rowCount() - 1, nameColumn);
    m_table->editItem(m_table->currentItem());
}

void EnvironmentTable::removeCurrentRow()
{
    m_table->removeRow(m_table->currentRow());
    m_remove->setEnabled(m_table->currentRow() >= 0);
    Q_EMIT changed();
}

QList<EnvironmentVariable> EnvironmentTable::variables() const
{
    QList<EnvironmentVariable> variables;
    for (int row = 0; row < m_table->rowCount(); ++row) {
        EnvironmentVariable variable;
        const auto *name = m_table->item(row, nameColumn);
        const auto *value = m_table->item(row, valueColumn);
        variable.key = name ? name->text().trimmed() : QString();
        variable.value = value ? value->text() : QString();
        if (!variable.key.isEmpty()) {
            variables.append(variable);
        }
    }
    return variables;
}

QString EnvironmentTable::problem() const
{
    static const QRegularExpression valid(u"^[A-Za-z_][A-Za-z0-9_]*$"_s);
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const auto *name = m_table->item(row, nameColumn);
        const auto *value = m_table->item(row, valueColumn);
        if ((!name || name->text().trimmed().isEmpty()) && value && !value->text().isEmpty()) {
            return tr("The value in row %1 has no name.").arg(row + 1);
        }
    }
    QSet<QString> seen;
    const auto all = variables();
    for (const auto &variable : all) {
        if (!valid.match(variable.key).hasMatch()) {
            return tr("“%1” cannot be the name of a variable: letters, digits and underscores can.")
                .arg(variable.key);
        }
        if (variable.key == "SANDBOX_SECRET"_L1) {
            return tr("SANDBOX_SECRET belongs to the platform and cannot be set.");
        }
        if (seen.contains(variable.key)) {
            return tr("The variable “%1” is there twice.").arg(variable.key);
        }
        seen.insert(variable.key);
    }
    return {};
}

} // namespace Koyeb::Desktop
