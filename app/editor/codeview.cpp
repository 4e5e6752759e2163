// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/codeview.h"

#include "common/icons.h"
#include "editor/syntax.h"

#include <QEvent>
#include <QFontDatabase>
#include <QKeyEvent>

#include <algorithm>
#include <array>
#include <utility>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int numberMargin = 0;
constexpr int marginSpace = 8; ///< Around line numbers, in pixels.
constexpr int tabColumns = 4;
constexpr int markOpacity = 60;
constexpr int markIndicator = 8; ///< The first that no lexer uses.

QsciScintilla::EolMode eolModeOf(LineEnds ends)
{
    switch (ends) {
    case LineEnds::CrLf:
        return QsciScintilla::EolWindows;
    case LineEnds::Cr:
        return QsciScintilla::EolMac;
    case LineEnds::Lf:
    case LineEnds::Mixed:
        break;
    }
    return QsciScintilla::EolUnix;
}

QColor between(const QColor &one, const QColor &other, qreal share)
{
    const auto mix = [share](int a, int b) {
        return static_cast<int>(a * share + b * (1 - share));
    };
    return {mix(one.red(), other.red()), mix(one.green(), other.green()), mix(one.blue(), other.blue())};
}

} // namespace

CodeView::CodeView(QWidget *parent) : QsciScintilla(parent)
{
    setUtf8(true);
    setFrameShape(QFrame::NoFrame);
    setMarginType(numberMargin, QsciScintilla::NumberMargin);
    setMarginWidth(1, 0); // For symbols, of which there are none.
    setCaretLineVisible(true);
    setTabWidth(tabColumns);
    setAutoIndent(true);
    setBraceMatching(QsciScintilla::SloppyBraceMatch);
    setScrollWidth(1);
    setScrollWidthTracking(true);
    setLayoutDirection(Qt::LeftToRight); // Programs are.
    SendScintilla(SCI_SETPASTECONVERTENDINGS, 1);
    SendScintilla(SCI_SETEXTRAASCENT, 1);
    indicatorDefine(QsciScintilla::StraightBoxIndicator, markIndicator);
    setIndicatorDrawUnder(true, markIndicator);
    SendScintilla(SCI_SETMARGINLEFT, 0UL, static_cast<long>(marginSpace));
    showHiddenCharacters();
    applyPalette();
    connect(this, &QsciScintilla::linesChanged, this, &CodeView::fitLineNumbers);
}

CodeView::~CodeView() = default;

void CodeView::setContent(const QByteArray &utf8, const QByteArray &fileName)
{
    const bool wasReadOnly = isReadOnly();
    setReadOnly(false);
    SendScintilla(SCI_SETUNDOCOLLECTION, 0UL);
    SendScintilla(SCI_CLEARALL);
    SendScintilla(SCI_ADDTEXT, static_cast<uintptr_t>(utf8.size()), utf8.constData());
    SendScintilla(SCI_SETUNDOCOLLECTION, 1UL);
    SendScintilla(SCI_EMPTYUNDOBUFFER);
    SendScintilla(SCI_GOTOPOS, 0UL);
    setModified(false);
    setEolMode(eolModeOf(prevailingLineEnds(utf8)));
    setReadOnly(wasReadOnly);
    setFileName(fileName);
    fitLineNumbers();
}

void CodeView::replaceContent(const QByteArray &utf8)
{
    const auto position = SendScintilla(SCI_GETCURRENTPOS);
    beginUndoAction();
    SendScintilla(SCI_TARGETWHOLEDOCUMENT);
    SendScintilla(SCI_REPLACETARGET, static_cast<uintptr_t>(utf8.size()), utf8.constData());
    endUndoAction();
    SendScintilla(SCI_GOTOPOS, static_cast<unsigned long>(std::min<qsizetype>(position, utf8.size())));
}

QByteArray CodeView::content() const
{
    const auto size = SendScintilla(SCI_GETLENGTH);
    // One more, for the zero that ends it.
    QByteArray utf8(size + 1, Qt::Uninitialized);
    SendScintilla(SCI_GETTEXT, static_cast<uintptr_t>(utf8.size()), utf8.data());
    utf8.truncate(size);
    return utf8;
}

void CodeView::setFileName(const QByteArray &fileName)
{
    QsciLexer *lexer = createLexer(fileName, content().left(256), this);
    setLexer(lexer);
    delete std::exchange(m_lexer, lexer);
    applyPalette();
}

void CodeView::convertLineEnds(LineEnds ends)
{
    setEolMode(eolModeOf(ends));
    convertEols(eolModeOf(ends));
}

void CodeView::showPosition(qsizetype position)
{
    SendScintilla(SCI_GOTOPOS, static_cast<unsigned long>(position));
    ensureCursorVisible();
}

