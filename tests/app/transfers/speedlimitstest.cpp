// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/speedlimits.h"

#include "core/manualclock.h"

#include <QCheckBox>
#include <QComboBox>
#include <QSettings>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QtTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

class SpeedLimitsTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    ManualClock m_clock;

private Q_SLOTS:
    void areOffAtFirst()
    {
        QSettings settings(m_folder.filePath(u"first.ini"_s), QSettings::IniFormat);
        const SpeedLimits limits(settings, m_clock);
        QVERIFY(!limits.limit(Flow::Up).isOn && !limits.limit(Flow::Down).isOn);
        QCOMPARE(limits.bandwidth()->limit(Flow::Up), 0);
        QVERIFY(settings.allKeys().isEmpty());
    }

    void theDialogChangesThemAtOnceAndTheyStay()
    {
        QSettings settings(m_folder.filePath(u"kept.ini"_s), QSettings::IniFormat);
        {
            SpeedLimits limits(settings, m_clock);
            SpeedLimitsDialog dialog(limits);
            dialog.setAttribute(Qt::WA_DeleteOnClose, false);
            const auto boxes = dialog.findChildren<QCheckBox *>();
            const auto values = dialog.findChildren<QSpinBox *>();
            QVERIFY(!values[0]->isEnabled());
            boxes[0]->click();
            QVERIFY(values[0]->isEnabled());
            QCOMPARE(limits.bandwidth()->limit(Flow::Up), 1024 * 1024);
            values[0]->setValue(300);
            QCOMPARE(limits.bandwidth()->limit(Flow::Up), 300 * 1024);
            QCOMPARE(limits.bandwidth()->limit(Flow::Down), 0);
        }
        SpeedLimits again(settings, m_clock);
        QCOMPARE(again.bandwidth()->limit(Flow::Up), 300 * 1024);
        again.setLimit(Flow::Up, {false, 300});
        QCOMPARE(again.bandwidth()->limit(Flow::Up), 0);
        QCOMPARE(again.limit(Flow::Up).kibibytesPerSecond, 300);
    }

    void whatIsCompressedIsChosenAndStays()
    {
        QSettings settings(m_folder.filePath(u"compression.ini"_s), QSettings::IniFormat);
        {
            SpeedLimits limits(settings, m_clock);
            QCOMPARE(limits.bandwidth()->compression(), Compression::Automatic);
            SpeedLimitsDialog dialog(limits);
            dialog.setAttribute(Qt::WA_DeleteOnClose, false);
            auto *box = dialog.findChild<QComboBox *>();
            box->setCurrentIndex(2);
            QCOMPARE(limits.bandwidth()->compression(), Compression::Never);
        }
        SpeedLimits again(settings, m_clock);
        QCOMPARE(again.bandwidth()->compression(), Compression::Never);
        again.setCompression(Compression::Automatic);
        QVERIFY(settings.allKeys().isEmpty());
    }

    void nonsenseInTheSettingsIsMended()
    {
        QSettings settings(m_folder.filePath(u"odd.ini"_s), QSettings::IniFormat);
        settings.setValue(u"transfers/uploadLimited"_s, true);
        settings.setValue(u"transfers/uploadKiBPerSecond"_s, -5);
        const SpeedLimits limits(settings, m_clock);
        QCOMPARE(limits.bandwidth()->limit(Flow::Up), 1024);
    }
};

QTEST_MAIN(SpeedLimitsTest)
#include "speedlimitstest.moc"
