// SPDX-License-Identifier: Apache-2.0
#include "transferfixture.h"

#include <QCryptographicHash>
#include <QDir>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

/// Downloads out of a real local sandbox. Each test works in local and remote folders of its own.
class TestDownload : public QObject {
    Q_OBJECT

    TransferFixture m_fixture;

    Transfer *download(
        const QByteArray &remote, const QByteArray &local, ExistingTarget existing = ExistingTarget::Refuse)
    {
        return m_fixture.sandbox().download(remote, m_fixture.fsPath(local), existing, nullptr);
    }
    QByteArray contentOf(const QByteArray &name)
    {
        QFile file(QFile::decodeName(m_fixture.path(name)));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : "unreadable";
    }
    QStringList namesIn(const QByteArray &folder)
    {
        return QDir(QFile::decodeName(m_fixture.path(folder)))
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText())); }

    void aFileArrivesExactly_data()
    {
        QTest::addColumn<int>("size");
        QTest::newRow("empty") << 0;
        QTest::newRow("small") << 5;
        QTest::newRow("one range exactly") << 3 * 1024 * 1024;
        QTest::newRow("many ranges") << 20 * 1024 * 1024 + 1;
    }
    void aFileArrivesExactly()
    {
        QFETCH(int, size);
        const auto folder = "exact-" + QByteArray::number(size);
        m_fixture.makeFolder(folder);
        const auto hash = m_fixture.inSandbox(
            u"head -c %1 /dev/urandom > /tmp/data; chmod 751 /tmp/data; touch -d @1234567890 /tmp/data; "
            "sha256sum /tmp/data | cut -c1-64"_s.arg(size));
        const auto outcome = outcomeOf(download("/tmp/data", folder));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QVERIFY(outcome.problems.isEmpty());
        const auto content = contentOf(folder + "/data");
        QCOMPARE(QCryptographicHash::hash(content, QCryptographicHash::Sha256).toHex() + '\n', hash);
        struct stat status {};
        QCOMPARE(::stat(m_fixture.path(folder + "/data").constData(), &status), 0);
        QCOMPARE(status.st_mode & 07777U, 0751U);
        QCOMPARE(status.st_mtim.tv_sec, 1'234'567'890);
        QTRY_COMPARE(namesIn(folder), QStringList{u"data"_s});
    }

    void aFolderArrivesWithAllThatIsInIt()
    {
        m_fixture.makeFolder("tree");
        QCOMPARE(
            m_fixture.inSandbox(
                u"mkdir -p /tmp/tree/empty /tmp/tree/read-only; cd /tmp/tree\n"
                "head -c 100000 /dev/urandom > binary; head -c 4000000 /dev/urandom > large\n"
                ": > 'empty file'; echo '#!/bin/sh' > program; chmod 755 program\n"
                "for n in 'with space' 'quote'\\''\"' 'new\nline' -dash .hidden é 'back\\slash' \\\n"
                "  \"$(printf 'bad\\377')\"; do printf %s \"$n\" > \"./$n\"; done\n"
                "ln -s program link; ln -s \"$(printf 'no\\377where')\" broken; ln -s /etc outward\n"
                "echo x > read-only/inside; chmod 400 read-only/inside; chmod 555 read-only\n"
                "find . -type f -exec touch -d @1234567890 {} +"_s),
            ""_ba);
        const auto outcome = outcomeOf(download("/tmp/tree", "tree"));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QVERIFY(outcome.problems.isEmpty());
        QCOMPARE(m_fixture.describeLocal("tree/tree"), m_fixture.describeRemote("/tmp/tree"));
        QTRY_COMPARE(namesIn("tree"), QStringList{u"tree"_s});
        ::chmod(m_fixture.path("tree/tree/read-only").constData(), 0755);
    }

    void aLinkIsDownloadedAsLink()
    {
        m_fixture.makeFolder("link");
        QCOMPARE(m_fixture.inSandbox(u"ln -s /etc/passwd /tmp/alone"_s), ""_ba);
        QVERIFY(outcomeOf(download("/tmp/alone", "link")).isFinished);
        QCOMPARE(QFile::symLinkTarget(QFile::decodeName(m_fixture.path("link/alone"))), u"/etc/passwd"_s);
    }

    void aPlantedLinkInTheTargetIsReplacedNotFollowed()
    {
        m_fixture.makeFolder("planted");
        m_fixture.makeFile("victim", "untouched");
        m_fixture.makeLink("planted/file", "../victim");
        QCOMPARE(m_fixture.inSandbox(u"echo new > /tmp/file"_s), ""_ba);
        QVERIFY(outcomeOf(download("/tmp/file", "planted", ExistingTarget::Overwrite)).isFinished);
        QCOMPARE(contentOf("victim"), "untouched"_ba);
        QCOMPARE(contentOf("planted/file"), "new\n"_ba);
    }

    void anExistingTargetIsRefused()
    {
        m_fixture.makeFolder("refuse");
        m_fixture.makeFile("refuse/there", "old");
        QCOMPARE(m_fixture.inSandbox(u"echo new > /tmp/there"_s), ""_ba);
        const auto outcome = outcomeOf(download("/tmp/there", "refuse"));
        QVERIFY(outcome.failure);
        QCOMPARE(outcome.failure->kind, ErrorKind::Conflict);
        QCOMPARE(contentOf("refuse/there"), "old"_ba);
        QTRY_COMPARE(namesIn("refuse"), QStringList{u"there"_s});
    }

    void anExistingFolderIsMerged()
    {
        m_fixture.makeFolder("merge");
        m_fixture.makeFolder("merge/m");
        m_fixture.makeFolder("merge/m/blocked");
        m_fixture.makeFile("merge/m/kept", "old");
        m_fixture.makeFile("merge/m/both", "old");
        QCOMPARE(
            m_fixture.inSandbox(u"mkdir /tmp/m; cd /tmp/m; printf new | tee both blocked added"_s), "new"_ba);
        const auto outcome = outcomeOf(download("/tmp/m", "merge", ExistingTarget::Overwrite));
        QVERIFY(outcome.isFinished);
        QCOMPARE(outcome.problems.size(), 1);
        QCOMPARE(outcome.problems[0].error.kind, ErrorKind::Conflict);
        QCOMPARE(contentOf("merge/m/kept"), "old"_ba);
        QCOMPARE(contentOf("merge/m/both"), "new"_ba);
        QCOMPARE(contentOf("merge/m/added"), "new"_ba);
        QTRY_COMPARE(namesIn("merge"), QStringList{u"m"_s});
    }

    void aFolderInTheWayOfAFileFails()
    {
        m_fixture.makeFolder("way");
        m_fixture.makeFolder("way/w");
        QCOMPARE(m_fixture.inSandbox(u"echo file > /tmp/w"_s), ""_ba);
        const auto outcome = outcomeOf(download("/tmp/w", "way", ExistingTarget::Overwrite));
        QVERIFY(outcome.failure);
        QCOMPARE(outcome.failure->kind, ErrorKind::Conflict);
        QTRY_COMPARE(namesIn("way"), QStringList{u"w"_s});
    }

    void aMissingSourceIsNotFound()
    {
        const auto outcome = outcomeOf(download("/no/such/file", ""));
        QVERIFY(outcome.failure);
        QCOMPARE(outcome.failure->kind, ErrorKind::NotFound);
    }

    void aMissingLocalFolderFails()
    {
        const auto outcome = outcomeOf(download("/etc/passwd", "never made"));
        QVERIFY(outcome.failure);
        QCOMPARE(outcome.failure->kind, ErrorKind::Local);
    }

    void aLogThatGrowsIsDownloadedAsItWas()
    {
        m_fixture.makeFolder("grows");
        QCOMPARE(
            m_fixture.inSandbox(
                u"head -c 8000000 /dev/zero > /tmp/log; "
                "(while [ -e /tmp/log ]; do echo more >> /tmp/log; done) >/dev/null 2>&1 &"_s),
            ""_ba);
        const auto outcome = outcomeOf(download("/tmp/log", "grows"));
        QCOMPARE(m_fixture.inSandbox(u"rm /tmp/log"_s), ""_ba);
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QVERIFY(contentOf("grows/log").startsWith(QByteArray(8'000'000, '\0')));
    }

    void aFileThatVanishesIsAProblemAndTheRestGoesOn()
    {
        m_fixture.makeFolder("vanish");
        QCOMPARE(
            m_fixture.inSandbox(u"mkdir /tmp/v; cd /tmp/v; echo a > gone; echo b > stays; "
                                "head -c 4000000 /dev/zero > large"_s),
            ""_ba);
        auto *transfer = download("/tmp/v", "vanish");
        bool isRemoved = false;
        connect(transfer, &Transfer::progressed, transfer, [&](const TransferProgress &progress) {
            if (progress.totalFiles == 3 && !std::exchange(isRemoved, true)) {
                (void)m_fixture.inSandbox(u"rm /tmp/v/gone"_s);
            }
        });
        // Every answer to the transfer is late, so that the file is gone before it is read.
        const QJsonObject fault{
            {u"part"_s, u"executor"_s}, {u"path"_s, u"/run"_s}, {u"times"_s, 0}, {u"delay_ms"_s, 300}};
        QVERIFY(m_fixture.engine().misbehave({{u"fault"_s, fault}}));
        const auto outcome = outcomeOf(transfer);
        QVERIFY(m_fixture.engine().misbehave({{u"clear"_s, true}}));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QCOMPARE(contentOf("vanish/v/stays"), "b\n"_ba);
        QCOMPARE(contentOf("vanish/v/large").size(), 4'000'000);
        QVERIFY(outcome.problems.size() <= 1);
        if (!outcome.problems.isEmpty()) {
            QCOMPARE(outcome.problems[0].path, "/tmp/v/gone"_ba);
        }
    }

    void cancellingLeavesNothingBehind()
    {
        m_fixture.makeFolder("cancel");
        QCOMPARE(m_fixture.inSandbox(u"head -c 30000000 /dev/urandom > /tmp/cancelled"_s), ""_ba);
        const std::unique_ptr<Transfer> transfer(download("/tmp/cancelled", "cancel"));
        const QSignalSpy finished(transfer.get(), &Transfer::finished);
        const QSignalSpy failed(transfer.get(), &Transfer::failed);
        transfer->start();
        QTRY_VERIFY(transfer->progress().doneBytes > 0);
        QCOMPARE(namesIn("cancel").size(), 1);
        transfer->cancel();
        QTRY_COMPARE(namesIn("cancel"), QStringList());
        QCOMPARE(finished.size() + failed.size(), 0);
    }

    void progressEndsWithEverything()
    {
        m_fixture.makeFolder("counted");
        QCOMPARE(
            m_fixture.inSandbox(
                u"mkdir /tmp/c; cd /tmp/c; printf 12345 > small; head -c 4000000 /dev/zero > large"_s),
            ""_ba);
        auto *transfer = download("/tmp/c", "counted");
        TransferProgress last;
        connect(
            transfer, &Transfer::progressed, transfer, [&last](const auto &progress) { last = progress; });
        QVERIFY(outcomeOf(transfer).isFinished);
        QCOMPARE(last.doneBytes, 4'000'005);
        QCOMPARE(last.totalBytes, 4'000'005);
        QCOMPARE(last.doneFiles, 2);
        QCOMPARE(last.totalFiles, 2);
    }
};

QTEST_GUILESS_MAIN(TestDownload)
#include "test_download.moc"
