// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalsettingsdialog.h"
#include "terminal/terminalpreferences.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QFontComboBox>
#include <QLabel>
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

private:
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
                QCOMPARE(box->currentData().toDouble(), 3.0);
                box->setCurrentIndex(2);
            } else if (qobject_cast<QFontComboBox *>(box) == nullptr) {
                box->setCurrentText(QStringLiteral("Dusk"));
            }
        }
    }
    QVERIFY(changes.size() >= 6);
    const TerminalPreferences again(*m_settings);
    QVERIFY(again.isBoldBright() && again.hasLigatures() && again.copiesOnSelect());
    QVERIFY(again.isAmbiguousWide());
    QCOMPARE(again.minimumContrast(), 4.5);
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

QTEST_MAIN(TerminalSettingsDialogTest)
#include "terminalsettingsdialogtest.moc"
