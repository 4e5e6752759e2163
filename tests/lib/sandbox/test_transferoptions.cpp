// SPDX-License-Identifier: Apache-2.0
#include "transferfixture.h"

#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

/// What a transfer takes over beside names and contents.
class TestTransferOptions : public QObject {
    Q_OBJECT

    /// What the fixture's files are from, in seconds since 1970.
    static constexpr qint64 oldTime = 1'234'567'890;

    TransferFixture m_fixture;

    void makeTree(const QByteArray &name)
    {
        m_fixture.makeFolder(name, 0700);
        m_fixture.makeFile(name + "/program", "x", 0755);
        m_fixture.makeFile(name + "/.secret", "hidden", 0600);
        m_fixture.makeFolder(name + "/.git", 0755);
        m_fixture.makeFile(name + "/.git/config", "hidden, too", 0644);
        m_fixture.makeFolder(name + "/sub", 0700);
        m_fixture.makeFile(name + "/sub/large", randomBytes(600 * 1024), 0400);
        m_fixture.makeLink(name + "/sub/link", "large");
        m_fixture.makeFile(name + "/sub/a.b", "not hidden", 0640);
    }
    /// A line for each entry below a folder: mode, time and path of what is no link, sorted by path.
    static QString lookScript(const QByteArray &folder)
    {
        return u"cd "_s + shellQuoted(folder) +
               u" && find . ! -type l -printf '%m %Ts %P\\n' | LC_ALL=C sort -k3"_s;
    }
    QByteArray lookHere(const QByteArray &name) const
    {
        QProcess process;
        process.start(u"/bin/sh"_s, {u"-c"_s, lookScript(m_fixture.path(name))});
        process.waitForFinished(-1);
        return process.readAllStandardOutput();
    }
    void useTools(const QString &tools)
    {
        if (tools == "busybox"_L1) {
            m_fixture.useBusyBox();
        } else if (tools == "no tar"_L1) {
            m_fixture.useBusyBox({u"base64"_s, u"cat"_s,      u"chmod"_s, u"cut"_s,       u"dd"_s,
                                  u"find"_s,   u"head"_s,     u"ln"_s,    u"ls"_s,        u"mkdir"_s,
                                  u"mv"_s,     u"readlink"_s, u"rm"_s,    u"sha256sum"_s, u"sleep"_s,
                                  u"stat"_s,   u"tail"_s,     u"touch"_s, u"wc"_s,        u"xargs"_s});
        }
    }
    static void imageRows()
    {
        QTest::addColumn<QString>("tools");
        QTest::newRow("usual tools") << u"usual"_s;
        QTest::newRow("BusyBox") << u"busybox"_s;
        QTest::newRow("no tar") << u"no tar"_s;
    }

