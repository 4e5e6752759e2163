// SPDX-License-Identifier: Apache-2.0
#include "sandbox/processscripts.h"

#include <QTest>

using namespace Koyeb;
using namespace Qt::Literals::StringLiterals;

/// Readings of hostile descriptions of processes.
class TestProcessListing : public QObject {
    Q_OBJECT

    /// A process that has ended, the sizes of what follows, and that; with | for NUL.
    static QByteArray output(const QByteArray &sizes, const QByteArray &content)
    {
        return QByteArray("id|12 group 13 1.5|0 2.5|||3|0|true|" + sizes + '|' + content).replace('|', '\0');
    }

private Q_SLOTS:
    void outputIsTakenApart()
    {
        const auto read = parseProcessOutput(output("3|2", "outer"), {10, 20});
        QVERIFY(read);
        QCOMPARE(read->output, "out"_ba);
        QCOMPARE(read->errors, "er"_ba);
        QCOMPARE(read->next.output, 13);
        QCOMPARE(read->next.errors, 22);
    }

    void sizesThatCannotBeAreRefused_data()
    {
        QTest::addColumn<QByteArray>("sizes");
        QTest::newRow("too little") << "3|1"_ba;
        QTest::newRow("too much") << "3|3"_ba;
        QTest::newRow("negative output") << "-1|6"_ba;
        QTest::newRow("negative errors") << "6|-1"_ba;
        QTest::newRow("beyond all numbers") << "9223372036854775807|-9223372036854775802"_ba;
        QTest::newRow("overflow") << "9223372036854775807|9223372036854775807"_ba;
    }
    void sizesThatCannotBeAreRefused()
    {
        QFETCH(const QByteArray, sizes);
        const auto read = parseProcessOutput(output(sizes, "outer"), {});
        QVERIFY(!read);
        QCOMPARE(read.error().kind, ErrorKind::Protocol);
    }
};

QTEST_APPLESS_MAIN(TestProcessListing)
#include "test_processlisting.moc"
