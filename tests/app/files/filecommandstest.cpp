// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/localsources.h"
#include "common/privatefolder.h"
#include "common/sandboxfilesdata.h"
#include "files/breadcrumbbar.h"
#include "files/copyoutbar.h"
#include "files/draghandle.h"
#include "files/filepreferences.h"
#include "files/localcopies.h"
#include "files/localfileview.h"
#include "files/localpane.h"
#include "files/remotefilemodel.h"
#include "files/transferoptionsdialog.h"
#include "filespagefixture.h"

#include <QAbstractItemView>
#include <QClipboard>
#include <QCompleter>
#include <QLineEdit>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QToolButton>

#include <fstream>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

/// What can be done to files within a sandbox, as a person does it.
class FileCommandsTest : public QObject {
    Q_OBJECT

    Test::FilesPageFixture m_fixture;

    [[nodiscard]] QByteArray path(const QByteArray &name) const { return m_fixture.directory() + '/' + name; }
    [[nodiscard]] static QAbstractButton *buttonIn(const QWidget &widget, const QString &text)
    {
        const auto buttons = widget.findChildren<QAbstractButton *>();
        const auto found = std::find_if(buttons.begin(), buttons.end(), [&](const QAbstractButton *button) {
            return button->isVisible() && button->text().remove(u'&') == text;
        });
        return found == buttons.end() ? nullptr : *found;
    }

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText()));
    }

    void duplicatesGetANameOfTheirOwn()
    {
        const auto page = m_fixture.openPage({u"a.txt"_s, u"'a (2).txt'"_s});
        page->select(u"a.txt"_s);
        page->trigger(u"Duplicate"_s);
        QTRY_COMPARE(page->names(), u"a (2).txt a (3).txt a.txt"_s);
        QCOMPARE(page->selected(), u"a (3).txt"_s);
        // Something that is not known of yet has the next name.
        QCOMPARE(m_fixture.runThere(u"mkdir 'a (4).txt'"_s), QByteArray());
        page->select(u"a.txt"_s);
        page->trigger(u"Duplicate"_s);
        QTRY_COMPARE(page->names(), u"a (4).txt a (2).txt a (3).txt a (5).txt a.txt"_s);
        QCOMPARE(m_fixture.runThere(u"cat 'a (5).txt'"_s), QByteArray("x\n"));
    }

    void whatWasCopiedIsPastedAnyNumberOfTimes()
    {
        const auto page = m_fixture.openPage({u"folder/"_s, u"folder/in"_s, u"target/"_s});
        page->select(u"folder"_s);
        page->trigger(u"Copy"_s);
        page->walkTo(path("target"));
        QTRY_COMPARE(page->names(), QString());
        page->trigger(u"Paste"_s);
        QTRY_COMPARE(page->names(), u"folder"_s);
        QCOMPARE(page->selected(), u"folder"_s);
        QCOMPARE(m_fixture.runThere(u"cat folder/in target/folder/in"_s), QByteArray("x\nx\n"));
        // Where it came from it gets another name.
        page->walkTo(m_fixture.directory());
        QTRY_COMPARE(page->names(), u"folder target"_s);
        page->trigger(u"Paste"_s);
        QTRY_COMPARE(page->names(), u"folder folder (2) target"_s);
    }

    void whatWasCutIsMovedOnce()
    {
        const auto page = m_fixture.openPage({u"a"_s, u"b"_s, u"target/"_s});
        page->list().selectAll();
        page->list().selectionModel()->select(
            page->indexOf(u"target"_s), QItemSelectionModel::Deselect | QItemSelectionModel::Rows);
        page->trigger(u"Cut"_s);
        page->walkTo(path("target"));
        QTRY_COMPARE(page->names(), QString());
        page->trigger(u"Paste"_s);
        QTRY_COMPARE(page->names(), u"a b"_s);
        QCOMPARE(m_fixture.runThere(u"ls"_s), QByteArray("target\n"));
        QVERIFY(!qobject_cast<const SandboxFilesData *>(QGuiApplication::clipboard()->mimeData()));
    }

    void whatWouldBeReplacedIsAskedAboutOnce_data()
    {
        QTest::addColumn<QString>("answer");
        QTest::addColumn<QByteArray>("outcome");
        QTest::newRow("replace") << u"Replace"_s << QByteArray("a=x b=x new=x ");
        QTest::newRow("keep both") << u"Keep both"_s << QByteArray("a=old a (2)=x b=old b (2)=x new=x ");
        QTest::newRow("skip") << u"Skip"_s << QByteArray("a=old b=old new=x ");
    }
    void whatWouldBeReplacedIsAskedAboutOnce()
    {
        QFETCH(QString, answer);
        QFETCH(QByteArray, outcome);
        const auto page = m_fixture.openPage({u"a"_s, u"b"_s, u"new"_s, u"target/"_s});
        QCOMPARE(m_fixture.runThere(u"echo old > target/a; echo old > target/b"_s), QByteArray());
        page->list().selectAll();
        page->list().selectionModel()->select(
            page->indexOf(u"target"_s), QItemSelectionModel::Deselect | QItemSelectionModel::Rows);
        page->trigger(u"Copy"_s);
        page->walkTo(path("target"));
        QTRY_COMPARE(page->names(), u"a b"_s);
        page->trigger(u"Paste"_s);
        QMessageBox *question = nullptr;
        QTRY_VERIFY((question = page->findChild<QMessageBox *>()) != nullptr);
        QVERIFY(question->text().contains(u"\na\nb"_s));
        QVERIFY(!question->text().contains(u"new"_s));
        page->answer(answer);
        const auto content = u"cd target; for f in *; do printf '%s=%s ' \"$f\" \"$(cat \"$f\")\"; done"_s;
        QTRY_COMPARE(m_fixture.runThere(content), outcome);
        QTRY_COMPARE(page->findChildren<QMessageBox *>().size(), 0);
    }

    void aFolderIsNotPutIntoItself()
    {
        const auto page = m_fixture.openPage({u"folder/"_s, u"folder/in/"_s});
        for (const auto &action : {u"Cut"_s, u"Copy"_s}) {
            page->walkTo(m_fixture.directory());
            QTRY_COMPARE(page->names(), u"folder"_s);
            page->select(u"folder"_s);
            page->trigger(action);
            page->walkTo(path("folder/in"));
            QTRY_COMPARE(page->names(), QString());
            page->trigger(u"Paste"_s);
            QTRY_VERIFY(page->shows(u"“folder” could not be "_s));
            QCOMPARE(m_fixture.runThere(u"find ."_s), QByteArray(".\n./folder\n./folder/in\n"));
        }
    }

    void filesOfAnotherSandboxAreNotTakenForOnesOfThisOne()
    {
        const auto page = m_fixture.openPage({u"a"_s});
        QSignalSpy wanted(page.get(), &FilesPage::copyFromSandboxRequested);
        const QList<QByteArray> paths{path("a")};
        using Purpose = SandboxFilesData::Purpose;
        QGuiApplication::clipboard()->setMimeData(new SandboxFilesData(u"other"_s, paths, Purpose::Cut));
        page->trigger(u"Paste"_s);
        QVERIFY(page->shows(u"These files are in another sandbox."_s));
        QVERIFY(wanted.isEmpty());
        page->setOtherSandboxesAllowed(true);
        page->trigger(u"Paste"_s);
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted[0][0].toString(), u"other"_s);
        QCOMPARE(wanted[0][1].value<QList<QByteArray>>(), paths);
        QCOMPARE(wanted[0][2].toByteArray(), m_fixture.directory());
        QVERIFY(wanted[0][3].toBool()); // It was cut, and is moved once.
        QVERIFY(!qobject_cast<const SandboxFilesData *>(QGuiApplication::clipboard()->mimeData()));
        QCOMPARE(page->names(), u"a"_s);
    }

    void forOtherProgramsFilesAreFetchedFirst()
    {
        auto page = m_fixture.openPage({u"folder/"_s, u"folder/in"_s});
        QCOMPARE(m_fixture.runThere(u"printf 'a\\377b' > \"$(printf 'x\\376 y')\""_s), QByteArray());
        page->trigger(u"Refresh"_s);
        QTRY_COMPARE(page->list().model()->rowCount(), 2);
        page->list().selectAll();
        page->trigger(u"Copy for other programs"_s);
        // Within the program they can be pasted meanwhile.
        QVERIFY(qobject_cast<const SandboxFilesData *>(QGuiApplication::clipboard()->mimeData()));
        const auto fetched = [] {
            return localPathsFromMimeData(*QGuiApplication::clipboard()->mimeData());
        };
        QTRY_COMPARE_WITH_TIMEOUT(fetched().size(), 2, 30'000);
        const auto paths = fetched();
        const auto contentOf = [](const std::filesystem::path &file) {
            std::ifstream stream(file, std::ios::binary);
            return std::string(std::istreambuf_iterator<char>(stream), {});
        };
        QCOMPARE(contentOf(paths[0] / "in"), std::string("x\n"));
        QCOMPARE(
            contentOf(paths[1]), std::string("a\xFF"
                                             "b"));
        QCOMPARE(paths[1].filename().native(), std::string("x\xFE y"));
        const auto folder = paths[0].parent_path();
        QCOMPARE(
            std::filesystem::status(folder).permissions() & std::filesystem::perms::all,
            std::filesystem::perms::owner_all);
        QVERIFY(page->shows(u"Ready: paste into any program"_s));
        const std::unique_ptr<QMimeData> dragged(page->findChild<CopyOutBar *>()->fetchedData());
        QCOMPARE(localPathsFromMimeData(*dragged), paths);
        QVERIFY(page->findChild<DragHandle *>()->isVisible());
        QGuiApplication::clipboard()->clear();
        page->setSandbox(nullptr);
        // The files go with the page.
        page.reset();
        QTRY_VERIFY(!std::filesystem::exists(folder));
    }

    void whatIsCopiedMeanwhileIsNotTakenFromTheClipboard()
    {
        const auto page = m_fixture.openPage({u"a"_s});
        page->select(u"a"_s);
        page->trigger(u"Copy for other programs"_s);
        QGuiApplication::clipboard()->setText(u"mine"_s);
        QTRY_VERIFY_WITH_TIMEOUT(page->shows(u"Something else was copied meanwhile"_s), 30'000);
        QCOMPARE(QGuiApplication::clipboard()->text(), u"mine"_s);
        const std::unique_ptr<QMimeData> dragged(page->findChild<CopyOutBar *>()->fetchedData());
        QCOMPARE(localPathsFromMimeData(*dragged).size(), 1);
    }

    void whatIsDraggedOutInVainCanBeFetched()
    {
        const auto page = m_fixture.openPage({u"a"_s});
        Q_EMIT page->list().draggedOut({path("a")});
        QVERIFY(page->shows(u"To be dragged into another program"_s));
        page->answer(u"Fetch"_s);
        QTRY_VERIFY_WITH_TIMEOUT(page->shows(u"or drag from here"_s), 30'000);
        QVERIFY(!page->shows(u"To be dragged into another program"_s));
        const std::unique_ptr<QMimeData> dragged(page->findChild<CopyOutBar *>()->fetchedData());
        QCOMPARE(localPathsFromMimeData(*dragged).size(), 1);
    }

    void whatCannotBeFetchedSaysSo()
    {
        const auto page = m_fixture.openPage({u"a"_s});
        page->select(u"a"_s);
        QCOMPARE(m_fixture.runThere(u"rm a"_s), QByteArray());
        page->trigger(u"Copy for other programs"_s);
        QTRY_VERIFY_WITH_TIMEOUT(page->shows(u"“a” could not be copied for other programs."_s), 30'000);
    }

    void privateFoldersOfProgramsThatAreGoneAreRemoved()
    {
        const QTemporaryDir folder;
        const std::filesystem::path base = folder.path().toStdString();
        const auto own = privateFolderIn(base);
        QVERIFY(makePrivateFolder(own));
        QVERIFY(!makePrivateFolder(own)); // Never one that is there already.
        // No process has this number: it is beyond the highest that Linux gives.
        std::filesystem::create_directories(base / "4194305-x" / "deep");
        std::filesystem::create_directories(base / "else");
        QVERIFY(makePrivateFolder(privateFolderIn(base)));
        QVERIFY(!std::filesystem::exists(base / "4194305-x"));
        QVERIFY(std::filesystem::exists(own) && std::filesystem::exists(base / "else"));
    }

    void whatOtherProgramsOfferIsNeverTakenForFilesOfASandbox()
    {
        const auto page = m_fixture.openPage({u"a"_s, u"folder/"_s});
        QMimeData forged;
        forged.setData(SandboxFilesData::mimeType, "the-sandbox cut " + path("a"));
        const QPoint overFolder = page->list().visualRect(page->indexOf(u"folder"_s)).center();
        QVERIFY(!page->takes(forged, overFolder));
    }

    void draggingMovesAndWithCtrlCopies()
    {
        const auto page = m_fixture.openPage({u"a"_s, u"b"_s, u"folder/"_s});
        const auto dragged = [&](const QByteArray &name) {
            return std::make_unique<SandboxFilesData>(
                u"the-sandbox"_s, QList<QByteArray>{path(name)}, SandboxFilesData::Purpose::Copy);
        };
        const QPoint overFolder = page->list().visualRect(page->indexOf(u"folder"_s)).center();
        QVERIFY(page->takes(*dragged("a"), overFolder));
        QTRY_COMPARE(page->names(), u"folder b"_s);
        QCOMPARE(m_fixture.runThere(u"ls folder"_s), QByteArray("a\n"));
        QVERIFY(page->takes(*dragged("b"), overFolder, Qt::ControlModifier));
        QTRY_COMPARE(m_fixture.runThere(u"ls folder"_s), QByteArray("a\nb\n"));
        QCOMPARE(page->names(), u"folder b"_s);
        // Where it is already it stays, unless a copy is wanted; into itself nothing goes.
        const QPoint nowhere = page->list().viewport()->rect().bottomLeft() + QPoint(5, -5);
        QVERIFY(!page->takes(*dragged("b"), nowhere));
        QVERIFY(!page->takes(*dragged("folder"), overFolder));
        QVERIFY(!page->takes(*dragged("folder"), overFolder, Qt::ControlModifier));
        QVERIFY(page->takes(*dragged("b"), nowhere, Qt::ControlModifier));
        QTRY_COMPARE(page->names(), u"folder b b (2)"_s);
        // From another sandbox only when somebody can bring it.
        const SandboxFilesData foreign(u"other"_s, {"/x"}, SandboxFilesData::Purpose::Copy);
        QVERIFY(!page->takes(foreign, nowhere));
        page->setOtherSandboxesAllowed(true);
        QSignalSpy wanted(page.get(), &FilesPage::copyFromSandboxRequested);
        QVERIFY(page->takes(foreign, overFolder));
        QCOMPARE(wanted.value(0).value(2).toByteArray(), path("folder"));
        QVERIFY(!wanted.value(0).value(3).toBool());
        QVERIFY(page->takes(foreign, nowhere, Qt::ShiftModifier));
        QCOMPARE(wanted.value(1).value(2).toByteArray(), m_fixture.directory());
        QVERIFY(wanted.value(1).value(3).toBool());
    }

    void permissionsAreChangedAndChecksumsFound()
    {
        const auto page = m_fixture.openPage({u"a"_s});
        QCOMPARE(m_fixture.runThere(u"chmod 644 a"_s), QByteArray());
        page->select(u"a"_s);
        page->trigger(u"Properties"_s);
        page->answer(u"Find"_s);
        auto *checksum = page->findChild<QPlainTextEdit *>();
        QTRY_COMPARE(
            checksum->toPlainText(), u"73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac"_s);
        auto *octal = checksum->parentWidget()->findChild<QLineEdit *>();
        octal->selectAll();
        QTest::keyClicks(octal, u"751"_s);
        page->answer(u"Change permissions"_s);
        QTRY_COMPARE(m_fixture.runThere(u"stat -c %a a"_s), QByteArray("751\n"));
    }

    void aChecksumIsNotWaitedForForever()
    {
        const auto page = m_fixture.openPage({u"a"_s});
        page->select(u"a"_s);
        page->trigger(u"Properties"_s);
        page->answer(u"Find"_s);
        page->setSandbox(nullptr);
        auto *checksum = page->findChild<QPlainTextEdit *>();
        QVERIFY(!checksum->toPlainText().isEmpty());
    }

    void aTypedPathIsCompletedFromTheSandbox()
    {
        const auto page = m_fixture.openPage({u"inner/"_s, u"index"_s, u"other/"_s});
        page->trigger(u"Enter a path"_s);
        auto *editor = page->findChild<BreadcrumbBar *>()->findChild<QLineEdit *>();
        editor->setText(QString());
        QTest::keyClicks(editor, u"./in"_s);
        QAbstractItemView *list = editor->completer()->popup();
        QTRY_VERIFY(list->model()->rowCount() == 1);
        QCOMPARE(list->model()->index(0, 0).data().toString(), u"./inner/"_s);
    }

    void theFilterShowsWhatMatches()
    {
        const auto page = m_fixture.openPage({u"Alpha.txt"_s, u"beta.txt"_s, u"gamma.png"_s});
        page->trigger(u"Filter"_s);
        QLineEdit *filter = nullptr;
        for (auto *edit : page->findChildren<QLineEdit *>()) {
            filter = edit->accessibleName() == u"Filter names"_s ? edit : filter;
        }
        QVERIFY(filter->isVisible());
        QTest::keyClicks(filter, u"alp"_s);
        QCOMPARE(page->names(), u"Alpha.txt"_s);
        filter->setText(u"*.txt"_s);
        QCOMPARE(page->names(), u"Alpha.txt beta.txt"_s);
        filter->setText(u"nothing"_s);
        QVERIFY(!page->shows(u"This folder is empty"_s));
        QTest::keyClick(filter, Qt::Key_Escape);
        QVERIFY(!filter->isVisible());
        QCOMPARE(page->names(), u"Alpha.txt beta.txt gamma.png"_s);
    }

    void hiddenFilesAndBookmarksAreOfAllPages()
    {
        const QTemporaryDir folder;
        QSettings settings(folder.filePath(u"settings"_s), QSettings::IniFormat);
        FilePreferences preferences(settings);
        const auto page = m_fixture.openPage({u".hidden"_s, u"a"_s});
        const auto other = std::make_unique<Test::FilesPageView>(m_fixture.sandbox());
        page->setPreferences(&preferences);
        other->setPreferences(&preferences);
        other->walkTo(m_fixture.directory());
        QTRY_COMPARE(other->names(), u"a"_s);
        page->trigger(u"Show hidden files"_s);
        QCOMPARE(page->names(), u".hidden a"_s);
        QCOMPARE(other->names(), u".hidden a"_s);
        QVERIFY(preferences.areHiddenFilesShown());
        page->trigger(u"Bookmark this folder"_s);
        QCOMPARE(preferences.bookmarks(u"the-sandbox"_s), QList<QByteArray>{m_fixture.directory()});
        preferences.setHiddenFilesShown(false);
        QCOMPARE(page->names(), u"a"_s);
    }

    void uploadsCanHaveOptions()
    {
        const QTemporaryDir folder;
        QSettings settings(folder.filePath(u"settings"_s), QSettings::IniFormat);
        FilePreferences preferences(settings);
        const auto page = m_fixture.openPage({u"a"_s});
        page->setPreferences(&preferences);
        QSignalSpy uploads(page.get(), &FilesPage::uploadRequested);
        page->trigger(u"Upload with options…"_s);
        QPointer<TransferOptionsDialog> dialog = page->findChild<TransferOptionsDialog *>();
        QVERIFY(dialog);
        auto *start = buttonIn(*dialog, u"Upload"_s);
        QVERIFY(start && !start->isEnabled()); // There is nothing to upload yet.
        dialog->setSources({folder.path().toStdString()});
        dialog->findChild<QPlainTextEdit *>()->setPlainText(u"*.o"_s);
        buttonIn(*dialog, u"Keep permissions"_s)->click();
        buttonIn(*dialog, u"Include hidden files, whose names begin with a dot"_s)->click();
        buttonIn(*dialog, u"Follow symbolic links, and take what they lead to"_s)->click();
        start->click();
        QCOMPARE(uploads.size(), 1);
        QCOMPARE(
            uploads[0][0].value<QList<std::filesystem::path>>(),
            QList<std::filesystem::path>{folder.path().toStdString()});
        QCOMPARE(uploads[0][1].toByteArray(), m_fixture.directory());
        const TransferChoices chosen{{false, true, false, Links::Followed}, "*.o"};
        QCOMPARE(uploads[0][2].value<TransferChoices>(), chosen);
        QTRY_VERIFY(!dialog);
        page->trigger(u"Upload with options…"_s); // What was chosen is remembered.
        dialog = page->findChild<TransferOptionsDialog *>();
        QCOMPARE(dialog->choices(), chosen);
        dialog->reject();
        QCOMPARE(uploads.size(), 1);
    }

    void downloadsCanHaveOptions()
    {
        const QTemporaryDir folder;
        const auto page = m_fixture.openPage({u"a"_s, u"b"_s});
        QSignalSpy downloads(page.get(), &FilesPage::downloadRequested);
        QVERIFY(!page->isEnabled(u"Download with options…"_s));
        page->select(u"b"_s);
        page->trigger(u"Download with options…"_s);
        auto *dialog = page->findChild<TransferOptionsDialog *>();
        QVERIFY(dialog);
        dialog->setFolder(folder.path().toStdString());
        buttonIn(*dialog, u"Keep the times when files were changed"_s)->click();
        buttonIn(*dialog, u"Download"_s)->click();
        QCOMPARE(downloads.size(), 1);
        QCOMPARE(downloads[0][0].value<QList<QByteArray>>(), QList<QByteArray>{path("b")});
        QCOMPARE(downloads[0][1].value<std::filesystem::path>().native(), folder.path().toStdString());
        QCOMPARE(downloads[0][2].value<TransferChoices>(), (TransferChoices{{true, false, true}, {}}));
    }

    void thisComputerIsShownBeside()
    {
        const QTemporaryDir folder;
        QVERIFY(QFile(folder.filePath(u"local"_s)).open(QIODevice::WriteOnly));
        const auto page = m_fixture.openPage({u"a"_s, u"b"_s});
        QVERIFY(!page->findChild<LocalPane *>());
        QVERIFY(!page->list().isColumnHidden(RemoteFileModel::OwnerColumn));
        page->trigger(u"Show this computer beside"_s);
        // Names keep their room.
        QTRY_VERIFY(page->list().isColumnHidden(RemoteFileModel::OwnerColumn));
        QVERIFY(!page->list().isColumnHidden(RemoteFileModel::SizeColumn));
        auto *pane = page->findChild<LocalPane *>();
        auto *local = pane->findChild<LocalFileView *>();
        const QByteArray path = QFile::encodeName(folder.path());
        pane->goTo(path);
        QTRY_COMPARE(local->model()->rowCount(), 1);
        QSignalSpy uploads(page.get(), &FilesPage::uploadRequested);
        QSignalSpy downloads(page.get(), &FilesPage::downloadRequested);
        local->selectAll();
        page->answer(u"Upload"_s);
        QCOMPARE(uploads.size(), 1);
        QCOMPARE(
            uploads[0][0].value<QList<std::filesystem::path>>(),
            QList<std::filesystem::path>{folder.filePath(u"local"_s).toStdString()});
        QCOMPARE(uploads[0][1].toByteArray(), m_fixture.directory());
        page->select(u"b"_s);
        page->answer(u"Download"_s);
        QCOMPARE(downloads.size(), 1);
        QCOMPARE(downloads[0][0].value<QList<QByteArray>>(), QList<QByteArray>{this->path("b")});
        QCOMPARE(downloads[0][1].value<std::filesystem::path>().native(), path.toStdString());
        // Nothing can be brought to where nothing is known.
        page->setSandbox(nullptr);
        const auto buttons = pane->findChildren<QToolButton *>();
        for (const QToolButton *button : buttons) {
            QVERIFY(!button->isEnabled() || button->toolButtonStyle() != Qt::ToolButtonTextUnderIcon);
        }
        page->trigger(u"Show this computer beside"_s);
        QVERIFY(!pane->isVisible());
    }

    void whatIsOpenedIsToldToWhoeverOpensFiles()
    {
        const auto page = m_fixture.openPage({u"a"_s});
        QSignalSpy opened(page.get(), &FilesPage::openRequested);
        Q_EMIT page->list().activated(page->indexOf(u"a"_s));
        QCOMPARE(opened.size(), 1);
        QCOMPARE(opened[0][0].toByteArray(), path("a"));
        QCOMPARE(opened[0][1].value<RemoteEntry>().name, QByteArray("a"));
    }
};

QTEST_MAIN(FileCommandsTest)
#include "filecommandstest.moc"
