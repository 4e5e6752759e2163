// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/taskscope.h"
#include "core/workerthread.h"
#include "editor/editortext.h"
#include "editor/linediff.h"

#include <QCoroTask>
#include <QDialog>

class QLabel;
class QToolButton;

namespace Koyeb::Desktop {

class CodeView;

/// What differs between a file as it is in the sandbox and the text that shall take its place.
class ComparisonDialog : public QDialog {
    Q_OBJECT

public:
    ComparisonDialog(
        const QString &name, const EditorText &inSandbox, const EditorText &mine, QWidget *parent = nullptr);
    ~ComparisonDialog() override;

private:
    void createLayout();
    QCoro::Task<> compare(EditorText inSandbox, EditorText mine, std::stop_token stop);
    void showLines(const QList<DiffLine> &lines);
    void applyColours();
    void changeEvent(QEvent *event) override;

    QLabel *m_legend;
    CodeView *m_view;
    WorkerThread m_worker;
    TaskScope m_scope;
};

} // namespace Koyeb::Desktop
