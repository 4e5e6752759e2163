// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/statusface.h"
#include "common/theme.h"

#include <QFile>
#include <QTest>

#include <cmath>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

namespace {

qreal luminance(const QColor &colour)
{
    const auto linear = [](qreal value) {
        return value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
           0.0722 * linear(colour.blueF());
}

/// As the WCAG define it.
qreal contrast(const QColor &a, const QColor &b)
{
    const auto lighter = std::max(luminance(a), luminance(b));
    const auto darker = std::min(luminance(a), luminance(b));
    return (lighter + 0.05) / (darker + 0.05);
}

} // namespace

class StatusFaceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyServiceStatusHasAWordASentenceAndAShape()
    {
        for (int value = 0; value <= static_cast<int>(ServiceStatus::Deleted); ++value) {
            verifyComplete(statusFace(static_cast<ServiceStatus>(value)));
        }
    }

    void everyDeploymentStatusHasAWordASentenceAndAShape()
    {
        for (int value = 0; value <= static_cast<int>(DeploymentStatus::Stashed); ++value) {
            verifyComplete(statusFace(static_cast<DeploymentStatus>(value)));
        }
    }

    void coloursAreNeverTheOnlyDifference()
    {
        const auto good = statusFace(ServiceStatus::Healthy);
        const auto bad = statusFace(ServiceStatus::Unhealthy);
        const auto warning = statusFace(ServiceStatus::Degraded);
        QVERIFY(good.shape != bad.shape && bad.shape != warning.shape && good.shape != warning.shape);
    }

    void sleepShowsThoughTheServiceCallsItselfHealthy()
    {
        QCOMPARE(sandboxFace(ServiceStatus::Healthy, DeploymentStatus::Sleeping).word, u"Asleep"_s);
        QCOMPARE(sandboxFace(ServiceStatus::Healthy, DeploymentStatus::Unknown).word, u"Healthy"_s);
        QCOMPARE(sandboxFace(ServiceStatus::Deleting, DeploymentStatus::Sleeping).word, u"Being deleted"_s);
    }

    void tonesCanBeReadOnBothThemes_data()
    {
        QTest::addColumn<QPalette>("palette");
        QTest::newRow("light") << ThemeController::lightPalette();
        QTest::newRow("dark") << ThemeController::darkPalette();
    }

    void tonesCanBeReadOnBothThemes()
    {
        QFETCH(QPalette, palette);
        for (int value = 0; value <= static_cast<int>(Tone::Bad); ++value) {
            const auto colour = toneColour(static_cast<Tone>(value), palette);
            for (const auto role : {QPalette::Window, QPalette::Base}) {
                const auto ratio = contrast(colour, palette.color(role));
                QVERIFY2(ratio >= 4.5, qPrintable(u"tone %1: %2"_s.arg(value).arg(ratio)));
            }
        }
        QVERIFY(
            contrast(palette.color(QPalette::HighlightedText), palette.color(QPalette::Highlight)) >= 4.5);
        QVERIFY(contrast(palette.color(QPalette::PlaceholderText), palette.color(QPalette::Base)) >= 4.5);
    }

    void iconsTakeTheColourOfTheThemeInForce()
    {
        QGuiApplication::setPalette(ThemeController::lightPalette());
        const auto icon = themedIcon(u"status-good"_s, Tone::Good);
        const auto light = icon.pixmap(QSize(32, 32), 1).toImage().pixelColor(16, 16);
        QCOMPARE(light, toneColour(Tone::Good, ThemeController::lightPalette()));
        QGuiApplication::setPalette(ThemeController::darkPalette());
        const auto dark = icon.pixmap(QSize(32, 32), 1).toImage().pixelColor(16, 16);
        QCOMPARE(dark, toneColour(Tone::Good, ThemeController::darkPalette()));
    }

private:
    static void verifyComplete(const StatusFace &face)
    {
        QVERIFY(!face.word.isEmpty());
        QVERIFY(face.sentence.endsWith(u'.'));
        QVERIFY2(QFile::exists(u":/koyeb/icons/%1.svg"_s.arg(face.shape)), qPrintable(face.shape));
    }
};

QTEST_MAIN(StatusFaceTest)
#include "statusfacetest.moc"
