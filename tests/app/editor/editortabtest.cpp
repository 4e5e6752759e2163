// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/editortab.h"
#include "editor/comparisondialog.h"
#include "editor/noticebar.h"
#include "editorfixture.h"

#include <QAction>
#include <QDialog>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QSignalSpy>
#include <QToolButton>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;
using Test::buttonIn;
using Test::saysIn;

/// A file of a real sandbox in its tab.
class EditorTabTest : public QObject {
    Q_OBJECT

    Test::EditorFixture m_fixture;

    struct Tab : EditorTab {
        Tab(const QByteArray &path, const std::shared_ptr<Sandbox> &sandbox, quint32 mode = 0644)
            : EditorTab(path, Test::EditorFixture::file(remoteName(path), mode))
        {
            resize(700, 400);
            show();
            setSandbox(sandbox);
        }
        [[nodiscard]] CodeView &view() const { return *findChild<CodeView *>(); }
        [[nodiscard]] bool isShown() const { return view().isVisible(); }
        [[nodiscard]] QString notice() const
        {
            const auto *bar = findChild<NoticeBar *>();
            return bar->isVisible() ? bar->text() : QString();
        }
        void type(const QString &text) const { QTest::keyClicks(&view(), text); }
        bool saveAndWait()
        {
            QSignalSpy ended(this, &EditorTab::savingEnded);
            save();
            return (ended.size() == 1 || ended.wait(Test::editorPatienceMs)) &&
                   ended.first().first().toBool();
        }
        void press(const QString &text) const
        {
            auto *button = buttonIn(*this, text);
            QVERIFY2(button, qPrintable(text));
            button->click();
        }
        void choose(const QString &text) const
        {
            for (auto *action : findChildren<QAction *>()) {
                if (action->text() == text) {
                    action->trigger();
                    return;
                }
            }
            QFAIL(qPrintable(text));
        }
    };

