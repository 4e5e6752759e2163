// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/localcopy.h"

#include <QTemporaryDir>
#include <QtTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

/// Copies of a sandbox's files, which are hostile, on this computer.
class LocalCopyTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] std::filesystem::path path(const QString &name) const
    {
        return m_folder.filePath(name).toStdString();
    }

private Q_SLOTS:
    void namesAreHarmless_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QString>("expected");
        const auto add = [](const QByteArray &name, const QString &expected) {
            QTest::newRow(name.left(20).toPercentEncoding().constData()) << name << expected;
        };
        add("notes.txt", u"notes.txt"_s);
        add("żółw 2.md", u"żółw 2.md"_s);
        add("-rf", u"_-rf"_s);
        add(".bashrc", u"_.bashrc"_s);
        add("~", u"_~"_s);
        add("", u"_"_s);
        add("a\nb;$(x)`y`\"'|&<>*?.txt", u"a_b__(x)_y_________.txt"_s);
        add("..\\..\\x", u"_.._.._x"_s);
        add("gpj.\xE2\x80\xAE"
            "exe.png",
            u"gpj._exe.png"_s);
        add("\xFF\xFE.py", u"__.py"_s);
        add("%20", u"_20"_s);
        add(QByteArray(300, 'x') + ".tar.gz", QString(80, u'x') + u".gz"_s);
        add("a." + QByteArray(300, 'x'), u"a."_s + QString(15, u'x'));
    }
    void namesAreHarmless()
    {
        QFETCH(QByteArray, name);
        QTEST(safeLocalName(name), "expected");
        QVERIFY(QFile::encodeName(safeLocalName(name)).size() < 255);
    }

    void copiesArePrivateAndNotExecutable()
    {
        const auto file = path(u"edits/%1-x"_s.arg(getpid())) / "a.txt";
        const QByteArray content("#!/bin/sh\n\0", 11);
        QVERIFY(writeLocalCopy(file, content));
        struct stat status {};
        QCOMPARE(::stat(file.c_str(), &status), 0);
        QCOMPARE(status.st_mode & 07777, 0600U);
        QCOMPARE(::stat(file.parent_path().c_str(), &status), 0);
        QCOMPARE(status.st_mode & 07777, 0700U);
        QCOMPARE(readLocalCopy(file, 100).value(), content);
        QVERIFY(!writeLocalCopy(file, content)); // Never over anything.
        QCOMPARE(readLocalCopy(file, 5).error().kind, ErrorKind::Rejected);
    }

    void onlyPlainFilesAreReadBack()
    {
        QVERIFY(::symlink("/etc/passwd", path(u"link"_s).c_str()) == 0);
        QVERIFY(::mkfifo(path(u"pipe"_s).c_str(), 0600) == 0);
        QCOMPARE(readLocalCopy(path(u"link"_s), 100'000).error().kind, ErrorKind::Rejected);
        QCOMPARE(readLocalCopy(path(u"pipe"_s), 100).error().kind, ErrorKind::Rejected);
        QCOMPARE(readLocalCopy(path(u"gone"_s), 100).error().kind, ErrorKind::NotFound);
        QCOMPARE(readLocalCopy(m_folder.path().toStdString(), 100).error().kind, ErrorKind::Rejected);
    }

    void whatADesktopMightRunIsKnown_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<bool>("expected");
        QTest::newRow("text") << u"a.txt"_s << QByteArray("text") << false;
        QTest::newRow("page") << u"a.html"_s << QByteArray("<p>") << false;
        QTest::newRow("picture") << u"a.png"_s << QByteArray("\x89PNG\r\n\x1A\n") << false;
        QTest::newRow("settings") << u"a.json"_s << QByteArray("{}") << false;
        QTest::newRow("no ending") << u"notes"_s << QByteArray("text") << false;
        QTest::newRow("launcher") << u"a.desktop"_s << QByteArray("[Desktop Entry]\nExec=rm") << true;
        QTest::newRow("script") << u"a.sh"_s << QByteArray("echo") << true;
        QTest::newRow("python") << u"a.py"_s << QByteArray("print()") << true;
        QTest::newRow("script by content") << u"notes"_s << QByteArray("#!/bin/sh\necho\n") << true;
        QTest::newRow("program") << u"a.txt"_s
                                 << QByteArray(
                                        "\x7F"
                                        "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3E\0",
                                        20)
                                 << true;
        QTest::newRow("java") << u"a.jar"_s << QByteArray("PK\x03\x04") << true;
        QTest::newRow("windows") << u"a.exe"_s << QByteArray("MZ") << true;
        QTest::newRow("package") << u"a.deb"_s << QByteArray("!<arch>\ndebian") << true;
    }
    void whatADesktopMightRunIsKnown()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, content);
        const auto folder = path(u"types/%1-%2"_s.arg(getpid()).arg(QLatin1String(QTest::currentDataTag())));
        QVERIFY(writeLocalCopy(folder / name.toStdString(), content));
        QTEST(mightBeRun(folder / name.toStdString()), "expected");
    }
};

QTEST_GUILESS_MAIN(LocalCopyTest)
#include "localcopytest.moc"
