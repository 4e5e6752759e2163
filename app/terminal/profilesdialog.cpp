// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/profilesdialog.h"

#include "common/spacing.h"
#include "vt/terminal.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFontComboBox>
#include <QFontDatabase>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSpinBox>
#include <QVBoxLayout>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Lines of NAME=value; `badLine` is the first one that is none.
[[nodiscard]] QMap<QString, QString> parseEnvironment(const QString &text, QString &badLine)
{
    static const QRegularExpression form(u"\\A\\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)\\z"_s);
    QMap<QString, QString> environment;
    for (const QString &line : text.split(u'\n')) {
        const auto match = form.match(line);
        if (match.hasMatch()) {
            environment.insert(match.captured(1), match.captured(2));
        } else if (!line.trimmed().isEmpty() && badLine.isEmpty()) {
            badLine = line.trimmed();
        }
    }
    return environment;
}

[[nodiscard]] QString environmentText(const QMap<QString, QString> &environment)
{
    QStringList lines;
    for (auto variable = environment.begin(); variable != environment.end(); ++variable) {
        lines += variable.key() + u'=' + variable.value();
    }
    return lines.join(u'\n');
}

} // namespace

ProfilesDialog::ProfilesDialog(const QList<TerminalProfile> &profiles, QWidget *parent)
    : QDialog(parent),
      m_profiles(profiles),
      m_list(new QListWidget(this)),
      m_remove(new QPushButton(tr("Remove"), this)),
      m_form(new QWidget(this))
{
    setWindowTitle(tr("Terminal profiles"));
    m_list->setAccessibleName(tr("Profiles"));
    auto *const add = new QPushButton(tr("Add"), this);
    auto *const buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    auto *const listButtons = new QHBoxLayout;
    listButtons->addWidget(add);
    listButtons->addWidget(m_remove);
    auto *const left = new QVBoxLayout;
    left->addWidget(m_list, 1);
    left->addLayout(listButtons);
    auto *const columns = new QHBoxLayout;
    columns->setSpacing(Spacing::section);
    columns->addLayout(left, 1);
    columns->addWidget(m_form, 2);
    auto *const column = new QVBoxLayout(this);
    column->addLayout(columns, 1);
    column->addWidget(buttons);
    createForm(m_form);
    for (const TerminalProfile &profile : m_profiles) {
        m_list->addItem(profile.name);
    }
    connect(add, &QPushButton::clicked, this, &ProfilesDialog::addProfile);
    connect(m_remove, &QPushButton::clicked, this, &ProfilesDialog::removeProfile);
    connect(m_list, &QListWidget::currentRowChanged, this, &ProfilesDialog::showProfile);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    m_list->setCurrentRow(0);
    showProfile(m_list->currentRow());
}

