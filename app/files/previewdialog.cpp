// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/previewdialog.h"

#include "common/previewview.h"
#include "common/spacing.h"

#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QVBoxLayout>

namespace Koyeb::Desktop {

PreviewDialog::PreviewDialog(const std::shared_ptr<Sandbox> &sandbox, const QByteArray &path, QWidget *parent)
    : QDialog(parent)
{
    setWindowTitle(tr("Preview of %1").arg(displayName(remoteName(path))));
    auto *view = new PreviewView(this);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    view->addToFoot(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(view, &PreviewView::closeRequested, this, &QDialog::reject);
    auto *column = new QVBoxLayout(this);
    column->addWidget(view);
    // Offset, bytes and characters of a line, and what is around it.
    const QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    const int width = QFontMetrics(fixed).horizontalAdvance(u'0') * 80 + 4 * Spacing::section;
    resize(width, width * 2 / 3);
    view->load(sandbox, path);
}

PreviewDialog::~PreviewDialog() = default;

} // namespace Koyeb::Desktop
