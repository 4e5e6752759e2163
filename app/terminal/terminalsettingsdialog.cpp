// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalsettingsdialog.h"

#include "terminal/terminalnotice.h"
#include "terminal/terminalpreferences.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QFontComboBox>
#include <QFormLayout>
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
    setWindowTitle(tr("Terminal Settings"));
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
    fillThemes();
    connect(m_lightTheme, &QComboBox::currentTextChanged, this, [this](const QString &name) {
        m_preferences->setTheme(false, name);
    });
    connect(m_darkTheme, &QComboBox::currentTextChanged, this, [this](const QString &name) {
        m_preferences->setTheme(true, name);
    });
    auto *const importButton = new QPushButton(tr("Import Colours…"), this);
    importButton->setToolTip(tr("Colour schemes of iTerm2 (.itermcolors) and of Windows Terminal (JSON)"));
    connect(importButton, &QPushButton::clicked, this, &TerminalSettingsDialog::chooseFile);
    m_importResult->setTextFormat(Qt::PlainText);
    m_importResult->setWordWrap(true);
    m_importResult->hide();
    form->addRow(tr("Colours when the window is light:"), m_lightTheme);
    form->addRow(tr("Colours when the window is dark:"), m_darkTheme);
    form->addRow(QString(), importButton);
    form->addRow(m_importResult);
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
        this, tr("Import Colours"), QString(), tr("Colour schemes (*.itermcolors *.json);;All files (*)"));
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
