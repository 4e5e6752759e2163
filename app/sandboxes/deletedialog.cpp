// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandboxes/deletedialog.h"

#include "common/card.h"
#include "common/errortext.h"
#include "common/spacing.h"

#include <QDialogButtonBox>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {
constexpr int textWidth = 420;
}

DeleteDialog::DeleteDialog(const QString &sandboxName, QWidget *parent)
    : QDialog(parent), m_name(sandboxName), m_text(new QLabel(this)), m_progress(new QProgressBar(this))
{
    setWindowTitle(tr("Delete sandbox"));
    auto *icon = new IconLabel(u"warning"_s, 32, this);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setMinimumWidth(textWidth);
    m_text->setText(tr("Looking up what would be deleted with “%1”…").arg(m_name));
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);

    auto *buttons = new QDialogButtonBox(this);
    m_delete = buttons->addButton(tr("Delete"), QDialogButtonBox::AcceptRole);
    m_delete->setEnabled(false);
    auto *cancel = buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole);
    cancel->setDefault(true);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        Q_EMIT confirmed(m_plan);
        accept();
    });

    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(Spacing::page, Spacing::page, Spacing::page, Spacing::section);
    grid->setHorizontalSpacing(Spacing::section);
    grid->setVerticalSpacing(Spacing::section);
    grid->addWidget(icon, 0, 0, Qt::AlignTop);
    grid->addWidget(m_text, 0, 1);
    grid->addWidget(m_progress, 1, 1);
    grid->addWidget(buttons, 2, 0, 1, 2);
    grid->setRowStretch(0, 1);
}

void DeleteDialog::showPlan(const DeletionPlan &plan)
{
    m_plan = plan;
    m_progress->hide();
    QStringList sentences{
        tr("The sandbox “%1” will be deleted, with all files and processes in it. This cannot be undone.")
            .arg(plan.serviceName)};
    if (plan.appGoesToo) {
        sentences << tr("Its app “%1” holds nothing else and will be deleted too.").arg(plan.appName);
    } else if (!plan.otherServices.isEmpty()) {
        sentences << tr("Its app “%1” stays, with its other services: %2.")
                         .arg(plan.appName, QLocale().createSeparatedList(plan.otherServices));
    }
    m_text->setText(sentences.join(u"\n\n"_s));
    m_delete->setEnabled(true);
    adjustSize();
}

void DeleteDialog::showFailure(const Error &error)
{
    m_progress->hide();
    m_text->setText(errorSentence(error, tr("What would be deleted could not be looked up.")));
}

} // namespace Koyeb::Desktop
