// SPDX-License-Identifier: Apache-2.0
#include "executor/shellquote.h"
#include "lib/executor/localshell.h"
#include "sandbox/downloadscripts.h"
#include "sandbox/uploadbatch.h"
#include "sandbox/uploadscripts.h"
#include "scratchfolder.h"

#include <QCryptographicHash>
#include <QFile>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

/// The scripts of transfers with the usual tools and with BusyBox's.
class TestTransferScripts : public QObject {
    Q_OBJECT

    static void addShells()
    {
        QTest::addColumn<bool>("isBusyBox");
        QTest::newRow("GNU") << false;
        if (LocalShell::hasBusyBox()) {
            QTest::newRow("BusyBox") << true;
        } else {
            qWarning("BusyBox is not installed; transfers with its tools are not tested.");
        }
    }
    static bool prepare(LocalShell &shell)
    {
        QFETCH(bool, isBusyBox);
        return !isBusyBox || shell.useBusyBox();
    }
    static SandboxTools allTools()
    {
        SandboxTools tools;
        tools.moveNoReplace = true;
        tools.dd = true;
        tools.headBytes = true;
        tools.hasher = u"sha256sum"_s;
        return tools;
    }
    static void write(const QByteArray &path, const QByteArray &content)
    {
        QFile file(QFile::decodeName(path));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(content), content.size());
    }
    static QByteArray read(const QByteArray &path)
    {
        QFile file(QFile::decodeName(path));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : "unreadable";
    }
    static QByteArray hashOf(const QByteArray &content)
    {
        return QCryptographicHash::hash(content, QCryptographicHash::Sha256).toHex();
    }

