// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandboxes/newsandboxdialog.h"

#include "common/fieldmessage.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableWidget>
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

Error refusal(const QString &field)
{
    Error error = Error::of(ErrorKind::Invalid, u"Refused."_s);
    error.fields = {{field, u"the server's words"_s}};
    return error;
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

    void fieldsHaveRoomForWhatTheyShow()
    {
        m_dialog->showCatalog({region(u"na"_s, u"North America"_s)}, {type(u"micro"_s, u"0"_s)});
        QCoreApplication::processEvents(); // The layout follows its events.
        QCOMPARE(m_type->width(), m_region->width());
        const auto *header = m_dialog->findChild<QTableWidget *>()->horizontalHeader();
        for (int column = 0; column < header->count(); ++column) {
            QVERIFY(header->sectionSize(column) >= header->sectionSizeHint(column));
        }
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
        QTest::newRow("hyphen at an end") << u"demo-"_s << false;
        QTest::newRow("spaces around") << u" demo "_s << true;
    }

    void namesAreCheckedAsTheyAreTyped()
    {
        QFETCH(QString, name);
        QFETCH(bool, valid);
        m_name->setText(name);
        QCOMPARE(create()->isEnabled(), valid);
        QCOMPARE(saysProblem(m_name), !valid);
    }

    void aSandboxWithoutANameGetsTheOneThatIsShown()
    {
        const QString shown = m_name->placeholderText();
        QVERIFY2(shown.startsWith(u"sandbox-"_s), qPrintable(shown));
        QVERIFY2(
            m_name->accessibleDescription().contains(shown), qPrintable(m_name->accessibleDescription()));
        QCOMPARE(m_dialog->options().name, shown);
        m_name->setText(u"demo"_s);
        QVERIFY(m_name->accessibleDescription().isEmpty());
        QCOMPARE(m_dialog->options().name, u"demo"_s);
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
        choose(m_region, u"eu"_s);
        QCOMPARE(m_type->count(), 2);
    }

    void aTypeThatARegionDoesNotOfferStaysChosenAndIsSaid()
    {
        m_dialog->showCatalog(
            {region(u"na"_s, u"North America"_s), region(u"eu"_s, u"Europe"_s)},
            {type(u"micro"_s, u"0"_s), type(u"huge"_s, u"9"_s, {u"eu"_s})});
        choose(m_region, u"eu"_s);
        choose(m_type, u"huge"_s);
        QVERIFY(create()->isEnabled());
        choose(m_region, u"na"_s);
        QCOMPARE(m_dialog->options().instanceType, u"huge"_s);
        QVERIFY2(m_type->currentText().contains(u"huge"_s), qPrintable(m_type->currentText()));
        QVERIFY(saysProblem(m_type));
        QVERIFY2(
            m_type->accessibleDescription().contains(u"not offered"_s),
            qPrintable(m_type->accessibleDescription()));
        QVERIFY(!create()->isEnabled());
        choose(m_type, u"micro"_s);
        QVERIFY(create()->isEnabled());
        QVERIFY(m_type->accessibleDescription().isEmpty());
        choose(m_region, u"eu"_s);
        choose(m_type, u"huge"_s);
        QVERIFY(create()->isEnabled());
    }

    void aRegionThatIsNotOpenStaysChosenAndIsSaid()
    {
        m_dialog->showCatalog(
            {region(u"eu"_s, u"Europe"_s), region(u"na"_s, u"North America"_s, u"COMING_SOON"_s)},
            {type(u"micro"_s, u"0"_s)});
        QCOMPARE(m_dialog->options().region, u"na"_s);
        QVERIFY(saysProblem(m_region));
        QVERIFY(!create()->isEnabled());
        choose(m_region, u"eu"_s);
        QVERIFY(create()->isEnabled());
    }

    void whatTheCatalogDoesNotListMayBeTriedAndIsSaid()
    {
        SandboxOptions options;
        options.region = u"moon"_s;
        options.instanceType = u"crater"_s;
        m_dialog->setOptions(options);
        m_dialog->showCatalog({region(u"na"_s, u"North America"_s)}, {type(u"micro"_s, u"0"_s)});
        QCOMPARE(m_dialog->options().region, u"moon"_s);
        QCOMPARE(m_dialog->options().instanceType, u"crater"_s);
        QVERIFY(m_region->accessibleDescription().contains(u"moon"_s));
        QVERIFY(m_type->accessibleDescription().contains(u"crater"_s));
        QVERIFY(create()->isEnabled());
    }

    void withoutACatalogTheReasonIsSaidAndIdsAreTyped()
    {
        m_dialog->showCatalogFailure(Error::of(ErrorKind::Offline, {}));
        QVERIFY(create()->isEnabled());
        QVERIFY(saysProblem(m_type));
        QVERIFY(m_type->accessibleDescription().contains(u"could not be read"_s));
        m_region->setEditText(u" fra "_s);
        m_type->setEditText(u"large"_s);
        QCOMPARE(m_dialog->options().region, u"fra"_s);
        QCOMPARE(m_dialog->options().instanceType, u"large"_s);
        QVERIFY(create()->isEnabled());
    }

    void typedIdsAreCheckedAsTheyAreTyped_data()
    {
        QTest::addColumn<QString>("field");
        QTest::newRow("region") << u"Region"_s;
        QTest::newRow("instance type") << u"Instance type"_s;
    }

    void typedIdsAreCheckedAsTheyAreTyped()
    {
        QFETCH(QString, field);
        m_dialog->showCatalogFailure(Error::of(ErrorKind::Offline, {}));
        auto *box = named<QComboBox>(*m_dialog, field);
        box->setEditText(u" "_s);
        QVERIFY(!create()->isEnabled());
        QVERIFY(saysProblem(box));
        QVERIFY2(
            box->accessibleDescription().contains(u"needed"_s), qPrintable(box->accessibleDescription()));
        box->setEditText(u"x"_s);
        QVERIFY(create()->isEnabled());
    }

    void theCatalogIsReadAgainOnRequestAndKeepsWhatWasTyped()
    {
        QVERIFY(!button(u"Retry"_s)->isVisible());
        m_dialog->showCatalogFailure(Error::of(ErrorKind::Offline, {}));
        QVERIFY(button(u"Retry"_s)->isVisible());
        m_region->setEditText(u"eu"_s);
        const QSignalSpy wanted(m_dialog.get(), &NewSandboxDialog::catalogRequested);
        button(u"Retry"_s)->click();
        QCOMPARE(wanted.count(), 1);
        QVERIFY(!button(u"Retry"_s)->isVisible());
        QVERIFY(!saysProblem(m_type));
        m_dialog->showCatalog(
            {region(u"na"_s, u"North America"_s), region(u"eu"_s, u"Europe"_s)}, {type(u"micro"_s, u"0"_s)});
        QCOMPARE(m_dialog->options().region, u"eu"_s);
        QCOMPARE(m_region->currentText(), u"Europe (eu)"_s);
        QVERIFY(!m_region->isEditable());
        QVERIFY(m_type->accessibleDescription().isEmpty());
    }

    void whatTheServerRefusedIsSaidAtItsField_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("field");
        QTest::newRow("name") << u"definition.name"_s << u"Name"_s;
        QTest::newRow("the app's name") << u"name"_s << u"Name"_s;
        QTest::newRow("image") << u"definition.docker.image"_s << u"Image"_s;
        QTest::newRow("region") << u"definition.regions.0"_s << u"Region"_s;
        QTest::newRow("instance type") << u"definition.instance_types.0.type"_s << u"Instance type"_s;
        QTest::newRow("sleep") << u"definition.scalings.0.targets.0.sleep_idle_delay"_s
                               << u"Sleep when idle, after minutes"_s;
    }

    void whatTheServerRefusedIsSaidAtItsField()
    {
        QFETCH(QString, path);
        QFETCH(QString, field);
        m_name->setText(u"demo"_s);
        m_dialog->showCatalog(
            {region(u"na"_s, u"North America"_s), region(u"eu"_s, u"Europe"_s)},
            {type(u"micro"_s, u"0"_s), type(u"nano"_s, u"0"_s)});
        m_dialog->showRefusal(refusal(path));
        auto *refused = named<QWidget>(*m_dialog, field);
        QVERIFY(saysProblem(refused));
        QVERIFY(refused->accessibleDescription().contains(u"the server's words"_s));
        QVERIFY(create()->isEnabled()); // The server may have changed its mind.
        change(refused);
        QVERIFY(!refused->accessibleDescription().contains(u"the server's words"_s));
    }

    void saysWhatSleepTakesAway()
    {
        auto *sleep = named<QSpinBox>(*m_dialog, u"Sleep when idle, after minutes"_s);
        sleep->setValue(5);
        QVERIFY(sleep->accessibleDescription().contains(u"is gone"_s));
        sleep->setValue(0);
        QVERIFY(sleep->accessibleDescription().isEmpty());
    }

    void aRefusedVariableIsNamed()
    {
        SandboxOptions options;
        options.environment = {
            {.key = u"A"_s, .value = u"1"_s, .secret = {}}, {.key = u"B"_s, .value = u"2"_s, .secret = {}}};
        m_dialog->setOptions(options);
        m_dialog->showRefusal(refusal(u"definition.env.1.value"_s));
        QVERIFY(hasProblem(u"“B”: the server's words"_s));
    }

    void whatWasRefusedElsewhereIsSaidAtTheFoot()
    {
        m_dialog->showRefusal(refusal(u"definition.mesh"_s));
        QVERIFY(hasProblem(u"“definition.mesh”: the server's words"_s));
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
        QTest::addColumn<EnvironmentVariable>("variable");
        QTest::addColumn<bool>("valid");
        const auto plain = [](const QString &key) {
            return EnvironmentVariable{.key = key, .value = u"1"_s, .secret = {}};
        };
        const auto secret = [](const QString &name) {
            return EnvironmentVariable{.key = u"KEY"_s, .value = {}, .secret = name};
        };
        QTest::newRow("plain") << plain(u"PATH_2"_s) << true;
        QTest::newRow("the platform's secret") << plain(u"SANDBOX_SECRET"_s) << false;
        QTest::newRow("an equals sign") << plain(u"A=B"_s) << false;
        QTest::newRow("secret") << secret(u"db.pass-word_1"_s) << true;
        QTest::newRow("secret that ends its reference") << secret(u"x }}"_s) << false;
    }

    void impossibleVariablesAreRefused()
    {
        QFETCH(EnvironmentVariable, variable);
        QFETCH(bool, valid);
        SandboxOptions options;
        options.environment = {variable};
        m_dialog->setOptions(options);
        QCOMPARE(create()->isEnabled(), valid);
    }

    void aVariableTakesItsValueFromASecretWhenToldSo()
    {
        SandboxOptions options;
        options.environment = {{.key = u"PASSWORD"_s, .value = u"db-password"_s, .secret = {}}};
        m_dialog->setOptions(options);
        auto *table = m_dialog->findChild<QTableWidget *>();
        auto *kind = qobject_cast<QComboBox *>(table->cellWidget(0, 1));
        QVERIFY(kind);
        kind->setCurrentIndex(kind->findText(u"Secret"_s));
        const QList<EnvironmentVariable> expected{
            {.key = u"PASSWORD"_s, .value = {}, .secret = u"db-password"_s}};
        QCOMPARE(m_dialog->options().environment, expected);
        table->item(0, 2)->setText({});
        QVERIFY(!create()->isEnabled());
        QVERIFY(hasProblem(u"Name the secret"_s));
    }

