// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/externaledits.h"
#include "editor/editorpreferences.h"
#include "editor/externaleditrow.h"
#include "editorfixture.h"

#include <QDialog>
#include <QLineEdit>
#include <QMessageBox>
#include <QRadioButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;
using Test::buttonIn;
using Test::saysIn;

/// Files of a real sandbox, edited with "programs" of this computer.
class ExternalEditsTest : public QObject {
    Q_OBJECT

    Test::EditorFixture m_fixture;

    struct Scene {
        explicit Scene(const std::shared_ptr<Sandbox> &sandbox) : Scene(sandbox, {}) {}
        Scene(const std::shared_ptr<Sandbox> &sandbox, const std::filesystem::path &base)
            : edits(base.empty() ? std::filesystem::path((folder.path() + u"/edited"_s).toStdString()) : base)
        {
            edits.setProgramStarter([this](const QString &file, const QString &program) {
                opened.append(file);
                programs.append(program);
                return canStart;
            });
            edits.resize(900, 100);
            edits.setSandbox(sandbox);
        }
        void begin(const QByteArray &path, const QString &program = u"/usr/bin/editor"_s)
        {
            edits.edit(path, program);
            QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, Test::editorPatienceMs);
        }
        /// As programs do that write into the file.
        void write(const QByteArray &content) const
        {
            QFile file(opened.last());
            QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
            QCOMPARE(file.write(content), content.size());
        }
        /// As programs do that put another file in its place.
        void replace(const QByteArray &content) const
        {
            QFile file(opened.last() + u".new"_s);
            QVERIFY(file.open(QIODevice::WriteOnly));
            QCOMPARE(file.write(content), content.size());
            file.close();
            QCOMPARE(::rename(qPrintable(file.fileName()), qPrintable(opened.last())), 0);
        }
        void press(const QString &text) const
        {
            auto *button = buttonIn(edits, text);
            QVERIFY2(button, qPrintable(text));
            button->click();
        }