private Q_SLOTS:
    void partsLandInTheirPlacesInAnyOrder_data() { addShells(); }
    void partsLandInTheirPlacesInAnyOrder()
    {
        LocalShell shell;
        QVERIFY(prepare(shell));
        const ScratchFolder folder;
        const auto stage = UploadStage::beside(folder.path(), "it's", temporaryName());
        QCOMPARE(shell.run(createStageScript(stage, ExistingTarget::Refuse)).exitCode, 0);
        const QByteArray first(uploadBlockBytes * 2, 'a');
        const QByteArray second("\0\xFF end", 6);
        write(stage.part(2), second.toBase64());
        write(stage.part(1), first.toBase64());
        for (const auto &[number, offset] : {std::pair(2, first.size()), std::pair(1, qsizetype(0))}) {
            const auto ran = shell.run(placePartScript(stage, number, {}, offset, PartForm{}, allTools()));
            QVERIFY2(ran.exitCode == 0, ran.errors);
        }
        // As after a lost answer.
        QCOMPARE(shell.run(placePartScript(stage, 1, {}, 0, PartForm{}, allTools())).exitCode, 0);
        UploadItem item;
        item.mode = 0751;
        item.modifiedSeconds = 1'234'567'890;
        const auto concluded = shell.run(concludeFileScript(stage, item, allTools().hasher));
        QVERIFY2(concluded.output.startsWith(hashOf(first + second)), concluded.errors);
        const auto committed =
            shell.run(commitScript(stage, UploadItem::Type::File, ExistingTarget::Refuse, allTools()));
        QVERIFY2(committed.exitCode == 0, committed.errors);
        QCOMPARE(shell.run(removeStageScript(stage)).exitCode, 0);
        QCOMPARE(read(folder.path("it's")), first + second);
        struct stat status {};
        QCOMPARE(::stat(folder.path("it's").constData(), &status), 0);
        QCOMPARE(status.st_mode & 07777U, 0751U);
        QCOMPARE(status.st_mtim.tv_sec, 1'234'567'890);
        QVERIFY(::access(stage.directory.constData(), F_OK) != 0);
    }

    void withoutDdAPartFollowsOnWhatIsThere_data() { addShells(); }
    void withoutDdAPartFollowsOnWhatIsThere()
    {
        LocalShell shell;
        QVERIFY(prepare(shell));
        const ScratchFolder folder;
        const auto stage = UploadStage::beside(folder.path(), "it's", temporaryName());
        QCOMPARE(shell.run(createStageScript(stage, ExistingTarget::Refuse)).exitCode, 0);
        auto tools = allTools();
        tools.dd = false;
        const auto place = [&](qint64 number, qint64 offset) {
            write(stage.part(number), QByteArray("second").toBase64());
            return shell.run(placePartScript(stage, number, {}, offset, PartForm{}, tools));
        };
        // What comes before it is not there.
        QCOMPARE(place(1, 5).output, lostPartLine);
        write(stage.item({}), "first and what was cut off");
        auto ran = place(2, 5);
        QVERIFY2(ran.exitCode == 0, ran.errors);
        QCOMPARE(ran.output, QByteArray());
        QCOMPARE(read(stage.item({})), "firstsecond"_ba);
        // As after a lost answer.
        ran = shell.run(placePartScript(stage, 2, {}, 5, PartForm{}, tools));
        QCOMPARE(ran.exitCode, 0);
        QCOMPARE(read(stage.item({})), "firstsecond"_ba);
        tools.headBytes = false;
        QCOMPARE(place(3, 5).output, lostPartLine);
        QCOMPARE(read(stage.item({})), "firstsecond"_ba);
    }

    void messagesNameTheTarget()
    {
        const auto stage = UploadStage::beside("/data/\xFF item", "na\\1me", temporaryName());
        const auto directory = QString::fromUtf8(stage.directory);
        const auto text = QString::fromUtf8(stage.textPath);
        const auto folder = QString::fromUtf8("/data/\xFF item");
        const QList<std::pair<QString, QString>> messages{
            {u"mkdir: cannot create directory '%1': Permission denied"_s,
             u"mkdir: cannot create directory '%2': Permission denied"_s},
            {u"dd: error writing '%1/item/a b': No space"_s, u"dd: error writing '%2/a b': No space"_s},
            {u"tar: item/a: Cannot write"_s, u"tar: na\\1me/a: Cannot write"_s},
            {u"mv: cannot move '%1/item' to '%2'"_s, u"mv: cannot move '%2' to '%2'"_s}};
        const auto target = folder + u"/na\\1me"_s;
        for (const auto &[said, shown] : messages) {
            auto expected = shown;
            auto message = said;
            QCOMPARE(
                stage.namingTarget(message.replace(u"%1"_s, directory).replace(u"%2"_s, target)),
                expected.replace(u"%2"_s, target));
        }
        QCOMPARE(
            stage.namingTarget(u"open %1/part-12: denied"_s.arg(text)), u"open %1: denied"_s.arg(target));
    }

    void aStageWithFoldersThatForbidItIsRemoved_data() { addShells(); }
    void aStageWithFoldersThatForbidItIsRemoved()
    {
        LocalShell shell;
        QVERIFY(prepare(shell));
        const ScratchFolder folder;
        const auto stage = UploadStage::beside(folder.path(), "target", temporaryName());
        QCOMPARE(shell.run(createStageScript(stage, ExistingTarget::Refuse)).exitCode, 0);
        const auto item = shellQuoted(stage.item("sub"));
        QCOMPARE(
            shell.run(u"mkdir -p %1/a && : > %1/a/file && chmod 0 %1/a && chmod 555 %1"_s.arg(item)).exitCode,
            0);
        const auto ran = shell.runUnprivileged(removeStageScript(stage), folder.path());
        QVERIFY2(ran.exitCode == 0, ran.errors);
        QVERIFY(!QFile::exists(QFile::decodeName(stage.directory)));
    }
    void messagesOfAStageInTheTargetNameWhatIsInIt()
    {
        const QByteArray stageName = ".koyeb-part-0123456789abcdef";
        const auto inside = UploadStage::beside("/data", "app", UploadStage::nameInside("app", stageName));
        QCOMPARE(inside.directory, "/data/app/" + stageName);
        QCOMPARE(inside.target, "/data/app"_ba);
        const auto at = [&stageName](const QString &text, const QString &folder) {
            return QString(text).arg(folder + u'/' + QString::fromUtf8(stageName));
        };
        const auto making = u"mkdir: cannot create directory '%1': Permission denied"_s;
        const auto writing = u"dd: error writing '%1/item/a b': No space"_s;
        QCOMPARE(inside.namingTarget(at(making, u"/data/app"_s)), making.arg(u"/data/app"_s));
        QCOMPARE(
            inside.namingTarget(at(writing, u"/data/app"_s)),
            u"dd: error writing '/data/app/a b': No space"_s);
        const auto root = UploadStage::beside("/", {}, UploadStage::nameInside({}, stageName));
        QCOMPARE(root.directory, '/' + stageName);
        QCOMPARE(root.target, "/"_ba);
        QCOMPARE(root.namingTarget(at(making, {})), making.arg(u"/"_s));
        QCOMPARE(root.namingTarget(at(writing, {})), u"dd: error writing '/a b': No space"_s);
    }

    void aFileIsReadOnWhateverItsSize_data() { addShells(); }
    void aFileIsReadOnWhateverItsSize()
    {
        LocalShell shell;
        QVERIFY(prepare(shell));
        const ScratchFolder folder;
        write(folder.path("-f"), "0123456789");
        QCOMPARE(shell.run(readOnScript(folder.path("-f"), 0, 4)).output, "0123"_ba);
        QCOMPARE(shell.run(readOnScript(folder.path("-f"), 8, 4)).output, "89"_ba);
        QVERIFY(shell.run(readOnScript("/proc/version", 0, 1000)).output.startsWith("Linux"));
        QVERIFY(shell.run(readOnScript(folder.path("missing"), 0, 4)).errors.contains("No such file"));
        QCOMPARE(::mkfifo(folder.path("fifo").constData(), 0600), 0);
        QVERIFY(shell.run(readOnScript(folder.path("fifo"), 0, 4)).errors.contains("not a file"));
    }

    void anArchiveIsUnpackedAndHashed_data() { addShells(); }
    void anArchiveIsUnpackedAndHashed()
    {
        LocalShell shell;
        QVERIFY(prepare(shell));
        const ScratchFolder folder;
        QCOMPARE(::mkdir(folder.path("source").constData(), 0755), 0);
        const QByteArray longName(220, 'n');
        const QByteArray oddName = "odd \xFF\n'";
        const std::string source = folder.path("source").toStdString();
        for (const auto &name : {longName, oddName}) {
            std::FILE *file = std::fopen((source + '/' + name.toStdString()).c_str(), "w");
            std::fputs(name == longName ? "long" : "odd", file);
            std::fclose(file);
        }
        const QByteArray longTarget(180, 't');
        QCOMPARE(::symlink(longTarget.constData(), (source + "/link").c_str()), 0);
        const auto plan = planUpload(source, {});
        QVERIFY(plan);
        const auto batch = packBatch({plan->items, {}, 1, {}});
        QVERIFY(batch);
        QVERIFY(batch->left.isEmpty());
        QCOMPARE(batch->files.size(), 2);

        const auto stage = UploadStage::beside(folder.path(), "target", temporaryName());
        QCOMPARE(shell.run(createStageScript(stage, ExistingTarget::Refuse)).exitCode, 0);
        write(stage.part(1), batch->body.chopped(ExecutorClient::plainFileTail.size()));
        const auto unpacked = shell.run(unpackPartScript(stage, 1, PartForm{}, allTools().hasher));
        QVERIFY2(unpacked.output.startsWith(batch->sha256), unpacked.errors);
        const auto committed =
            shell.run(commitScript(stage, UploadItem::Type::Directory, ExistingTarget::Refuse, allTools()));
        QVERIFY2(committed.exitCode == 0, committed.errors);
        QCOMPARE(read(folder.path("target/" + longName)), "long"_ba);
        QByteArray target(200, '\0');
        const auto length = ::readlink(
            folder.path("target/link").constData(), target.data(), static_cast<size_t>(target.size()));
        QCOMPARE(target.left(length), longTarget);
    }

    void foldersAreMerged_data() { addShells(); }
    void foldersAreMerged()
    {
        LocalShell shell;
        QVERIFY(prepare(shell));
        const ScratchFolder folder;
        const auto stage = UploadStage::beside(folder.path(), "t", temporaryName());
        QCOMPARE(
            shell
                .run(u"cd %1 && mkdir -p t/sub t/blocked %2/item/sub/new %2/item/folder && echo old > "
                     u"t/sub/both && "
                     "echo old > t/kept && echo old > t/folder && echo new > %2/item/sub/both && "
                     "echo new > %2/item/blocked && echo new > %2/item/.hidden && ln -s kept t/link && "
                     "echo new > %2/item/link && ln -s sub t/toFolder && echo new > %2/item/toFolder && "
                     "mkdir t/many %2/item/many && i=0 && while [ $i -lt 450 ]; do echo new > "
                     "%2/item/many/-$i; [ $((i & 1)) = 0 ] || echo old > t/many/-$i; i=$((i+1)); done"_s.arg(
                         QString::fromUtf8(folder.path()), QString::fromUtf8(stage.directory)))
                .exitCode,
            0);
        const auto merged = shell.run(
            commitScript(stage, UploadItem::Type::Directory, ExistingTarget::Overwrite, allTools()));
        QVERIFY2(merged.exitCode == 0, merged.errors);
        // Each with why, which is empty where it stands in the way of something else.
        const QList<QByteArray> told{folder.path("t/blocked"), {}, folder.path("t/folder"), {}, {}};
        QCOMPARE(merged.output.split('\0'), told);
        QCOMPARE(read(folder.path("t/sub/both")), "new\n"_ba);
        QCOMPARE(read(folder.path("t/.hidden")), "new\n"_ba);
        QCOMPARE(read(folder.path("t/link")), "new\n"_ba);
        QCOMPARE(read(folder.path("t/kept")), "old\n"_ba);
        QCOMPARE(read(folder.path("t/folder")), "old\n"_ba);
        QVERIFY(::access(folder.path("t/sub/new").constData(), F_OK) == 0);
        QCOMPARE(read(folder.path("t/toFolder")), "new\n"_ba); // The link is replaced, not followed.
        QVERIFY(::access(folder.path("t/sub/toFolder").constData(), F_OK) != 0);
        for (int number = 0; number < 450; ++number) {
            QCOMPARE(read(folder.path("t/many/-" + QByteArray::number(number))), "new\n"_ba);
        }
    }

    void nothingIsReplacedUnasked_data() { addShells(); }
    void nothingIsReplacedUnasked()
    {
        LocalShell shell;
        QVERIFY(prepare(shell));
        for (const auto &existing : {u"echo old > target"_s, u"mkdir target"_s, u"ln -s nowhere target"_s}) {
            const ScratchFolder folder;
            const auto stage = UploadStage::beside(folder.path(), "target", temporaryName());
            const auto script = u"cd "_s + QString::fromUtf8(folder.path()) + u" && "_s;
            QCOMPARE(shell.run(createStageScript(stage, ExistingTarget::Refuse)).exitCode, 0);
            write(stage.item({}), "new");
            QCOMPARE(shell.run(script + existing).exitCode, 0);
            // Both where mv can tell and where it has to be looked first.
            for (const bool canTell : {true, false}) {
                auto tools = allTools();
                tools.moveNoReplace = canTell;
                const auto ran =
                    shell.run(commitScript(stage, UploadItem::Type::File, ExistingTarget::Refuse, tools));
                QVERIFY(ran.exitCode != 0);
                QVERIFY2(ran.errors.contains("File exists"), ran.errors);
                QCOMPARE(read(stage.item({})), "new"_ba);
            }
        }
    }

    void aBatchOfFilesIsReadAndHashed_data() { addShells(); }
    void aBatchOfFilesIsReadAndHashed()
    {
        LocalShell shell;
        QVERIFY(prepare(shell));
        const ScratchFolder folder;
        const QList<QByteArray> names{"plain", "-dash", "new\nline", "back\\slash", "é", "both\\\n"};
        QList<ListedFile> files;
        for (const auto &name : names) {
            write(folder.path(name), name);
            files.append({name, name.size()});
        }
        const auto ran = shell.run(readBatchScript(folder.path(), files, "b0undary"));
        const auto received = parseBatch(ran.output, files, "b0undary");
        QVERIFY2(received, ran.output + ran.errors);
        for (qsizetype index = 0; index < names.size(); ++index) {
            QCOMPARE(received->at(index).content, names[index]);
            QCOMPARE(received->at(index).sha256, hashOf(names[index]));
        }
        // One that has changed its size makes the whole batch unusable.
        files[1].sizeBytes += 1;
        QVERIFY(!parseBatch(ran.output, files, "b0undary"));
    }

    void theTopEntryIsDescribedWithoutFollowingIt_data() { addShells(); }
    void theTopEntryIsDescribedWithoutFollowingIt()
    {
        LocalShell shell;
        QVERIFY(prepare(shell));
        const ScratchFolder folder;
        QCOMPARE(::symlink("/etc/passwd", folder.path("link").constData()), 0);
        const auto entry = parseTopEntry(shell.run(topEntryScript(folder.path("link"))).output, "link");
        QVERIFY(entry);
        QCOMPARE(entry->type, RemoteEntry::Type::SymbolicLink);
        QCOMPARE(entry->linkTarget, "/etc/passwd"_ba);
        const auto missing = shell.run(topEntryScript(folder.path("missing")));
        QVERIFY(missing.exitCode != 0);
        QVERIFY(missing.errors.contains("No such file"));
    }
};

QTEST_GUILESS_MAIN(TestTransferScripts)
#include "test_transferscripts.moc"
