// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandboxes/formrows.h"

#include "common/fieldmessage.h"
#include "common/spacing.h"

#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>

namespace Koyeb::Desktop {

void addFieldRow(
    QFormLayout *form, const QString &text, QWidget *field, FieldMessage *message, QWidget *beside)
{
    auto *column = new QVBoxLayout;
    column->setSpacing(Spacing::tight);
    if (beside) {
        auto *line = new QHBoxLayout;
        line->setSpacing(Spacing::close);
        line->addWidget(field, 1);
        line->addWidget(beside);
        column->addLayout(line);
    } else {
        column->addWidget(field);
    }
    column->addWidget(message);
    // QFormLayout finds the buddy of a label only where the field is alone in its row.
    auto *label = new QLabel(text);
    label->setBuddy(field);
    form->addRow(label, column);
}

} // namespace Koyeb::Desktop
