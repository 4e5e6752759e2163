// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/existingtargetsdialog.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

namespace Koyeb::Desktop {

namespace {
constexpr int idRole = Qt::UserRole;
} // namespace

ExistingTargetsDialog::ExistingTargetsDialog(const QString &targetDirectory, QWidget *parent)
    : QDialog(parent),
      m_targetDirectory(targetDirectory),
      m_question(new QLabel(this)),
      m_names(new QListWidget(this)),
      m_choices(new QButtonGroup(this)),
      m_forAll(new QCheckBox(tr("For &all of this batch, also those found later"), this))
{
    setWindowTitle(tr("Exists already"));
    setAttribute(Qt::WA_DeleteOnClose);
    createLayout();
    connect(this, &QDialog::rejected, this, [this] { Q_EMIT answeredForAll(ExistingTarget::Refuse); });
    // Without "for all" the answer is for those that are chosen in the list.
    const auto updateList = [this] {
        const bool isForAll = m_forAll->isChecked();
        m_names->setSelectionMode(
            isForAll ? QAbstractItemView::NoSelection : QAbstractItemView::ExtendedSelection);
        if (!isForAll && m_names->selectedItems().isEmpty()) {
            m_names->setCurrentRow(0);
        }
    };
    connect(m_forAll, &QCheckBox::toggled, this, updateList);
    m_forAll->setChecked(true);
}

void ExistingTargetsDialog::createLayout()
{
    m_question->setTextFormat(Qt::PlainText);
    m_question->setWordWrap(true);
    m_names->setAccessibleName(tr("What exists already"));
    m_names->setUniformItemSizes(true);
    auto *note = new QLabel(tr("Folders are merged: what you choose is done with each file in them."), this);
    note->setWordWrap(true);
    auto *buttons = new QDialogButtonBox(this);
    auto *go = buttons->addButton(tr("Continue"), QDialogButtonBox::ActionRole);
    auto *leave = buttons->addButton(tr("Leave these out"), QDialogButtonBox::RejectRole);
    leave->setAutoDefault(false);
    go->setDefault(true);
    connect(go, &QPushButton::clicked, this, &ExistingTargetsDialog::answer);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto *column = new QVBoxLayout(this);
    column->addWidget(m_question);
    column->addWidget(m_names, 1);
    addChoices();
    column->addWidget(note);
    column->addWidget(m_forAll);
    column->addWidget(buttons);
}

void ExistingTargetsDialog::addChoices()
{
    const QList<std::pair<ExistingTarget, QString>> choices{
        {ExistingTarget::Overwrite, tr("&Overwrite")},
        {ExistingTarget::Newer, tr("Only &newer: overwrite what is older than the source")},
        {ExistingTarget::Different,
         tr("Only if &different: overwrite what has another size, time or content")},
        {ExistingTarget::KeepBoth, tr("&Keep both: give what arrives another name, such as “name (2)”")},
        {ExistingTarget::Skip, tr("&Skip: keep what is there")},
    };
    for (const auto &[choice, text] : choices) {
        auto *button = new QRadioButton(text, this);
        m_choices->addButton(button, static_cast<int>(choice));
        layout()->addWidget(button);
    }
    // What harms nothing.
    m_choices->button(static_cast<int>(ExistingTarget::Skip))->setChecked(true);
    m_choices->button(static_cast<int>(ExistingTarget::Skip))->setFocus();
}

void ExistingTargetsDialog::add(quint64 id, const QString &name)
{
    auto *item = new QListWidgetItem(name, m_names);
    item->setData(idRole, id);
    if (m_names->count() == 1) {
        m_names->setCurrentRow(0);
    }
    showQuestion();
}

void ExistingTargetsDialog::remove(quint64 id)
{
    for (int row = m_names->count() - 1; row >= 0; --row) {
        if (m_names->item(row)->data(idRole).toULongLong() == id) {
            delete m_names->takeItem(row);
            showQuestion();
            if (m_names->count() == 0) {
                done(QDialog::Accepted);
            }
        }
    }
}

void ExistingTargetsDialog::answer()
{
    const auto choice = static_cast<ExistingTarget>(m_choices->checkedId());
    if (m_forAll->isChecked()) {
        accept();
        Q_EMIT answeredForAll(choice);
        return;
    }
    QList<quint64> ids;
    for (const auto *item : m_names->selectedItems()) {
        ids.append(item->data(idRole).toULongLong());
    }
    for (const auto id : std::as_const(ids)) {
        remove(id);
        Q_EMIT answeredFor(id, choice);
    }
    if (m_names->count() > 0 && m_names->selectedItems().isEmpty()) {
        m_names->setCurrentRow(0);
    }
}

void ExistingTargetsDialog::showQuestion()
{
    m_question->setText(
        tr("%n item(s) of these transfers exist in “%1” already. The other transfers go on meanwhile.",
           nullptr, m_names->count())
            .arg(m_targetDirectory));
}

} // namespace Koyeb::Desktop
