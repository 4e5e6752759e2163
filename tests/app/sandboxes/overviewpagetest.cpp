// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandboxes/overviewpage.h"

#include "treetext.h"
#include "widgettext.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QTest>
#include <QToolButton>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Koyeb::Desktop::Test;
using namespace Qt::Literals::StringLiterals;

class OverviewPageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_page = std::make_unique<OverviewPage>();
        m_page->show();
        m_record = sandbox(u"5f1c"_s, u"demo"_s, u"shop"_s);
        m_record.deploymentStatus = DeploymentStatus::Healthy;
        m_record.deploymentId = u"d-77"_s;
        m_record.image = u"koyeb/sandbox"_s;
        m_record.region = u"fra"_s;
        m_record.instanceType = u"small"_s;
        m_record.deepSleepSeconds = 300;
        m_record.createdAt = QDateTime::currentDateTimeUtc().addDays(-2);
        m_record.updatedAt = m_record.createdAt;
    }

    void saysWhatIsKnown()
    {
        m_page->setRecord(m_record);
        QVERIFY(labelWith(*m_page, u"Healthy"_s));
        QCOMPARE(fact(u"Image"_s), u"koyeb/sandbox"_s);
        QCOMPARE(fact(u"Region"_s), u"fra"_s);
        QCOMPARE(fact(u"Instance type"_s), u"small"_s);
        QCOMPARE(fact(u"App"_s), u"shop"_s);
        QCOMPARE(fact(u"Sandbox ID"_s), u"5f1c"_s);
        QCOMPARE(fact(u"Deployment ID"_s), u"d-77"_s);
    }

    void whatIsNotKnownYetIsSaid()
    {
        m_page->setRecord(sandbox(u"5f1c"_s, u"demo"_s, u"shop"_s));
        for (const auto &title :
             {u"Image"_s, u"Region"_s, u"Instance type"_s, u"Sleep"_s, u"Created"_s, u"Deployment ID"_s}) {
            QVERIFY2(fact(title) == "Not known yet"_L1, qPrintable(title));
        }
    }

    void saysWhenItFallsAsleep()
    {
        m_page->setRecord(m_record);
        QVERIFY2(fact(u"Sleep"_s).contains(u"5"_s), qPrintable(fact(u"Sleep"_s)));
        m_record.deepSleepSeconds = 0;
        m_page->setRecord(m_record);
        QCOMPARE(fact(u"Sleep"_s), u"Never"_s);
    }

    void timesAreRelativeWithTheExactOneInTheToolTip()
    {
        m_page->setRecord(m_record);
        QVERIFY2(fact(u"Created"_s).contains(u"2"_s), qPrintable(fact(u"Created"_s)));
        const auto *created = labelCalled(*m_page, u"Created"_s);
        const auto year = QString::number(m_record.createdAt.toLocalTime().date().year());
        QVERIFY2(created->toolTip().contains(year.last(2)), qPrintable(created->toolTip()));
    }

    void messagesOfThePlatformAreShownAsText()
    {
        m_page->setRecord(m_record);
        m_record.messages = {u"<b>one</b>"_s, u"two"_s};
        m_page->setRecord(m_record);
        auto *messages = labelWith(*m_page, u"<b>one</b>\ntwo"_s);
        QVERIFY(messages);
        QCOMPARE(messages->textFormat(), Qt::PlainText);
        m_record.messages.clear();
        m_page->setRecord(m_record);
        QVERIFY(!messages->isVisible());
    }

    void idsAreCopiedWhole()
    {
        m_page->setRecord(m_record);
        QGuiApplication::clipboard()->clear();
        for (auto *button : m_page->findChildren<QToolButton *>()) {
            if (button->accessibleName() == "Copy Sandbox ID"_L1) {
                button->click();
            }
        }
        QCOMPARE(QGuiApplication::clipboard()->text(), u"5f1c"_s);
    }

private:
    /// What a screen reader finds under this title.
    [[nodiscard]] QString fact(const QString &title) const
    {
        const auto *label = labelCalled(*m_page, title);
        return label ? label->text() : u"There is no such fact."_s;
    }

    SandboxRecord m_record;
    std::unique_ptr<OverviewPage> m_page;
};

QTEST_MAIN(OverviewPageTest)
#include "overviewpagetest.moc"