private:
    [[nodiscard]] QPushButton *button(const QString &text) const
    {
        for (auto *button : m_dialog->findChildren<QPushButton *>()) {
            if (button->text() == text) {
                return button;
            }
        }
        return nullptr;
    }

    [[nodiscard]] QPushButton *create() const { return button(u"Create"_s); }

    /// Whether a line of the form says a problem with these words.
    [[nodiscard]] bool hasProblem(const QString &words) const
    {
        const auto messages = m_dialog->findChildren<FieldMessage *>();
        return std::any_of(messages.begin(), messages.end(), [&words](const auto *message) {
            return message->isVisible() && message->isProblem() && message->text().contains(words);
        });
    }

    /// Whether what is said of the field, there and to a screen reader, is a problem.
    [[nodiscard]] bool saysProblem(const QWidget *field) const
    {
        return !field->accessibleDescription().isEmpty() && hasProblem(field->accessibleDescription());
    }

    static void choose(QComboBox *box, const QString &id) { box->setCurrentIndex(box->findData(id)); }

    static void change(QWidget *field)
    {
        if (auto *edit = qobject_cast<QLineEdit *>(field)) {
            edit->setText(u"other"_s);
        } else if (auto *box = qobject_cast<QComboBox *>(field)) {
            box->setCurrentIndex(1 - box->currentIndex());
        } else if (auto *number = qobject_cast<QSpinBox *>(field)) {
            number->stepUp();
        }
    }

    std::unique_ptr<NewSandboxDialog> m_dialog;
    QLineEdit *m_name = nullptr;
    QLineEdit *m_image = nullptr;
    QComboBox *m_region = nullptr;
    QComboBox *m_type = nullptr;
};

QTEST_MAIN(NewSandboxDialogTest)
#include "newsandboxdialogtest.moc"
