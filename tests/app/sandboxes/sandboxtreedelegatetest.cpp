// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandboxes/sandboxtreedelegate.h"

#include "common/icons.h"
#include "common/theme.h"
#include "treetext.h"

#include <QAccessible>
#include <QPainter>
#include <QTest>
#include <QTreeView>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Koyeb::Desktop::Test;
using namespace Qt::Literals::StringLiterals;

class SandboxTreeDelegateTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        QGuiApplication::setPalette(ThemeController::lightPalette());
        m_model = std::make_unique<SandboxTreeModel>();
        m_model->addAccount(account, u"acme"_s, u"cloud"_s, SandboxTreeModel::Grouping::Flat);
        m_model->setAccountCondition(account, SandboxTreeModel::AccountCondition::Current);
        m_view = std::make_unique<QTreeView>();
        m_view->setModel(m_model.get());
        m_view->setItemDelegate(&m_delegate);
    }

    void cleanup()
    {
        m_view.reset();
        m_model.reset();
    }

    void paintsTheWordAtTheRightEnd()
    {
        const auto with = painted(add(u"demo"_s, ServiceStatus::Unhealthy), wide);
        const QColor ink = toneColour(Tone::Bad, QGuiApplication::palette());
        QVERIFY(holds(with, QRect(wide / 2, 0, wide / 2, with.height()), ink));
    }

    void leavesTheWordOutWhereTheNameNeedsTheRoom()
    {
        const auto image = painted(add(u"demo"_s, ServiceStatus::Unhealthy), narrow);
        // The icon on the left has the same colour.
        const QRect rightHalf = image.rect().adjusted(narrow / 2, 0, 0, 0);
        QVERIFY(!holds(image, rightHalf, toneColour(Tone::Bad, QGuiApplication::palette())));
    }

    void theLongestNameIsCutBeforeTheWord()
    {
        const auto shortName = add(u"a"_s, ServiceStatus::Unhealthy);
        const auto longName = add(QString(400, u'W'), ServiceStatus::Unhealthy);
        const auto expected = painted(shortName, wide);
        const auto image = painted(longName, wide);
        const int wordWidth = QFontMetrics(m_view->font()).horizontalAdvance(u"Unhealthy"_s);
        const QRect word(wide - wordWidth - 10, 0, wordWidth + 10, image.height());
        QCOMPARE(image.copy(word), expected.copy(word));
    }

    void nothingIsPaintedOutsideTheRow_data()
    {
        QTest::addColumn<int>("width");
        QTest::newRow("wide") << wide;
        QTest::newRow("narrow") << narrow;
        QTest::newRow("next to nothing") << 8;
    }

    void nothingIsPaintedOutsideTheRow()
    {
        QFETCH(int, width);
        const auto index = add(QString(400, u'W'), ServiceStatus::Unhealthy);
        constexpr int margin = 20;
        const QRect row(margin, margin, width, heightOf(index));
        QImage image(row.size() + QSize(2 * margin, 2 * margin), QImage::Format_ARGB32);
        image.fill(paper);
        paintInto(image, index, row);
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                if (!row.contains(x, y)) {
                    QVERIFY2(image.pixelColor(x, y) == paper, qPrintable(u"%1, %2"_s.arg(x).arg(y)));
                }
            }
        }
    }

    void aChosenRowIsReadableThroughout()
    {
        const auto index = add(u"demo"_s, ServiceStatus::Unhealthy);
        const auto image = painted(index, wide, QStyle::State_Selected);
        QVERIFY(!holds(image, image.rect(), toneColour(Tone::Bad, QGuiApplication::palette())));
    }

    void accountsStandOut()
    {
        const auto accountRow = painted(m_model->accountIndex(account), wide);
        const auto sandboxRow = painted(add(u"acme"_s, ServiceStatus::Unknown), wide);
        const QRect names(QPoint(24, 0), QSize(wide / 4, accountRow.height()));
        QVERIFY(inkOf(accountRow.copy(names)) > inkOf(sandboxRow.copy(names)));
    }

    void aScreenReaderHearsNameAndStatus()
    {
        const auto index = add(u"demo"_s, ServiceStatus::Paused);
        m_view->expandAll();
        m_view->show();
        auto *tree = QAccessible::queryAccessibleInterface(m_view.get());
        QVERIFY(tree);
        QStringList names;
        for (int i = 0; i < tree->childCount(); ++i) {
            auto *cell = tree->child(i);
            names.append(cell->text(QAccessible::Name));
        }
        QVERIFY2(names.contains(u"demo, Paused"_s), qPrintable(names.join(u'|')));
        QVERIFY(!index.data(Qt::ToolTipRole).toString().isEmpty());
    }

private:
    static constexpr int wide = 400;
    static constexpr int narrow = 60;
    static constexpr QColor paper{255, 0, 255};
    const QString account = u"a"_s;

    QModelIndex add(const QString &name, ServiceStatus status)
    {
        m_model->applyChanges(account, additions({sandbox(name, name, u"app"_s, status)}));
        return m_model->sandboxIndex(account, name);
    }

    [[nodiscard]] QStyleOptionViewItem optionOf(const QRect &row) const
    {
        QStyleOptionViewItem option;
        option.initFrom(m_view.get());
        option.rect = row;
        option.font = m_view->font();
        option.fontMetrics = QFontMetrics(option.font);
        option.widget = m_view.get();
        option.decorationSize = QSize(16, 16);
        option.displayAlignment = Qt::AlignLeft | Qt::AlignVCenter;
        option.state = QStyle::State_Enabled;
        return option;
    }

    [[nodiscard]] int heightOf(const QModelIndex &index) const
    {
        return m_delegate.sizeHint(optionOf(QRect(0, 0, wide, 0)), index).height();
    }

    void paintInto(
        QImage &image, const QModelIndex &index, const QRect &row,
        QStyle::State more = QStyle::State_None) const
    {
        auto option = optionOf(row);
        option.state |= more;
        QPainter painter(&image);
        m_delegate.paint(&painter, option, index);
    }

    /// A row, alone.
    [[nodiscard]] QImage painted(
        const QModelIndex &index, int width, QStyle::State more = QStyle::State_None) const
    {
        QImage image(width, heightOf(index), QImage::Format_ARGB32);
        image.fill(Qt::white);
        paintInto(image, index, image.rect(), more);
        return image;
    }

    [[nodiscard]] static bool holds(const QImage &image, const QRect &part, const QColor &colour)
    {
        for (int y = part.top(); y <= part.bottom(); ++y) {
            for (int x = part.left(); x <= part.right(); ++x) {
                if (image.pixelColor(x, y) == colour) {
                    return true;
                }
            }
        }
        return false;
    }

    [[nodiscard]] static int inkOf(const QImage &image)
    {
        int ink = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                ink += image.pixelColor(x, y) != QColor(Qt::white) ? 1 : 0;
            }
        }
        return ink;
    }

    SandboxTreeDelegate m_delegate;
    std::unique_ptr<SandboxTreeModel> m_model;
    std::unique_ptr<QTreeView> m_view;
};

QTEST_MAIN(SandboxTreeDelegateTest)
#include "sandboxtreedelegatetest.moc"
