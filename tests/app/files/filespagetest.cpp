// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/filespage.h"
#include "common/emptystate.h"
#include "common/errorbanner.h"
#include "files/breadcrumbbar.h"
#include "files/remotefileview.h"
#include "filespagefixture.h"

#include <QAction>
#include <QClipboard>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

class FilesPageTest : public QObject {
    Q_OBJECT

private:
    using Page = Test::FilesPageView;

    Test::FilesPageFixture m_fixture;

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText())); }

    void startsAtHome()
    {
        Page page(m_fixture.sandbox());
        QTRY_COMPARE_WITH_TIMEOUT(page.directory(), m_fixture.run(u"printf %s \"$HOME\""_s), 20'000);
    }

    void asksNothingBeforeItIsSeen()
    {
        FilesPage page;
        page.setSandbox(m_fixture.sandbox());
        QVERIFY(page.directory().isEmpty());
        page.show();
        QTRY_VERIFY_WITH_TIMEOUT(!page.directory().isEmpty(), 20'000);
    }

    void walksThroughFolders()
    {
        const auto page = m_fixture.openPage({u"inner/"_s, u"other/"_s, u"inner/deep"_s});
        QCOMPARE(page->names(), u"inner other"_s);
        QTest::keyClick(&page->list(), Qt::Key_End);
        page->select(u"inner"_s);
        Q_EMIT page->list().activated(page->indexOf(u"inner"_s));
        QTRY_COMPARE(page->names(), u"deep"_s);
        QCOMPARE(page->directory(), m_fixture.directory() + "/inner");
        page->trigger(u"Up"_s);
        QTRY_COMPARE(page->names(), u"inner other"_s);
        QCOMPARE(page->selected(), u"inner"_s);
        page->trigger(u"Back"_s);
        QTRY_COMPARE(page->names(), u"deep"_s);
        page->trigger(u"Back"_s);
        QTRY_COMPARE(page->names(), u"inner other"_s);
        page->trigger(u"Forward"_s);
        QTRY_COMPARE(page->names(), u"deep"_s);
    }

    void aTypedPathIsOpened()
    {
        const auto page = m_fixture.openPage({u"inner/"_s, u"inner/deep"_s});
        page->trigger(u"Enter a path"_s);
        auto *editor = page->findChild<BreadcrumbBar *>()->findChild<QLineEdit *>();
        QVERIFY(editor->isVisible());
        QTest::keyClicks(editor, u"./other/../inner//"_s); // Replaces the selected text.
        QTest::keyClick(editor, Qt::Key_Return);
        QTRY_COMPARE(page->directory(), m_fixture.directory() + "/inner");
        QVERIFY(!editor->isVisible());
    }

    void aMissingFolderSaysSoAndLeadsUp()
    {
        const auto page = m_fixture.openPage({u"there"_s});
        page->goTo(m_fixture.directory() + "/gone");
        QTRY_VERIFY(page->shows(u"/gone could not be read."_s));
        QVERIFY(page->shows(u"It is not there any more."_s));
        QVERIFY(!page->isEnabled(u"Upload files…"_s));
        auto buttons = page->findChildren<QPushButton *>();
        const auto up = std::find_if(buttons.begin(), buttons.end(), [](const QPushButton *button) {
            return button->isVisible() && button->text() == u"Go up"_s;
        });
        QVERIFY(up != buttons.end());
        (*up)->click();
        QTRY_COMPARE(page->names(), u"there"_s);
    }

    void anEmptyFolderInvitesToDrop()
    {
        const auto page = m_fixture.openPage();
        QTRY_VERIFY(page->shows(u"This folder is empty"_s));
        const QSignalSpy spy(page.get(), &FilesPage::uploadRequested);
        page->drop("file:///tmp/a\r\n", page->list().viewport()->rect().center());
        QCOMPARE(spy.size(), 1);
        QCOMPARE(spy.first().at(1).toByteArray(), m_fixture.directory());
    }

    void withoutASandboxItSaysSo()
    {
        Page page(nullptr);
        QVERIFY(page.shows(u"The files cannot be reached now"_s));
        QVERIFY(!page.isEnabled(u"New folder…"_s));
        QVERIFY(!page.isEnabled(u"Refresh"_s));
    }

    void whatIsReachedAgainKeepsItsFolder()
    {
        const auto page = m_fixture.openPage({u"a"_s});
        page->setSandbox(nullptr);
        QVERIFY(page->shows(u"The files cannot be reached now"_s));
        m_fixture.reach();
        page->setSandbox(m_fixture.sandbox());
        QTRY_COMPARE(page->names(), u"a"_s);
        QCOMPARE(page->directory(), m_fixture.directory());
    }

    void dropsKeepTheirBytes()
    {
        const auto page = m_fixture.openPage({u"folder/"_s, u"file"_s});
        QSignalSpy spy(page.get(), &FilesPage::uploadRequested);
        const QRect row = page->list().visualRect(page->indexOf(u"file"_s));
        page->drop("file:///tmp/a%FFb\r\nfile:///tmp/new%0Aline%20%22'\r\n", row.center());
        QCOMPARE(spy.size(), 1);
        const auto sources = spy[0][0].value<QList<std::filesystem::path>>();
        QCOMPARE(sources.size(), 2);
        QCOMPARE(
            QByteArray::fromStdString(sources[0].native()), QByteArray("/tmp/a\xff"
                                                                       "b"));
        QCOMPARE(QByteArray::fromStdString(sources[1].native()), QByteArray("/tmp/new\nline \"'"));
        QCOMPARE(spy[0][1].toByteArray(), m_fixture.directory());
    }

    void dropsOnAFolderGoIntoIt()
    {
        const auto page = m_fixture.openPage({u"folder/"_s, u"file"_s});
        QSignalSpy spy(page.get(), &FilesPage::uploadRequested);
        page->drop("file:///tmp/a", page->list().visualRect(page->indexOf(u"folder"_s)).center());
        QCOMPARE(spy.size(), 1);
        QCOMPARE(spy[0][1].toByteArray(), m_fixture.directory() + "/folder");
    }

    void hoveringSaysWhereItGoes()
    {
        const auto page = m_fixture.openPage({u"folder/"_s});
        const Test::ForeignData data("file:///tmp/a");
        const QPoint overFolder = page->list().visualRect(page->indexOf(u"folder"_s)).center();
        QDragEnterEvent enter(overFolder, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(page->list().viewport(), &enter);
        QVERIFY(page->shows(u"Release to upload into "_s + m_fixture.directoryText() + u"/folder"_s));
        QDragMoveEvent move({5, 300}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(page->list().viewport(), &move);
        QVERIFY(page->shows(u"Release to upload into "_s + m_fixture.directoryText()));
        QVERIFY(!page->shows(u"/folder"_s));
        QDragLeaveEvent leave;
        QApplication::sendEvent(page->list().viewport(), &leave);
        QVERIFY(!page->shows(u"Release to upload"_s));
    }

    void textIsNotTaken()
    {
        const auto page = m_fixture.openPage({u"a"_s});
        QMimeData data;
        data.setText(u"file:///tmp/a"_s);
        QDragEnterEvent enter({5, 5}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(page->list().viewport(), &enter);
        QVERIFY(!enter.isAccepted());
    }

    void copiedFilesArePasted_data()
    {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("GNOME, copied")
            << u"x-special/gnome-copied-files"_s << QByteArray("copy\nfile:///tmp/one");
        QTest::newRow("GNOME, cut") << u"x-special/gnome-copied-files"_s
                                    << QByteArray("cut\nfile:///tmp/one");
        QTest::newRow("KDE") << u"text/uri-list"_s << QByteArray("file:///tmp/one\r\n");
    }
    void copiedFilesArePasted()
    {
        QFETCH(QString, format);
        QFETCH(QByteArray, content);
        const auto page = m_fixture.openPage({u"a"_s});
        QSignalSpy spy(page.get(), &FilesPage::uploadRequested);
        auto *data = new QMimeData;
        data->setData(format, content);
        data->setData(u"application/x-kde-cutselection"_s, "1"); // Nothing of this computer is ever removed.
        QGuiApplication::clipboard()->setMimeData(data);
        page->trigger(u"Paste"_s);
        QCOMPARE(spy.size(), 1);
        QCOMPARE(spy[0][0].value<QList<std::filesystem::path>>().first().native(), std::string("/tmp/one"));
    }

    void makesFolders()
    {
        const auto page = m_fixture.openPage({u"a"_s});
        page->trigger(u"New folder…"_s);
        auto *dialog = page->findChild<QDialog *>();
        auto *name = dialog->findChild<QLineEdit *>();
        auto *create = dialog->findChildren<QPushButton *>().first();
        QTest::keyClicks(name, u"../"_s);
        QCOMPARE(name->text(), u".."_s);
        QVERIFY(!create->isEnabled() || create->text() != u"Create"_s);
        name->clear();
        QTest::keyClicks(name, u"new one"_s);
        QTest::keyClick(name, Qt::Key_Return);
        QTRY_COMPARE(page->names(), u"new one a"_s);
        QCOMPARE(page->selected(), u"new one"_s);
    }

    void renamesInPlace()
    {
        const auto page = m_fixture.openPage({u"old.txt"_s});
        page->list().setFocus();
        page->select(u"old.txt"_s);
        page->trigger(u"Rename"_s);
        QLineEdit *editor = nullptr;
        QTRY_VERIFY((editor = page->list().findChild<QLineEdit *>()) != nullptr);
        QTRY_COMPARE(editor->selectedText(), u"old"_s);
        QTest::keyClicks(editor, u"new/er"_s); // The slash is not taken.
        QTest::keyClick(editor, Qt::Key_Return);
        QTRY_COMPARE(page->names(), u"newer.txt"_s);
        QCOMPARE(page->selected(), u"newer.txt"_s);
    }

    void renamingOntoAnotherFileFailsAloud()
    {
        const auto page = m_fixture.openPage({u"a"_s, u"b"_s});
        page->list().model()->setData(page->indexOf(u"a"_s), u"b"_s);
        QTRY_VERIFY(page->shows(u"The name could not be changed."_s));
        QCOMPARE(page->names(), u"a b"_s);
    }

    void deletesWhatTheDialogNames()
    {
        const auto page = m_fixture.openPage({u"folder/"_s, u"folder/inner"_s, u"stays"_s, u"goes"_s});
        page->list().selectAll();
        page->list().selectionModel()->select(
            page->indexOf(u"stays"_s), QItemSelectionModel::Deselect | QItemSelectionModel::Rows);
        page->trigger(u"Delete…"_s);
        auto *question = page->findChild<QMessageBox *>();
        QVERIFY(question->text().contains(u"folder"_s));
        QVERIFY(question->text().contains(u"goes"_s));
        QVERIFY(!question->text().contains(u"stays"_s));
        QVERIFY(question->informativeText().contains(u"everything in them"_s));
        for (QAbstractButton *button : question->buttons()) {
            if (button->text() == u"Delete"_s) {
                button->click();
            }
        }
        QTRY_COMPARE(page->names(), u"stays"_s);
    }

    void anotherSandboxTakesTheQuestionAway()
    {
        const auto page = m_fixture.openPage({u"a"_s});
        page->select(u"a"_s);
        page->trigger(u"Delete…"_s);
        QVERIFY(page->findChild<QMessageBox *>());
        SystemClock clock;
        SandboxAccess other = m_fixture.sandbox()->access();
        other.serviceId = u"another"_s;
        page->setSandbox(std::make_shared<Sandbox>(clock, other));
        QTRY_VERIFY(!page->findChild<QMessageBox *>());
        QCOMPARE(m_fixture.run(u"ls "_s + m_fixture.directoryText()), QByteArray("a\n"));
        page->setSandbox(nullptr);
    }

    void hiddenFilesAreShownByChoice()
    {
        const auto page = m_fixture.openPage({u".hidden"_s, u"a"_s});
        QCOMPARE(page->names(), u"a"_s);
        page->trigger(u"Show hidden files"_s);
        QCOMPARE(page->names(), u".hidden a"_s);
    }

    void whatATransferBroughtAppearsAndTheSelectionStays()
    {
        const auto page = m_fixture.openPage({u"b"_s});
        page->select(u"b"_s);
        QCOMPARE(m_fixture.run(u"touch %1/a"_s.arg(m_fixture.directoryText())), QByteArray());
        page->refreshIf("/elsewhere");
        page->refreshIf(m_fixture.directory());
        QTRY_COMPARE(page->names(), u"a b"_s);
        QCOMPARE(page->selected(), u"b"_s);
    }

    void pathsAreCopiedReadyForAShell()
    {
        const auto page = m_fixture.openPage({u"'a b'"_s});
        page->select(u"a b"_s);
        page->trigger(u"Copy path"_s);
        QCOMPARE(QGuiApplication::clipboard()->text(), u"'%1/a b'"_s.arg(m_fixture.directoryText()));
    }

    void oddNamesSurviveRenaming()
    {
        const auto page = m_fixture.openPage();
        QCOMPARE(
            m_fixture.run(u"cd %1 && touch \"$(printf 'x\\377\\ny')\""_s.arg(m_fixture.directoryText())),
            QByteArray());
        page->trigger(u"Refresh"_s);
        QTRY_COMPARE(page->list().model()->rowCount(), 1);
        QVERIFY(!page->names().contains(u'\n'));
        page->list().model()->setData(page->list().model()->index(0, 0), u"plain"_s);
        QTRY_COMPARE(page->names(), u"plain"_s);
    }

    // Last: ends the engine.
    void aRefreshThatFailsLeavesTheListAndSaysWhy()
    {
        const auto page = m_fixture.openPage({u"a"_s});
        m_fixture.engine().kill();
        page->trigger(u"Refresh"_s);
        QTRY_VERIFY_WITH_TIMEOUT(page->shows(u"The folder could not be read again."_s), 60'000);
        QCOMPARE(page->names(), u"a"_s);
    }
};

QTEST_MAIN(FilesPageTest)
#include "filespagetest.moc"