    [[nodiscard]] std::unique_ptr<Tab> open(const QByteArray &path, quint32 mode = 0644)
    {
        auto tab = std::make_unique<Tab>(path, m_fixture.sandbox(), mode);
        if (!QTest::qWaitFor([&] { return tab->isShown(); }, Test::editorPatienceMs)) {
            qWarning() << "could not be opened:" << path;
        }
        return tab;
    }
    /// A tab on a file with this content.
    [[nodiscard]] std::unique_ptr<Tab> openNew(const QByteArray &path, const QByteArray &content)
    {
        m_fixture.put(path, content);
        return open(path);
    }
    static void saveAs(Tab &tab, const QString &path)
    {
        tab.choose(u"Save as…"_s);
        auto *dialog = tab.findChild<QDialog *>();
        QVERIFY(dialog);
        dialog->findChild<QLineEdit *>()->setText(path);
        dialog->accept();
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText())); }

    void whatIsNotChangedIsSavedByteForByte_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("line ends") << QByteArray("a\nb\r\nc\rd\r\n");
        QTest::newRow("no line end at the end") << QByteArray("a");
        QTest::newRow("mark") << QByteArray("\xEF\xBB\xBF"
                                            "a\n");
        QTest::newRow("utf-16") << QByteArray(
            "\xFF\xFE"
            "a\0\n\0",
            6);
        QTest::newRow("latin-1") << QByteArray("caf\xE9\n");
        QTest::newRow("windows") << QByteArray("\x93q\x94\x81\n");
    }
    void whatIsNotChangedIsSavedByteForByte()
    {
        QFETCH(QByteArray, content);
        const auto tab = openNew("/tmp/same", content);
        QVERIFY(!tab->isModified());
        // Whatever is there, so that it is really written.
        QCOMPARE(m_fixture.run(u"rm /tmp/same"_s), QByteArray());
        QVERIFY(!tab->saveAndWait());
        tab->press(u"Save again"_s);
        QTRY_VERIFY_WITH_TIMEOUT(saysIn(*tab, u"Saved"_s), Test::editorPatienceMs);
        QCOMPARE(m_fixture.get("/tmp/same"), content);
    }

    void changesAreSavedAndModeAndLinkStay()
    {
        m_fixture.put("/tmp/program \xFF", "#!/bin/sh\n");
        QCOMPARE(
            m_fixture.run(u"cd /tmp; chmod 750 program*; ln -sf \"$(echo program*)\" link"_s), QByteArray());
        const auto tab = open("/tmp/link");
        QSignalSpy titles(tab.get(), &EditorTab::titleChanged);
        tab->type(u"x"_s);
        QVERIFY(tab->isModified());
        QVERIFY(!titles.isEmpty());
        QVERIFY(tab->saveAndWait());
        QVERIFY(!tab->isModified());
        QCOMPARE(m_fixture.get("/tmp/program \xFF"), "x#!/bin/sh\n");
        QCOMPARE(m_fixture.run(u"cd /tmp; stat -c %a program*; [ -h link ] && rm program* link"_s), "750\n");
        QCOMPARE(m_fixture.run(u"ls -A /tmp | grep koyeb"_s), "failed: "); // No temporary is left.
    }

    void whatIsTypedWhileItIsSavedIsAChange()
    {
        const auto tab = openNew("/tmp/typed", "");
        tab->type(u"a"_s);
        QSignalSpy ended(tab.get(), &EditorTab::savingEnded);
        tab->save();
        tab->type(u"b"_s);
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, Test::editorPatienceMs);
        QCOMPARE(m_fixture.get("/tmp/typed"), "a");
        QVERIFY(tab->isModified());
        QVERIFY(tab->saveAndWait());
        QCOMPARE(m_fixture.get("/tmp/typed"), "ab");
    }

    void whatOthersChangedIsNotOverwrittenUnasked()
    {
        const auto tab = openNew("/tmp/conflict", "one\n");
        tab->type(u"my "_s);
        m_fixture.put("/tmp/conflict", "theirs\n");
        QVERIFY(!tab->saveAndWait());
        QVERIFY(tab->notice().contains(u"Somebody else has changed the file"_s));
        QVERIFY(tab->isModified());
        QCOMPARE(m_fixture.get("/tmp/conflict"), "theirs\n");
        tab->press(u"Compare"_s);
        QTRY_VERIFY_WITH_TIMEOUT(tab->findChild<ComparisonDialog *>(), Test::editorPatienceMs);
        auto *dialog = tab->findChild<ComparisonDialog *>();
        QTRY_COMPARE(
            dialog->findChild<CodeView *>()->content(), u"@@ -1,1 +1,1 @@\n− theirs\n+ my one"_s.toUtf8());
        QTest::keyClick(dialog->findChild<CodeView *>(), Qt::Key_Escape);
        QTRY_VERIFY(!tab->findChild<ComparisonDialog *>());
        tab->press(u"Overwrite"_s);
        QTRY_VERIFY_WITH_TIMEOUT(!tab->isModified(), Test::editorPatienceMs);
        QCOMPARE(m_fixture.get("/tmp/conflict"), "my one\n");
        QCOMPARE(tab->notice(), QString());
    }

    void whatOthersChangedCanBeTaken()
    {
        const auto tab = openNew("/tmp/taken", "one\n");
        tab->type(u"my "_s);
        m_fixture.put("/tmp/taken", "theirs\n");
        QVERIFY(!tab->saveAndWait());
        tab->press(u"Read again"_s);
        QVERIFY(tab->notice().contains(u"drop your changes"_s));
        QCOMPARE(tab->view().content(), "my one\n");
        tab->press(u"Drop my changes"_s);
        QTRY_COMPARE_WITH_TIMEOUT(tab->view().content(), "theirs\n", Test::editorPatienceMs);
        QVERIFY(!tab->isModified());
        tab->type(u"and "_s);
        QVERIFY(tab->saveAndWait());
        QCOMPARE(m_fixture.get("/tmp/taken"), "and theirs\n");
    }

    void whatWasTouchedButNotChangedIsNoConflict()
    {
        const auto tab = openNew("/tmp/touched", "one\n");
        m_fixture.put("/tmp/touched", "one\n");
        QCOMPARE(m_fixture.run(u"touch -d 2001-01-01 /tmp/touched"_s), QByteArray());
        tab->type(u"x"_s);
        QVERIFY(tab->saveAndWait());
    }

    void aFileThatIsGoneIsMadeAgainOnlyWhenAsked()
    {
        const auto tab = openNew("/tmp/going", "one\n");
        QCOMPARE(m_fixture.run(u"rm /tmp/going"_s), QByteArray());
        tab->type(u"x"_s);
        QVERIFY(!tab->saveAndWait());
        QVERIFY(tab->notice().contains(u"not in the sandbox any more"_s));
        QCOMPARE(m_fixture.get("/tmp/going"), "no such file");
        tab->press(u"Save again"_s);
        QTRY_VERIFY_WITH_TIMEOUT(!tab->isModified(), Test::editorPatienceMs);
        QCOMPARE(m_fixture.get("/tmp/going"), "xone\n");
    }

    void anotherNameMakesAnotherFile()
    {
        const auto tab = openNew("/tmp/first", "one\n");
        m_fixture.put("/tmp/second", "two\n");
        tab->type(u"x"_s);
        saveAs(*tab, u"/tmp/second"_s);
        QTRY_VERIFY_WITH_TIMEOUT(tab->notice().contains(u"already"_s), Test::editorPatienceMs);
        QCOMPARE(m_fixture.get("/tmp/second"), "two\n");
        tab->press(u"Replace"_s);
        QTRY_VERIFY_WITH_TIMEOUT(!tab->isModified(), Test::editorPatienceMs);
        QCOMPARE(tab->path(), "/tmp/second");
        QCOMPARE(m_fixture.get("/tmp/second"), "xone\n");
        QCOMPARE(m_fixture.get("/tmp/first"), "one\n");
        saveAs(*tab, u"/tmp/third"_s);
        QTRY_COMPARE_WITH_TIMEOUT(tab->path(), "/tmp/third", Test::editorPatienceMs);
        QCOMPARE(m_fixture.get("/tmp/third"), "xone\n");
    }

    void withoutTheSandboxTheTextStays()
    {
        const auto tab = openNew("/tmp/lost", "one\n");
        tab->setSandbox(nullptr);
        tab->type(u"x"_s);
        QVERIFY(!tab->saveAndWait());
        QVERIFY(tab->isModified());
        QVERIFY(saysIn(*tab, u"Your changes are still here"_s));
        QCOMPARE(tab->view().content(), "xone\n");
        tab->setSandbox(m_fixture.sandbox());
        QCOMPARE(tab->view().content(), "xone\n");
        tab->press(u"Retry"_s);
        QTRY_VERIFY_WITH_TIMEOUT(!tab->isModified(), Test::editorPatienceMs);
        QCOMPARE(m_fixture.get("/tmp/lost"), "xone\n");
    }

    void whatCannotBeReadIsToldAndTriedAgain()
    {
        Tab tab("/tmp/late", m_fixture.sandbox());
        QTRY_VERIFY_WITH_TIMEOUT(saysIn(tab, u"The file could not be read."_s), Test::editorPatienceMs);
        m_fixture.put("/tmp/late", "now\n");
        tab.press(u"Read again"_s);
        QTRY_VERIFY_WITH_TIMEOUT(tab.isShown(), Test::editorPatienceMs);
        QCOMPARE(tab.view().content(), "now\n");
    }

    void whatIsNoTextIsLookedAt()
    {
        m_fixture.put("/tmp/binary", QByteArray("a\0b", 3));
        Tab tab("/tmp/binary", m_fixture.sandbox());
        QTRY_VERIFY_WITH_TIMEOUT(
            tab.findChild<QListView *>() && tab.findChild<QListView *>()->isVisible(),
            Test::editorPatienceMs);
        QVERIFY(!tab.isShown());
        QVERIFY(!tab.isModified());
        QCOMPARE(tab.notice(), QString());
    }

    void whatIsTooLargeIsToldAndOffered_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QString>("sentence");
        QTest::newRow("large") << u"yes | head -c 9000000 > /tmp/large"_s << u"larger than"_s;
        QTest::newRow("long line") << u"yes | tr -d '\\n' | head -c 300000 > /tmp/large"_s << u"too long"_s;
        QTest::newRow("endless") << u"ln -sf /dev/zero /tmp/large"_s << QString();
    }
    void whatIsTooLargeIsToldAndOffered()
    {
        QFETCH(QString, script);
        QFETCH(QString, sentence);
        QCOMPARE(m_fixture.run(u"rm -f /tmp/large; "_s + script), QByteArray());
        Tab tab("/tmp/large", m_fixture.sandbox());
        if (sentence.isEmpty()) { // No file at all.
            QTRY_VERIFY_WITH_TIMEOUT(saysIn(tab, u"The file could not be read."_s), Test::editorPatienceMs);
            return;
        }
        QTRY_VERIFY_WITH_TIMEOUT(tab.notice().contains(sentence), Test::editorPatienceMs);
        QSignalSpy downloads(&tab, &EditorTab::downloadRequested);
        tab.press(u"Download…"_s);
        QCOMPARE(downloads.first().first().toByteArray(), "/tmp/large");
    }

    void whatNobodyMayWriteIsOnlyEditedAnyway()
    {
        m_fixture.put("/tmp/locked", "one\n");
        QCOMPARE(m_fixture.run(u"chmod 444 /tmp/locked"_s), QByteArray());
        const auto tab = open("/tmp/locked", 0444);
        tab->type(u"x"_s);
        QVERIFY(!tab->isModified());
        tab->press(u"Edit anyway"_s);
        tab->type(u"x"_s);
        QVERIFY(tab->saveAndWait());
        QCOMPARE(m_fixture.run(u"cat /tmp/locked; stat -c %a /tmp/locked"_s), "xone\n444\n");
    }

    void encodingAndLineEndsCanBeChanged()
    {
        const auto tab = openNew("/tmp/converted", "caf\xC3\xA9\n");
        tab->choose(u"CRLF (Windows)"_s);
        tab->choose(u"Latin-1 (ISO 8859-1)"_s);
        QVERIFY(tab->saveAndWait());
        QCOMPARE(m_fixture.get("/tmp/converted"), "caf\xE9\r\n");
        tab->view().replaceContent("\xE2\x82\xAC\n");
        QVERIFY(!tab->saveAndWait());
        QVERIFY(tab->notice().contains(u"Latin-1 (ISO 8859-1) has no place"_s));
        tab->press(u"Save as UTF-8"_s);
        QTRY_VERIFY_WITH_TIMEOUT(!tab->isModified(), Test::editorPatienceMs);
        QCOMPARE(m_fixture.get("/tmp/converted"), "\xE2\x82\xAC\n");
    }

    void shortcutsAreTheTabsOwn()
    {
        const auto tab = openNew("/tmp/keys", "one\n");
        QVERIFY(QTest::qWaitForWindowActive(tab.get()));
        tab->view().setFocus();
        tab->type(u"x"_s);
        QSignalSpy ended(tab.get(), &EditorTab::savingEnded);
        QTest::keyClick(&tab->view(), Qt::Key_S, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, Test::editorPatienceMs);
        QCOMPARE(m_fixture.get("/tmp/keys"), "xone\n");
        QTest::keyClick(&tab->view(), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(tab->view().content(), "one\n");
        QVERIFY(tab->isModified());
    }
};

QTEST_MAIN(EditorTabTest)
#include "editortabtest.moc"
