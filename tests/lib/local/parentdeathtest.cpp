// SPDX-License-Identifier: Apache-2.0
#include "localengine.h"
#include "sandboxclient.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace Koyeb::Testing;

namespace {

constexpr int patienceMs = 60'000;

/// What /proc tells of a process after its name: state, parent, …; empty when there is none.
QByteArrayList statOf(const QString &pid)
{
    QFile file(u"/proc/%1/stat"_s.arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QByteArray text = file.readAll();
    return text.mid(text.lastIndexOf(')') + 2).split(' ');
}

bool lives(const QString &pid)
{
    const auto stat = statOf(pid);
    return !stat.isEmpty() && stat.first() != "Z";
}

/// All processes below one.
QStringList descendantsOf(qint64 ancestor)
{
    const QStringList all = QDir(u"/proc"_s).entryList({u"[0-9]*"_s}, QDir::Dirs);
    QStringList found{QString::number(ancestor)};
    for (qsizetype i = 0; i < found.size(); ++i) {
        for (const auto &pid : all) {
            if (statOf(pid).value(1) == found.at(i).toLatin1())
                found.append(pid);
        }
    }
    return found.sliced(1);
}

QString commandLineOf(const QString &pid)
{
    QFile file(u"/proc/%1/cmdline"_s.arg(pid));
    return file.open(QIODevice::ReadOnly) ? QString::fromLocal8Bit(file.readAll().replace('\0', ' '))
                                          : QString();
}

/// Those that are still there, as text for a failure.
QString survivors(const QStringList &pids)
{
    QStringList lines;
    for (const auto &pid : pids) {
        if (lives(pid))
            lines.append(pid + u": "_s + commandLineOf(pid));
    }
    return lines.join(u'\n');
}

} // namespace

/// An engine whose parent, a process of its own, is killed as nothing can prepare for.
class ParentDeathTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const QByteArray engine = qgetenv("KOYEB_LOCAL_PROGRAM");
        QVERIFY(!engine.isEmpty());
        qputenv("ENGINE_TO_START", engine);
        qputenv("KOYEB_LOCAL_PROGRAM", ENGINE_PARENT);
    }

    void nothingIsLeft_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("isolated") << QStringList();
        QTest::newRow("not isolated") << QStringList{u"--unisolated"_s};
    }

    void nothingIsLeft()
    {
        QFETCH(const QStringList, arguments);
        LocalEngine parent;
        QVERIFY2(parent.start(arguments), qPrintable(parent.errorText()));
        const QJsonObject created = parent.createSandbox(u"orphan"_s);
        QVERIFY2(!created.isEmpty(), qPrintable(parent.errorText()));
        const SandboxClient client(created);
        const QString command = u"setsid sleep 16180.339"_s;
        QCOMPARE(client.executor(u"/start_process"_s, {{u"cmd"_s, command}}).status, 201);
        QStringList family;
        const auto sleeps = [&family, &parent] {
            family = descendantsOf(parent.processId());
            return std::any_of(family.cbegin(), family.cend(), [](const QString &pid) {
                return commandLineOf(pid).startsWith(u"sleep 16180.339"_s);
            });
        };
        QTRY_VERIFY_WITH_TIMEOUT(sleeps(), patienceMs);
        QVERIFY2(family.size() >= 3, qPrintable(survivors(family)));

        parent.kill();
        const bool ended = QTest::qWaitFor([&family] { return survivors(family).isEmpty(); }, patienceMs);
        QVERIFY2(ended, qPrintable(survivors(family)));
        QVERIFY(!QDir(parent.stateFolder() + u"/sandboxes"_s).exists());
    }
};

QTEST_GUILESS_MAIN(ParentDeathTest)
#include "parentdeathtest.moc"
