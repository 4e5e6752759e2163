// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/remotepaths.h"
#include "files/entrytext.h"

#include <QtTest>

using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

class RemotePathsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void understandsTypedPaths_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QByteArray>("path");
        QTest::newRow("absolute") << u"/a/b"_s << QByteArray("/a/b");
        QTest::newRow("relative") << u"c d"_s << QByteArray("/here/c d");
        QTest::newRow("up") << u".."_s << QByteArray("/");
        QTest::newRow("above the root") << u"/../../x"_s << QByteArray("/x");
        QTest::newRow("trailing slash") << u"/a/"_s << QByteArray("/a");
        QTest::newRow("doubled slashes") << u"//a///b"_s << QByteArray("/a/b");
        QTest::newRow("root") << u"/"_s << QByteArray("/");
        QTest::newRow("nothing") << u""_s << QByteArray("/here");
        QTest::newRow("dot") << u"./."_s << QByteArray("/here");
        QTest::newRow("not ASCII") << u"/ä"_s << QByteArray("/\xc3\xa4");
    }

    void understandsTypedPaths()
    {
        QFETCH(QString, typed);
        QFETCH(QByteArray, path);
        QCOMPARE(enteredRemotePath(typed, "/here"), path);
    }

    void historyWorksAsInABrowser()
    {
        DirectoryHistory history;
        QVERIFY(!history.canGoBack());
        QVERIFY(!history.canGoForward());
        history.visit("/a");
        history.visit("/a");
        QVERIFY(!history.canGoBack());
        history.visit("/b");
        history.visit("/c");
        QCOMPARE(history.back(), QByteArray("/b"));
        QCOMPARE(history.back(), QByteArray("/a"));
        QVERIFY(!history.canGoBack());
        QCOMPARE(history.forward(), QByteArray("/b"));
        history.visit("/d");
        QVERIFY(!history.canGoForward());
        QCOMPARE(history.back(), QByteArray("/b"));
        history.clear();
        QVERIFY(!history.canGoBack());
        QVERIFY(!history.canGoForward());
    }

    void historyIsBounded()
    {
        DirectoryHistory history;
        for (int i = 0; i < 1000; ++i) {
            history.visit('/' + QByteArray::number(i));
        }
        int steps = 0;
        while (history.canGoBack()) {
            (void)history.back();
            ++steps;
        }
        QCOMPARE(steps, 99);
    }

    void writesShellWords_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QString>("word");
        QTest::newRow("plain") << QByteArray("/root/a-b_c.txt") << u"/root/a-b_c.txt"_s;
        QTest::newRow("blank") << QByteArray("/a b") << u"'/a b'"_s;
        QTest::newRow("quote") << QByteArray("/it's") << u"'/it'\\''s'"_s;
        QTest::newRow("substitution") << QByteArray("/$(id)") << u"'/$(id)'"_s;
        QTest::newRow("letters of others") << QByteArray("/\xc3\xa4") << u"'/ä'"_s;
        QTest::newRow("newline") << QByteArray("/a\nb") << u"$'/a\\x0ab'"_s;
        QTest::newRow("not UTF-8") << QByteArray("/a\xff") << u"$'/a\\xff'"_s;
        QTest::newRow("escape") << QByteArray("/\x1b[2J") << u"$'/\\x1b\\x5b2J'"_s;
        QTest::newRow("nothing") << QByteArray() << u"''"_s;
    }

    void writesShellWords()
    {
        QFETCH(QByteArray, path);
        QFETCH(QString, word);
        QCOMPARE(shellWord(path), word);
    }

    void writesPermissions_data()
    {
        QTest::addColumn<quint32>("mode");
        QTest::addColumn<QString>("text");
        QTest::newRow("nothing") << 0U << u"---------"_s;
        QTest::newRow("usual") << 0644U << u"rw-r--r--"_s;
        QTest::newRow("all") << 0777U << u"rwxrwxrwx"_s;
        QTest::newRow("setuid") << 04755U << u"rwsr-xr-x"_s;
        QTest::newRow("setgid without execute") << 02644U << u"rw-r-Sr--"_s;
        QTest::newRow("sticky") << 01777U << u"rwxrwxrwt"_s;
        QTest::newRow("sticky without execute") << 01776U << u"rwxrwxrwT"_s;
    }

    void writesPermissions()
    {
        QFETCH(quint32, mode);
        QFETCH(QString, text);
        QCOMPARE(permissionsText(mode), text);
    }

    void markupInNamesStaysText()
    {
        QCOMPARE(plainToolTip(u"plain & simple"_s), u"plain & simple"_s);
        QCOMPARE(plainToolTip(u"<img src=x>"_s), u"<qt>&lt;img src=x&gt;</qt>"_s);
        QCOMPARE(withoutMnemonics(u"a&b"_s), u"a&&b"_s);
    }

    void recentChangesAreRelative()
    {
        const QDateTime now(QDate(2026, 1, 2), QTime(12, 0), Qt::UTC);
        QVERIFY(modificationText(now.addSecs(-300), now).contains(u"ago"_s));
        QCOMPARE(
            modificationText(now.addDays(-2), now),
            QLocale().toString(now.addDays(-2).toLocalTime(), QLocale::ShortFormat));
        QVERIFY(modificationText({}, now).isEmpty());
    }

    void copiesGetANumberBeforeTheirEnding_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("numbered");
        QTest::newRow("plain") << QByteArray("a") << QByteArray("a (2)");
        QTest::newRow("ending") << QByteArray("a.b.txt") << QByteArray("a.b (2).txt");
        QTest::newRow("archive") << QByteArray("a.tar.gz") << QByteArray("a (2).tar.gz");
        QTest::newRow("hidden") << QByteArray(".bashrc") << QByteArray(".bashrc (2)");
        QTest::newRow("hidden archive") << QByteArray(".tar.gz") << QByteArray(".tar (2).gz");
        QTest::newRow("sentence") << QByteArray("v1. What was done and why")
                                  << QByteArray("v1. What was done and why (2)");
        QTest::newRow("bytes") << QByteArray("\xFF.\xFE") << QByteArray("\xFF (2).\xFE");
        QTest::newRow("longest") << QByteArray(251, 'x') + ".txt" << QByteArray(247, 'x') + " (2).txt";
        // Not in the middle of a character.
        QTest::newRow("characters") << QByteArray("a") + QByteArray("ä").repeated(127)
                                    << QByteArray("a") + QByteArray("ä").repeated(125) + " (2)";
    }
    void copiesGetANumberBeforeTheirEnding()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, numbered);
        QCOMPARE(numberedName(name, 2), numbered);
        QVERIFY(numbered.size() <= 255);
    }
};

QTEST_GUILESS_MAIN(RemotePathsTest)
#include "remotepathstest.moc"