void ProfilesDialog::createForm(QWidget *form)
{
    m_name = new QLineEdit(form);
    m_command = new QLineEdit(form);
    m_command->setPlaceholderText(tr("bash, or sh where there is none"));
    m_directory = new QLineEdit(form);
    m_directory->setPlaceholderText(tr("Home"));
    m_environment = new QPlainTextEdit(form);
    m_environment->setPlaceholderText(tr("NAME=value, one in each line"));
    m_environment->setTabChangesFocus(true);
    m_environmentProblem = new QLabel(form);
    m_environmentProblem->setTextFormat(Qt::PlainText);
    m_environmentProblem->setWordWrap(true);
    m_environmentProblem->hide();
    auto *const hint = new QLabel(
        tr("The environment is kept in this program's settings, unprotected: do not "
           "put secrets here."),
        form);
    hint->setWordWrap(true);
    m_scrollback = new QSpinBox(form);
    m_scrollback->setRange(0, static_cast<int>(Vt::Terminal::maximumScrollbackLines));
    m_scrollback->setSingleStep(1'000);
    m_scrollback->setGroupSeparatorShown(true);
    m_scrollback->setSuffix(tr(" lines"));
    auto *const rows = new QFormLayout(form);
    rows->setContentsMargins({});
    rows->addRow(tr("&Name:"), m_name);
    rows->addRow(tr("&Shell:"), m_command);
    rows->addRow(tr("Start &directory:"), m_directory);
    rows->addRow(tr("&Environment:"), m_environment);
    rows->addRow(QString(), m_environmentProblem);
    rows->addRow(QString(), hint);
    rows->addRow(tr("S&crollback:"), m_scrollback);
    createFont(rows);
    m_isUsual = new QCheckBox(tr("&Use it for new terminals"), form);
    rows->addRow(QString(), m_isUsual);
    connect(m_isUsual, &QCheckBox::toggled, this, &ProfilesDialog::takeForm);
    connect(m_name, &QLineEdit::textEdited, this, &ProfilesDialog::takeForm);
    connect(m_command, &QLineEdit::textEdited, this, &ProfilesDialog::takeForm);
    connect(m_directory, &QLineEdit::textEdited, this, &ProfilesDialog::takeForm);
    connect(m_environment, &QPlainTextEdit::textChanged, this, &ProfilesDialog::takeForm);
    connect(m_scrollback, &QSpinBox::valueChanged, this, &ProfilesDialog::takeForm);
}

void ProfilesDialog::createFont(QFormLayout *rows)
{
    m_hasFont = new QCheckBox(tr("&Font of its own:"), rows->parentWidget());
    m_family = new QFontComboBox(rows->parentWidget());
    m_family->setFontFilters(QFontComboBox::MonospacedFonts);
    m_family->setAccessibleName(tr("Font"));
    m_fontSize = new QSpinBox(rows->parentWidget());
    m_fontSize->setRange(TerminalProfile::smallestFontSize, TerminalProfile::largestFontSize);
    m_fontSize->setSuffix(tr(" pt", "points, of a font's size"));
    m_fontSize->setAccessibleName(tr("Size of the font"));
    auto *const row = new QHBoxLayout;
    row->addWidget(m_family, 1);
    row->addWidget(m_fontSize);
    rows->addRow(m_hasFont, row);
    connect(m_hasFont, &QCheckBox::toggled, this, [this](bool has) {
        m_family->setEnabled(has);
        m_fontSize->setEnabled(has);
        takeForm();
    });
    connect(m_family, &QFontComboBox::currentFontChanged, this, &ProfilesDialog::takeForm);
    connect(m_fontSize, &QSpinBox::valueChanged, this, &ProfilesDialog::takeForm);
}

void ProfilesDialog::addProfile()
{
    if (m_profiles.size() >= TerminalProfiles::maximumProfiles) {
        return;
    }
    TerminalProfile profile;
    profile.name = tr("New profile");
    m_profiles.append(profile);
    m_list->addItem(profile.name);
    m_list->setCurrentRow(m_list->count() - 1);
    m_name->setFocus();
    m_name->selectAll();
}

void ProfilesDialog::removeProfile()
{
    const int row = m_list->currentRow();
    if (row >= 0) {
        m_profiles.removeAt(row);
        delete m_list->takeItem(row);
        showProfile(m_list->currentRow());
    }
}

void ProfilesDialog::showProfile(int row)
{
    const bool isOne = row >= 0 && row < m_profiles.size();
    m_form->setEnabled(isOne);
    m_remove->setEnabled(isOne);
    const TerminalProfile profile = isOne ? m_profiles.at(row) : TerminalProfile();
    m_isShowing = true;
    m_name->setText(profile.name);
    m_command->setText(profile.commandLine);
    m_directory->setText(profile.directory);
    m_environment->setPlainText(environmentText(profile.environment));
    m_environmentProblem->hide();
    m_scrollback->setValue(profile.scrollbackLines);
    const bool hasFont = !profile.fontFamily.isEmpty();
    m_hasFont->setChecked(hasFont);
    m_family->setEnabled(hasFont);
    m_fontSize->setEnabled(hasFont);
    m_family->setCurrentFont(
        hasFont ? QFont(profile.fontFamily) : QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_fontSize->setValue(profile.fontSize);
    m_isUsual->setChecked(profile.isUsual);
    m_isShowing = false;
}

void ProfilesDialog::takeForm()
{
    const int row = m_list->currentRow();
    if (m_isShowing || row < 0 || row >= m_profiles.size()) {
        return;
    }
    QString badLine;
    if (m_isUsual->isChecked()) {
        for (TerminalProfile &other : m_profiles) {
            other.isUsual = false;
        }
    }
    TerminalProfile &profile = m_profiles[row];
    profile.isUsual = m_isUsual->isChecked();
    profile.name = m_name->text().simplified();
    profile.commandLine = m_command->text().trimmed();
    profile.directory = m_directory->text();
    profile.environment = parseEnvironment(m_environment->toPlainText(), badLine);
    profile.scrollbackLines = m_scrollback->value();
    profile.fontFamily = m_hasFont->isChecked() ? m_family->currentFont().family() : QString();
    profile.fontSize = m_fontSize->value();
    m_environmentProblem->setText(
        tr("“%1” is left out: a line is a name, an equals sign, and a value.").arg(badLine));
    m_environmentProblem->setVisible(!badLine.isEmpty());
    m_list->item(row)->setText(profile.name);
}

} // namespace Koyeb::Desktop
