// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sha256.h"
#include "editor/codeview.h"
#include "editor/editorstrip.h"
#include "editor/externaledits.h"
#include "editor/lefteditsdialog.h"
#include "editor/localcopy.h"
#include "editor/localprograms.h"
#include "files/filespage.h"
#include "files/remotefileview.h"
#include "sandbox/accountsession.h"
#include "shell/sandboxpage.h"
#include "support/await.h"
#include "windowfixture.h"

#include <QMessageBox>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Koyeb::Desktop::Test;
using namespace Qt::Literals::StringLiterals;

/// The window with texts of a sandbox open in it.
class WindowEditorsTest : public QObject, private WindowFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QApplication::setQuitOnLastWindowClosed(false); }
    void init()
    {
        begin();
        button(u"Try it on this computer"_s)->click();
        QTRY_VERIFY_WITH_TIMEOUT(shows(u"No sandboxes yet"_s), patienceMs);
        create(u"demo"_s);
        QTRY_VERIFY_WITH_TIMEOUT(page<SandboxPage>() && page<SandboxPage>()->sandbox(), patienceMs);
        QVERIFY(Koyeb::Test::await(files().write("/root/note", "one\n", {}))->has_value());
    }
    void cleanup() { end(); }

    void aFileIsOpenedChangedAndSaved()
    {
        openNote();
        QTest::keyClicks(view(), u"x"_s);
        QTest::keyClick(view(), Qt::Key_S, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(editors().unsavedCount(), 0, patienceMs);
        QCOMPARE(Koyeb::Test::await(files().read("/root/note", {}))->value(), "xone\n"_ba);
        QVERIFY(window().isVisible());
    }

    void aFileCanBeEditedWithAnotherProgram()
    {
        openNote();
        editors().closeCurrent();
        auto *list = page<SandboxPage>()->files().findChild<RemoteFileView *>();
        QTRY_VERIFY(list->isVisible());
        for (auto *candidate : page<SandboxPage>()->files().actions()) {
            if (candidate->text() == u"Edit with…"_s) {
                candidate->trigger();
            }
        }
        auto *dialog = window().findChild<ProgramDialog *>();
        QVERIFY(dialog);
        QVERIFY(hasLabel(dialog, u"“note”"_s));
        dialog->reject();
    }

    void quittingTellsWhatIsNotSaved()
    {
        openNote();
        QTest::keyClicks(view(), u"x"_s);
        window().close();
        auto *question = window().findChild<QMessageBox *>();
        QVERIFY(question);
        QVERIFY(question->text().contains(u"changes that are not saved"_s));
        question->button(QMessageBox::Cancel)->click();
        QVERIFY(window().isVisible());
        QCOMPARE(view()->content(), "xone\n"_ba);
    }

    void deletingTellsWhatIsNotSaved()
    {
        openNote();
        QTest::keyClicks(view(), u"x"_s);
        action(u"Delete…"_s)->trigger();
        auto *question = window().findChild<QMessageBox *>();
        QVERIFY(question);
        QVERIFY(question->text().contains(u"would go with the sandbox"_s));
        QVERIFY(!window().findChild<DeleteDialog *>());
        button(u"Delete nevertheless…"_s, question)->click();
        QVERIFY(window().findChild<DeleteDialog *>());
        window().findChild<DeleteDialog *>()->reject();
    }

    void whatASandboxThatGoesTakesAlongCanBeKept()
    {
        openNote();
        QTest::keyClicks(view(), u"x"_s);
        auto *session = application().accounts.session(localAccount().id);
        const QString id = page<SandboxPage>()->record().id;
        QVERIFY(
            Koyeb::Test::await(session->api().deleteService(id, {}))->has_value()); // As by somebody else.
        session->store().refresh();
        QTRY_VERIFY_WITH_TIMEOUT(window().findChild<LostTextsDialog *>(), patienceMs);
        QPointer<LostTextsDialog> dialog = window().findChild<LostTextsDialog *>();
        QTest::keyClick(dialog, Qt::Key_Escape);
        QVERIFY(dialog->isVisible());
        dialog->saveInto((folder() + u"/missing"_s).toStdString());
        QTRY_VERIFY(hasLabel(dialog, u"could not be saved there"_s));
        QFile taken(folder() + u"/note"_s);
        QVERIFY(taken.open(QIODevice::WriteOnly));
        dialog->saveInto(folder().toStdString());
        QTRY_VERIFY(!dialog);
        QFile kept(folder() + u"/note (2)"_s);
        QVERIFY(kept.open(QIODevice::ReadOnly));
        QCOMPARE(kept.readAll(), "xone\n"_ba);
    }

    void whatOtherProgramsHadOpenOutlivesTheSandbox()
    {
        auto *edits = page<SandboxPage>()->findChild<ExternalEdits *>();
        QString copy;
        edits->setProgramStarter([&copy](const QString &file, const QString &) {
            copy = file;
            return true;
        });
        edits->edit("/root/note", u"/usr/bin/editor"_s);
        QTRY_VERIFY_WITH_TIMEOUT(!copy.isEmpty(), patienceMs);
        QVERIFY(Koyeb::Test::await(files().write("/root/note", "theirs\n", {}))->has_value());
        QFile file(copy);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("mine\n") == 5);
        file.close();
        QTRY_COMPARE_WITH_TIMEOUT(editors().unsavedCount(), 1, patienceMs);
        auto *session = application().accounts.session(localAccount().id);
        const QString id = page<SandboxPage>()->record().id;
        QVERIFY(Koyeb::Test::await(session->api().deleteService(id, {}))->has_value());
        session->store().refresh();
        QTRY_VERIFY_WITH_TIMEOUT(window().findChild<LeftEditsDialog *>(), patienceMs);
        QPointer<LeftEditsDialog> dialog = window().findChild<LeftEditsDialog *>();
        QVERIFY(dialog->isVisible() && !button(u"Save to the sandbox"_s, dialog)->isEnabled());
        QVERIFY(hasLabel(dialog, u"is not in the list of sandboxes now"_s));
        QVERIFY(QFile::exists(copy));
        dialog->reject();
    }

    void whatACrashHasLeftIsOfferedInTheNextRun()
    {
        // No process has this number: it is beyond the highest that Linux gives.
        const auto left = externalEditsFolder() / "4194305-left";
        QVERIFY(makePrivateFolder(left));
        QVERIFY(writeLocalCopy(folderOfCopy(left) / "note", "mine\n"));
        const QByteArray inSandbox = Sha256::hexOf(QByteArray("one\n"));
        const EditRecord record{page<SandboxPage>()->record().id, u"demo"_s, "/root/note", "note", inSandbox};
        QVERIFY(writeEditRecord(left, record));
        auto &app = application();
        MainWindow next(MainWindow::Services{
            .clock = app.clock, .accounts = app.accounts, .tokens = app.tokens, .settings = app.settings});
        next.show();
        QTRY_VERIFY_WITH_TIMEOUT(next.findChild<LeftEditsDialog *>(), patienceMs);
        QPointer<LeftEditsDialog> dialog = next.findChild<LeftEditsDialog *>();
        auto *upload = button(u"Save to the sandbox"_s, dialog);
        QTRY_VERIFY_WITH_TIMEOUT(upload->isEnabled(), patienceMs);
        upload->click();
        QTRY_VERIFY(!dialog);
        QTRY_COMPARE_WITH_TIMEOUT(
            Koyeb::Test::await(files().read("/root/note", {}))->value_or(QByteArray()), "mine\n"_ba,
            patienceMs);
    }

private:
    [[nodiscard]] Files &files() const { return page<SandboxPage>()->sandbox()->files(); }
    [[nodiscard]] EditorStrip &editors() const { return page<SandboxPage>()->editors(); }
    [[nodiscard]] CodeView *view() const { return page<CodeView>(); }

    /// As by a double click in the list.
    void openNote() const
    {
        page<SandboxPage>()->showTab(SandboxPage::Tab::Files);
        auto *list = page<SandboxPage>()->files().findChild<RemoteFileView *>();
        QTRY_VERIFY_WITH_TIMEOUT(list->model()->rowCount() > 0, patienceMs);
        const auto note =
            list->model()->match(list->model()->index(0, 0), Qt::DisplayRole, u"note"_s).value(0);
        QVERIFY(note.isValid());
        list->setCurrentIndex(note);
        QTest::keyClick(list, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(view(), patienceMs);
    }
};

QTEST_MAIN(WindowEditorsTest)
#include "windoweditorstest.moc"
