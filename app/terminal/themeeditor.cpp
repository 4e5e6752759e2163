// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/themeeditor.h"

#include "common/spacing.h"
#include "terminal/contrast.h"

#include <QColorDialog>
#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QFormLayout>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPainter>
#include <QPushButton>
#include <QRegularExpression>
#include <QToolButton>
#include <QVBoxLayout>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr double readable = 4.5; ///< Below it, text is hard to read for many, after WCAG 2.
constexpr int longestName = 60;
constexpr int fieldColumns = 4; ///< Of the grid, that a colour takes.

[[nodiscard]] QStringList namesOfColours()
{
    return {ThemeEditor::tr("Black"),        ThemeEditor::tr("Red"),
            ThemeEditor::tr("Green"),        ThemeEditor::tr("Yellow"),
            ThemeEditor::tr("Blue"),         ThemeEditor::tr("Magenta"),
            ThemeEditor::tr("Cyan"),         ThemeEditor::tr("White"),
            ThemeEditor::tr("Bright black"), ThemeEditor::tr("Bright red"),
            ThemeEditor::tr("Bright green"), ThemeEditor::tr("Bright yellow"),
            ThemeEditor::tr("Bright blue"),  ThemeEditor::tr("Bright magenta"),
            ThemeEditor::tr("Bright cyan"),  ThemeEditor::tr("Bright white")};
}

/// Some lines as a terminal would show them.
class ThemePreview : public QWidget {
public:
    ThemePreview(const TerminalTheme &theme, QWidget *parent) : QWidget(parent), m_theme(theme)
    {
        setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
        const QFontMetrics metrics(font());
        setMinimumSize(
            metrics.horizontalAdvance(u'0') * columns + 2 * Spacing::close,
            metrics.lineSpacing() * lines + 2 * Spacing::close);
        setAccessibleName(ThemeEditor::tr("Preview"));
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setLayoutDirection(Qt::LeftToRight); // As terminals are.
        painter.fillRect(rect(), QColor(m_theme.background));
        const QFontMetricsF metrics(font());
        const qreal width = metrics.horizontalAdvance(u'0');
        const auto place = [&](int line, int column) {
            return QPointF(Spacing::close + column * width, Spacing::close + line * metrics.lineSpacing());
        };
        const auto write = [&](int line, int column, QRgb colour, const QString &text) {
            painter.setPen(QColor(colour));
            painter.drawText(place(line, column) + QPointF(0, metrics.ascent()), text);
        };
        const auto fill = [&](int line, int column, int count, QRgb colour) {
            painter.fillRect(
                QRectF(place(line, column), QSizeF(count * width, metrics.lineSpacing())), QColor(colour));
        };
        const QString sample = u"main.cpp"_s; // What a shell would show is not translated.
        for (std::size_t i = 0; i < m_theme.named.size(); ++i) {
            const int number = static_cast<int>(i);
            write(number / 4, number % 4 * columnStep, m_theme.named.at(i), sample);
        }
        const int last = lines - 1;
        const QString command = u"$ less "_s;
        fill(last, 0, static_cast<int>(command.size()), m_theme.selection);
        write(last, 0, m_theme.foreground, command + sample);
        fill(last, static_cast<int>(command.size() + sample.size()), 1, m_theme.cursor);
    }

private:
    static constexpr int columnStep = 11;
    static constexpr int columns = 4 * columnStep;
    static constexpr int lines = 5;

    const TerminalTheme &m_theme;
};

[[nodiscard]] QIcon swatchOf(QRgb colour, const QSize &size, qreal ratio, const QPalette &palette)
{
    QPixmap pixmap(size * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(QColor(colour));
    QPainter painter(&pixmap);
    painter.setPen(palette.color(QPalette::Mid)); // A white one would not be seen otherwise.
    painter.drawRect(QRectF(QPointF(), QSizeF(size)).adjusted(0.5, 0.5, -0.5, -0.5));
    return QIcon(pixmap);
}

} // namespace

