// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/existingtargetsdialog.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

namespace Koyeb::Desktop {

ExistingTargetsDialog::ExistingTargetsDialog(const QString &targetDirectory, QWidget *parent)
    : QDialog(parent),
      m_targetDirectory(targetDirectory),
      m_question(new QLabel(this)),
      m_names(new QListWidget(this))
{
    setWindowTitle(tr("Exists already"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_question->setTextFormat(Qt::PlainText);
    m_question->setWordWrap(true);
    m_names->setAccessibleName(tr("What exists already"));
    m_names->setSelectionMode(QAbstractItemView::NoSelection);
    m_names->setUniformItemSizes(true);
    auto *buttons = new QDialogButtonBox(this);
    auto *overwrite = buttons->addButton(tr("Overwrite"), QDialogButtonBox::AcceptRole);
    auto *skip = buttons->addButton(tr("Skip"), QDialogButtonBox::RejectRole);
    overwrite->setAutoDefault(false);
    skip->setDefault(true);
    auto *column = new QVBoxLayout(this);
    column->addWidget(m_question);
    column->addWidget(m_names);
    column->addWidget(buttons);

    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(this, &QDialog::accepted, this, [this] { Q_EMIT answered(ExistingTargetAnswer::Overwrite); });
    connect(this, &QDialog::rejected, this, [this] { Q_EMIT answered(ExistingTargetAnswer::Skip); });
}

void ExistingTargetsDialog::addName(const QString &name)
{
    m_names->addItem(name);
    m_question->setText(
        tr("%n item(s) of these transfers exist in “%1” already. The answer is for all of them; the other "
           "transfers go on.",
           nullptr, m_names->count())
            .arg(m_targetDirectory));
}

} // namespace Koyeb::Desktop
