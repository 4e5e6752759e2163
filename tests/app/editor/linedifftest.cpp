// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/linediff.h"

#include <QRandomGenerator>
#include <QtTest>

using namespace Koyeb::Desktop;

class LineDiffTest : public QObject {
    Q_OBJECT

    /// As `diff -u` writes it, without names.
    static QByteArray diff(const QByteArray &before, const QByteArray &after)
    {
        QByteArrayList lines;
        for (const DiffLine &line : lineDiff(before, after)) {
            const char *signs = " -+";
            lines.append(
                line.kind == DiffLine::Kind::Heading ? line.text
                                                     : signs[static_cast<int>(line.kind)] + line.text);
        }
        return lines.join('|');
    }

private Q_SLOTS:
    void changesAreShownWithWhatIsAround_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        QTest::addColumn<QByteArray>("expected");
        const auto add = [](const char *name, const QByteArray &before, const QByteArray &after,
                            const QByteArray &expected) {
            QTest::newRow(name) << before << after << expected;
        };
        add("same", "a\nb\n", "a\nb\n", "");
        add("both empty", "", "", "");
        add("from nothing", "", "a\n", "@@ -0,0 +1,1 @@|+a");
        add("to nothing", "a\nb\n", "", "@@ -1,2 +0,0 @@|-a|-b");
        add("changed", "a\nb\nc\n", "a\nx\nc\n", "@@ -1,3 +1,3 @@| a|-b|+x| c");
        add("moved", "a\nb\nc\n", "b\nc\na\n", "@@ -1,3 +1,3 @@|-a| b| c|+a");
        add("line ends", "a\nb\n", "a\r\nb\n", "@@ -1,2 +1,2 @@|-a|+a\xE2\x90\x8D| b");
        add("no end", "a\nb", "a\nb\n", "@@ -1,2 +1,2 @@| a|-b|+b");
        add("old macs", "a\rb\r", "a\rx\r", "@@ -1,2 +1,2 @@| a\xE2\x90\x8D|-b\xE2\x90\x8D|+x\xE2\x90\x8D");
        add("far apart", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "x\n2\n3\n4\n5\n6\n7\n8\n",
            "@@ -1,4 +1,4 @@|-1|+x| 2| 3| 4|@@ -6,4 +6,3 @@| 6| 7| 8|-9");
        add("near each other", "1\n2\n3\n4\n5\n6\n7\n", "x\n2\n3\n4\n5\n6\ny\n",
            "@@ -1,7 +1,7 @@|-1|+x| 2| 3| 4| 5| 6|-7|+y");
    }
    void changesAreShownWithWhatIsAround()
    {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, after);
        QTEST(diff(before, after), "expected");
    }

    void whatIsShownMakesOneTextTheOther()
    {
        QRandomGenerator random(7);
        for (int round = 0; round < 300; ++round) {
            QByteArrayList before;
            for (int i = 0; i < 3; ++i) {
                before.append(QByteArray(1, static_cast<char>('a' + random.bounded(3))));
            }
            QByteArrayList after = before;
            for (int i = 0; i < 4; ++i) {
                after.insert(
                    random.bounded(after.size() + 1),
                    QByteArray(1, static_cast<char>('a' + random.bounded(4))));
                after.removeAt(random.bounded(after.size()));
            }
            QByteArrayList removed;
            QByteArrayList added;
            // So few lines are all within one part.
            for (const DiffLine &line : lineDiff(before.join('\n') + '\n', after.join('\n') + '\n')) {
                using Kind = DiffLine::Kind;
                if (line.kind == Kind::Same || line.kind == Kind::Removed) {
                    removed.append(line.text);
                }
                if (line.kind == Kind::Same || line.kind == Kind::Added) {
                    added.append(line.text);
                }
            }
            if (before != after) {
                QCOMPARE(removed, before);
                QCOMPARE(added, after);
            }
        }
    }

    void textsWithNothingInCommonEnd()
    {
        QByteArray before;
        QByteArray after;
        for (int i = 0; i < 20'000; ++i) {
            before += "a" + QByteArray::number(i) + '\n';
            after += "b" + QByteArray::number(i) + '\n';
        }
        QCOMPARE(lineDiff("same\n" + before, "same\n" + after).size(), 40'002);
    }
};

QTEST_GUILESS_MAIN(LineDiffTest)
#include "linedifftest.moc"
