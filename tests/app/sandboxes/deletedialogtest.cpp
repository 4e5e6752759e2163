// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandboxes/deletedialog.h"

#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

class DeleteDialogTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_dialog = std::make_unique<DeleteDialog>(u"demo"_s, nullptr);
        m_dialog->show();
    }

    void nothingCanBeDeletedBeforeItIsKnownWhatGoes()
    {
        QVERIFY(!deletion()->isEnabled());
        QVERIFY(!deletion()->isDefault());
    }

    void namesTheAppThatGoesToo()
    {
        m_dialog->showPlan(
            {.serviceId = u"s"_s,
             .serviceName = u"demo"_s,
             .appId = u"a"_s,
             .appName = u"its-app"_s,
             .otherServices = {},
             .appGoesToo = true});
        QVERIFY(deletion()->isEnabled());
        QVERIFY(says(u"“demo”"_s));
        QVERIFY(says(u"“its-app” holds nothing else and will be deleted too"_s));
    }

    void saysThatOtherServicesStay()
    {
        m_dialog->showPlan(
            {.serviceId = u"s"_s,
             .serviceName = u"demo"_s,
             .appId = u"a"_s,
             .appName = u"shared"_s,
             .otherServices = {u"web"_s, u"db"_s},
             .appGoesToo = false});
        QVERIFY(says(u"“shared” stays"_s));
        QVERIFY(says(u"web"_s) && says(u"db"_s));
    }

    void confirmsThePlanThatWasShown()
    {
        const QSignalSpy confirmed(m_dialog.get(), &DeleteDialog::confirmed);
        m_dialog->showPlan(
            {.serviceId = u"s-1"_s,
             .serviceName = u"demo"_s,
             .appId = {},
             .appName = {},
             .otherServices = {}});
        deletion()->click();
        QCOMPARE(confirmed.count(), 1);
        QCOMPARE(confirmed.first().first().value<DeletionPlan>().serviceId, u"s-1"_s);
        QVERIFY(!m_dialog->isVisible());
    }

    void deletesNothingWhenThePlanCouldNotBeMade()
    {
        m_dialog->showFailure(Error::of(ErrorKind::Offline, {}));
        QVERIFY(!deletion()->isEnabled());
        QVERIFY(says(u"could not be looked up"_s));
    }

private:
    [[nodiscard]] QPushButton *deletion() const
    {
        for (auto *button : m_dialog->findChildren<QPushButton *>()) {
            if (button->text() == "Delete"_L1) {
                return button;
            }
        }
        qFatal("The dialog has no button Delete.");
    }
    [[nodiscard]] bool says(const QString &text) const
    {
        const auto labels = m_dialog->findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&text](const auto *label) {
            return label->text().contains(text);
        });
    }

    std::unique_ptr<DeleteDialog> m_dialog;
};

QTEST_MAIN(DeleteDialogTest)
#include "deletedialogtest.moc"
