// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/filepreferences.h"
#include "files/bookmarksmenu.h"

#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

class FilePreferencesTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<QSettings> m_settings;

    void reopen()
    {
        m_settings.reset();
        m_settings = std::make_unique<QSettings>(m_folder.filePath(u"settings.ini"_s), QSettings::IniFormat);
    }

private Q_SLOTS:
    void init()
    {
        reopen();
        m_settings->clear();
    }

    void whatIsChosenIsRemembered()
    {
        const TransferChoices chosen{{false, true, false}, "*.o\nd\u00E9j\u00E0, \"vu\"/\n"};
        const QByteArray odd = "/a b/\xFF\n,;\"%1";
        {
            FilePreferences preferences(*m_settings);
            QSignalSpy changed(&preferences, &FilePreferences::bookmarksChanged);
            QVERIFY(!preferences.areHiddenFilesShown());
            preferences.setHiddenFilesShown(true);
            QCOMPARE(preferences.transferChoices(), TransferChoices());
            preferences.setTransferChoices(chosen);
            preferences.addBookmark(u"id/1"_s, odd);
            preferences.addBookmark(u"id/1"_s, "/x");
            preferences.addBookmark(u"id/1"_s, odd);
            preferences.addBookmark(u"id"_s, "/other");
            QCOMPARE(changed.size(), 3);
        }
        reopen();
        FilePreferences preferences(*m_settings);
        QVERIFY(preferences.areHiddenFilesShown());
        QCOMPARE(preferences.transferChoices(), chosen);
        QCOMPARE(preferences.bookmarks(u"id/1"_s), (QList<QByteArray>{odd, "/x"}));
        preferences.removeBookmark(u"id/1"_s, odd);
        QCOMPARE(preferences.bookmarks(u"id/1"_s), QList<QByteArray>{"/x"});
        preferences.forgetSandbox(u"id/1"_s);
        QVERIFY(preferences.bookmarks(u"id/1"_s).isEmpty());
        QCOMPARE(preferences.bookmarks(u"id"_s), QList<QByteArray>{"/other"});
    }

    void settingsThatWereEditedAreNotBelieved()
    {
        m_settings->setValue(
            u"files/bookmarks/s"_s, QStringList{u"relative"_s, u""_s, u"/a%00b"_s, u"/good"_s, u"/good"_s});
        QCOMPARE(FilePreferences(*m_settings).bookmarks(u"s"_s), QList<QByteArray>{"/good"});
        m_settings->setValue(u"files/bookmarks/s"_s, 7);
        QVERIFY(FilePreferences(*m_settings).bookmarks(u"s"_s).isEmpty());
    }

    void theOldestBookmarkGoes()
    {
        FilePreferences preferences(*m_settings);
        for (int i = 0; i <= FilePreferences::maximumBookmarks; ++i) {
            preferences.addBookmark(u"s"_s, "/" + QByteArray::number(i));
        }
        QCOMPARE(preferences.bookmarks(u"s"_s).size(), FilePreferences::maximumBookmarks);
        QCOMPARE(preferences.bookmarks(u"s"_s).first(), "/1");
    }

    void theMenuHasThemAndTogglesTheOneThatIsShown()
    {
        FilePreferences preferences(*m_settings);
        preferences.addBookmark(u"s"_s, "/one & two");
        QAction bookmark(u"Bookmark"_s);
        bookmark.setCheckable(true);
        BookmarksMenu menu(&bookmark);
        menu.setPreferences(&preferences);
        menu.setPlace(u"s"_s, "/there");
        QVERIFY(!bookmark.isChecked());
        bookmark.trigger();
        QCOMPARE(preferences.bookmarks(u"s"_s), (QList<QByteArray>{"/one & two", "/there"}));
        QCOMPARE(menu.actions().size(), 4); // The toggle, a line, and two.
        QCOMPARE(menu.actions()[2]->text(), u"/one && two"_s);
        QSignalSpy chosen(&menu, &BookmarksMenu::chosen);
        menu.actions()[2]->trigger();
        QCOMPARE(chosen.value(0).value(0).toByteArray(), "/one & two");
        menu.setPlace(u"s"_s, "/one & two");
        QVERIFY(bookmark.isChecked());
        bookmark.trigger();
        QCOMPARE(preferences.bookmarks(u"s"_s), QList<QByteArray>{"/there"});
        menu.setPlace(u"another"_s, "/there");
        QVERIFY(!bookmark.isChecked());
        QCOMPARE(menu.actions().size(), 1);
    }
};

QTEST_MAIN(FilePreferencesTest)
#include "filepreferencestest.moc"
