// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/editorstatus.h"

#include "common/spacing.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QToolButton>

#include <array>

namespace Koyeb::Desktop {

namespace {

constexpr std::array encodings{
    TextEncoding::Utf8,           TextEncoding::Utf8WithMark, TextEncoding::Utf16LittleEndian,
    TextEncoding::Utf16BigEndian, TextEncoding::Latin1,       TextEncoding::Windows1252};

QToolButton *createButton(QWidget *parent, const QString &toolTip)
{
    auto *button = new QToolButton(parent);
    button->setAutoRaise(true);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    button->setToolTip(toolTip);
    return button;
}

} // namespace

EditorStatus::EditorStatus(QWidget *parent)
    : QWidget(parent),
      m_state(new QLabel(this)),
      m_position(createButton(this, tr("Go to line"))),
      m_encoding(createButton(this, tr("Encoding"))),
      m_lineEnds(createButton(this, tr("Line ends")))
{
    m_state->setTextFormat(Qt::PlainText);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(Spacing::close, 0, Spacing::close, 0);
    row->setSpacing(Spacing::close);
    row->addWidget(m_state, 1);
    row->addWidget(m_position);
    row->addWidget(m_encoding);
    row->addWidget(m_lineEnds);
    fillEncodings();
    fillLineEnds();
    connect(m_position, &QToolButton::clicked, this, &EditorStatus::lineRequested);
    showPosition(1, 1);
    showEncoding(TextEncoding::Utf8);
    showLineEnds(LineEnds::Lf);
}

void EditorStatus::fillEncodings()
{
    auto *menu = new QMenu(m_encoding);
    auto *saving = menu->addMenu(tr("Save as"));
    auto *reading = menu->addMenu(tr("Read again as"));
    for (const TextEncoding encoding : encodings) {
        connect(saving->addAction(name(encoding)), &QAction::triggered, this, [this, encoding] {
            Q_EMIT encodingChosen(encoding);
        });
        connect(reading->addAction(name(encoding)), &QAction::triggered, this, [this, encoding] {
            Q_EMIT readingAsRequested(encoding);
        });
    }
    m_encoding->setMenu(menu);
    m_encoding->setPopupMode(QToolButton::InstantPopup);
}

void EditorStatus::fillLineEnds()
{
    auto *menu = new QMenu(m_lineEnds);
    for (const LineEnds ends : {LineEnds::Lf, LineEnds::CrLf, LineEnds::Cr}) {
        connect(menu->addAction(name(ends)), &QAction::triggered, this, [this, ends] {
            Q_EMIT lineEndsChosen(ends);
        });
    }
    m_lineEnds->setMenu(menu);
    m_lineEnds->setPopupMode(QToolButton::InstantPopup);
}

void EditorStatus::showState(const QString &sentence)
{
    m_state->setText(sentence);
}

void EditorStatus::showPosition(int line, int column)
{
    const QLocale locale;
    m_position->setText(tr("Line %1, column %2").arg(locale.toString(line), locale.toString(column)));
}

void EditorStatus::showEncoding(TextEncoding encoding)
{
    m_encoding->setText(name(encoding));
    m_encoding->setAccessibleName(tr("Encoding: %1").arg(name(encoding)));
}

void EditorStatus::showLineEnds(LineEnds ends)
{
    m_lineEnds->setText(name(ends));
    m_lineEnds->setAccessibleName(tr("Line ends: %1").arg(name(ends)));
}

void EditorStatus::setChangesAllowed(bool allowed)
{
    m_encoding->setEnabled(allowed);
    m_lineEnds->setEnabled(allowed);
}

QString EditorStatus::name(TextEncoding encoding)
{
    switch (encoding) {
    case TextEncoding::Utf8:
        break;
    case TextEncoding::Utf8WithMark:
        return tr("UTF-8 with byte order mark");
    case TextEncoding::Utf16LittleEndian:
        return tr("UTF-16 LE");
    case TextEncoding::Utf16BigEndian:
        return tr("UTF-16 BE");
    case TextEncoding::Latin1:
        return tr("Latin-1 (ISO 8859-1)");
    case TextEncoding::Windows1252:
        return tr("Windows-1252");
    }
    return tr("UTF-8");
}

QString EditorStatus::name(LineEnds ends)
{
    switch (ends) {
    case LineEnds::Lf:
        break;
    case LineEnds::CrLf:
        return tr("CRLF (Windows)");
    case LineEnds::Cr:
        return tr("CR (old Macs)");
    case LineEnds::Mixed:
        return tr("Mixed line ends");
    }
    return tr("LF (Unix)");
}

} // namespace Koyeb::Desktop
