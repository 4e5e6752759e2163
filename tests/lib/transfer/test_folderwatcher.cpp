// SPDX-License-Identifier: Apache-2.0
#include "transfer/changebatch.h"
#include "transfer/folderwatcher.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Koyeb;
using namespace Qt::Literals::StringLiterals;

/// What is told of changes in a real folder.
class TestFolderWatcher : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<FolderWatcher> m_watcher;
    QSet<QByteArray> m_told;
    int m_batches = 0;
    int m_lost = 0;

    void watch(const QByteArray &leftOut = {}, const FolderWatcherLimits &limits = {})
    {
        m_watcher = std::make_unique<FolderWatcher>(
            m_folder->path().toStdString(), IgnorePatterns(temporaryFilePatterns() + leftOut), limits);
        connect(m_watcher.get(), &FolderWatcher::changed, this, [this](const auto &paths) {
            m_told.unite(paths);
            ++m_batches;
        });
        connect(m_watcher.get(), &FolderWatcher::lost, this, [this] { ++m_lost; });
        QSignalSpy started(m_watcher.get(), &FolderWatcher::started);
        m_watcher->start();
        QTRY_COMPARE(started.size(), 1);
    }
    void run(const QString &script) const
    {
        QProcess shell;
        shell.setWorkingDirectory(m_folder->path());
        shell.start(u"/bin/sh"_s, {u"-e"_s, u"-c"_s, script});
        QVERIFY(shell.waitForFinished(-1));
        QCOMPARE(shell.exitCode(), 0);
    }
    /// A mark that is told behind all that was done before.
    void settle()
    {
        run(u"echo > last-mark"_s);
        QTRY_VERIFY(m_told.contains("last-mark"));
        m_told.remove("last-mark");
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_told.clear();
        m_batches = 0;
        m_lost = 0;
    }
    void cleanup() { m_watcher.reset(); }

    void tellsWhatIsMadeChangedAndRemoved()
    {
        run(u"echo > changed; echo > removed; echo > untouched; mkdir sub; echo > sub/deep; echo > moved"_s);
        watch();
        run(u"echo > made; echo >> changed; rm removed; echo >> sub/deep; mv moved sub/arrived; ln -s x link"_s);
        QTRY_COMPARE(
            m_told,
            (QSet<QByteArray>{"made", "changed", "removed", "sub/deep", "moved", "sub/arrived", "link"}));
    }
    void tellsWhatIsInFoldersThatAppear()
    {
        watch();
        run(u"mkdir -p a/b/c; echo > a/b/c/file; mkdir ../%1; echo > ../%1/in; mv ../%1 came"_s.arg(
            QDir(m_folder->path()).dirName() + u"-outside"_s));
        settle();
        for (const auto *path : {"a", "a/b", "a/b/c", "a/b/c/file", "came", "came/in"}) {
            QVERIFY2(m_told.contains(path), path);
        }
        // They are watched from then on, also under another name.
        m_told.clear();
        run(u"echo >> a/b/c/file; mv came went; echo >> went/in"_s);
        settle();
        for (const auto *path : {"a/b/c/file", "came", "went", "went/in"}) {
            QVERIFY2(m_told.contains(path), path);
        }
        QVERIFY(!m_told.contains("came/in"));
    }
    void tellsManyChangesInFewBatches()
    {
        watch();
        run(u"for i in $(seq 300); do echo $i > f$i; done"_s);
        settle();
        QCOMPARE(m_told.size(), 300);
        QVERIFY2(m_batches < 30, qPrintable(QString::number(m_batches)));
    }
    void tellsOfAFileOnceItIsWritten()
    {
        watch();
        QFile file(m_folder->filePath(u"open"_s));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
        QCOMPARE(file.write("x"), 1);
        QTRY_VERIFY(m_told.contains("open")); // It rests, though it is not closed.
    }
    void whatIsWrittenAllTheTimeIsToldNowAndThen()
    {
        ChangeBatch batch;
        ChangeBatch::Time now;
        QList<int> toldAt;
        for (int milliseconds = 0; milliseconds <= 8000; milliseconds += 100) {
            if (batch.take(now) == QSet<QByteArray>{"log"}) {
                toldAt.append(milliseconds);
            }
            batch.addWriting("log", now);
            now += std::chrono::milliseconds(100);
        }
        QCOMPARE(toldAt, (QList<int>{3200, 6400}));
        // What is written now and then waits for its pause only.
        now += ChangeBatch::writingPause;
        QVERIFY(batch.take(now).isEmpty());
        QCOMPARE(batch.take(now + ChangeBatch::quiet), QSet<QByteArray>{"log"});
    }
    void passesOverWhatIsTemporaryOrLeftOut()
    {
        run(u"mkdir -p .git node_modules"_s);
        watch("node_modules/\n*.log\n!keep.log\n");
        run(u"echo > .file.swp; echo > file~; echo > x.tmp; echo > .git/index.lock; echo > 4913;"
            " echo > '#file#'; echo > node_modules/x; mkdir -p b/node_modules; echo > b/node_modules/y;"
            " echo > a.log; echo > keep.log; echo > Cargo.lock; echo > .git/index"_s);
        settle();
        QCOMPARE(m_told, (QSet<QByteArray>{"b", "keep.log", "Cargo.lock", ".git/index"}));
    }
    void doesNotFollowLinks()
    {
        const QTemporaryDir outside;
        run(u"ln -s %1 link"_s.arg(outside.path()));
        watch();
        run(u"echo > %1/file"_s.arg(outside.path()));
        settle();
        QVERIFY(m_told.isEmpty());
    }
    void tellsThatItLostTrack()
    {
        const QTemporaryDir outside;
        run(u"mkdir %1/many; cd %1/many; for i in $(seq 60); do echo > $i; done"_s.arg(outside.path()));
        watch({}, {1000, 50});
        run(u"mv %1/many many"_s.arg(outside.path())); // More than a batch holds.
        QTRY_VERIFY(m_lost > 0);
        m_told.clear();
        run(u"echo >> many/1"_s);
        QTRY_VERIFY(m_told.contains("many/1"));
    }
    void watchesNotMoreThanItMay()
    {
        run(u"mkdir a b c"_s);
        FolderWatcher watcher(m_folder->path().toStdString(), {}, {2, 50});
        QSignalSpy failed(&watcher, &FolderWatcher::failed);
        watcher.start();
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(failed[0][0].value<Error>().kind, ErrorKind::Rejected);
    }
    void tellsThatTheFolderIsGone()
    {
        watch();
        QSignalSpy failed(m_watcher.get(), &FolderWatcher::failed);
        QVERIFY(QDir(m_folder->path()).removeRecursively());
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(failed[0][0].value<Error>().kind, ErrorKind::NotFound);
    }
    void aFolderThatIsNoneFails()
    {
        FolderWatcher watcher("/nowhere/at/all", {});
        QSignalSpy failed(&watcher, &FolderWatcher::failed);
        watcher.start();
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(failed[0][0].value<Error>().kind, ErrorKind::NotFound);
    }
    void mayEndAtAnyTime()
    {
        run(u"for i in $(seq 50); do mkdir -p d$i/e; done"_s);
        for (int round = 0; round < 20; ++round) {
            FolderWatcher watcher(m_folder->path().toStdString(), {});
            watcher.start();
            if (round % 2 == 0) {
                run(u"echo > f"_s);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestFolderWatcher)
#include "test_folderwatcher.moc"
