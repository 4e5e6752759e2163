// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandboxes/environmenttable.h"

#include "common/icons.h"
#include "common/spacing.h"

#include <QComboBox>
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
constexpr int kindColumn = 1;
constexpr int valueColumn = 2;
constexpr int columnCount = 3;
constexpr int tableHeight = 120;
enum Kind { Plain, FromSecret };
} // namespace

EnvironmentTable::EnvironmentTable(QWidget *parent)
    : QWidget(parent), m_table(new QTableWidget(0, columnCount, this)), m_remove(new QToolButton(this))
{
    m_table->setHorizontalHeaderLabels({tr("Name"), tr("Kind"), tr("Value or secret")});
    m_table->horizontalHeaderItem(valueColumn)
        ->setToolTip(tr("The value, or the name of the account's secret"));
    m_table->setAccessibleName(tr("Environment variables"));
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_table->horizontalHeader()->setSectionResizeMode(kindColumn, QHeaderView::ResizeToContents);
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
    row->addWidget(m_table, 1, Qt::AlignTop);
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
    const bool isSecret = !variable.secret.isEmpty();
    m_table->insertRow(row);
    m_table->setItem(row, nameColumn, new QTableWidgetItem(variable.key));
    m_table->setItem(row, valueColumn, new QTableWidgetItem(isSecret ? variable.secret : variable.value));
    m_table->setCellWidget(row, kindColumn, createKindChoice(isSecret));
}

QComboBox *EnvironmentTable::createKindChoice(bool isSecret)
{
    auto *choice = new QComboBox(m_table);
    choice->setFrame(false);
    choice->setAccessibleName(tr("Kind of the value"));
    choice->insertItem(Plain, tr("Plain"));
    choice->insertItem(FromSecret, tr("Secret"));
    choice->setItemData(FromSecret, tr("The value of a secret of the account"), Qt::ToolTipRole);
    choice->setCurrentIndex(isSecret ? FromSecret : Plain);
    connect(choice, &QComboBox::currentIndexChanged, this, &EnvironmentTable::changed);
    return choice;
}

bool EnvironmentTable::isSecret(int row) const
{
    const auto *choice = qobject_cast<QComboBox *>(m_table->cellWidget(row, kindColumn));
    return choice && choice->currentIndex() == FromSecret;
}

QString EnvironmentTable::textAt(int row, int column) const
{
    const auto *item = m_table->item(row, column);
    return item ? item->text() : QString();
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
        variable.key = textAt(row, nameColumn).trimmed();
        if (isSecret(row)) {
            variable.secret = textAt(row, valueColumn).trimmed();
        } else {
            variable.value = textAt(row, valueColumn);
        }
        if (!variable.key.isEmpty()) {
            variables.append(variable);
        }
    }
    return variables;
}

QString EnvironmentTable::problem() const
{
    QSet<QString> seen;
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const QString key = textAt(row, nameColumn).trimmed();
        const QString value = textAt(row, valueColumn);
        if (key.isEmpty() && value.isEmpty()) {
            continue;
        }
        if (key.isEmpty()) {
            return tr("The value in row %1 has no name.").arg(row + 1);
        }
        const QString problem = problemOf(key, isSecret(row), value.trimmed());
        if (!problem.isEmpty()) {
            return problem;
        }
        if (seen.contains(key)) {
            return tr("The variable “%1” is there twice.").arg(key);
        }
        seen.insert(key);
    }
    return {};
}

QString EnvironmentTable::problemOf(const QString &key, bool isSecret, const QString &value)
{
    static const QRegularExpression validKey(u"^[A-Za-z_][A-Za-z0-9_]*$"_s);
    // It becomes a part of `{{ secret.NAME }}`.
    static const QRegularExpression validSecret(u"^[A-Za-z0-9_.-]+$"_s);
    if (!validKey.match(key).hasMatch()) {
        return tr("“%1” cannot be the name of a variable: letters, digits and underscores can.").arg(key);
    }
    if (key == "SANDBOX_SECRET"_L1) {
        return tr("SANDBOX_SECRET belongs to the platform and cannot be set.");
    }
    if (isSecret && value.isEmpty()) {
        return tr("Name the secret of the account that “%1” takes its value from.").arg(key);
    }
    if (isSecret && !validSecret.match(value).hasMatch()) {
        return tr("“%1” cannot be the name of a secret: letters, digits, dots, hyphens and underscores can.")
            .arg(value);
    }
    return {};
}

} // namespace Koyeb::Desktop
