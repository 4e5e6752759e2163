// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalsettingsdialog.h"

#include "terminal/terminalnotice.h"
#include "terminal/terminalpreferences.h"
#include "terminal/themeeditor.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QFontComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

namespace Koyeb::Desktop {

namespace {

constexpr int smallestPointSize = 5;
constexpr int largestPointSize = 72;

} // namespace

TerminalSettingsDialog::TerminalSettingsDialog(TerminalPreferences *preferences, QWidget *parent)
    : QDialog(parent),
      m_preferences(preferences),
      m_lightTheme(new QComboBox(this)),
      m_darkTheme(new QComboBox(this)),
      m_importResult(new QLabel(this)),
      m_family(new QFontComboBox(this)),
      m_size(new QSpinBox(this))
{
    setWindowTitle(tr("Terminal settings"));
    auto *const form = new QFormLayout;
    createThemes(form);
    createContrast(form);
    createFont(form);
    createChoices(form);
    auto *const buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *const layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addStretch();
    layout->addWidget(buttons);
}

void TerminalSettingsDialog::createThemes(QFormLayout *form)
{
    addThemeRow(form, false);
    addThemeRow(form, true);
    fillThemes();
    auto *const importButton = new QPushButton(tr("Import colours…"), this);
    importButton->setToolTip(tr("Colour schemes of iTerm2 (.itermcolors) and of Windows Terminal (JSON)"));
    connect(importButton, &QPushButton::clicked, this, &TerminalSettingsDialog::chooseFile);
    m_importResult->setTextFormat(Qt::PlainText);
    m_importResult->setWordWrap(true);
    m_importResult->hide();
    form->addRow(QString(), importButton);
    form->addRow(m_importResult);
}

void TerminalSettingsDialog::addThemeRow(QFormLayout *form, bool isDark)
{
    QComboBox *const box = isDark ? m_darkTheme : m_lightTheme;
    auto *const edit = new QPushButton(tr("Edit…"), this);
    auto *const remove = new QPushButton(tr("Remove"), this);
    edit->setAccessibleName(
        isDark ? tr("Edit the colours for a dark window") : tr("Edit the colours for a light window"));
    remove->setAccessibleName(
        isDark ? tr("Remove the colours for a dark window") : tr("Remove the colours for a light window"));
    remove->setToolTip(tr("The colours that come with the program stay."));
    (isDark ? m_removeDark : m_removeLight) = remove;
    connect(box, &QComboBox::currentTextChanged, this, [this, isDark](const QString &name) {
        m_preferences->setTheme(isDark, name);
        fillThemes();
    });
    connect(edit, &QPushButton::clicked, this, [this, isDark] { editTheme(isDark); });
    connect(remove, &QPushButton::clicked, this, [this, box] {
        m_preferences->removeTheme(box->currentText());
        fillThemes();
    });
    auto *const row = new QHBoxLayout;
    row->addWidget(box, 1);
    row->addWidget(edit);
    row->addWidget(remove);
    auto *const label = new QLabel(
        isDark ? tr("Colours when the window is dark:") : tr("Colours when the window is light:"), this);
    label->setBuddy(box);
    form->addRow(label, row);
}

/// What comes with the program stays as it is: a copy is edited.
void TerminalSettingsDialog::editTheme(bool isDark)
{
    const TerminalTheme before = m_preferences->theme(isDark);
    TerminalTheme theme = before;
    if (!m_preferences->isOwnTheme(theme.name)) {
        theme.name = tr("Copy of %1", "a colour scheme").arg(theme.name);
    }
    auto *const editor = new ThemeEditor(theme, this);
    editor->setAttribute(Qt::WA_DeleteOnClose);
    connect(editor, &ThemeEditor::edited, m_preferences, &TerminalPreferences::tryTheme);
    connect(editor, &QDialog::accepted, this, [this, isDark, before, editor] {
        takeTheme(isDark, before, editor->theme());
    });
    // However it ends, also with this dialog.
    connect(editor, &QObject::destroyed, m_preferences, [preferences = m_preferences] {
        preferences->tryTheme(std::nullopt);
    });
    editor->open();
}

void TerminalSettingsDialog::takeTheme(bool isDark, const TerminalTheme &before, TerminalTheme theme)
{
    // Another one of that name is not what was edited.
    const QString wanted = theme.name;
    for (int number = 2; theme.name != before.name && m_preferences->isOwnTheme(theme.name); ++number) {
        theme.name = QStringLiteral("%1 %2").arg(wanted).arg(number);
    }
    const bool isRenamed = theme.name != before.name && m_preferences->isOwnTheme(before.name);
    const QString name = m_preferences->addTheme(theme);
    if (name.isEmpty()) {
        m_importResult->setText(
            tr("There are too many colour schemes of your own. Remove one of them first."));
        m_importResult->show();
        return;
    }
    m_preferences->setTheme(isDark, name);
    if (isRenamed) {
        if (m_preferences->theme(!isDark).name == before.name) {
            m_preferences->setTheme(!isDark, name);
        }
        m_preferences->removeTheme(before.name);
    }
    fillThemes();
}

void TerminalSettingsDialog::fillThemes()
{
    for (const bool isDark : {false, true}) {
        QComboBox *const box = isDark ? m_darkTheme : m_lightTheme;
        const QSignalBlocker blocker(box);
        box->clear();
        const QList<TerminalTheme> themes = m_preferences->themes();
        for (const TerminalTheme &theme : themes) {
            box->addItem(theme.name);
        }
        box->setCurrentText(m_preferences->theme(isDark).name);
        (isDark ? m_removeDark : m_removeLight)->setEnabled(m_preferences->isOwnTheme(box->currentText()));
    }
}

void TerminalSettingsDialog::createFont(QFormLayout *form)
{
    const QFont font = m_preferences->font();
    m_family->setFontFilters(QFontComboBox::MonospacedFonts);
    m_family->setCurrentFont(font);
    m_size->setRange(smallestPointSize, largestPointSize);
    m_size->setValue(qRound(font.pointSizeF()));
    const auto takeFont = [this] {
        QFont chosen = m_family->currentFont();
        chosen.setPointSize(m_size->value());
        m_preferences->setFont(chosen);
    };
    connect(m_family, &QFontComboBox::currentFontChanged, this, takeFont);
    connect(m_size, &QSpinBox::valueChanged, this, takeFont);
    form->addRow(tr("Font:"), m_family);
    form->addRow(tr("Size in points:"), m_size);
}

void TerminalSettingsDialog::createContrast(QFormLayout *form)
{
    auto *const box = new QComboBox(this);
    box->setObjectName(QStringLiteral("contrast"));
    box->setToolTip(
        tr("Text that could hardly be read on its background is made lighter or darker, unless the program "
           "mixed both colours itself."));
    box->addItem(tr("As the program chose it"), 1.0);
    box->addItem(tr("At least 3:1"), 3.0);
    box->addItem(tr("At least 4.5:1"), 4.5);
    const int chosen = box->findData(m_preferences->minimumContrast());
    if (chosen < 0) {
        box->addItem(
            tr("At least %L1:1").arg(m_preferences->minimumContrast()), m_preferences->minimumContrast());
    }
    box->setCurrentIndex(chosen < 0 ? box->count() - 1 : chosen);
    connect(box, &QComboBox::currentIndexChanged, this, [this, box] {
        m_preferences->setMinimumContrast(box->currentData().toDouble());
    });
    form->addRow(tr("Contrast of text:"), box);
}

void TerminalSettingsDialog::createChoices(QFormLayout *form)
{
    const auto add = [this,
                      form](const QString &text, bool isChecked, void (TerminalPreferences::*set)(bool)) {
        auto *const box = new QCheckBox(text, this);
        box->setChecked(isChecked);
        connect(box, &QCheckBox::toggled, m_preferences, set);
        form->addRow(box);
    };
    add(tr("Show bold text in bright colours"), m_preferences->isBoldBright(),
        &TerminalPreferences::setBoldBright);
    add(tr("Join characters to ligatures, if the font has them"), m_preferences->hasLigatures(),
        &TerminalPreferences::setLigatures);
    add(tr("Copy text as soon as it is selected"), m_preferences->copiesOnSelect(),
        &TerminalPreferences::setCopiesOnSelect);
    add(tr("Give characters of ambiguous width two columns, in new terminals"),
        m_preferences->isAmbiguousWide(), &TerminalPreferences::setAmbiguousWide);
}

void TerminalSettingsDialog::chooseFile()
{
    auto *const dialog = new QFileDialog(
        this, tr("Import colours"), QString(), tr("Colour schemes (*.itermcolors *.json);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &TerminalSettingsDialog::importTheme);
    dialog->open();
}

void TerminalSettingsDialog::importTheme(const QString &path)
{
    QFile file(path);
    const QString fileName = QFileInfo(path).completeBaseName();
    m_importResult->show();
    // What is no plain file could keep the window waiting.
    if (!QFileInfo(path).isFile() || !file.open(QIODevice::ReadOnly)) {
        m_importResult->setText(tr("The file could not be read: %1").arg(file.errorString()));
        return;
    }
    auto theme = readTheme(file.read(maximumThemeBytes + 1), fileName);
    if (!theme) {
        m_importResult->setText(
            tr("The file is no colour scheme of iTerm2 or Windows Terminal, or does not name all sixteen "
               "colours."));
        return;
    }
    theme->name = TerminalNotice::excerpt(theme->name, 60);
    const QString name = m_preferences->addTheme(*theme);
    if (name.isEmpty()) {
        m_importResult->setText(tr("There are too many imported colour schemes."));
        return;
    }
    m_preferences->setTheme(theme->isDark(), name);
    fillThemes();
    m_importResult->setText(
        theme->isDark() ? tr("“%1” is now used when the window is dark.").arg(name)
                        : tr("“%1” is now used when the window is light.").arg(name));
}

} // namespace Koyeb::Desktop
