// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QValidator>

namespace Koyeb::Desktop {

/// Lets only names of files be typed: a `/` is never taken, and what isValidName() refuses is not yet enough.
class NameValidator : public QValidator {
    Q_OBJECT

public:
    using QValidator::QValidator;

    [[nodiscard]] State validate(QString &input, int &position) const override;
};

} // namespace Koyeb::Desktop
