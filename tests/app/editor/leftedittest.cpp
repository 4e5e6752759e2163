// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/leftedit.h"
#include "core/sha256.h"
#include "editor/lefteditsdialog.h"
#include "editor/localcopy.h"
#include "editor/openeditswatch.h"

#include <QDir>
#include <QFile>
#include <QLabel>
#include <QMessageBox>
#include <QPointer>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTreeWidget>
#include <QtTest>

#include <fstream>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

/// Copies as a program that has crashed would have left them.
class LeftEditTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] std::filesystem::path base() const { return m_folder.path().toStdString(); }
    /// No process has the number: it is beyond the highest that Linux gives.
    [[nodiscard]] std::filesystem::path leave(const char *name, const QByteArray &content) const
    {
        const auto folder = base() / name;
        const EditRecord record{
            u"a-sandbox"_s, u"demo"_s, "/srv/a \xFF.txt", "a _.txt", Sha256::hexOf(QByteArray("old"))};
        if (!makePrivateFolder(folder) || !writeLocalCopy(folderOfCopy(folder) / "a _.txt", content) ||
            !writeEditRecord(folder, record)) {
            qFatal("could not be written");
        }
        return folder;
    }
    static void age(const std::filesystem::path &file, int days)
    {
        const auto now = std::filesystem::file_time_type::clock::now();
        std::filesystem::last_write_time(file, now - std::chrono::hours(24 * days));
    }
    [[nodiscard]] static QPushButton *button(const QWidget &widget, const QString &text)
    {
        const auto buttons = widget.findChildren<QPushButton *>();
        for (QPushButton *candidate : buttons) {
            if (candidate->text().remove(u'&') == text) {
                return candidate;
            }
        }
        return nullptr;
    }