TextRange CodeView::selection() const
{
    return {SendScintilla(SCI_GETSELECTIONSTART), SendScintilla(SCI_GETSELECTIONEND)};
}

void CodeView::select(const TextRange &range)
{
    const auto line = static_cast<int>(SendScintilla(SCI_LINEFROMPOSITION, static_cast<long>(range.begin)));
    ensureLineVisible(line);
    SendScintilla(SCI_SETSEL, static_cast<long>(range.begin), static_cast<long>(range.end));
    SendScintilla(SCI_SCROLLCARET);
}

void CodeView::mark(const QList<TextRange> &ranges)
{
    SendScintilla(SCI_SETINDICATORCURRENT, markIndicator);
    SendScintilla(SCI_INDICATORCLEARRANGE, 0L, SendScintilla(SCI_GETLENGTH));
    for (const TextRange &range : ranges) {
        SendScintilla(
            SCI_INDICATORFILLRANGE, static_cast<unsigned long>(range.begin),
            static_cast<long>(range.end - range.begin));
    }
}

void CodeView::showLine(int line)
{
    const int index = std::clamp(line, 1, std::max(1, lines())) - 1;
    SendScintilla(SCI_ENSUREVISIBLEENFORCEPOLICY, static_cast<unsigned long>(index));
    setCursorPosition(index, 0);
    ensureLineVisible(index);
}

void CodeView::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape) {
        event->ignore(); // It closes what is around the text.
        return;
    }
    QsciScintilla::keyPressEvent(event);
}

void CodeView::changeEvent(QEvent *event)
{
    QsciScintilla::changeEvent(event);
    if (event->type() == QEvent::ApplicationPaletteChange || event->type() == QEvent::PaletteChange ||
        event->type() == QEvent::EnabledChange) {
        applyPalette();
    }
}

void CodeView::applyPalette()
{
    const QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    const QColor paper = palette().color(QPalette::Base);
    const QColor text = palette().color(QPalette::Text);
    if (m_lexer != nullptr) {
        applyAppearance(*m_lexer, palette(), font);
    }
    // With a lexer these have no effect, and without one no lexer has colours.
    SendScintilla(SCI_STYLESETFORE, static_cast<unsigned long>(STYLE_DEFAULT), text);
    SendScintilla(SCI_STYLESETBACK, static_cast<unsigned long>(STYLE_DEFAULT), paper);
    setFont(font);
    setColor(text);
    setPaper(paper);
    setCaretForegroundColor(text);
    setCaretLineBackgroundColor(palette().color(QPalette::AlternateBase));
    setSelectionBackgroundColor(palette().color(QPalette::Highlight));
    setSelectionForegroundColor(palette().color(QPalette::HighlightedText));
    setMarginsFont(font);
    setMarginsBackgroundColor(paper);
    setMarginsForegroundColor(toneColour(Tone::Muted, palette()));
    setWhitespaceForegroundColor(toneColour(Tone::Muted, palette()));
    setMatchedBraceForegroundColor(text);
    setMatchedBraceBackgroundColor(between(palette().color(QPalette::Highlight), paper, 0.35));
    setUnmatchedBraceForegroundColor(text);
    setUnmatchedBraceBackgroundColor(paper);
    QColor marked = palette().color(QPalette::Highlight);
    marked.setAlpha(markOpacity);
    setIndicatorForegroundColor(marked, markIndicator);
    fitLineNumbers();
}

void CodeView::fitLineNumbers()
{
    const QString widest(std::max<qsizetype>(3, QString::number(lines()).size()), u'9');
    setMarginWidth(numberMargin, widest + u' ');
}

/// Characters that reorder what is around them, or take no room, can make a program look other than it is.
void CodeView::showHiddenCharacters()
{
    struct Range {
        char16_t first;
        char16_t last;
    };
    constexpr std::array ranges{Range{0x200B, 0x200F}, Range{0x202A, 0x202E}, Range{0x2060, 0x2069},
                                Range{0xFEFF, 0xFEFF}, Range{0x0080, 0x009F}, Range{0x00AD, 0x00AD},
                                Range{0x2028, 0x2029}, Range{0x061C, 0x061C}};
    for (const Range range : ranges) {
        for (char32_t code = range.first; code <= range.last; ++code) {
            const QByteArray character = QString(QChar(static_cast<char16_t>(code))).toUtf8();
            const QByteArray shown = "U+" + QByteArray::number(code, 16).toUpper().rightJustified(4, '0');
            SendScintilla(SCI_SETREPRESENTATION, character.constData(), shown.constData());
        }
    }
}

} // namespace Koyeb::Desktop
