// SPDX-License-Identifier: Apache-2.0
#include "local/runtime/controlgroups.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace Koyeb::Local;

/// Control groups, in a folder of plain files: what is written where. Whether the kernel obeys, only a
/// computer can tell that lets its users make such groups.
class ControlGroupsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void findsTheNearestGroupThatMayHaveOthers();
    void findsNoneWhereNoneMayBe();
    void writesLimits();
    void knowsWhoRanOutOfMemory();
    void removesWhatAnotherEngineLeft();

private:
    void makeGroup(const QString &path, const QByteArray &controllers) const
    {
        QVERIFY(QDir(m_root->path()).mkpath(path));
        write(path + u"/cgroup.subtree_control"_s, controllers);
    }
    void write(const QString &path, const QByteArray &content) const
    {
        QFile file(QDir(m_root->path()).absoluteFilePath(path));
        QVERIFY(file.open(QFile::WriteOnly));
        file.write(content);
    }
    [[nodiscard]] std::unique_ptr<ControlGroups> find(const std::string &own) const
    {
        return ControlGroups::find(m_root->path().toStdString(), own);
    }
    [[nodiscard]] static QByteArray content(const ControlGroups &groups, const char *file)
    {
        QFile opened(QString::fromStdString((groups.folder() / file).string()));
        return opened.open(QFile::ReadOnly) ? opened.readAll() : QByteArray("none");
    }

    std::unique_ptr<QTemporaryDir> m_root;
};

void ControlGroupsTest::init()
{
    m_root = std::make_unique<QTemporaryDir>();
    makeGroup(u"."_s, "cpu memory pids\n");
    makeGroup(u"user"_s, "cpu memory pids\n");
    makeGroup(u"user/slice"_s, "cpu memory\n");
    makeGroup(u"user/slice/own"_s, "");
}

void ControlGroupsTest::findsTheNearestGroupThatMayHaveOthers()
{
    const auto groups = find("user/slice/own");
    QVERIFY(groups);
    QCOMPARE(QString::fromStdString(groups->folder().parent_path().string()), m_root->filePath(u"user"_s));
    QCOMPARE(content(*groups, "cgroup.subtree_control"), QByteArray("+memory +pids"));
}

void ControlGroupsTest::findsNoneWhereNoneMayBe()
{
    makeGroup(u"user"_s, "cpu\n");
    makeGroup(u"."_s, "\n");
    QVERIFY(!find("user/slice/own"));
    QVERIFY(!find(""));
    QVERIFY(!find("../outside"));
    QVERIFY(!ControlGroups::find(m_root->filePath(u"missing"_s).toStdString(), "user"));
}

void ControlGroupsTest::writesLimits()
{
    const auto groups = find("user");
    QVERIFY(groups && groups->create("one", {256'000'000, 100, 0}) && groups->add("one", 4711));
    QCOMPARE(content(*groups, "one/memory.max"), QByteArray("256000000"));
    QCOMPARE(content(*groups, "one/memory.swap.max"), QByteArray("0"));
    QCOMPARE(content(*groups, "one/memory.oom.group"), QByteArray("1"));
    QCOMPARE(content(*groups, "one/pids.max"), QByteArray("100"));
    QCOMPARE(content(*groups, "one/cgroup.procs"), QByteArray("4711"));
}

void ControlGroupsTest::knowsWhoRanOutOfMemory()
{
    const auto groups = find("user");
    QVERIFY(groups && groups->create("one", {1, 1, 0}));
    QVERIFY(!groups->ranOutOfMemory("one"));
    const QString events = QString::fromStdString((groups->folder() / "one/memory.events").string());
    write(events, "low 0\nhigh 0\nmax 7\noom 1\noom_kill 0\noom_group_kill 0\n");
    QVERIFY(!groups->ranOutOfMemory("one"));
    write(events, "low 0\nhigh 0\nmax 7\noom 1\noom_kill 2\noom_group_kill 1\n");
    QVERIFY(groups->ranOutOfMemory("one"));
}

void ControlGroupsTest::removesWhatAnotherEngineLeft()
{
    QVERIFY(QDir(m_root->path()).mkpath(u"user/koyeb-local-1/sandbox"_s));
    QVERIFY(QDir(m_root->path()).mkpath(u"user/of-somebody-else"_s));
    QVERIFY(find("user"));
    QVERIFY(!QDir(m_root->filePath(u"user/koyeb-local-1"_s)).exists());
    QVERIFY(QDir(m_root->filePath(u"user/of-somebody-else"_s)).exists());
}

QTEST_GUILESS_MAIN(ControlGroupsTest)
#include "controlgroupstest.moc"
