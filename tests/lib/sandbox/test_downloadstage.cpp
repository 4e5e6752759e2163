// SPDX-License-Identifier: Apache-2.0
#include "sandbox/downloadstage.h"
#include "sandbox/localerror.h"
#include "sandbox/sandboxshell.h"
#include "scratchfolder.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <cerrno>
#include <unistd.h>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

/// What a hostile sandbox might try.
class TestDownloadStage : public QObject {
    Q_OBJECT

    static Result<std::shared_ptr<DownloadStage>> stageIn(const ScratchFolder &folder, const QByteArray &name)
    {
        return DownloadStage::create(
            folder.path("in").toStdString(), name, temporaryName(), ExistingTarget::Refuse);
    }
    static void prepare(const ScratchFolder &folder)
    {
        QVERIFY(QDir(QString::fromUtf8(folder.path())).mkdir(u"in"_s));
        QVERIFY(QDir(QString::fromUtf8(folder.path())).mkdir(u"outside"_s));
    }
    static QStringList namesIn(const QByteArray &folder)
    {
        return QDir(QFile::decodeName(folder))
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
    }

private Q_SLOTS:
    void topNamesThatAreNoNamesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::newRow("empty") << ""_ba;
        QTest::newRow("here") << "."_ba;
        QTest::newRow("up") << ".."_ba;
        QTest::newRow("path") << "../outside/x"_ba;
        QTest::newRow("NUL") << QByteArray("a\0b", 3);
    }
    void topNamesThatAreNoNamesAreRefused()
    {
        QFETCH(QByteArray, name);
        const ScratchFolder folder;
        prepare(folder);
        const auto stage = stageIn(folder, name);
        QVERIFY(!stage);
        QCOMPARE(stage.error().kind, ErrorKind::Invalid);
        QCOMPARE(namesIn(folder.path("in")), QStringList());
    }

    void oneInItsTargetIsFoundAndRemovedByItsName()
    {
        const ScratchFolder folder;
        prepare(folder);
        const auto above = std::filesystem::path(folder.path().toStdString());
        const auto name = DownloadStage::nameInside(above, "in", temporaryName());
        QVERIFY(name.startsWith("in/.koyeb-part-"));
        QCOMPARE(DownloadStage::nameInside(above, "missing", "stage"), "stage"_ba);
        QVERIFY(QFile::link(u"in"_s, QFile::decodeName(folder.path("link"))));
        QCOMPARE(DownloadStage::nameInside(above, "link", "stage"), "stage"_ba);
        {
            const auto stage = DownloadStage::create(above, "in", name, ExistingTarget::Overwrite);
            QVERIFY(stage);
            (*stage)->keep();
        }
        QCOMPARE(namesIn(folder.path("in")).size(), 1);
        removeDownloadStage(above, "../outside");
        removeDownloadStage(above, "in/x/y");
        QCOMPARE(namesIn(folder.path("outside")).size(), 0);
        removeDownloadStage(above, name);
        QCOMPARE(namesIn(folder.path("in")), QStringList());
    }

    void windowsCannotHaveAllNames_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<int>("reason");
        for (const auto *name :
             {"CON", "nul", "Aux.txt", "prn.tar.gz", "com1", "LPT9.log", "COM\xC2\xB9", "CONIN$", "nul .txt",
              "conout$"}) {
            QTest::newRow(name) << QByteArray(name) << EINVAL;
        }
        for (const auto *name :
             {"a.", "a ", "...", " ", "a:b", "a?", "*", "<", "a|b", "\"", "back\\slash", "line\nbreak",
              "\x1F"}) {
            QTest::newRow(QByteArray(name).toPercentEncoding(" ")) << QByteArray(name) << EINVAL;
        }
        QTest::newRow("not UTF-8") << "a\xFF"_ba << EILSEQ;
        QTest::newRow("long") << QByteArray(256, 'x') << ENAMETOOLONG;
        QTest::newRow("long, not in bytes") << QByteArray("\xC3\xA4").repeated(255) << 0;
        for (const auto *name :
             {"a", ".a", "con1", "console", "com", "com10", "a con", "lpt", "nulls.txt", "a..b", "a b", " a",
              "\xE2\x82\xAC"}) {
            QTest::newRow(QByteArray(name).toPercentEncoding(" ")) << QByteArray(name) << 0;
        }
    }
    void windowsCannotHaveAllNames()
    {
        QFETCH(QByteArray, name);
        QFETCH(int, reason);
        const auto problem = localNameProblem(name, LocalNameRules::Windows);
        QCOMPARE(problem ? problem->systemError : 0, reason);
        QVERIFY(!problem || (problem->kind == ErrorKind::Local && concernsPlaceOnly(*problem)));
        QVERIFY(!localNameProblem(name, LocalNameRules::Unix));
    }

    /// Each alone; the rest goes on.
    void whatWindowsCannotHaveIsRefused()
    {
        const ScratchFolder folder;
        prepare(folder);
        const auto create = [&](const QByteArray &name) {
            return DownloadStage::create(
                folder.path("in").toStdString(), name, temporaryName(), ExistingTarget::Refuse,
                LocalNameRules::Windows);
        };
        QVERIFY(!create("nul"));
        const auto stage = create("top");
        QVERIFY(stage);
        QVERIFY((*stage)->makeDirectory({}));
        QVERIFY((*stage)->makeDirectory("sub"));
        const LocalAttributes attributes;
        for (const QByteArray path : {"con", "sub/aux.c", "sub/a:b", "dot./x"}) {
            QList<std::optional<Error>> errors;
            const auto note = [&errors](const auto &result) {
                errors.append(result ? std::nullopt : std::optional(result.error()));
            };
            note((*stage)->makeDirectory(path));
            note((*stage)->makeLink(path, "away"));
            note((*stage)->createFile(path));
            note((*stage)->writeFile(path, "x", attributes));
            for (const auto &error : errors) {
                QVERIFY(error && concernsPlaceOnly(*error));
            }
        }
        QVERIFY((*stage)->writeFile("sub/fine", "x", attributes));
        QVERIFY((*stage)->commit());
        QCOMPARE(namesIn(folder.path("in")), QStringList{u"top"_s});
        QCOMPARE(namesIn(folder.path("in/top")), QStringList{u"sub"_s});
        QCOMPARE(namesIn(folder.path("in/top/sub")), QStringList{u"fine"_s});
    }

    void pathsCannotLeadOutside_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::newRow("up") << "../x"_ba;
        QTest::newRow("up inside") << "sub/../../x"_ba;
        QTest::newRow("absolute") << "/x"_ba;
        QTest::newRow("here") << "./x"_ba;
        QTest::newRow("double slash") << "sub//x"_ba;
        QTest::newRow("through a link") << "link/x"_ba;
        QTest::newRow("onto a link") << "link-to-file"_ba;
        QTest::newRow("NUL") << QByteArray("a\0b", 3);
    }
    void pathsCannotLeadOutside()
    {
        QFETCH(QByteArray, path);
        const ScratchFolder folder;
        prepare(folder);
        const auto outside = folder.path("outside");
        const auto stage = stageIn(folder, "top");
        QVERIFY(stage);
        QVERIFY((*stage)->makeDirectory({}));
        QVERIFY((*stage)->makeDirectory("sub"));
        QVERIFY((*stage)->makeLink("link", outside));
        QVERIFY((*stage)->makeLink("link-to-file", outside + "/x"));
        QVERIFY(!(*stage)->writeFile(path, "evil", {}));
        QVERIFY(!(*stage)->createFile(path));
        QVERIFY(!(*stage)->makeDirectory(path));
        QVERIFY(!(*stage)->makeLink(path, "/etc"));
        QCOMPARE(namesIn(outside), QStringList());
    }

    void anAbandonedStageIsRemovedWithLockedFolders()
    {
        const ScratchFolder folder;
        prepare(folder);
        {
            const auto stage = stageIn(folder, "top");
            QVERIFY(stage);
            QVERIFY((*stage)->makeDirectory({}));
            QVERIFY((*stage)->makeDirectory("locked"));
            QVERIFY((*stage)->writeFile("locked/file", "x", {0400, 0}));
            QVERIFY((*stage)->setDirectory("locked", {0, 0}));
            QCOMPARE(namesIn(folder.path("in")).size(), 1);
        }
        QCOMPARE(namesIn(folder.path("in")), QStringList());
    }

    void setUserIdIsNotTakenOver()
    {
        const ScratchFolder folder;
        prepare(folder);
        const auto stage = stageIn(folder, "program");
        QVERIFY(stage);
        QVERIFY((*stage)->writeFile({}, "x", {06755, 0}));
        const auto problems = (*stage)->commit();
        QVERIFY(problems && problems->isEmpty());
        const auto path = QString::fromUtf8(folder.path("in/program"));
        QVERIFY(QFile::permissions(path).testFlag(QFile::ExeOther));
        QCOMPARE(namesIn(folder.path("in")), QStringList{u"program"_s});
    }

    void aTargetThatAppearsMeanwhileIsNotReplaced()
    {
        const ScratchFolder folder;
        prepare(folder);
        const auto stage = stageIn(folder, "late");
        QVERIFY(stage);
        QVERIFY((*stage)->writeFile({}, "new", {}));
        QCOMPARE(::symlink("../outside/x", folder.path("in/late").constData()), 0);
        const auto problems = (*stage)->commit();
        QVERIFY(!problems);
        QCOMPARE(problems.error().kind, ErrorKind::Conflict);
        QCOMPARE(namesIn(folder.path("outside")), QStringList());
    }
};

QTEST_GUILESS_MAIN(TestDownloadStage)
#include "test_downloadstage.moc"
