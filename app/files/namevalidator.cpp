// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/namevalidator.h"

#include "files/entrytext.h"

namespace Koyeb::Desktop {

QValidator::State NameValidator::validate(QString &input, int &) const
{
    if (input.contains(u'/') || input.contains(QChar::Null)) {
        return Invalid;
    }
    return isValidName(input) ? Acceptable : Intermediate;
}

} // namespace Koyeb::Desktop
