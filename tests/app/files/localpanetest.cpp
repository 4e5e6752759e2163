// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/localpane.h"
#include "common/sandboxfilesdata.h"
#include "files/localdirectory.h"
#include "files/localfileview.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QDropEvent>
#include <QLabel>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

/// The folders of this computer.
class LocalPaneTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    QByteArray m_path;

    void makeFile(const QByteArray &name)
    {
        const int file = ::open((m_path + '/' + name).constData(), O_CREAT | O_WRONLY | O_CLOEXEC, 0640);
        QVERIFY(file >= 0);
        QCOMPARE(::write(file, "abc", 3), 3);
        ::close(file);
    }
    static QStringList names(const QAbstractItemView &view)
    {
        QStringList shown;
        for (int row = 0; row < view.model()->rowCount(); ++row) {
            shown.append(view.model()->index(row, 0).data().toString());
        }
        return shown;
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = QFile::encodeName(m_folder->path());
    }

    void everythingOfAFolderIsListedByBytes()
    {
        makeFile("odd\xFF\n");
        QCOMPARE(::mkdir((m_path + "/sub").constData(), 0700), 0);
        QCOMPARE(::symlink("sub", (m_path + "/way").constData()), 0);
        QCOMPARE(::symlink("nowhere\xFE", (m_path + "/broken").constData()), 0);
        QCOMPARE(::mkfifo((m_path + "/.pipe").constData(), 0600), 0);
        const auto listed = listLocalDirectory(m_path);
        QVERIFY(listed);
        QHash<QByteArray, RemoteEntry> entries;
        for (const RemoteEntry &entry : *listed) {
            entries.insert(entry.name, entry);
        }
        QCOMPARE(entries.size(), 5);
        using Type = RemoteEntry::Type;
        QCOMPARE(entries["odd\xFF\n"].type, Type::File);
        QCOMPARE(entries["odd\xFF\n"].sizeBytes, std::optional<qint64>(3));
        QCOMPARE(entries["odd\xFF\n"].mode.value_or(0) & 0700, 0600U);
        QVERIFY(entries["odd\xFF\n"].modifiedAt.isValid());
        QVERIFY(!entries["odd\xFF\n"].owner.isEmpty());
        QCOMPARE(entries["sub"].type, Type::Directory);
        QVERIFY(entries["way"].linkTargetIsDirectory);
        QCOMPARE(entries["broken"].linkTarget, QByteArray("nowhere\xFE"));
        QVERIFY(!entries["broken"].linkTargetIsDirectory);
        QCOMPARE(entries[".pipe"].type, Type::Fifo);
        QCOMPARE(listLocalDirectory(m_path + "/gone").error().kind, ErrorKind::NotFound);
        QCOMPARE(listLocalDirectory(m_path + "/odd\xFF\n").error().kind, ErrorKind::Conflict);
    }

    void whatAppearsIsSeen()
    {
        LocalPane pane;
        pane.show();
        auto *view = pane.findChild<LocalFileView *>();
        pane.goTo(m_path);
        QTRY_COMPARE(view->accessibleName(), u"Files of this computer in "_s + m_folder->path());
        QTRY_COMPARE(names(*view), QStringList());
        makeFile("new");
        QTRY_COMPARE_WITH_TIMEOUT(names(*view), QStringList{u"new"_s}, 20'000);
    }

    void keysWalkThroughFolders()
    {
        QCOMPARE(::mkdir((m_path + "/sub").constData(), 0700), 0);
        LocalPane pane;
        pane.show();
        auto *view = pane.findChild<LocalFileView *>();
        pane.goTo(m_path);
        QTRY_COMPARE(names(*view), QStringList{u"sub"_s});
        view->setCurrentIndex(view->model()->index(0, 0));
        QTest::keyClick(view, Qt::Key_Return);
        QTRY_COMPARE(pane.folder(), m_path + "/sub");
        QTest::keyClick(view, Qt::Key_Backspace);
        QTRY_COMPARE(pane.folder(), m_path);
        QTRY_COMPARE(view->currentIndex().data().toString(), u"sub"_s); // Where one comes from.
    }

    void aFolderThatCannotBeReadSaysSo()
    {
        LocalPane pane;
        pane.show();
        pane.goTo(m_path + "/gone");
        const auto labels = pane.findChildren<QLabel *>();
        const auto says = [&] {
            return std::any_of(labels.begin(), labels.end(), [](const QLabel *label) {
                return label->text().contains(u"The folder could not be read."_s);
            });
        };
        QTRY_VERIFY(says());
    }

    void filesOfTheSandboxAreTakenAndNoOthers()
    {
        QCOMPARE(::mkdir((m_path + "/sub").constData(), 0700), 0);
        LocalPane pane;
        pane.resize(600, 300);
        pane.show();
        pane.setSandboxId(u"s"_s);
        auto *view = pane.findChild<LocalFileView *>();
        pane.goTo(m_path);
        QTRY_COMPARE(names(*view), QStringList{u"sub"_s});
        QSignalSpy dropped(&pane, &LocalPane::sandboxFilesDropped);
        const auto takes = [&](const QMimeData &data, const QPoint &position) {
            QDragEnterEvent enter(position, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
            QApplication::sendEvent(view->viewport(), &enter);
            if (enter.isAccepted()) {
                QDropEvent drop(position, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
                QApplication::sendEvent(view->viewport(), &drop);
            }
            return enter.isAccepted();
        };
        using Purpose = SandboxFilesData::Purpose;
        const QPoint overFolder = view->visualRect(view->model()->index(0, 0)).center();
        QVERIFY(!takes(SandboxFilesData(u"other"_s, {"/x"}, Purpose::Copy), overFolder));
        QMimeData files;
        files.setData(u"text/uri-list"_s, "file:///etc/passwd");
        QVERIFY(!takes(files, overFolder));
        QVERIFY(takes(SandboxFilesData(u"s"_s, {"/x\xFF"}, Purpose::Copy), overFolder));
        QCOMPARE(dropped.size(), 1);
        QCOMPARE(dropped[0][0].value<QList<QByteArray>>(), QList<QByteArray>{"/x\xFF"});
        QCOMPARE(dropped[0][1].value<std::filesystem::path>().native(), (m_path + "/sub").toStdString());
    }
};

QTEST_MAIN(LocalPaneTest)
#include "localpanetest.moc"