ThemeEditor::ThemeEditor(const TerminalTheme &theme, QWidget *parent)
    : QDialog(parent),
      m_theme(theme),
      m_name(new QLineEdit(theme.name, this)),
      m_preview(new ThemePreview(m_theme, this))
{
    setWindowTitle(tr("Edit colours"));
    m_name->setMaxLength(longestName);
    auto *const form = new QFormLayout;
    form->addRow(tr("&Name:"), m_name);
    auto *const grid = new QGridLayout;
    grid->setHorizontalSpacing(Spacing::close);
    grid->setVerticalSpacing(Spacing::tight);
    addField(grid, 0, 0, tr("Text"), m_theme.foreground);
    addField(grid, 0, 1, tr("Background"), m_theme.background);
    addField(grid, 1, 0, tr("Cursor"), m_theme.cursor);
    addField(grid, 1, 1, tr("Selection"), m_theme.selection);
    grid->setRowMinimumHeight(2, Spacing::normal);
    const QStringList names = namesOfColours();
    for (int i = 0; i < names.size(); ++i) {
        constexpr int half = 8;
        addField(grid, 3 + i % half, i / half, names.at(i), m_theme.named.at(static_cast<std::size_t>(i)));
    }
    grid->setColumnMinimumWidth(fieldColumns, Spacing::section);
    auto *const hint = new QLabel(
        tr("The figures tell how well text in a colour can be read on the background. From 4.5:1 on it can "
           "be "
           "read well; what has less is marked."),
        this);
    hint->setWordWrap(true);
    auto *const buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel, this);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    QPushButton *const save = buttons->button(QDialogButtonBox::Save);
    connect(m_name, &QLineEdit::textChanged, this, [this, save](const QString &name) {
        m_theme.name = name.simplified();
        save->setEnabled(!m_theme.name.isEmpty());
    });
    auto *const column = new QVBoxLayout(this);
    column->setSpacing(Spacing::normal);
    column->addLayout(form);
    column->addLayout(grid);
    column->addWidget(m_preview);
    column->addWidget(hint);
    column->addStretch();
    column->addWidget(buttons);
    showColours();
}

void ThemeEditor::addField(QGridLayout *grid, int row, int column, const QString &name, QRgb &colour)
{
    Field field;
    field.colour = &colour;
    field.name = name;
    field.swatch = new QToolButton(this);
    field.swatch->setAccessibleName(tr("Choose the colour: %1").arg(name));
    field.code = new QLineEdit(this);
    field.code->setAccessibleName(name);
    field.code->setMaxLength(7);
    const int widest = field.code->fontMetrics().horizontalAdvance(u"#DDDDDDD"_s) + 2 * Spacing::close;
    field.code->setFixedWidth(widest);
    const bool isText = &colour != &m_theme.background && &colour != &m_theme.selection;
    field.contrast = isText ? new QLabel(this) : nullptr;
    const std::size_t number = m_fields.size();
    connect(field.swatch, &QToolButton::clicked, this, [this, number] { choose(number); });
    connect(field.code, &QLineEdit::textEdited, this, [this, number](const QString &text) {
        takeCode(number, text);
    });
    connect(field.code, &QLineEdit::editingFinished, this, &ThemeEditor::showColours);
    auto *const label = new QLabel(name, this);
    label->setBuddy(field.code);
    const int first = column * (fieldColumns + 1);
    grid->addWidget(label, row, first);
    grid->addWidget(field.swatch, row, first + 1);
    grid->addWidget(field.code, row, first + 2);
    if (field.contrast != nullptr) {
        grid->addWidget(field.contrast, row, first + 3);
    }
    m_fields.push_back(field);
}

void ThemeEditor::choose(std::size_t field)
{
    const QRgb before = *m_fields[field].colour;
    auto *const dialog = new QColorDialog(QColor(before), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(m_fields[field].name);
    connect(dialog, &QColorDialog::currentColorChanged, this, [this, field](const QColor &colour) {
        if (colour.isValid()) {
            setColour(field, colour.rgb());
        }
    });
    connect(dialog, &QDialog::rejected, this, [this, field, before] { setColour(field, before); });
    dialog->open();
}

void ThemeEditor::takeCode(std::size_t field, const QString &text)
{
    static const QRegularExpression form(u"\\A#?([0-9a-fA-F]{6})\\z"_s);
    if (const auto match = form.match(text.trimmed()); match.hasMatch()) {
        setColour(field, 0xff000000 | match.captured(1).toUInt(nullptr, 16));
    }
}

void ThemeEditor::setColour(std::size_t field, QRgb colour)
{
    if (*m_fields[field].colour != colour) {
        *m_fields[field].colour = colour;
        showColours();
        Q_EMIT edited(m_theme);
    }
}

void ThemeEditor::showColours()
{
    const int side = fontMetrics().height();
    const QSize size(2 * side, side);
    m_preview->update();
    for (const Field &field : m_fields) {
        const QColor colour(*field.colour);
        field.swatch->setIconSize(size);
        field.swatch->setIcon(swatchOf(*field.colour, size, devicePixelRatioF(), palette()));
        // Not under the hands of somebody who types a code.
        if (!field.code->hasFocus() || !field.code->isModified()) {
            field.code->setText(colour.name());
        }
        if (field.contrast != nullptr) {
            const double ratio = contrastRatio(colour, QColor(m_theme.background));
            const QString text =
                tr("%1:1", "how much a colour stands out").arg(locale().toString(ratio, 'f', 1));
            // Not by a colour alone.
            field.contrast->setText(ratio < readable ? u"⚠ "_s + text : text);
            field.contrast->setToolTip(ratio < readable ? tr("Hard to read on the background") : QString());
        }
    }
}

} // namespace Koyeb::Desktop
