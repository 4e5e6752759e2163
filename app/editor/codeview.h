// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "editor/editortext.h"
#include "editor/qscintilla.h"
#include "editor/textsearch.h"

namespace Koyeb::Desktop {

/// A text with its syntax in colours, at home in the palette and with the system's font of fixed width. Bytes
/// go in and come out as they are, line ends included.
class CodeView : public QsciScintilla {
    Q_OBJECT

public:
    explicit CodeView(QWidget *parent = nullptr);
    ~CodeView() override;

    /// Another text, which cannot be undone, and is not modified. New lines get the kind of end that
    /// prevails.
    void setContent(const QByteArray &utf8, const QByteArray &fileName);
    /// Another text in place of this one, which can be undone.
    void replaceContent(const QByteArray &utf8);
    [[nodiscard]] QByteArray content() const;
    /// Colours as for a file of this name.
    void setFileName(const QByteArray &fileName);
    /// Makes all lines end so; not Mixed.
    void convertLineEnds(LineEnds ends);
    /// Puts the cursor there, in bytes of the text, and shows it.
    void showPosition(qsizetype position);
    [[nodiscard]] TextRange selection() const;
    /// Selects a part and shows it.
    void select(const TextRange &range);
    /// Marks these parts, in place of those that were marked.
    void mark(const QList<TextRange> &ranges);
    /// From 1 on; those beyond the end are the last.
    void showLine(int line);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void applyPalette();
    void fitLineNumbers();
    void showHiddenCharacters();

    QsciLexer *m_lexer = nullptr;
};

} // namespace Koyeb::Desktop
