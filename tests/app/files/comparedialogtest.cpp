// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/comparedialog.h"
#include "sandboxfixture.h"

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTreeView>
#include <QtTest>

#include <sys/stat.h>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int patienceMs = 60'000;
using Kind = FolderDifference::Kind;
using Way = FolderSyncOrder::Way;

QList<FolderDifference> oneOfEach()
{
    const ComparedEntry file{ComparedEntry::Type::File, 100, 1'000'000'000};
    const ComparedEntry folder{ComparedEntry::Type::Directory, -1, 0};
    return {
        {"extra", Kind::OnlyThere, {}, folder},      {"extra/file", Kind::OnlyThere, {}, file},
        {"here", Kind::OnlyHere, file, {}},          {"newer", Kind::NewerHere, file, file},
        {"older", Kind::NewerThere, file, file},     {"other", Kind::Different, file, file},
        {"odd\xFF\n", Kind::InTheWay, file, folder},
    };
}

} // namespace

/// Two folders side by side, and what is to become of them.
class CompareDialogTest : public QObject {
    Q_OBJECT

private:
    /// What is to be done with each, in the order of the list.
    static QString actions(const ComparisonModel &model)
    {
        QStringList words;
        for (int row = 0; row < model.rowCount(); ++row) {
            words.append(model.index(row, ComparisonModel::ActionColumn).data().toString());
        }
        return words.join(u'|');
    }
    void write(const QString &name, const QByteArray &content)
    {
        QFile file(m_folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    }
    [[nodiscard]] static QPushButton *startButton(const CompareDialog &dialog)
    {
        for (auto *button : dialog.findChildren<QPushButton *>()) {
            if (button->text().startsWith(u"Start"_s)) {
                return button;
            }
        }
        return nullptr;
    }

    Koyeb::Test::SandboxFixture m_fixture;
    QTemporaryDir m_folder;

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText())); }

    void nothingIsDeletedUnlessThatIsChosen()
    {
        ComparisonModel model;
        const QAbstractItemModelTester tester(&model);
        model.setDifferences(oneOfEach());
        QCOMPARE(
            actions(model), u"Stays as it is|Stays as it is|Uploaded|Uploaded|Stays as it is|Uploaded|"
                            "Stays as it is"_s);
        QCOMPARE(model.totals().removed, 0);
        model.setPlan(Way::Down, false);
        QCOMPARE(
            actions(model), u"Downloaded|Downloaded|Stays as it is|Stays as it is|Downloaded|Downloaded|"
                            "Stays as it is"_s);
        QCOMPARE(model.totals().removed, 0);
        QCOMPARE(model.totals().bytes, 300);
    }

    void aMirrorReplacesAndDeletesAndSaysSo()
    {
        ComparisonModel model;
        const QAbstractItemModelTester tester(&model);
        model.setDifferences(oneOfEach());
        model.setPlan(Way::Up, true);
        QCOMPARE(
            actions(model), u"Deleted in the sandbox|Deleted in the sandbox|Uploaded|Uploaded|Uploaded|"
                            "Uploaded|Stays as it is"_s);
        QVERIFY(model.index(0, 0).data(Qt::ForegroundRole).isValid());
        QVERIFY(!model.index(2, 0).data(Qt::ForegroundRole).isValid());
        FolderSyncOrder order;
        model.fill(order);
        QCOMPARE(order.removed, (QList<QByteArray>{"extra/file", "extra"}));
        QCOMPARE(order.moved, (QSet<QByteArray>{"here", "newer", "older", "other"}));
    }

    void eachCanBeLeftAsItIs()
    {
        ComparisonModel model;
        const QAbstractItemModelTester tester(&model);
        model.setDifferences(oneOfEach());
        QVERIFY(model.setData(model.index(2, 0), Qt::Unchecked, Qt::CheckStateRole));
        QVERIFY(model.setData(model.index(4, 0), Qt::Checked, Qt::CheckStateRole));
        FolderSyncOrder order;
        model.fill(order);
        QCOMPARE(order.moved, (QSet<QByteArray>{"newer", "older", "other"}));
        // For what nothing can be done there is nothing to mark.
        QVERIFY(!model.setData(model.index(6, 0), Qt::Checked, Qt::CheckStateRole));
        QVERIFY(!model.setData(model.index(0, 0), Qt::Checked, Qt::CheckStateRole));
        QVERIFY(!model.index(6, 0).data(Qt::CheckStateRole).isValid());
    }

    void namesAreMadeFitForPeople()
    {
        ComparisonModel model;
        model.setDifferences(oneOfEach());
        QVERIFY(!model.index(6, 0).data().toString().contains(u'\n'));
        QCOMPARE(model.index(0, 0).data().toString(), u"extra/"_s);
    }

    void aPersonComparesAndStarts()
    {
        QVERIFY(QDir(m_folder.path()).mkdir(u"site"_s));
        write(u"site/index.html"_s, "<html>");
        write(u"site/app.js"_s, "app");
        QCOMPARE(
            m_fixture.run(
                u"mkdir -p /tmp/site/old && echo old > /tmp/site/old/page && echo > /tmp/site/app.js"_s),
            QByteArray());
        const auto local = std::filesystem::path(m_folder.filePath(u"site"_s).toStdString());
        CompareDialog dialog(m_fixture.sandbox(), local, "/tmp/site");
        QSignalSpy wanted(&dialog, &CompareDialog::syncRequested);
        dialog.show();
        auto *list = dialog.findChild<QTreeView *>();
        QTRY_COMPARE_WITH_TIMEOUT(list->model()->rowCount(), 4, patienceMs);
        QVERIFY(list->isVisible());
        QCOMPARE(startButton(dialog)->text(), u"Start"_s);
        for (auto *box : dialog.findChildren<QCheckBox *>()) {
            if (box->text().contains(u"irror"_s)) {
                QVERIFY(!box->isChecked());
                box->click();
            }
        }
        QCOMPARE(startButton(dialog)->text(), u"Start, and delete 2 item(s)"_s);
        if (const auto pictures = qEnvironmentVariable("KOYEB_TEST_PICTURES"); !pictures.isEmpty()) {
            QCoreApplication::processEvents(); // The button has grown.
            QVERIFY(dialog.grab().save(pictures + u"/compare.png"_s));
        }
        startButton(dialog)->click();
        QCOMPARE(wanted.size(), 1);
        const auto order = wanted[0][0].value<FolderSyncOrder>();
        QCOMPARE(order.moved, (QSet<QByteArray>{"app.js", "index.html"}));
        QCOMPARE(order.removed, (QList<QByteArray>{"old/page", "old"}));
        QVERIFY(!dialog.isVisible());
    }

    void whatCannotBeReadIsNotTakenForMissing()
    {
        QCOMPARE(m_fixture.run(u"mkdir -p /tmp/partly/only"_s), QByteArray());
        QVERIFY(QDir(m_folder.path()).mkdir(u"partly"_s));
        QVERIFY(::mkfifo(m_folder.filePath(u"partly/pipe"_s).toLocal8Bit().constData(), 0600) == 0);
        const auto local = std::filesystem::path(m_folder.filePath(u"partly"_s).toStdString());
        CompareDialog dialog(m_fixture.sandbox(), local, "/tmp/partly");
        dialog.show();
        auto *list = dialog.findChild<QTreeView *>();
        QTRY_COMPARE_WITH_TIMEOUT(list->model()->rowCount(), 1, patienceMs);
        for (auto *box : dialog.findChildren<QCheckBox *>()) {
            QCOMPARE(box->isEnabled(), !box->text().contains(u"irror"_s));
        }
    }

    void aFolderThatIsNoneIsTold()
    {
        const auto local = std::filesystem::path(m_folder.filePath(u"nowhere"_s).toStdString());
        CompareDialog dialog(m_fixture.sandbox(), local, "/tmp");
        dialog.show();
        const auto told = [&] {
            const auto labels = dialog.findChildren<QLabel *>();
            return std::any_of(labels.begin(), labels.end(), [](const QLabel *label) {
                return label->isVisible() && label->text().contains(u"could not be compared"_s);
            });
        };
        QTRY_VERIFY_WITH_TIMEOUT(told(), patienceMs);
        QVERIFY(!startButton(dialog)->isEnabled());
    }
};

QTEST_MAIN(CompareDialogTest)
#include "comparedialogtest.moc"