    /// What is neither kept nor hidden looks so.
    static void compareLooks(const QByteArray &looks, bool areTimesKept)
    {
        const auto lines = looks.trimmed().split('\n');
        const QList<QByteArray> expected{"755 ", "644 program", "755 sub", "644 sub/a.b", "644 sub/large"};
        QCOMPARE(lines.size(), expected.size());
        for (qsizetype index = 0; index < lines.size(); ++index) {
            const auto fields = lines[index].split(' ');
            QCOMPARE(fields[0] + ' ' + fields[2], expected[index]);
            const bool isFile = !fields[2].isEmpty() && fields[2] != "sub";
            QCOMPARE(isFile && fields[1].toLongLong() == oldTime, isFile && areTimesKept);
        }
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText())); }
    void cleanup() { m_fixture.useUsualTools(); }

    void anUploadKeepsOnlyWhatItIsTold_data() { imageRows(); }
    void anUploadKeepsOnlyWhatItIsTold()
    {
        QFETCH(QString, tools);
        const auto name = tools.toUtf8().replace(' ', '-');
        makeTree(name);
        QCOMPARE(m_fixture.inSandbox(u"mkdir /tmp/up-"_s + QString::fromUtf8(name)), QByteArray());
        useTools(tools);
        const TransferOptions nothing{false, false, false};
        const auto outcome = outcomeOf(m_fixture.sandbox().upload(
            m_fixture.fsPath(name), "/tmp/up-" + name, ExistingTarget::Refuse, nullptr, {}, nullptr,
            nothing));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "");
        QCOMPARE(outcome.problems.size(), 0);
        QCOMPARE(outcome.progress.totalFiles, 3);
        compareLooks(m_fixture.inSandbox(lookScript("/tmp/up-" + name + '/' + name)), false);
    }

    void aSingleFileIsAsNewAsItsArrival()
    {
        m_fixture.makeFile(".alone", "x", 0750);
        TransferOptions options;
        options.keepsTimes = false;
        options.movesHidden = false; // The item itself is moved.
        const auto up = outcomeOf(m_fixture.sandbox().upload(
            m_fixture.fsPath(".alone"), "/tmp", ExistingTarget::Refuse, nullptr, {}, nullptr, options));
        QVERIFY(up.isFinished);
        QCOMPARE(
            m_fixture.inSandbox(u"[ $(stat -c %Y /tmp/.alone) -gt 1234567890 ] && stat -c %a /tmp/.alone"_s),
            "750\n");
        QCOMPARE(m_fixture.inSandbox(u"touch -d @1234567890 /tmp/.alone"_s), QByteArray());
        const auto down = outcomeOf(m_fixture.sandbox().download(
            "/tmp/.alone", m_fixture.fsPath(), ExistingTarget::Overwrite, nullptr, {}, nullptr, options));
        QVERIFY(down.isFinished);
        struct stat status {};
        QCOMPARE(::stat(m_fixture.path(".alone").constData(), &status), 0);
        QCOMPARE(status.st_mode & 0777U, 0750U);
        QVERIFY(status.st_mtim.tv_sec > oldTime);
    }

    void aDownloadKeepsOnlyWhatItIsTold_data() { imageRows(); }
    void aDownloadKeepsOnlyWhatItIsTold()
    {
        QFETCH(QString, tools);
        const auto name = "down-" + tools.toUtf8().replace(' ', '-');
        makeTree(name);
        const auto up = outcomeOf(m_fixture.sandbox().upload(
            m_fixture.fsPath(name), "/tmp", ExistingTarget::Refuse, nullptr, "from-" + name));
        QVERIFY(up.isFinished);
        useTools(tools);
        const TransferOptions nothing{false, false, false};
        const auto outcome = outcomeOf(m_fixture.sandbox().download(
            "/tmp/from-" + name, m_fixture.fsPath(), ExistingTarget::Refuse, nullptr, {}, nullptr, nothing));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "");
        QCOMPARE(outcome.problems.size(), 0);
        QCOMPARE(outcome.progress.totalFiles, 3);
        compareLooks(lookHere("from-" + name), false);
    }

    void timesAreKeptWithoutModes()
    {
        makeTree("timed");
        TransferOptions options;
        options.keepsModes = false;
        options.movesHidden = false;
        const auto up = outcomeOf(m_fixture.sandbox().upload(
            m_fixture.fsPath("timed"), "/tmp", ExistingTarget::Refuse, nullptr, {}, nullptr, options));
        QVERIFY(up.isFinished);
        compareLooks(m_fixture.inSandbox(lookScript("/tmp/timed")), true);
        const auto down = outcomeOf(m_fixture.sandbox().download(
            "/tmp/timed", m_fixture.fsPath(), ExistingTarget::Refuse, nullptr, "timed-back", nullptr,
            options));
        QVERIFY(down.isFinished);
        compareLooks(lookHere("timed-back"), true);
    }

    void aMoveBetweenSandboxesTakesWhatIsHiddenAlong()
    {
        makeTree("relayed");
        const auto up = outcomeOf(
            m_fixture.sandbox().upload(m_fixture.fsPath("relayed"), "/tmp", ExistingTarget::Refuse, nullptr));
        QVERIFY(up.isFinished);
        QCOMPARE(m_fixture.inSandbox(u"mkdir /tmp/copied /tmp/moved"_s), QByteArray());
        RelayOrder order;
        order.source = "/tmp/relayed";
        order.targetDirectory = "/tmp/copied";
        order.spool = m_fixture.fsPath("spool");
        order.options = {false, false, false};
        QVERIFY(outcomeOf(m_fixture.sandbox().copyTo(m_fixture.sandbox(), order, nullptr)).isFinished);
        compareLooks(m_fixture.inSandbox(lookScript("/tmp/copied/relayed")), false);
        order.targetDirectory = "/tmp/moved";
        order.movesSource = true;
        QVERIFY(outcomeOf(m_fixture.sandbox().copyTo(m_fixture.sandbox(), order, nullptr)).isFinished);
        QCOMPARE(
            m_fixture.inSandbox(u"cd /tmp/moved/relayed && cat .secret .git/config; ls /tmp/relayed"
                                "  2>/dev/null || echo gone"_s),
            "hiddenhidden, toogone\n");
    }
};

QTEST_GUILESS_MAIN(TestTransferOptions)
#include "test_transferoptions.moc"
