// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QFormLayout;
class QWidget;

namespace Koyeb::Desktop {

class FieldMessage;

/// A row of a form that has the line about its field below it; `beside`, if any, stands next to the field.
/// `text` may hold the field's mnemonic.
void addFieldRow(
    QFormLayout *form, const QString &text, QWidget *field, FieldMessage *message, QWidget *beside = nullptr);

} // namespace Koyeb::Desktop
