// SPDX-License-Identifier: Apache-2.0
#include "cellrun.h"
#include "operations.h"
#include "publiccalls.h"
#include "streams.h"
#include "table.h"

#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace Koyeb::Reliability;
using namespace Qt::Literals::StringLiterals;

namespace {

/// The place of an operation in its room.
const Operation &operationAt(int room, int index)
{
    return rooms().at(room).operations.at(index);
}

} // namespace

/// Every call of the library that goes to the network, and what goes on by itself, with everything that the
/// engine can do wrong, and docs/reliability.md, which tells of it.
class FaultMatrixTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const auto problem = m_bench.start();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }

    void everyCallMeetsEveryFault_data()
    {
        QTest::addColumn<int>("room");
        QTest::addColumn<int>("operation");
        QTest::addColumn<int>("fault");
        for (int room = 0; room < rooms().size(); ++room) {
            for (int operation = 0; operation < rooms().at(room).operations.size(); ++operation) {
                for (int fault = 0; fault < faults().size(); ++fault) {
                    const auto &row = operationAt(room, operation);
                    if (applies(row, faults().at(fault))) {
                        QTest::addRow("%s: %s", qPrintable(row.name), qPrintable(faults().at(fault).name))
                            << room << operation << fault;
                    }
                }
            }
        }
    }

    void everyCallMeetsEveryFault()
    {
        QFETCH(int, room);
        QFETCH(int, operation);
        QFETCH(int, fault);
        const auto difference = runCell(m_bench, operationAt(room, operation), faults().at(fault));
        QVERIFY2(difference.isEmpty(), qPrintable(difference));
    }

    void everyStreamMeetsEveryFault_data()
    {
        QTest::addColumn<int>("stream");
        QTest::addColumn<int>("fault");
        for (int stream = 0; stream < streams().size(); ++stream) {
            for (int fault = 0; fault < faults().size(); ++fault) {
                if (!streams().at(stream).expected(faults().at(fault)).isEmpty()) {
                    const auto name = streams().at(stream).name;
                    QTest::addRow("%s: %s", qPrintable(name), qPrintable(faults().at(fault).name))
                        << stream << fault;
                }
            }
        }
    }

    void everyStreamMeetsEveryFault()
    {
        QFETCH(int, stream);
        QFETCH(int, fault);
        const auto difference = runStream(m_bench, streams().at(stream), faults().at(fault));
        QVERIFY2(difference.isEmpty(), qPrintable(difference));
    }

    void everyExceptionIsOfSomething()
    {
        QStringList names;
        for (const auto &room : rooms()) {
            for (const auto &operation : room.operations) {
                QVERIFY2(!names.contains(operation.name), qPrintable(operation.name));
                names.append(operation.name);
            }
        }
        QStringList faultNames;
        for (const auto &fault : faults()) {
            faultNames.append(fault.name);
        }
        for (const auto &exception : exceptions()) {
            for (const auto &name : exception.operations) {
                QVERIFY2(names.contains(name), qPrintable(name));
            }
            for (const auto &name : exception.faults) {
                QVERIFY2(faultNames.contains(name), qPrintable(name));
            }
        }
    }

    void everyCallOfTheLibraryIsMet()
    {
        QSet<QString> rows;
        for (const auto &room : rooms()) {
            for (const auto &operation : room.operations) {
                rows.insert(operation.name.section(u' ', 0, 0));
            }
        }
        const auto calls = publicCalls();
        QVERIFY(calls.size() > 100);
        QStringList wrong;
        QSet<QString> used;
        for (const auto &call : calls) {
            int reasons = 0;
            for (const auto &without : callsWithoutRow()) {
                const auto pattern = QRegularExpression::anchoredPattern(without.pattern);
                if (QRegularExpression(pattern).match(call).hasMatch()) {
                    used.insert(without.pattern);
                    ++reasons;
                }
            }
            if (reasons != (rows.contains(call) ? 0 : 1)) {
                wrong.append(call);
            }
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u", "_s)));
        QCOMPARE(used.size(), callsWithoutRow().size());
    }

    void thePageTellsWhatIsExpected()
    {
        QFile file(QStringLiteral(RELIABILITY_PAGE));
        const auto page = reliabilityPage().toUtf8();
        if (qEnvironmentVariableIsSet("KOYEB_ACCEPT")) {
            QVERIFY(file.open(QIODevice::WriteOnly));
            QCOMPARE(file.write(page), page.size());
            return;
        }
        QVERIFY2(file.open(QIODevice::ReadOnly), "docs/reliability.md cannot be read");
        QVERIFY2(
            file.readAll() == page,
            "docs/reliability.md is out of date: run this test with KOYEB_ACCEPT=1, which writes it");
    }

private:
    Bench m_bench;
};

QTEST_GUILESS_MAIN(FaultMatrixTest)
#include "faultmatrixtest.moc"