private Q_SLOTS:
    void cleanup() { QVERIFY(QDir(m_folder.path()).removeRecursively() && QDir().mkpath(m_folder.path())); }

    void whatWasNotSavedIsFoundOnce()
    {
        const auto folder = leave("4194305-x", "new");
        removeAbandonedFolders(base()); // As other rooms do.
        auto edits = takeLeftEdits(base());
        QCOMPARE(edits.size(), 1);
        QCOMPARE(edits.first().record.sandboxId, u"a-sandbox"_s);
        QCOMPARE(edits.first().record.sandboxName, u"demo"_s);
        QCOMPARE(edits.first().record.path, "/srv/a \xFF.txt"_ba);
        QVERIFY(edits.first().copy() == folderOfCopy(folder) / "a _.txt");
        QVERIFY(edits.first().changedAt.isValid());
        QVERIFY(takeLeftEdits(base()).isEmpty()); // Somebody is at it.
        edits.clear();
        QCOMPARE(takeLeftEdits(base()).size(), 1);
    }

    void whatTheSandboxHasGoes()
    {
        const auto folder = leave("4194305-x", "old");
        age(folderOfCopy(folder) / "a _.txt", 2);
        std::filesystem::create_directories(base() / "4194305-y" / "deep");
        QVERIFY(takeLeftEdits(base()).isEmpty());
        QVERIFY(!std::filesystem::exists(folder) && !std::filesystem::exists(base() / "4194305-y"));
    }

    void whatAnEditorMayHaveOpenStays()
    {
        const auto folder = leave("4194305-x", "old");
        const auto copy = folderOfCopy(folder) / "a _.txt";
        const auto swap = folderOfCopy(folder) / ".a.swp";
        QVERIFY(takeLeftEdits(base()).isEmpty()); // There is nothing to ask.
        QVERIFY(std::filesystem::exists(copy));   // It is new.
        QFile file(QString::fromStdString(swap.native()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        age(copy, 2);
        age(swap, 2);
        QVERIFY(takeLeftEdits(base()).isEmpty());
        QVERIFY(std::filesystem::exists(copy) && std::filesystem::exists(swap));
        age(copy, 31);
        age(swap, 31);
        QVERIFY(takeLeftEdits(base()).isEmpty());
        QVERIFY(!std::filesystem::exists(folder));
    }

    void whatAnEditorSavesLaterIsTold()
    {
        const auto folder = leave("4194305-x", "old");
        const auto other = leave("4194305-y", "old");
        QList<LeftEdit> open;
        QVERIFY(takeLeftEdits(base(), &open).isEmpty());
        QCOMPARE(open.size(), 2);
        OpenEditsWatch watch;
        QSignalSpy saved(&watch, &OpenEditsWatch::saved);
        watch.watch(open);
        open.clear();
        QVERIFY(takeLeftEdits(base(), &open).isEmpty() && open.isEmpty()); // It is the watch's.
        const auto save = [](const std::filesystem::path &file, const QByteArray &content) {
            QFile target(QFile::decodeName(QByteArray::fromStdString(file.native())));
            QVERIFY(target.open(QIODevice::WriteOnly));
            QCOMPARE(target.write(content), content.size());
        };
        // By putting another file in its place, as many editors do, and then by writing into it.
        save(folderOfCopy(folder) / ".new", "newer");
        std::filesystem::rename(folderOfCopy(folder) / ".new", folderOfCopy(folder) / "a _.txt");
        QTRY_COMPARE(saved.size(), 1);
        auto told = saved.takeFirst().first().value<QList<LeftEdit>>();
        QCOMPARE(told.size(), 1);
        QVERIFY(told.first().folder == folder && told.first().hold);
        save(folderOfCopy(other) / "a _.txt", "newer");
        QTRY_COMPARE(saved.size(), 1);
        QVERIFY(saved.first().first().value<QList<LeftEdit>>().first().folder == other);
        saved.clear();
        told.clear();
        QCOMPARE(takeLeftEdits(base()).size(), 2); // The watch is not at it any more.
    }

    void whatIsAlwaysWrittenIsTold()
    {
        const auto folder = leave("4194305-x", "old");
        QList<LeftEdit> open;
        QVERIFY(takeLeftEdits(base(), &open).isEmpty());
        OpenEditsWatch watch;
        QSignalSpy saved(&watch, &OpenEditsWatch::saved);
        watch.watch(open);
        int written = 0;
        QTimer writer;
        connect(&writer, &QTimer::timeout, this, [&] {
            std::ofstream(folderOfCopy(folder) / "a _.txt") << "newer " << ++written;
        });
        writer.start(50);
        QTRY_COMPARE_WITH_TIMEOUT(saved.size(), 1, 20'000);
        QVERIFY(written > 1);
    }

    void theProgramsNumberMayBeInUseAgain()
    {
        const auto folder = leave((std::to_string(getpid()) + "-x").c_str(), "new");
        auto hold = FolderHold::take(folder);
        QVERIFY(hold && hold->isCertain());
        QVERIFY(takeLeftEdits(base()).isEmpty());
        QVERIFY(std::filesystem::exists(folder));
        hold.reset();
        QCOMPARE(takeLeftEdits(base()).size(), 1);
    }

    void aReplacementThatDidNotComeToItsEndIsKept()
    {
        const auto folder = leave("4194305-x", "new");
        std::filesystem::rename(folderOfCopy(folder) / "a _.txt", folderOfCopy(folder) / ".a.swp");
        QCOMPARE(takeLeftEdits(base()).size(), 1);
        std::filesystem::remove(folderOfCopy(folder) / ".a.swp");
        QVERIFY(takeLeftEdits(base()).isEmpty());
        QVERIFY(!std::filesystem::exists(folder));
    }

    void aRecordLeadsNowhereElse_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("copy");
        QTest::newRow("up") << "/a"_ba
                            << "../../secret"_ba;
        QTest::newRow("the folder") << "/a"_ba
                                    << "."_ba;
        QTest::newRow("no name") << "/a"_ba
                                 << ""_ba;
        QTest::newRow("relative") << "a"_ba
                                  << "a"_ba;
        QTest::newRow("nul") << "/a\0b"_ba
                             << "a"_ba;
    }
    void aRecordLeadsNowhereElse()
    {
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, copy);
        const auto folder = leave("4194305-x", "new");
        QVERIFY(writeEditRecord(folder, {u"id"_s, u"name"_s, path, copy, "hash"}));
        QVERIFY(!readEditRecord(folder));
    }

    void eachIsSavedWhereItsSandboxIsThere()
    {
        const auto folder = leave("4194305-x", "new");
        QPointer<LeftEditsDialog> dialog = new LeftEditsDialog(takeLeftEdits(base()));
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->show();
        QSignalSpy uploads(dialog.data(), &LeftEditsDialog::uploadRequested);
        QVERIFY(!button(*dialog, u"Save to the sandbox"_s)->isEnabled());
        dialog->setSandboxes({u"another"_s, u"a-sandbox"_s});
        button(*dialog, u"Save to the sandbox"_s)->click();
        QCOMPARE(uploads.size(), 1);
        QCOMPARE(dialog->findChild<QTreeWidget *>()->topLevelItemCount(), 1); // Nobody has taken it up yet.
        dialog->take(folder);
        QTRY_VERIFY(!dialog);
        QVERIFY(std::filesystem::exists(folder));
    }

    void laterKeepsAndDroppingAsks()
    {
        const auto folder = leave("4194305-x", "new");
        QPointer<LeftEditsDialog> dialog = new LeftEditsDialog(takeLeftEdits(base()));
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->show();
        button(*dialog, u"Later"_s)->click();
        QTRY_VERIFY(!dialog);
        QVERIFY(std::filesystem::exists(folder));
        dialog = new LeftEditsDialog(takeLeftEdits(base()));
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->show();
        button(*dialog, u"Drop…"_s)->click();
        auto *question = dialog->findChild<QMessageBox *>();
        QVERIFY(question && question->text().contains(u"/srv/a"_s));
        QVERIFY(std::filesystem::exists(folder));
        button(*question, u"Drop them"_s)->click();
        QTRY_VERIFY(!dialog);
        QTRY_VERIFY(!std::filesystem::exists(folder));
    }
};

QTEST_MAIN(LeftEditTest)
#include "leftedittest.moc"
