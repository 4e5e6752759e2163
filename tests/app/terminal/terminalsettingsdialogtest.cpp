// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalsettingsdialog.h"
#include "terminal/terminalpreferences.h"
#include "terminal/themeeditor.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QFontComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QSettings>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>

using namespace Koyeb::Desktop;

/// The settings of terminals: what is chosen is remembered and told at once.
class TerminalSettingsDialogTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void remembersWhatIsChosen();
    void importsAColourScheme();
    void saysWhatIsWrongWithAFile();
    void editsACopyOfATheme();
    void editsAnOwnTheme();
    void forgetsWhatWasTried();

private:
    [[nodiscard]] static QAbstractButton *button(const QWidget &dialog, const QString &name)
    {
        const auto buttons = dialog.findChildren<QAbstractButton *>();
        const auto found = std::find_if(buttons.begin(), buttons.end(), [&name](const auto *one) {
            return one->accessibleName() == name || one->text() == name;
        });
        return found == buttons.end() ? nullptr : *found;
    }
    /// Opens the editor, and types a code for the red of the theme.
    [[nodiscard]] ThemeEditor *editRed(TerminalSettingsDialog &dialog, const QString &code)
    {
        button(dialog, QStringLiteral("Edit the colours for a dark window"))->click();
        auto *const editor = dialog.findChild<ThemeEditor *>();
        for (auto *const edit : editor->findChildren<QLineEdit *>()) {
            if (edit->accessibleName() == QStringLiteral("Red")) {
                edit->selectAll();
                QTest::keyClicks(edit, code);
            }
        }
        return editor;
    }
    [[nodiscard]] QString write(const QString &name, const QByteArray &content) const
    {
        QFile file(m_directory->filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(content) == content.size() ? file.fileName()
                                                                                        : QString();
    }
    [[nodiscard]] bool says(const TerminalSettingsDialog &dialog, const QString &part) const
    {
        const auto labels = dialog.findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&part](const QLabel *label) {
            return !label->isHidden() && label->text().contains(part);
        });
    }

    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<TerminalPreferences> m_preferences;
};

void TerminalSettingsDialogTest::init()
{
    m_preferences.reset();
    m_directory = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<QSettings>(
        m_directory->filePath(QStringLiteral("settings.ini")), QSettings::IniFormat);
    m_preferences = std::make_unique<TerminalPreferences>(*m_settings);
}

void TerminalSettingsDialogTest::remembersWhatIsChosen()
{
    QSignalSpy changes(m_preferences.get(), &TerminalPreferences::changed);
    {
        TerminalSettingsDialog dialog(m_preferences.get());
        QCOMPARE(changes.size(), 0); // Looking at settings changes none.
        const auto boxes = dialog.findChildren<QCheckBox *>();
        QCOMPARE(boxes.size(), 4);
        for (QCheckBox *const box : boxes) {
            box->setChecked(true);
        }
        dialog.findChild<QSpinBox *>()->setValue(17);
        for (auto *const box : dialog.findChildren<QComboBox *>()) {
            if (box->objectName() == QStringLiteral("contrast")) {
                QCOMPARE(box->currentData().toDouble(), 4.5);
                box->setCurrentIndex(1);
            } else if (qobject_cast<QFontComboBox *>(box) == nullptr) {
                box->setCurrentText(QStringLiteral("Dusk"));
            }
        }
    }
    QVERIFY(changes.size() >= 6);
    const TerminalPreferences again(*m_settings);
    QVERIFY(again.isBoldBright() && again.hasLigatures() && again.copiesOnSelect());
    QVERIFY(again.isAmbiguousWide());
    QCOMPARE(again.minimumContrast(), 3.0);
    QCOMPARE(again.font().pointSize(), 17);
    QCOMPARE(again.theme(true).name, QStringLiteral("Dusk"));
    QCOMPARE(again.theme(false).name, QStringLiteral("Dusk"));
}

void TerminalSettingsDialogTest::importsAColourScheme()
{
    TerminalTheme theme = builtInThemes().at(1);
    theme.name = QStringLiteral("Night <b>");
    theme.background = qRgb(1, 2, 3);
    TerminalSettingsDialog dialog(m_preferences.get());
    dialog.importTheme(write(QStringLiteral("night.json"), writeTheme(theme)));
    QVERIFY(says(dialog, QStringLiteral("“Night <b>” is now used when the window is dark.")));
    QCOMPARE(m_preferences->theme(true), theme);
    QCOMPARE(m_preferences->theme(false), builtInThemes().first());
    // Again, it takes the place of the first.
    dialog.importTheme(write(QStringLiteral("night.json"), writeTheme(theme)));
    QCOMPARE(m_preferences->themes().size(), builtInThemes().size() + 1);
}

