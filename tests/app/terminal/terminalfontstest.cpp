// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalfonts.h"

#include <QFontDatabase>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;

/// Which font draws what.
class TerminalFontsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void knowsWhichFontDrawsPictures()
    {
        const QString mono = QStringLiteral("DejaVu Sans Mono");
        const QString plain = QStringLiteral("Noto Emoji");
        const QString coloured = QStringLiteral("Noto Color Emoji");
        QCOMPARE(TerminalFonts::emojiFamilyOf({mono, plain, coloured}), coloured);
        QCOMPARE(TerminalFonts::emojiFamilyOf({mono, plain}), plain);
        QCOMPARE(TerminalFonts::emojiFamilyOf({mono}), QString());
    }

    void drawsAsAPictureWhatIsAskedForAsOne()
    {
        // Two fonts that both have a heart; which one is the picture's does not matter here.
        const QString text = QStringLiteral("DejaVu Sans Mono");
        const QString picture = QStringLiteral("DejaVu Sans");
        QVERIFY(QFontDatabase::hasFamily(text) && QFontDatabase::hasFamily(picture));
        TerminalFonts fonts(QFont(text), 1);
        fonts.setEmojiFamily(picture);
        // In no order: a font may lack the selector, which another one has then.
        const auto familiesOf = [&fonts](const QString &cluster) {
            QStringList families;
            for (const QGlyphRun &run : fonts.cluster({}, cluster).runs) {
                families.append(run.rawFont().familyName());
            }
            return families;
        };
        QCOMPARE(familiesOf(QStringLiteral("\u2764")), QStringList(text));
        QCOMPARE(familiesOf(QStringLiteral("\u2764\uFE0F")), QStringList(picture));
        fonts = TerminalFonts(QFont(text), 1);
        fonts.setEmojiFamily(QString()); // There is none.
        QVERIFY(familiesOf(QStringLiteral("\u2764\uFE0F")).contains(text));
    }
};

QTEST_MAIN(TerminalFontsTest)
#include "terminalfontstest.moc"
