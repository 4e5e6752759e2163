// SPDX-License-Identifier: GPL-3.0-or-later
#include "ports/portmodel.h"

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>
#include <QtTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

namespace {

ListeningPort listening(quint16 number, const QString &process = {}, qint64 pid = 0)
{
    ListeningPort port;
    port.port = number;
    port.addresses = {u"0.0.0.0"_s, u"::"_s};
    port.process = process;
    port.pid = pid;
    return port;
}

QString rows(const PortModel &model)
{
    QStringList lines;
    for (int row = 0; row < model.rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < model.columnCount(); ++column) {
            cells.append(model.index(row, column).data().toString());
        }
        lines.append(cells.join(u'|'));
    }
    return lines.join(u'\n');
}

} // namespace

class PortModelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void showsWhatListens()
    {
        PortModel model;
        const QAbstractItemModelTester tester(&model);
        model.setPorts({listening(80), listening(8000, u"python3 -m http.server"_s, 7)});
        model.setExposedPort(8000);
        QCOMPARE(rows(model), u"80||Unknown|0.0.0.0, ::\n8000|Exposed|python3 -m http.server|0.0.0.0, ::"_s);
        model.setExposedPort(0);
        QVERIFY(!rows(model).contains(u"Exposed"_s));
    }

    void changesLeaveTheOtherRowsAlone()
    {
        PortModel model;
        const QAbstractItemModelTester tester(&model);
        model.setPorts({listening(80), listening(8000), listening(9000)});
        QItemSelectionModel selection(&model);
        selection.setCurrentIndex(model.index(1, 0), QItemSelectionModel::SelectCurrent);
        model.setPorts({listening(22), listening(443), listening(8000, u"new"_s, 5), listening(9999)});
        QCOMPARE(selection.currentIndex().data().toString(), u"8000"_s);
        QCOMPARE(
            rows(model), u"22||Unknown|0.0.0.0, ::\n443||Unknown|0.0.0.0, ::\n8000||new|0.0.0.0, ::\n"
                         "9999||Unknown|0.0.0.0, ::"_s);
        model.setPorts({});
        QCOMPARE(model.rowCount(), 0);
    }

    void commandLinesAreNoMarkup()
    {
        PortModel model;
        model.setPorts({listening(80, u"<b>x</b>"_s, 3)});
        const auto toolTip = model.index(0, PortModel::ProcessColumn).data(Qt::ToolTipRole).toString();
        QCOMPARE(toolTip, u"<qt>Process 3: &lt;b&gt;x&lt;/b&gt;</qt>"_s);
    }
};

QTEST_MAIN(PortModelTest)
#include "portmodeltest.moc"
