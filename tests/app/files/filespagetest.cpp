// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/filespage.h"
#include "common/emptystate.h"
#include "common/errorbanner.h"
#include "files/breadcrumbbar.h"
#include "files/remotefileview.h"
#include "sandboxfixture.h"

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

namespace {

/// What another program offers: raw bytes, as they come from outside.
class ForeignData : public QMimeData {
    Q_OBJECT

public:
    explicit ForeignData(const QByteArray &uriList) : m_uriList(uriList) {}

    [[nodiscard]] QStringList formats() const override { return {u"text/uri-list"_s}; }
    [[nodiscard]] bool hasFormat(const QString &format) const override { return format == formats().first(); }

protected:
    [[nodiscard]] QVariant retrieveData(const QString &format, QMetaType) const override
    {
        return hasFormat(format) ? QVariant(m_uriList) : QVariant();
    }

private:
    QByteArray m_uriList;
};

} // namespace

class FilesPageTest : public QObject {
    Q_OBJECT

private:
    /// A visible page on a directory of the sandbox, with a QtTest check for each step.
    struct Page : FilesPage {
        explicit Page(const std::shared_ptr<Sandbox> &sandbox)
        {
            resize(900, 500);
            show();
            setSandbox(sandbox);
        }

        [[nodiscard]] RemoteFileView &list() const { return *findChild<RemoteFileView *>(); }
        [[nodiscard]] QString names() const
        {
            QStringList shown;
            for (int row = 0; row < list().model()->rowCount(); ++row) {
                shown.append(list().model()->index(row, 0).data().toString());
            }
            return shown.join(u' ');
        }
        [[nodiscard]] QModelIndex indexOf(const QString &name) const
        {
            return list().model()->match(list().model()->index(0, 0), Qt::DisplayRole, name).value(0);
        }
        void select(const QString &name) const { list().setCurrentIndex(indexOf(name)); }
        [[nodiscard]] QString selected() const
        {
            return list().currentIndex().siblingAtColumn(0).data().toString();
        }
        [[nodiscard]] bool shows(const QString &text) const
        {
            const auto labels = findChildren<QLabel *>();
            return std::any_of(labels.begin(), labels.end(), [&](const QLabel *label) {
                return label->isVisible() && label->text().contains(text);
            });
        }
        void trigger(const QString &text) const
        {
            for (QAction *action : actions()) {
                if (action->text() == text) {
                    QVERIFY2(action->isEnabled(), qPrintable(text));
                    action->trigger();
                    return;
                }
            }
            QFAIL(qPrintable(text + u" is no action"_s));
        }
        [[nodiscard]] bool isEnabled(const QString &text) const
        {
            const auto all = actions();
            return std::any_of(all.begin(), all.end(), [&](const QAction *action) {
                return action->text() == text && action->isEnabled();
            });
        }
        void drop(const QByteArray &uriList, const QPoint &position) const
        {
            ForeignData offered(uriList);
            QWidget *target = list().viewport();
            QDragEnterEvent enter(position, Qt::CopyAction, &offered, Qt::LeftButton, Qt::NoModifier);
            QVERIFY(QApplication::sendEvent(target, &enter));
            QVERIFY(enter.isAccepted());
            QDragMoveEvent move(position, Qt::CopyAction, &offered, Qt::LeftButton, Qt::NoModifier);
            QApplication::sendEvent(target, &move);
            QVERIFY(move.isAccepted());
            QDropEvent event(position, Qt::CopyAction, &offered, Qt::LeftButton, Qt::NoModifier);
            QApplication::sendEvent(target, &event);
        }
    };

