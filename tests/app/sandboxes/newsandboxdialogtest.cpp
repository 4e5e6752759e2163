// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandboxes/newsandboxdialog.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

namespace {

template<typename T> T *named(const QWidget &parent, const QString &accessibleName)
{
    for (auto *widget : parent.findChildren<T *>()) {
        if (widget->accessibleName() == accessibleName) {
            return widget;
        }
    }
    return nullptr;
}

Region region(const QString &id, const QString &name, const QString &status = QStringLiteral("AVAILABLE"))
{
    Region result;
    result.id = id;
    result.name = name;
    result.status = status;
    return result;
}

InstanceType type(const QString &id, const QString &price, const QStringList &regions = {})
{
    InstanceType result;
    result.id = id;
    result.displayName = id;
    result.status = u"AVAILABLE"_s;
    result.vcpuShares = 0.5;
    result.memory = u"512MB"_s;
    result.priceHourly = price;
    result.regions = regions;
    return result;
}

QStringList entries(const QComboBox &box)
{
    QStringList result;
    for (int i = 0; i < box.count(); ++i) {
        result.append(box.itemText(i));
    }
    return result;
}

} // namespace

class NewSandboxDialogTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_dialog = std::make_unique<NewSandboxDialog>(u"acme"_s);
        m_dialog->show();
        m_name = named<QLineEdit>(*m_dialog, u"Name"_s);
        m_image = named<QLineEdit>(*m_dialog, u"Image"_s);
        m_region = named<QComboBox>(*m_dialog, u"Region"_s);
        m_type = named<QComboBox>(*m_dialog, u"Instance type"_s);
        QVERIFY(m_name && m_image && m_region && m_type && create());
    }

    void theDefaultsCanBeCreatedAtOnce()
    {
        QVERIFY(create()->isEnabled());
        const auto options = m_dialog->options();
        QCOMPARE(options.image, u"koyeb/sandbox"_s);
        QCOMPARE(options.region, u"na"_s);
        QCOMPARE(options.instanceType, u"micro"_s);
        QCOMPARE(options.idleTimeout, std::chrono::seconds(300));
    }

    void namesAreCheckedAsTheyAreTyped_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("valid");
        QTest::newRow("empty: made up") << u""_s << true;
        QTest::newRow("plain") << u"demo-1"_s << true;
        QTest::newRow("too short") << u"ab"_s << false;
        QTest::newRow("capitals") << u"Demo"_s << false;
        QTest::newRow("space inside") << u"de mo"_s << false;
        QTest::newRow("spaces around") << u" demo "_s << true;
    }

    void namesAreCheckedAsTheyAreTyped()
    {
        QFETCH(QString, name);
        QFETCH(bool, valid);
        m_name->setText(name);
        QCOMPARE(create()->isEnabled(), valid);
        QCOMPARE(m_name->accessibleDescription().isEmpty(), valid);
    }

    void anImageIsNeeded()
    {
        m_image->setText(u"  "_s);
        QVERIFY(!create()->isEnabled());
        QVERIFY(!m_image->accessibleDescription().isEmpty());
    }

    void theCatalogFillsTheChoicesAndKeepsWhatWasChosen()
    {
        m_dialog->showCatalog(
            {region(u"eu"_s, u"Europe"_s), region(u"na"_s, u"North America"_s),
             region(u"xx"_s, u"Soon"_s, u"COMING_SOON"_s)},
            {type(u"nano"_s, u"0.0036"_s), type(u"micro"_s, u"0"_s), type(u"huge"_s, u"9"_s, {u"eu"_s})});
        QCOMPARE(entries(*m_region), QStringList({u"Europe (eu)"_s, u"North America (na)"_s}));
        QCOMPARE(m_dialog->options().region, u"na"_s);
        QCOMPARE(m_dialog->options().instanceType, u"micro"_s);
        const auto types = entries(*m_type);
        QCOMPARE(types.size(), 2); // The third is not on sale in this region.
        QVERIFY2(types.first().contains(u"0.5 vCPU"_s), qPrintable(types.first()));
        QVERIFY2(types.first().contains(u"$0.0036"_s), qPrintable(types.first()));
    }

    void anotherRegionOffersItsOwnTypes()
    {
        m_dialog->showCatalog(
            {region(u"na"_s, u"North America"_s), region(u"eu"_s, u"Europe"_s)},
            {type(u"micro"_s, u"0"_s), type(u"huge"_s, u"9"_s, {u"eu"_s})});
        QCOMPARE(m_type->count(), 1);
        m_region->setCurrentIndex(m_region->findData(u"eu"_s));
        QCOMPARE(m_type->count(), 2);
    }

    void withoutACatalogTheDefaultsStillWorkAndTheReasonIsSaid()
    {
        m_dialog->showCatalogFailure(Error::of(ErrorKind::Offline, {}));
        QVERIFY(create()->isEnabled());
        QVERIFY(m_type->accessibleDescription().contains(u"could not be read"_s));
    }

    void createTellsTheOptionsAndCloses()
    {
        const QSignalSpy created(m_dialog.get(), &NewSandboxDialog::createRequested);
        m_name->setText(u" demo "_s);
        m_dialog->findChild<QSpinBox *>()->setValue(0);
        create()->click();
        QCOMPARE(created.count(), 1);
        const auto options = created.first().first().value<SandboxOptions>();
        QCOMPARE(options.name, u"demo"_s);
        QCOMPARE(options.idleTimeout, std::chrono::seconds(0));
        QVERIFY(!m_dialog->isVisible());
    }

    void optionsOfAFailedCreationFillTheFormAgain()
    {
        SandboxOptions options;
        options.name = u"again"_s;
        options.image = u"ubuntu"_s;
        options.region = u"fra"_s;
        options.instanceType = u"large"_s;
        options.idleTimeout = std::chrono::minutes(10);
        options.environment = {{.key = u"A"_s, .value = u"1"_s, .secret = {}}};
        m_dialog->setOptions(options);
        const auto filled = m_dialog->options();
        QCOMPARE(filled.name, options.name);
        QCOMPARE(filled.image, options.image);
        QCOMPARE(filled.region, options.region);
        QCOMPARE(filled.instanceType, options.instanceType);
        QCOMPARE(filled.idleTimeout, options.idleTimeout);
        QCOMPARE(filled.environment, options.environment);
    }

    void impossibleVariablesAreRefused_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<bool>("valid");
        QTest::newRow("plain") << u"PATH_2"_s << true;
        QTest::newRow("the platform's secret") << u"SANDBOX_SECRET"_s << false;
        QTest::newRow("an equals sign") << u"A=B"_s << false;
    }

    void impossibleVariablesAreRefused()
    {
        QFETCH(QString, key);
        QFETCH(bool, valid);
        SandboxOptions options;
        options.environment = {{.key = key, .value = u"1"_s, .secret = {}}};
        m_dialog->setOptions(options);
        QCOMPARE(create()->isEnabled(), valid);
    }

private:
    [[nodiscard]] QPushButton *create() const
    {
        for (auto *button : m_dialog->findChildren<QPushButton *>()) {
            if (button->text() == "Create"_L1) {
                return button;
            }
        }
        return nullptr;
    }

    std::unique_ptr<NewSandboxDialog> m_dialog;
    QLineEdit *m_name = nullptr;
    QLineEdit *m_image = nullptr;
    QComboBox *m_region = nullptr;
    QComboBox *m_type = nullptr;
};

QTEST_MAIN(NewSandboxDialogTest)
#include "newsandboxdialogtest.moc"
