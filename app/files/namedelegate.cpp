// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/namedelegate.h"

#include "files/namevalidator.h"

#include <QLineEdit>
#include <QTimer>

namespace Koyeb::Desktop {

QWidget *NameDelegate::createEditor(QWidget *parent, const QStyleOptionViewItem &, const QModelIndex &) const
{
    auto *editor = new QLineEdit(parent);
    editor->setAccessibleName(tr("New name", "of a file"));
    editor->setValidator(new NameValidator(editor));
    return editor;
}

void NameDelegate::setEditorData(QWidget *editor, const QModelIndex &index) const
{
    auto *line = qobject_cast<QLineEdit *>(editor);
    Q_ASSERT(line);
    const QString name = index.data(Qt::EditRole).toString();
    if (line->text() == name || line->isModified()) {
        return; // A refresh of the row must not take away what is being typed.
    }
    line->setText(name);
    const qsizetype ending = name.lastIndexOf(u'.');
    // The view selects everything once it has set up the editor.
    QTimer::singleShot(0, line, [line, length = ending > 0 ? ending : name.size()] {
        line->setSelection(0, static_cast<int>(length));
    });
}

} // namespace Koyeb::Desktop
