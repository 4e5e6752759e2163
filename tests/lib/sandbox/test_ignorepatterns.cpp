// SPDX-License-Identifier: Apache-2.0
#include "sandbox/ignorepatterns.h"
#include "sandbox/transferselection.h"

#include <QDir>
#include <QDirIterator>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

using namespace Koyeb;
using namespace Qt::Literals::StringLiterals;

/// Patterns of what is left out; git itself says what they mean.
class TestIgnorePatterns : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    QList<QByteArray> m_paths; // Of what is in it.

    /// Which of the paths git leaves out.
    QSet<QByteArray> leftOutByGit(const QByteArray &patterns)
    {
        QFile file(m_folder.filePath(u".git/info/exclude"_s));
        if (!file.open(QIODevice::WriteOnly) || file.write(patterns) != patterns.size()) {
            return {"the patterns could not be written"};
        }
        file.close();
        QProcess git;
        git.setWorkingDirectory(m_folder.path());
        git.start(u"git"_s, {u"check-ignore"_s, u"--no-index"_s, u"-z"_s, u"--stdin"_s});
        git.write(m_paths.join('\0') + '\0');
        git.closeWriteChannel();
        if (!git.waitForFinished(-1) || git.exitCode() > 1) {
            return {"git: " + git.readAllStandardError()};
        }
        const auto said = git.readAllStandardOutput().split('\0');
        QSet<QByteArray> leftOut(said.cbegin(), said.cend());
        leftOut.remove({});
        return leftOut;
    }
    QSet<QByteArray> leftOutByUs(const QByteArray &lines) const
    {
        const IgnorePatterns patterns(lines);
        QSet<QByteArray> leftOut;
        for (const auto &path : m_paths) {
            const bool isDirectory = QFileInfo(m_folder.filePath(QString::fromUtf8(path))).isDir();
            if (patterns.leavesOut(path, isDirectory)) {
                leftOut.insert(path);
            }
        }
        return leftOut;
    }
    /// Something of few letters, so that patterns and paths often meet.
    static QByteArray pick(QRandomGenerator &random, const QList<QByteArray> &parts, int most)
    {
        QByteArray text;
        for (int count = random.bounded(1, most + 1); count > 0; --count) {
            text += parts[random.bounded(parts.size())];
        }
        return text;
    }
    void makeTree()
    {
        QList<QByteArray> files{
            "b/a",
            "a/b/c",
            "a/c",
            "a/x/y/c",
            "ab/b",
            "x",
            "ax",
            "bx",
            "cx",
            "!x",
            "#x",
            "x ",
            "a.txt",
            "d/a.txt",
            "q.o",
            "d/q.o",
            "q.tmp",
            "d/node_modules/z",
            "node_modules/x",
            "-x",
            "]x",
            "]",
            "[a",
            "a\\",
            "c/a"};
        QRandomGenerator random(4711);
        for (int count = 0; count < 80; ++count) {
            QList<QByteArray> segments;
            for (int depth = random.bounded(1, 5); depth > 0; --depth) {
                segments.append(pick(random, {"a", "b", "c"}, 3));
            }
            files.append("random/" + segments.join('/'));
        }
        for (const auto &path : files) {
            const auto name = m_folder.filePath(QString::fromUtf8(path));
            QFile file(name);
            // Some are folders already, and some would be in files.
            if (QDir().mkpath(QFileInfo(name).path()) && !QFileInfo(name).isDir()) {
                (void)file.open(QIODevice::WriteOnly);
            }
        }
        QDirIterator entry(
            m_folder.path(), QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot,
            QDirIterator::Subdirectories);
        while (entry.hasNext()) {
            const auto path = entry.next().mid(m_folder.path().size() + 1).toUtf8();
            if (!path.startsWith(".git")) {
                m_paths.append(path);
            }
        }
    }