void TerminalSettingsDialogTest::saysWhatIsWrongWithAFile()
{
    TerminalSettingsDialog dialog(m_preferences.get());
    dialog.importTheme(write(QStringLiteral("x.json"), "{\"foreground\": \"#000000\"}"));
    QVERIFY(says(dialog, QStringLiteral("no colour scheme")));
    dialog.importTheme(m_directory->filePath(QStringLiteral("missing.json")));
    QVERIFY(says(dialog, QStringLiteral("could not be read")));
    QCOMPARE(m_preferences->themes().size(), builtInThemes().size());
}

void TerminalSettingsDialogTest::editsACopyOfATheme()
{
    TerminalSettingsDialog dialog(m_preferences.get());
    dialog.show();
    const TerminalTheme original = m_preferences->theme(true);
    ThemeEditor *const editor = editRed(dialog, QStringLiteral("#15191"));
    QCOMPARE(m_preferences->shownTheme(true), original); // It is not a code yet.
    editor->reject();
    QPointer<ThemeEditor> gone = editor;
    QTRY_VERIFY(gone.isNull());

    ThemeEditor *const again = editRed(dialog, QStringLiteral("#201010"));
    // Terminals show it while it is chosen, and how well it can be read is said.
    QCOMPARE(m_preferences->shownTheme(true).named.at(1), qRgb(0x20, 0x10, 0x10));
    QCOMPARE(m_preferences->theme(true), original);
    const auto labels = again->findChildren<QLabel *>();
    QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel *label) {
        return label->text() == QStringLiteral("⚠ 1.0:1");
    }));
    again->accept();
    const TerminalTheme copy = m_preferences->theme(true);
    QCOMPARE(copy.name, QStringLiteral("Copy of Koyeb Dark"));
    QCOMPARE(copy.named.at(1), qRgb(0x20, 0x10, 0x10));
    QCOMPARE(copy.named.at(2), original.named.at(2));
    QCOMPARE(builtInThemes().at(1), original);
}

void TerminalSettingsDialogTest::editsAnOwnTheme()
{
    TerminalTheme own = builtInThemes().at(1);
    own.name = QStringLiteral("Mine");
    QCOMPARE(m_preferences->addTheme(own), own.name);
    TerminalTheme other = own;
    other.name = QStringLiteral("Other");
    QCOMPARE(m_preferences->addTheme(other), other.name);
    m_preferences->setTheme(true, own.name);
    TerminalSettingsDialog dialog(m_preferences.get());
    dialog.show();
    editRed(dialog, QStringLiteral("#010203"))->accept();
    QCOMPARE(m_preferences->theme(true).name, QStringLiteral("Mine"));
    QCOMPARE(m_preferences->theme(true).named.at(1), qRgb(1, 2, 3));
    QTRY_VERIFY(dialog.findChild<ThemeEditor *>() == nullptr);
    // Under another name, it is not there twice, and takes nobody else's place.
    ThemeEditor *const editor = editRed(dialog, QStringLiteral("#040506"));
    editor->findChild<QLineEdit *>()->setText(QStringLiteral("Other"));
    editor->accept();
    QCOMPARE(m_preferences->theme(true).name, QStringLiteral("Other 2"));
    QVERIFY(!m_preferences->isOwnTheme(QStringLiteral("Mine")));
    QVERIFY(m_preferences->isOwnTheme(QStringLiteral("Other")));
    button(dialog, QStringLiteral("Remove the colours for a dark window"))->click();
    QCOMPARE(m_preferences->theme(true), builtInThemes().at(1));
    QVERIFY(!button(dialog, QStringLiteral("Remove the colours for a dark window"))->isEnabled());
}

void TerminalSettingsDialogTest::forgetsWhatWasTried()
{
    {
        TerminalSettingsDialog dialog(m_preferences.get());
        dialog.show();
        (void)editRed(dialog, QStringLiteral("#010203"));
        QVERIFY(m_preferences->shownTheme(true) != builtInThemes().at(1));
    }
    QCOMPARE(m_preferences->shownTheme(true), builtInThemes().at(1));
}

QTEST_MAIN(TerminalSettingsDialogTest)
#include "terminalsettingsdialogtest.moc"
