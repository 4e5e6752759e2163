// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include <memory>

namespace Koyeb {
class Sandbox;
}

namespace Koyeb::Desktop {

/// A look at a file: the picture that it is, or its bytes. Space closes it, as it opened it.
class PreviewDialog : public QDialog {
    Q_OBJECT

public:
    PreviewDialog(const std::shared_ptr<Sandbox> &sandbox, const QByteArray &path, QWidget *parent = nullptr);
    ~PreviewDialog() override;
};

} // namespace Koyeb::Desktop
