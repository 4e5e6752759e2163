// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "editor/editortext.h"

#include <QWidget>

class QLabel;
class QToolButton;

namespace Koyeb::Desktop {

/// The row below a text: where the cursor is, how the file says its characters and ends its lines, and menus
/// to change both.
class EditorStatus : public QWidget {
    Q_OBJECT

public:
    explicit EditorStatus(QWidget *parent = nullptr);

    /// What is going on, e.g. that the file is being saved; empty: nothing.
    void showState(const QString &sentence);
    /// From 1 on.
    void showPosition(int line, int column);
    void showEncoding(TextEncoding encoding);
    void showLineEnds(LineEnds ends);
    /// Whether the menus change anything.
    void setChangesAllowed(bool allowed);

    /// As people know it: "UTF-8".
    [[nodiscard]] static QString name(TextEncoding encoding);
    [[nodiscard]] static QString name(LineEnds ends);

Q_SIGNALS:
    void lineRequested();
    /// The text shall be saved so from now on.
    void encodingChosen(Koyeb::Desktop::TextEncoding encoding);
    /// The file shall be read anew, as if it were so.
    void readingAsRequested(Koyeb::Desktop::TextEncoding encoding);
    void lineEndsChosen(Koyeb::Desktop::LineEnds ends);

private:
    void fillEncodings();
    void fillLineEnds();

    QLabel *m_state;
    QToolButton *m_position;
    QToolButton *m_encoding;
    QToolButton *m_lineEnds;
};

} // namespace Koyeb::Desktop