        QTemporaryDir folder;
        QStringList opened;
        QStringList programs;
        bool canStart = true;
        ExternalEdits edits;
    };

    void waitFor(const QByteArray &path, const QByteArray &content)
    {
        QTRY_COMPARE_WITH_TIMEOUT(m_fixture.get(path), content, Test::editorPatienceMs);
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText())); }

    void everySaveGoesBack()
    {
        m_fixture.put("/tmp/a \xFF.txt", "one\n");
        QCOMPARE(m_fixture.run(u"chmod 750 /tmp/a*.txt"_s), QByteArray());
        Scene scene(m_fixture.sandbox());
        QSignalSpy saved(&scene.edits, &ExternalEdits::saved);
        scene.begin("/tmp/a \xFF.txt");
        QVERIFY(scene.opened.first().endsWith(u"/a _.txt"_s));
        QCOMPARE(scene.programs.first(), u"/usr/bin/editor"_s);
        scene.write("two\n");
        waitFor("/tmp/a \xFF.txt", "two\n");
        scene.replace("three\n");
        waitFor("/tmp/a \xFF.txt", "three\n");
        scene.replace("four\n");
        waitFor("/tmp/a \xFF.txt", "four\n");
        scene.write("");
        waitFor("/tmp/a \xFF.txt", "");
        QTRY_VERIFY_WITH_TIMEOUT(
            saysIn(scene.edits, u"was saved to the sandbox at"_s), Test::editorPatienceMs);
        QCOMPARE(saved.size(), 4);
        QCOMPARE(m_fixture.run(u"stat -c %a /tmp/a*.txt"_s), "750\n");
        QTRY_COMPARE_WITH_TIMEOUT(scene.edits.unsavedCount(), 0, Test::editorPatienceMs);
    }

    void whatOthersChangedIsNotOverwrittenUnasked()
    {
        m_fixture.put("/tmp/conflict.txt", "one\n");
        Scene scene(m_fixture.sandbox());
        scene.begin("/tmp/conflict.txt");
        m_fixture.put("/tmp/conflict.txt", "theirs\n");
        scene.write("mine\n");
        QTRY_VERIFY_WITH_TIMEOUT(saysIn(scene.edits, u"Somebody else has changed"_s), Test::editorPatienceMs);
        QCOMPARE(scene.edits.unsavedCount(), 1);
        QCOMPARE(m_fixture.get("/tmp/conflict.txt"), "theirs\n");
        scene.write("mine, later\n");
        scene.press(u"Overwrite"_s);
        waitFor("/tmp/conflict.txt", "mine, later\n");
        scene.write("again\n");
        waitFor("/tmp/conflict.txt", "again\n");
    }

    void whatIsGoneCanBeSavedElsewhere()
    {
        m_fixture.put("/tmp/going.txt", "one\n");
        m_fixture.put("/tmp/there.txt", "there\n");
        Scene scene(m_fixture.sandbox());
        scene.begin("/tmp/going.txt");
        QCOMPARE(m_fixture.run(u"rm /tmp/going.txt"_s), QByteArray());
        scene.write("mine\n");
        QTRY_VERIFY_WITH_TIMEOUT(
            saysIn(scene.edits, u"is not in the sandbox any more"_s), Test::editorPatienceMs);
        const auto saveAs = [&scene](const QString &path) {
            scene.press(u"Save as…"_s);
            auto *dialog = scene.edits.findChild<QDialog *>();
            QVERIFY(dialog);
            dialog->findChild<QLineEdit *>()->setText(path);
            dialog->accept();
        };
        saveAs(u"/tmp/there.txt"_s);
        QTRY_VERIFY_WITH_TIMEOUT(
            saysIn(scene.edits, u"There is a file of that name"_s), Test::editorPatienceMs);
        QCOMPARE(m_fixture.get("/tmp/there.txt"), "there\n");
        QTRY_VERIFY(!scene.edits.findChild<QDialog *>());
        saveAs(u"/tmp/elsewhere.txt"_s);
        waitFor("/tmp/elsewhere.txt", "mine\n");
        scene.write("more\n");
        waitFor("/tmp/elsewhere.txt", "more\n");
        QCOMPARE(m_fixture.get("/tmp/going.txt"), "no such file");
    }

    void whatCouldNotBeSentIsTriedAgain()
    {
        m_fixture.put("/tmp/lost.txt", "one\n");
        Scene scene(m_fixture.sandbox());
        scene.begin("/tmp/lost.txt");
        scene.edits.setSandbox(nullptr);
        scene.write("mine\n");
        QTRY_VERIFY_WITH_TIMEOUT(
            saysIn(scene.edits, u"could not be saved to the sandbox"_s), Test::editorPatienceMs);
        QCOMPARE(scene.edits.unsavedCount(), 1);
        scene.press(u"Stop"_s);
        auto *question = scene.edits.findChild<QMessageBox *>();
        QVERIFY(question);
        question->button(QMessageBox::Cancel)->click();
        scene.press(u"Retry"_s); // In vain.
        QTRY_VERIFY(buttonIn(scene.edits, u"Retry"_s));
        scene.edits.setSandbox(m_fixture.sandbox());
        waitFor("/tmp/lost.txt", "mine\n");
        QTRY_COMPARE_WITH_TIMEOUT(scene.edits.unsavedCount(), 0, Test::editorPatienceMs);
    }

    void savingAllTakesThemAlong()
    {
        m_fixture.put("/tmp/all.txt", "one\n");
        Scene scene(m_fixture.sandbox());
        bool isOver = false;
        scene.edits.saveAll([&isOver] { isOver = true; });
        QVERIFY(isOver); // There is none.
        scene.begin("/tmp/all.txt");
        scene.edits.setSandbox(nullptr);
        scene.write("two\n");
        QTRY_VERIFY_WITH_TIMEOUT(buttonIn(scene.edits, u"Retry"_s), Test::editorPatienceMs);
        isOver = false;
        scene.edits.saveAll([&isOver] { isOver = true; });
        QTRY_VERIFY(isOver);
        QCOMPARE(scene.edits.unsavedCount(), 1);
        scene.edits.setSandbox(m_fixture.sandbox());
        isOver = false;
        scene.edits.saveAll([&isOver] { isOver = true; });
        QTRY_VERIFY_WITH_TIMEOUT(isOver, Test::editorPatienceMs);
        QCOMPARE(scene.edits.unsavedCount(), 0);
        QCOMPARE(m_fixture.get("/tmp/all.txt"), "two\n");
    }

    void nobodyIsToldOfASaveOnceTheyGo()
    {
        m_fixture.put("/tmp/going.txt", "one\n");
        bool isTold = false;
        {
            Scene scene(m_fixture.sandbox());
            scene.begin("/tmp/going.txt");
            scene.write("two\n");
            QTRY_VERIFY_WITH_TIMEOUT(
                scene.edits.findChild<ExternalEditRow *>()->edit().isSaving(), Test::editorPatienceMs);
            scene.edits.saveAll([&isTold] { isTold = true; });
            QVERIFY(!isTold);
        }
        QVERIFY(!isTold);
    }

    void aLinkInPlaceOfTheCopyIsNotFollowed()
    {
        m_fixture.put("/tmp/linked.txt", "one\n");
        Scene scene(m_fixture.sandbox());
        scene.begin("/tmp/linked.txt");
        QVERIFY(QFile::remove(scene.opened.first()));
        QVERIFY(QFile::link(u"/etc/passwd"_s, scene.opened.first()));
        QTRY_VERIFY_WITH_TIMEOUT(saysIn(scene.edits, u"has become a link"_s), Test::editorPatienceMs);
        QCOMPARE(m_fixture.get("/tmp/linked.txt"), "one\n");
    }

    void copiesGoWithTheirEnd()
    {
        m_fixture.put("/tmp/one.txt", "one\n");
        QString copy;
        {
            Scene scene(m_fixture.sandbox());
            scene.folder.setAutoRemove(false);
            scene.begin("/tmp/one.txt");
            copy = scene.opened.first();
            QVERIFY(QFile::exists(copy));
            QVERIFY(scene.edits.isVisible());
            scene.press(u"Stop"_s);
            QVERIFY(!scene.edits.isVisible());
            QTRY_VERIFY(!QFile::exists(copy));
            scene.opened.clear();
            scene.begin("/tmp/one.txt");
            copy = scene.opened.first();
        }
        QTRY_VERIFY(!QFile::exists(copy));
    }

    void whatWasNotSavedOutlivesACrash()
    {
        m_fixture.put("/tmp/crash.txt", "one\n");
        QTemporaryDir folder;
        const auto base = (folder.path() + u"/edited"_s).toStdString();
        QList<LeftEdit> left;
        {
            Scene scene(m_fixture.sandbox(), base);
            scene.begin("/tmp/crash.txt");
            QVERIFY(takeLeftEdits(base).isEmpty()); // Its program lives.
            scene.write("two\n");
            waitFor("/tmp/crash.txt", "two\n");
            QTRY_COMPARE_WITH_TIMEOUT(scene.edits.unsavedCount(), 0, Test::editorPatienceMs);
            scene.edits.setSandbox(nullptr);
            scene.write("three\n");
            QTRY_COMPARE_WITH_TIMEOUT(scene.edits.unsavedCount(), 1, Test::editorPatienceMs);
            scene.edits.leaveUnsaved(); // As a crash would.
            QVERIFY(!scene.edits.isVisible());
            left = takeLeftEdits(base);
        }
        QCOMPARE(left.size(), 1);
        QCOMPARE(left.first().record.path, "/tmp/crash.txt"_ba);
        QCOMPARE(left.first().record.sandboxId, m_fixture.sandbox()->access().serviceId);
        {
            Scene scene(nullptr, base);
            scene.edits.takeUp(left.first());
            QTRY_VERIFY(saysIn(scene.edits, u"could not be saved to the sandbox"_s));
            scene.edits.setSandbox(m_fixture.sandbox());
            waitFor("/tmp/crash.txt", "three\n");
            QTRY_COMPARE_WITH_TIMEOUT(scene.edits.unsavedCount(), 0, Test::editorPatienceMs);
            QVERIFY(scene.opened.isEmpty());
            QFile copy(QFile::decodeName(QByteArray::fromStdString(left.first().copy().native())));
            QVERIFY(copy.open(QIODevice::WriteOnly | QIODevice::Truncate)); // By an editor that outlived it.
            QCOMPARE(copy.write("four\n"), 5);
            copy.close();
            waitFor("/tmp/crash.txt", "four\n");
            QTRY_COMPARE_WITH_TIMEOUT(scene.edits.unsavedCount(), 0, Test::editorPatienceMs);
            scene.edits.requestEdit("/tmp/crash.txt"); // With what is not known.
            QVERIFY(scene.edits.findChild<ProgramDialog *>());
        }
        QTRY_VERIFY(!std::filesystem::exists(left.first().folder));
    }

    void aCopyThatACrashLeftWithoutItsNameIsNotTakenForSaved()
    {
        m_fixture.put("/tmp/halfway.txt", "one\n");
        QTemporaryDir folder;
        const auto base = (folder.path() + u"/edited"_s).toStdString();
        {
            Scene scene(m_fixture.sandbox(), base);
            scene.begin("/tmp/halfway.txt");
            scene.edits.setSandbox(nullptr);
            scene.write("two\n");
            QTRY_COMPARE_WITH_TIMEOUT(scene.edits.unsavedCount(), 1, Test::editorPatienceMs);
            scene.edits.leaveUnsaved();
        }
        const auto left = takeLeftEdits(base);
        QCOMPARE(left.size(), 1);
        const auto aside = folderOfCopy(left.first().folder) / "4913";
        std::filesystem::rename(left.first().copy(), aside);
        Scene scene(m_fixture.sandbox(), base);
        scene.edits.takeUp(left.first());
        QTRY_VERIFY_WITH_TIMEOUT(buttonIn(scene.edits, u"Retry"_s), Test::editorPatienceMs);
        QCOMPARE(scene.edits.unsavedCount(), 1);
        std::filesystem::rename(aside, left.first().copy());
        waitFor("/tmp/halfway.txt", "two\n");
    }

    void whatOthersChangedSinceTheCrashIsNotOverwritten()
    {
        m_fixture.put("/tmp/crashed.txt", "one\n");
        QTemporaryDir folder;
        const auto base = (folder.path() + u"/edited"_s).toStdString();
        {
            Scene scene(m_fixture.sandbox(), base);
            scene.begin("/tmp/crashed.txt");
            scene.edits.setSandbox(nullptr);
            scene.write("mine\n");
            QTRY_COMPARE_WITH_TIMEOUT(scene.edits.unsavedCount(), 1, Test::editorPatienceMs);
            scene.edits.leaveUnsaved();
        }
        m_fixture.put("/tmp/crashed.txt", "theirs\n");
        Scene scene(m_fixture.sandbox(), base);
        const auto left = takeLeftEdits(base);
        QCOMPARE(left.size(), 1);
        scene.edits.takeUp(left.first());
        QTRY_VERIFY_WITH_TIMEOUT(saysIn(scene.edits, u"Somebody else has changed"_s), Test::editorPatienceMs);
        QCOMPARE(m_fixture.get("/tmp/crashed.txt"), "theirs\n");
    }

    void theDesktopIsNotAskedToOpenWhatItMightRun()
    {
        m_fixture.put("/tmp/evil.desktop", "[Desktop Entry]\nType=Application\nExec=touch /tmp/run\n");
        Scene scene(m_fixture.sandbox());
        scene.edits.edit("/tmp/evil.desktop", {});
        QTRY_VERIFY_WITH_TIMEOUT(saysIn(scene.edits, u"might run"_s), Test::editorPatienceMs);
        QVERIFY(scene.opened.isEmpty());
        scene.press(u"Choose program…"_s);
        auto *dialog = scene.edits.findChild<ProgramDialog *>();
        QVERIFY(dialog);
        QVERIFY(!dialog->findChildren<QRadioButton *>().first()->isEnabled());
        dialog->findChild<QLineEdit *>()->setText(u"/bin/cat"_s);
        buttonIn(*dialog, u"Open"_s)->click();
        QCOMPARE(scene.opened.size(), 1);
        QCOMPARE(scene.programs.first(), u"/bin/cat"_s);
    }

    void theProgramIsRememberedAndAskedFor()
    {
        m_fixture.put("/tmp/asked.txt", "one\n");
        Scene scene(m_fixture.sandbox());
        QSettings settings(scene.folder.filePath(u"settings.ini"_s), QSettings::IniFormat);
        EditorPreferences preferences(settings);
        scene.edits.setPreferences(&preferences);
        scene.edits.requestEdit("/tmp/asked.txt");
        auto *dialog = scene.edits.findChild<ProgramDialog *>();
        QVERIFY(dialog);
        QVERIFY(dialog->findChildren<QRadioButton *>().first()->isChecked());
        auto *field = dialog->findChild<QLineEdit *>();
        QTest::keyClicks(field, u"no-such-program"_s);
        QVERIFY(!buttonIn(*dialog, u"Open"_s)->isEnabled());
        field->setText(u"cat"_s);
        buttonIn(*dialog, u"Open"_s)->click();
        QTRY_COMPARE_WITH_TIMEOUT(scene.opened.size(), 1, Test::editorPatienceMs);
        QVERIFY(scene.programs.first().endsWith(u"/cat"_s));
        QCOMPARE(preferences.program(), scene.programs.first());
        scene.edits.requestEdit("/tmp/asked.txt"); // It is open: once more, without a question.
        QCOMPARE(scene.opened.size(), 2);
    }

    void aProgramThatDoesNotStartIsTold()
    {
        m_fixture.put("/tmp/unstarted.txt", "one\n");
        Scene scene(m_fixture.sandbox());
        scene.canStart = false;
        scene.begin("/tmp/unstarted.txt");
        QVERIFY(saysIn(scene.edits, u"could not be started"_s));
        QVERIFY(buttonIn(scene.edits, u"Choose program…"_s));
    }

    /// There it cannot be read in parts.
    void aTextIsEditedInAnImageWithoutTools()
    {
        Test::EditorFixture poor;
        QVERIFY(poor.start({{u"PATH"_s, u"/tmp/tools:/usr/local/bin:/usr/bin:/bin"_s}}));
        poor.put("/tmp/text", "one \u20AC\n");
        QCOMPARE(
            poor.run(u"truncate -s 65M /tmp/large && printf 'a\\377' > /tmp/binary && mkdir /tmp/tools && "
                     "cd /tmp/tools && for t in base64 openssl python3 perl od hexdump xxd busybox; do "
                     "printf '#!/bin/sh\nexit 1\n' > $t && chmod 755 $t; done"_s),
            QByteArray());
        poor.reach(); // Nothing is known of its tools yet.
        Scene scene(poor.sandbox());
        scene.begin("/tmp/text");
        QFile copy(scene.opened.first());
        QVERIFY(copy.open(QIODevice::ReadOnly));
        QCOMPARE(copy.readAll(), "one \u20AC\n"_ba);
        scene.write("two \u20AC\n");
        QTRY_COMPARE_WITH_TIMEOUT(poor.get("/tmp/text"), "two \u20AC\n"_ba, Test::editorPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(scene.edits.unsavedCount(), 0, Test::editorPatienceMs);
        for (const QByteArray path : {"/tmp/large", "/tmp/binary"}) {
            Scene refused(poor.sandbox());
            refused.edits.edit(path, u"/bin/cat"_s);
            QTRY_VERIFY_WITH_TIMEOUT(
                saysIn(refused.edits, u"could not be fetched"_s), Test::editorPatienceMs);
            QVERIFY(refused.opened.isEmpty());
        }
    }

    void whatCannotBeFetchedIsTold_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::newRow("gone") << QByteArray("/tmp/nowhere");
        QTest::newRow("a folder") << QByteArray("/tmp");
        QTest::newRow("too large") << QByteArray("/tmp/huge");
    }
    void whatCannotBeFetchedIsTold()
    {
        QFETCH(QByteArray, path);
        QCOMPARE(m_fixture.run(u"truncate -s 100M /tmp/huge"_s), QByteArray());
        Scene scene(m_fixture.sandbox());
        scene.edits.edit(path, u"/bin/cat"_s);
        QTRY_VERIFY_WITH_TIMEOUT(saysIn(scene.edits, u"could not be fetched"_s), Test::editorPatienceMs);
        QVERIFY(scene.opened.isEmpty());
        scene.press(u"Stop"_s);
        QVERIFY(!scene.edits.isVisible());
    }
};

QTEST_MAIN(ExternalEditsTest)
#include "externaleditstest.moc"