    /// A fresh directory with these files (or folders, with a slash), shown in a page.
    std::unique_ptr<Page> openPage(const QStringList &content = {})
    {
        m_directory = "/tmp/files-" + QByteArray::number(++m_lastDirectory);
        QString script = u"mkdir %1 && cd %1"_s.arg(directoryText());
        for (const QString &name : content) {
            script += name.endsWith(u'/') ? u" && mkdir %1"_s.arg(name) : u" && echo x > %1"_s.arg(name);
        }
        const QByteArray output = m_fixture.run(script);
        auto page = std::make_unique<Page>(m_fixture.sandbox());
        page->goTo(m_directory);
        const bool isListed = QTest::qWaitFor(
            [&] {
                return page->list().accessibleName() == u"Files in "_s + directoryText() &&
                       page->list().acceptDrops();
            },
            20'000);
        if (!isListed || !output.isEmpty()) {
            qWarning() << "could not show" << m_directory << output;
        }
        return page;
    }

    [[nodiscard]] QString directoryText() const { return QString::fromLatin1(m_directory); }

    Test::SandboxFixture m_fixture;
    QByteArray m_directory;
    int m_lastDirectory = 0;

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
        const auto page = openPage({u"inner/"_s, u"other/"_s, u"inner/deep"_s});
        QCOMPARE(page->names(), u"inner other"_s);
        QTest::keyClick(&page->list(), Qt::Key_End);
        page->select(u"inner"_s);
        Q_EMIT page->list().activated(page->indexOf(u"inner"_s));
        QTRY_COMPARE(page->names(), u"deep"_s);
        QCOMPARE(page->directory(), m_directory + "/inner");
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
        const auto page = openPage({u"inner/"_s, u"inner/deep"_s});
        page->trigger(u"Enter a path"_s);
        auto *editor = page->findChild<BreadcrumbBar *>()->findChild<QLineEdit *>();
        QVERIFY(editor->isVisible());
        QTest::keyClicks(editor, u"./other/../inner//"_s); // Replaces the selected text.
        QTest::keyClick(editor, Qt::Key_Return);
        QTRY_COMPARE(page->directory(), m_directory + "/inner");
        QVERIFY(!editor->isVisible());
    }

    void aMissingFolderSaysSoAndLeadsUp()
    {
        const auto page = openPage({u"there"_s});
        page->goTo(m_directory + "/gone");
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
        const auto page = openPage();
        QTRY_VERIFY(page->shows(u"This folder is empty"_s));
        const QSignalSpy spy(page.get(), &FilesPage::uploadRequested);
        page->drop("file:///tmp/a\r\n", page->list().viewport()->rect().center());
        QCOMPARE(spy.size(), 1);
        QCOMPARE(spy.first().at(1).toByteArray(), m_directory);
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
        const auto page = openPage({u"a"_s});
        page->setSandbox(nullptr);
        QVERIFY(page->shows(u"The files cannot be reached now"_s));
        m_fixture.reach();
        page->setSandbox(m_fixture.sandbox());
        QTRY_COMPARE(page->names(), u"a"_s);
        QCOMPARE(page->directory(), m_directory);
    }

    void dropsKeepTheirBytes()
    {
        const auto page = openPage({u"folder/"_s, u"file"_s});
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
        QCOMPARE(spy[0][1].toByteArray(), m_directory);
    }

    void dropsOnAFolderGoIntoIt()
    {
        const auto page = openPage({u"folder/"_s, u"file"_s});
        QSignalSpy spy(page.get(), &FilesPage::uploadRequested);
        page->drop("file:///tmp/a", page->list().visualRect(page->indexOf(u"folder"_s)).center());
        QCOMPARE(spy.size(), 1);
        QCOMPARE(spy[0][1].toByteArray(), m_directory + "/folder");
    }

