// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/comparisondialog.h"

#include "common/icons.h"
#include "common/spacing.h"
#include "editor/codeview.h"

#include <QDialogButtonBox>
#include <QEvent>
#include <QLabel>
#include <QVBoxLayout>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr QSize firstSize{820, 520};
// Markers of the view.
constexpr int removedMarker = 0;
constexpr int addedMarker = 1;
constexpr int headingMarker = 2;

} // namespace

ComparisonDialog::ComparisonDialog(
    const QString &name, const EditorText &inSandbox, const EditorText &mine, QWidget *parent)
    : QDialog(parent), m_legend(new QLabel(this)), m_view(new CodeView(this))
{
    setWindowTitle(tr("Compare “%1”").arg(name));
    createLayout();
    m_legend->setText(tr("Comparing…"));
    compare(inSandbox, mine, m_scope.token());
}

ComparisonDialog::~ComparisonDialog() = default;

void ComparisonDialog::createLayout()
{
    m_view->setReadOnly(true);
    m_view->setMarginWidth(0, 0); // Lines of neither file.
    m_view->setCaretLineVisible(false);
    m_view->setAccessibleName(tr("What differs"));
    for (const int marker : {removedMarker, addedMarker, headingMarker}) {
        m_view->markerDefine(QsciScintilla::Background, marker);
    }
    m_legend->setTextFormat(Qt::PlainText);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *column = new QVBoxLayout(this);
    column->setSpacing(Spacing::close);
    column->addWidget(m_legend);
    column->addWidget(m_view, 1);
    column->addWidget(buttons);
    resize(firstSize);
    applyColours();
}

QCoro::Task<> ComparisonDialog::compare(EditorText inSandbox, EditorText mine, std::stop_token stop)
{
    std::function<Result<QList<DiffLine>>()> job = [inSandbox, mine]() -> Result<QList<DiffLine>> {
        return lineDiff(inSandbox.utf8, mine.utf8);
    };
    const auto lines = co_await m_worker.run(std::move(job), stop);
    if (stop.stop_requested() || !lines) {
        co_return;
    }
    if (!lines->isEmpty()) {
        m_legend->setText(tr("Lines with − are in the sandbox only, lines with + in your text only."));
        showLines(*lines);
    } else if (inSandbox.encoding != mine.encoding) {
        m_legend->setText(tr("The texts are the same; only their encodings differ."));
    } else {
        m_legend->setText(tr("The file in the sandbox is the same as your text."));
    }
}

void ComparisonDialog::showLines(const QList<DiffLine> &lines)
{
    QByteArray text;
    for (const DiffLine &line : lines) {
        switch (line.kind) {
        case DiffLine::Kind::Removed:
            text += "\xE2\x88\x92 "; // −
            break;
        case DiffLine::Kind::Added:
            text += "+ ";
            break;
        case DiffLine::Kind::Same:
            text += "  ";
            break;
        case DiffLine::Kind::Heading:
            break;
        }
        text += line.text + '\n';
    }
    text.chop(1);
    m_view->setContent(text, {});
    for (int index = 0; index < static_cast<int>(lines.size()); ++index) {
        switch (lines[index].kind) {
        case DiffLine::Kind::Removed:
            m_view->markerAdd(index, removedMarker);
            break;
        case DiffLine::Kind::Added:
            m_view->markerAdd(index, addedMarker);
            break;
        case DiffLine::Kind::Heading:
            m_view->markerAdd(index, headingMarker);
            break;
        case DiffLine::Kind::Same:
            break;
        }
    }
    m_view->setMarginWidth(0, 0);
}

void ComparisonDialog::changeEvent(QEvent *event)
{
    QDialog::changeEvent(event);
    if (event->type() == QEvent::ApplicationPaletteChange || event->type() == QEvent::PaletteChange) {
        applyColours();
    }
}

void ComparisonDialog::applyColours()
{
    const bool dark = isDark(palette());
    m_view->setMarkerBackgroundColor(
        dark ? QColor(0x4a, 0x2b, 0x2b) : QColor(0xfb, 0xe3, 0xe1), removedMarker);
    m_view->setMarkerBackgroundColor(dark ? QColor(0x1f, 0x42, 0x2d) : QColor(0xdf, 0xf3, 0xe4), addedMarker);
    m_view->setMarkerBackgroundColor(palette().color(QPalette::AlternateBase), headingMarker);
}

} // namespace Koyeb::Desktop