private Q_SLOTS:
    void initTestCase()
    {
        QProcess git;
        git.setWorkingDirectory(m_folder.path());
        git.start(u"git"_s, {u"init"_s, u"--quiet"_s});
        QVERIFY(git.waitForFinished(-1));
        QCOMPARE(git.exitCode(), 0);
        makeTree();
        QVERIFY(m_paths.size() > 100);
    }

    void meansWhatGitMeans_data()
    {
        QTest::addColumn<QByteArray>("patterns");
        const QList<QByteArray> all{
            "*.o",
            "/a",
            "a/",
            "b/a",
            "**/a",
            "a/**",
            "a/**/c",
            "a*/b",
            "[ab]",
            "[!a]",
            "[a-c]x",
            "\\!x",
            "# comment",
            "\\#x",
            "a\n!a",
            "*\n!*.txt",
            "*\n!*/\n!*.txt",
            "a/\n!a/b",
            "x ",
            "x\\ ",
            "a.?xt",
            "[[:alpha:]]",
            "[]a]",
            "[a",
            "a\\",
            "**",
            "/**",
            "**/",
            "/",
            "!",
            "a//b",
            "**.txt",
            "/*.txt",
            "\r\n*.o\r",
            "*.tmp\n.git/\nnode_modules/",
            "a/*\n!a/b",
            "[^/]x",
            "a[/]b",
            "[a-]x",
            "[\\]]x"};
        for (const auto &patterns : all) {
            QTest::newRow(patterns.toPercentEncoding(" *!/[]").constData()) << patterns;
        }
    }
    void meansWhatGitMeans()
    {
        QFETCH(QByteArray, patterns);
        QCOMPARE(leftOutByUs(patterns), leftOutByGit(patterns));
    }

    void meansWhatGitMeansForRandomPatterns()
    {
        QRandomGenerator random(815);
        const QList<QByteArray> parts{"a", "b", "*", "?", "/", "/**/", "[ab]", "[!a]", "\\b", "c"};
        for (int round = 0; round < 200; ++round) {
            QList<QByteArray> lines;
            for (int line = random.bounded(1, 4); line > 0; --line) {
                auto pattern = pick(random, parts, 6);
                pattern.prepend(random.bounded(4) == 0 ? "!" : random.bounded(2) == 0 ? "random/**/" : "");
                pattern.append(random.bounded(4) == 0 ? "/" : random.bounded(6) == 0 ? "/**" : "");
                lines.append(pattern);
            }
            const auto patterns = lines.join('\n') + '\n';
            const auto git = leftOutByGit(patterns);
            const auto ours = leftOutByUs(patterns);
            QVERIFY2(
                ours == git, (patterns + "differs at " + ((ours + git) - (ours & git)).values().join(' ')));
        }
    }

    void endsSoonWhateverTheStars()
    {
        QVERIFY(!matchesPattern(QByteArray("*a").repeated(200) + 'b', QByteArray(2000, 'a')));
        QVERIFY(!matchesPattern(QByteArray("**/").repeated(200) + 'b', QByteArray("a/").repeated(800)));
    }
    void takesAnyBytes()
    {
        QRandomGenerator random(99);
        for (int round = 0; round < 3000; ++round) {
            QByteArray pattern(random.bounded(24), ' ');
            QByteArray path(random.bounded(1, 24), ' ');
            for (auto &byte : pattern) {
                byte = "*?[]!^-\\/:ab\n\xFF"[random.bounded(14)];
            }
            for (auto &byte : path) {
                byte = static_cast<char>(random.bounded(1, 256));
            }
            (void)IgnorePatterns(pattern).leavesOut(path, random.bounded(2) == 0);
        }
    }

    void selectsJustWhatIsNamed()
    {
        const TransferSelection selection(QSet<QByteArray>{"a/b/c", "d"});
        QVERIFY(selection.selects("", true));
        QVERIFY(selection.selects("a", true) && selection.selects("a/b", true));
        QVERIFY(selection.selects("a/b/c", false) && selection.selects("d", true));
        QVERIFY(!selection.selects("a/x", false) && !selection.selects("d/x", false));
        QVERIFY(!selection.selects("a", false)); // It was a folder when it was named.
        QVERIFY(selection.leadsOn("") && selection.leadsOn("a/b"));
        QVERIFY(!selection.leadsOn("d"));
    }
};

QTEST_GUILESS_MAIN(TestIgnorePatterns)
#include "test_ignorepatterns.moc"