    void hoveringSaysWhereItGoes()
    {
        const auto page = openPage({u"folder/"_s});
        const ForeignData data("file:///tmp/a");
        const QPoint overFolder = page->list().visualRect(page->indexOf(u"folder"_s)).center();
        QDragEnterEvent enter(overFolder, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(page->list().viewport(), &enter);
        QVERIFY(page->shows(u"Release to upload into "_s + directoryText() + u"/folder"_s));
        QDragMoveEvent move({5, 300}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(page->list().viewport(), &move);
        QVERIFY(page->shows(u"Release to upload into "_s + directoryText()));
        QVERIFY(!page->shows(u"/folder"_s));
        QDragLeaveEvent leave;
        QApplication::sendEvent(page->list().viewport(), &leave);
        QVERIFY(!page->shows(u"Release to upload"_s));
    }

    void textIsNotTaken()
    {
        const auto page = openPage({u"a"_s});
        QMimeData data;
        data.setText(u"file:///tmp/a"_s);
        QDragEnterEvent enter({5, 5}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(page->list().viewport(), &enter);
        QVERIFY(!enter.isAccepted());
    }

    void copiedFilesArePasted()
    {
        const auto page = openPage({u"a"_s});
        QSignalSpy spy(page.get(), &FilesPage::uploadRequested);
        auto *data = new QMimeData;
        data->setData(u"x-special/gnome-copied-files"_s, "copy\nfile:///tmp/one");
        QGuiApplication::clipboard()->setMimeData(data);
        page->trigger(u"Paste"_s);
        QCOMPARE(spy.size(), 1);
        QCOMPARE(spy[0][0].value<QList<std::filesystem::path>>().first().native(), std::string("/tmp/one"));
    }

    void makesFolders()
    {
        const auto page = openPage({u"a"_s});
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
        const auto page = openPage({u"old.txt"_s});
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
        const auto page = openPage({u"a"_s, u"b"_s});
        page->list().model()->setData(page->indexOf(u"a"_s), u"b"_s);
        QTRY_VERIFY(page->shows(u"The name could not be changed."_s));
        QCOMPARE(page->names(), u"a b"_s);
    }

    void deletesWhatTheDialogNames()
    {
        const auto page = openPage({u"folder/"_s, u"folder/inner"_s, u"stays"_s, u"goes"_s});
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
        const auto page = openPage({u"a"_s});
        page->select(u"a"_s);
        page->trigger(u"Delete…"_s);
        QVERIFY(page->findChild<QMessageBox *>());
        SystemClock clock;
        SandboxAccess other = m_fixture.sandbox()->access();
        other.serviceId = u"another"_s;
        page->setSandbox(std::make_shared<Sandbox>(clock, other));
        QTRY_VERIFY(!page->findChild<QMessageBox *>());
        QCOMPARE(m_fixture.run(u"ls "_s + directoryText()), QByteArray("a\n"));
        page->setSandbox(nullptr);
    }

    void hiddenFilesAreShownByChoice()
    {
        const auto page = openPage({u".hidden"_s, u"a"_s});
        QCOMPARE(page->names(), u"a"_s);
        page->trigger(u"Show hidden files"_s);
        QCOMPARE(page->names(), u".hidden a"_s);
    }

    void whatATransferBroughtAppearsAndTheSelectionStays()
    {
        const auto page = openPage({u"b"_s});
        page->select(u"b"_s);
        QCOMPARE(m_fixture.run(u"touch %1/a"_s.arg(directoryText())), QByteArray());
        page->refreshIf("/elsewhere");
        page->refreshIf(m_directory);
        QTRY_COMPARE(page->names(), u"a b"_s);
        QCOMPARE(page->selected(), u"b"_s);
    }

    void pathsAreCopiedReadyForAShell()
    {
        const auto page = openPage({u"'a b'"_s});
        page->select(u"a b"_s);
        page->trigger(u"Copy path"_s);
        QCOMPARE(QGuiApplication::clipboard()->text(), u"'%1/a b'"_s.arg(directoryText()));
    }

    void oddNamesSurviveRenaming()
    {
        const auto page = openPage();
        QCOMPARE(
            m_fixture.run(u"cd %1 && touch \"$(printf 'x\\377\\ny')\""_s.arg(directoryText())), QByteArray());
        page->trigger(u"Refresh"_s);
        QTRY_COMPARE(page->list().model()->rowCount(), 1);
        QVERIFY(!page->names().contains(u'\n'));
        page->list().model()->setData(page->list().model()->index(0, 0), u"plain"_s);
        QTRY_COMPARE(page->names(), u"plain"_s);
    }

    // Last: ends the engine.
    void aRefreshThatFailsLeavesTheListAndSaysWhy()
    {
        const auto page = openPage({u"a"_s});
        m_fixture.engine().kill();
        page->trigger(u"Refresh"_s);
        QTRY_VERIFY_WITH_TIMEOUT(page->shows(u"The folder could not be read again."_s), 60'000);
        QCOMPARE(page->names(), u"a"_s);
    }
};

QTEST_MAIN(FilesPageTest)
#include "filespagetest.moc"
