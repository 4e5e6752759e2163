// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/transfermodel.h"
#include "transfers/ratemeter.h"
#include "transfers/transfererrors.h"
#include "transfers/transfertext.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest>

#include <cerrno>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

TransferRecord record(quint64 id, const QString &name, TransferState state = TransferState::Waiting)
{
    TransferRecord record;
    record.id = id;
    record.name = name;
    record.sandboxName = u"demo"_s;
    record.state = state;
    return record;
}

QString row(const TransferModel &model, int number)
{
    QStringList cells;
    for (int column = TransferModel::NameColumn; column <= TransferModel::StateColumn; ++column) {
        cells.append(model.index(number, column).data().toString());
    }
    return cells.join(u'|');
}

} // namespace

class TransferModelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void followsTheQueue()
    {
        TransferModel model;
        const QAbstractItemModelTester tester(&model);
        model.add({record(1, u"a"_s), record(2, u"b"_s)});
        model.add({record(3, u"c"_s)});
        QCOMPARE(model.rowCount(), 3);
        model.change({record(2, u"b"_s, TransferState::Cancelled), record(9, u"unknown"_s)});
        QCOMPARE(row(model, 1), u"b|demo||0 %|||Cancelled"_s);
        model.remove({1, 3, 9});
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.record(0).id, 2ULL);
    }

    void takesOverAnOrder()
    {
        TransferModel model;
        const QAbstractItemModelTester tester(&model);
        model.add({record(1, u"a"_s), record(2, u"b"_s), record(3, u"c"_s), record(4, u"d"_s)});
        const QPersistentModelIndex second = model.index(1, TransferModel::NameColumn);
        model.reorder({3, 4, 2, 1});
        QCOMPARE(model.record(0).id, 3ULL);
        QCOMPARE(second.row(), 2);
        model.change({record(1, u"changed"_s)});
        QCOMPARE(model.record(3).name, u"changed"_s);
        model.remove({4, 1, 3});
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(second.row(), 0);
    }

    void filesComeAndGoBelowTheirFolder()
    {
        TransferModel model;
        const QAbstractItemModelTester tester(&model);
        TransferRecord folder = record(2, u"folder"_s, TransferState::Running);
        folder.sourcePath = "/data/folder";
        model.add({record(1, u"a"_s), folder, record(3, u"c"_s)});
        const auto parent = model.index(1, 0);
        QCOMPARE(model.rowCount(parent), 0);
        QVERIFY(!model.hasChildren(model.index(0, 0)));
        folder.progress.currentPath = "/data/folder/sub/now";
        folder.arrivedFiles = {"first", "second"};
        folder.arrivedCount = 7;
        folder.problems = {{"/data/folder/bad", Error::of(ErrorKind::Local, u"x"_s)}};
        model.change({folder});
        QStringList names;
        for (int row = 0; row < model.rowCount(parent); ++row) {
            names.append(model.index(row, TransferModel::NameColumn, parent).data().toString());
        }
        QCOMPARE(names.join(u' '), u"sub/now bad second first 5 more"_s);
        const QPersistentModelIndex file = model.index(2, TransferModel::NameColumn, parent);
        QCOMPARE(model.record(file).id, 2ULL);
        model.reorder({3, 1, 2});
        QCOMPARE(file.parent().row(), 2);
        QCOMPARE(file.data().toString(), u"second"_s);
        folder.state = TransferState::Finished;
        folder.arrivedCount = 2;
        model.change({folder});
        QCOMPARE(model.rowCount(file.parent()), 3);
        model.remove({2});
        QVERIFY(!file.isValid());
    }

    void whatIsShownOfALargeFolderIsBounded()
    {
        TransferRecord folder = record(1, u"folder"_s, TransferState::Running);
        for (int i = 0; i < 5000; ++i) {
            folder.problems.append({"/x/" + QByteArray::number(i), Error::of(ErrorKind::Local, {})});
        }
        QVERIFY(filesOf(folder).size() < 250);
    }

    void changesOnlyTheRowThatChanged()
    {
        TransferModel model;
        model.add({record(1, u"a"_s), record(2, u"b"_s)});
        QSignalSpy spy(&model, &QAbstractItemModel::dataChanged);
        model.change({record(2, u"b"_s, TransferState::Running)});
        QCOMPARE(spy.size(), 1);
        QCOMPARE(spy[0][0].toModelIndex().row(), 1);
        QCOMPARE(spy[0][1].toModelIndex().row(), 1);
    }

    void showsHowFarItIs()
    {
        TransferModel model;
        TransferRecord running = record(1, u"data.tar"_s, TransferState::Running);
        running.progress = {630'000, 1'000'000, 0, 1, {}};
        running.bytesPerSecond = 1024.0 * 1024;
        running.timeLeft = 12s;
        model.add({running});
        QCOMPARE(row(model, 0), u"data.tar|demo|976.56 KiB|63 %|1.00 MiB/s|0:12|Running"_s);
        const auto fraction = model.index(0, TransferModel::ProgressColumn).data(TransferModel::FractionRole);
        QCOMPARE(fraction.toDouble(), 0.63);
    }

    void anUnknownWholeIsNotAPercentage()
    {
        TransferModel model;
        model.add({record(1, u"a"_s, TransferState::Running)});
        const auto cell = model.index(0, TransferModel::ProgressColumn);
        QCOMPARE(cell.data().toString(), u"Preparing…"_s);
        QVERIFY(cell.data(TransferModel::FractionRole).toDouble() < 0);
    }

    void anEmptyFileThatIsDoneIsWhollyDone()
    {
        TransferModel model;
        model.add({record(1, u"a"_s, TransferState::Finished)});
        QCOMPARE(model.index(0, TransferModel::ProgressColumn).data().toString(), u"100 %"_s);
    }

    void whatFailedIsNeverWhollyDone()
    {
        TransferModel model;
        TransferRecord failed = record(1, u"a"_s, TransferState::Failed);
        failed.progress = {500'000, 1'000'000, 0, 1, {}};
        model.add({failed});
        const auto cell = model.index(0, TransferModel::ProgressColumn);
        QCOMPARE(cell.data().toString(), u"50 %"_s);
        failed.progress.doneBytes = 1'000'000; // And then the comparison failed.
        model.change({failed});
        QCOMPARE(cell.data().toString(), u"99 %"_s);
    }

    void everyFailureSaysWhatHappenedAndWhatCanBeDone_data()
    {
        QTest::addColumn<ErrorKind>("kind");
        for (int kind = 0; kind <= static_cast<int>(ErrorKind::Unsupported); ++kind) {
            const auto name = errorKindName(static_cast<ErrorKind>(kind));
            if (static_cast<ErrorKind>(kind) != ErrorKind::Cancelled) {
                QTest::newRow(qPrintable(name)) << static_cast<ErrorKind>(kind);
            }
        }
    }
    void everyFailureSaysWhatHappenedAndWhatCanBeDone()
    {
        QFETCH(ErrorKind, kind);
        for (const auto direction : {TransferDirection::Upload, TransferDirection::Download}) {
            TransferRecord failed = record(1, u"a"_s, TransferState::Failed);
            failed.direction = direction;
            failed.error = Error::of(kind, u"detail"_s);
            const auto text = transferErrorText(failed.error, direction);
            for (const QString &sentence : {text.reason, text.remedy}) {
                QVERIFY2(sentence.endsWith(u'.'), qPrintable(sentence));
            }
            QCOMPARE(stateText(failed), u"Failed: "_s + text.reason);
            const QString reason = reasonText(failed);
            QVERIFY2(reason.endsWith(text.remedy + u" (detail)"_s), qPrintable(reason));
            QVERIFY(failed.canBeRetried() || !text.remedy.contains(u"try again"_s, Qt::CaseInsensitive));
        }
    }

    void saysWhatIsTheMatterWithTheSandbox_data()
    {
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<int>("httpStatus");
        QTest::addColumn<QString>("message");
        QTest::addColumn<QString>("reason");
        QTest::newRow("full") << ErrorKind::Rejected << 0 << u"dd: error writing: No space left on device"_s
                              << u"The sandbox's disk is full."_s;
        QTest::newRow("forbidden") << ErrorKind::Rejected << 0 << u"mkdir: x: Permission denied"_s
                                   << u"The sandbox does not permit it."_s;
        QTest::newRow("long name") << ErrorKind::Rejected << 0 << u"tar: x: Cannot open: File name too long"_s
                                   << u"Its name is too long for the sandbox’s disk."_s;
        QTest::newRow("bad name") << ErrorKind::Rejected << 0 << u"tar: x: Cannot open: Invalid argument"_s
                                  << u"The sandbox’s disk cannot hold its name."_s;
        QTest::newRow("large") << ErrorKind::Rejected << 0 << u"dd: x: File too large"_s
                               << u"It is too large for the sandbox’s disk."_s;
        QTest::newRow("deleted") << ErrorKind::NotFound << 404 << u"no such service"_s
                                 << u"The sandbox is not there any more."_s;
        QTest::newRow("missing") << ErrorKind::NotFound << 0 << u"No such file or directory"_s
                                 << u"The folder is not in the sandbox any more."_s;
    }
    void saysWhatIsTheMatterWithTheSandbox()
    {
        QFETCH(ErrorKind, kind);
        QFETCH(int, httpStatus);
        QFETCH(QString, message);
        auto error = Error::of(kind, message);
        error.httpStatus = httpStatus;
        const auto reason = transferErrorText(error, TransferDirection::Upload).reason;
        QTEST(reason, "reason");
    }
    void whatCannotBeReadIsNotTakenForABadName()
    {
        const auto error = Error::of(ErrorKind::Rejected, u"cat: x: Invalid argument"_s);
        QCOMPARE(
            transferErrorText(error, TransferDirection::Download).reason,
            u"The sandbox could not do its part."_s);
    }

    void saysWhatIsTheMatterWithThisComputer_data()
    {
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<int>("systemError");
        QTest::addColumn<TransferDirection>("direction");
        QTest::addColumn<QString>("reason");
        const auto up = TransferDirection::Upload;
        const auto down = TransferDirection::Download;
        QTest::newRow("gone") << ErrorKind::Local << ENOENT << up
                              << u"It is not on this computer any more."_s;
        QTest::newRow("unreadable") << ErrorKind::Local << EACCES << up
                                    << u"This computer does not permit you to read it."_s;
        QTest::newRow("full") << ErrorKind::Local << EDQUOT << down
                              << u"This computer’s disk has no room for it."_s;
        QTest::newRow("forbidden") << ErrorKind::Local << EACCES << down
                                   << u"This computer does not permit you to write it there."_s;
        QTest::newRow("read-only") << ErrorKind::Local << EROFS << down
                                   << u"This computer’s disk can only be read."_s;
        QTest::newRow("long name") << ErrorKind::Local << ENAMETOOLONG << down
                                   << u"Its name is too long for this computer’s disk."_s;
        QTest::newRow("reserved name")
            << ErrorKind::Local << EINVAL << down << u"This computer’s disk cannot hold its name."_s;
        QTest::newRow("large") << ErrorKind::Local << EFBIG << down
                               << u"It is too large for this computer’s disk."_s;
        QTest::newRow("no links") << ErrorKind::Local << EOPNOTSUPP << down
                                  << u"This computer’s disk cannot hold symbolic links."_s;
        QTest::newRow("unknown") << ErrorKind::Local << 0 << down << u"This computer could not write it."_s;
        QTest::newRow("loop") << ErrorKind::Invalid << ELOOP << down
                              << u"It is a symbolic link that leads back to a folder that it is in, or to "
                                 "itself."_s;
        QTest::newRow("broken link") << ErrorKind::Invalid << ENOENT << up
                                     << u"It is a symbolic link that leads to nothing."_s;
    }
    void saysWhatIsTheMatterWithThisComputer()
    {
        QFETCH(ErrorKind, kind);
        QFETCH(int, systemError);
        QFETCH(TransferDirection, direction);
        auto error = Error::of(kind, u"detail"_s);
        error.systemError = systemError;
        const auto text = transferErrorText(error, direction);
        QTEST(text.reason, "reason");
        QVERIFY(text.remedy.endsWith(u'.'));
    }

    void tellsWhatArrivedAsItWasFromWhatWasLeftOut()
    {
        TransferRecord partly = record(1, u"folder"_s, TransferState::Finished);
        partly.problems = {
            {"/log", Error::of(ErrorKind::Integrity, {}), true}, {"/x", Error::of(ErrorKind::Integrity, {})}};
        const QStringList lines = reasonText(partly).split(u'\n');
        QVERIFY2(lines[0].startsWith(u"“/log” is not as it is at its source."_s), qPrintable(lines[0]));
        QVERIFY2(lines[1].startsWith(u"“/x” was left out."_s), qPrintable(lines[1]));
    }

    void saysWhyItFailed()
    {
        TransferRecord failed = record(1, u"<b>a</b>"_s, TransferState::Failed);
        failed.error = Error::of(ErrorKind::Offline, u"host <unknown>"_s);
        const QString reason = reasonText(failed);
        QVERIFY2(reason.startsWith(u"“<b>a</b>” could not be uploaded."_s), qPrintable(reason));
        QVERIFY2(reason.contains(u"host <unknown>"_s), qPrintable(reason));

        TransferModel model;
        model.add({failed});
        const QString toolTip = model.index(0, TransferModel::StateColumn).data(Qt::ToolTipRole).toString();
        QVERIFY2(toolTip.contains(u"&lt;b&gt;a&lt;/b&gt;"_s), qPrintable(toolTip));
    }

    void namesAFewProblemsAndCountsTheRest()
    {
        TransferRecord partly = record(1, u"folder"_s, TransferState::Finished);
        for (int i = 0; i < 13; ++i) {
            partly.problems.append({"/f" + QByteArray::number(i), Error::of(ErrorKind::Local, {})});
        }
        QCOMPARE(stateText(partly), u"Done, 13 problem(s)"_s);
        const QStringList lines = reasonText(partly).split(u'\n');
        QCOMPARE(lines.size(), 11);
        QVERIFY2(lines.first().startsWith(u"“/f0” was left out."_s), qPrintable(lines.first()));
        QVERIFY2(lines.last().startsWith(u"3 more"_s), qPrintable(lines.last()));
    }

    void writesTimesLeft_data()
    {
        QTest::addColumn<int>("seconds");
        QTest::addColumn<QString>("text");
        QTest::newRow("none") << 0 << u"0:00"_s;
        QTest::newRow("seconds") << 9 << u"0:09"_s;
        QTest::newRow("minutes") << 754 << u"12:34"_s;
        QTest::newRow("hours") << 3 * 3600 + 62 << u"3:01:02"_s;
        QTest::newRow("days") << 50 * 3600 << u"50:00:00"_s;
    }

    void writesTimesLeft()
    {
        QFETCH(int, seconds);
        QFETCH(QString, text);
        QCOMPARE(timeLeftText(std::chrono::seconds(seconds)), text);
    }

    void speedsAreSmoothed()
    {
        RateMeter meter;
        RateMeter::TimePoint time{};
        meter.add(time, 0);
        QCOMPARE(meter.bytesPerSecond(), 0.0);
        for (int i = 1; i <= 20; ++i) {
            meter.add(time += 100ms, i * 100);
        }
        QVERIFY(qAbs(meter.bytesPerSecond() - 1000) < 1);
        QCOMPARE(meter.timeFor(10'000), std::optional(10s));
        meter.add(time += 100ms, 2000); // One gap is not a standstill …
        QVERIFY(meter.bytesPerSecond() > 900);
        meter.add(time += 60s, 2000); // … a minute is.
        QVERIFY(!meter.timeFor(10'000).has_value());
    }

    void timeThatDoesNotMoveDividesNothing()
    {
        RateMeter meter;
        meter.add({}, 0);
        meter.add({}, 100);
        QCOMPARE(meter.bytesPerSecond(), 0.0);
    }
};

QTEST_MAIN(TransferModelTest)
#include "transfermodeltest.moc"
