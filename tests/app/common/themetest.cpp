// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/theme.h"

#include "common/icons.h"
#include "common/plainbuttonsstyle.h"

#include <QApplication>
#include <QCheckBox>
#include <QDBusConnection>
#include <QDBusVariant>
#include <QMessageBox>
#include <QPushButton>
#include <QRadioButton>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <initializer_list>

using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;
using Theme = ThemeController::Theme;

namespace {

const auto busName = u"the portal's"_s;
const auto service = u"org.freedesktop.portal.Desktop"_s;
const auto path = u"/org/freedesktop/portal/desktop"_s;
const auto interface = u"org.freedesktop.portal.Settings"_s;
const auto changeSignal = u"SettingChanged"_s;
const char *const hearing = SLOT(hear(QString, QString, QDBusVariant));
const auto appearance = u"org.freedesktop.appearance"_s;
const auto colourScheme = u"color-scheme"_s;
constexpr uint noPreference = 0;
constexpr uint dark = 1;

} // namespace

/// What many desktops ask for.
class StyleWithIcons : public QProxyStyle {
public:
    StyleWithIcons() : QProxyStyle(u"Fusion"_s) {}

    int styleHint(
        StyleHint hint, const QStyleOption *option, const QWidget *widget,
        QStyleHintReturn *returnData) const override
    {
        return hint == SH_DialogButtonBox_ButtonsHaveIcons
                   ? 1
                   : QProxyStyle::styleHint(hint, option, widget, returnData);
    }
};

/// The part of the desktop that knows its colours, on a connection of its own.
class FakePortal : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.portal.Settings")

public:
    explicit FakePortal(uint scheme) : m_scheme(scheme), m_bus(connection())
    {
        m_isThere = m_bus.isConnected() &&
                    m_bus.registerObject(
                        path, this, QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals) &&
                    m_bus.registerService(service);
    }
    ~FakePortal() override
    {
        m_bus.unregisterService(service);
        QDBusConnection::disconnectFromBus(busName);
    }
    Q_DISABLE_COPY_MOVE(FakePortal)

    [[nodiscard]] bool isThere() const { return m_isThere; }
    [[nodiscard]] int questions() const { return m_questions; }
    void change(uint scheme) { Q_EMIT SettingChanged(appearance, colourScheme, QDBusVariant(scheme)); }
    void changeAnother() { Q_EMIT SettingChanged(appearance, u"accent-color"_s, QDBusVariant(dark)); }

public Q_SLOTS:
    // NOLINTNEXTLINE(readability-identifier-naming): the interface's name.
    QDBusVariant Read(const QString &group, const QString &key)
    {
        ++m_questions;
        const bool isKnown = group == appearance && key == colourScheme;
        return QDBusVariant(QVariant::fromValue(QDBusVariant(isKnown ? m_scheme : noPreference)));
    }

Q_SIGNALS:
    // NOLINTNEXTLINE(readability-identifier-naming): the interface's name.
    void SettingChanged(const QString &group, const QString &key, const QDBusVariant &value);

private:
    static QDBusConnection connection()
    {
        return QDBusConnection::connectToBus(QDBusConnection::SessionBus, busName);
    }

    uint m_scheme;
    QDBusConnection m_bus;
    bool m_isThere = false;
    int m_questions = 0;
};

/// In a D-Bus session of its own, which CTest puts it into.
class ThemeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QApplication::setPalette(QPalette()); }

    void hear(const QString &, const QString &, const QDBusVariant &) { ++m_heard; }

    void theDesktopsColoursAreFollowedAsTheyChange()
    {
        FakePortal portal(dark);
        QVERIFY(portal.isThere());
        ThemeController theme;
        theme.apply(Theme::System);
        QVERIFY(!isDarkNow());
        QTRY_VERIFY(isDarkNow());
        portal.change(noPreference);
        QTRY_VERIFY(!isDarkNow());
        portal.change(dark);
        QTRY_VERIFY(isDarkNow());
    }

    void otherSettingsOfTheDesktopChangeNothing()
    {
        FakePortal portal(noPreference);
        QVERIFY(portal.isThere());
        ThemeController theme;
        theme.apply(Theme::System);
        QTRY_COMPARE(portal.questions(), 1);
        portal.changeAnother();
        portal.change(dark); // Comes after the other one.
        QVERIFY(!isDarkNow());
        QTRY_VERIFY(isDarkNow());
    }

    void aChosenThemeStaysWhateverTheDesktopDoes_data()
    {
        QTest::addColumn<Theme>("chosen");
        QTest::newRow("light") << Theme::Light;
        QTest::newRow("dark") << Theme::Dark;
    }

    void aChosenThemeStaysWhateverTheDesktopDoes()
    {
        QFETCH(Theme, chosen);
        FakePortal portal(noPreference);
        QVERIFY(portal.isThere());
        ThemeController theme;
        theme.apply(Theme::System);
        QTRY_COMPARE(portal.questions(), 1);
        theme.apply(chosen);
        m_heard = 0;
        auto bus = QDBusConnection::sessionBus();
        QVERIFY(bus.connect(service, path, interface, changeSignal, this, hearing));
        portal.change(dark);
        portal.change(noPreference);
        portal.change(chosen == Theme::Dark ? noPreference : dark);
        QTRY_COMPARE(m_heard, 3); // After the controller, which has listened for longer.
        bus.disconnect(service, path, interface, changeSignal, this, hearing);
        QCOMPARE(isDarkNow(), chosen == Theme::Dark);
    }

    void withoutAPortalItIsLight()
    {
        ThemeController theme;
        theme.apply(Theme::System);
        QVERIFY(!isDarkNow());
        QCOMPARE(
            QApplication::palette().color(QPalette::Window),
            ThemeController::lightPalette().color(QPalette::Window));
    }

    void noButtonOfADialogHasAnIcon()
    {
        QApplication::setStyle(new StyleWithIcons);
        QVERIFY(!iconOfAStandardButton().isNull());
        QApplication::setStyle(new PlainButtonsStyle(new StyleWithIcons));
        QVERIFY(iconOfAStandardButton().isNull());
    }

    void everyThemeHasPlainButtons_data()
    {
        QTest::addColumn<Theme>("theme");
        QTest::newRow("system") << Theme::System;
        QTest::newRow("light") << Theme::Light;
        QTest::newRow("dark") << Theme::Dark;
    }

    void everyThemeHasPlainButtons()
    {
        QFETCH(Theme, theme);
        QApplication::setStyle(u"Fusion"_s);
        ThemeController controller;
        controller.apply(theme);
        QVERIFY(qobject_cast<PlainButtonsStyle *>(QApplication::style()));
    }

    /// Three to one on dark windows, as WCAG 2.1 (1.4.11) asks of what controls are recognised by; on light
    /// ones they are as the style has them.
    void emptyBoxesAreSeen_data()
    {
        QTest::addColumn<Theme>("theme");
        QTest::newRow("light") << Theme::Light;
        QTest::newRow("dark") << Theme::Dark;
    }
    void emptyBoxesAreSeen()
    {
        QFETCH(Theme, theme);
        ThemeController controller;
        controller.apply(theme);
        QCheckBox box;
        QRadioButton button;
        const auto paper = luminance(box.palette().color(QPalette::Window));
        for (QAbstractButton *one : std::initializer_list<QAbstractButton *>{&box, &button}) {
            one->resize(40, 40);
            const QImage picture = one->grab().toImage();
            qreal best = 1;
            for (int x = 0; x < picture.width(); ++x) {
                const qreal line = luminance(picture.pixelColor(x, picture.height() / 2));
                best = std::max(best, (std::max(line, paper) + 0.05) / (std::min(line, paper) + 0.05));
            }
            QVERIFY2(best >= 3 || theme == Theme::Light, qPrintable(QString::number(best)));
            QVERIFY2(best > 1.4, qPrintable(QString::number(best)));
        }
    }

private:
    /// Relative, as WCAG counts it.
    [[nodiscard]] static qreal luminance(const QColor &colour)
    {
        const auto part = [](qreal value) {
            return value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
        };
        return 0.2126 * part(colour.redF()) + 0.7152 * part(colour.greenF()) + 0.0722 * part(colour.blueF());
    }
    [[nodiscard]] static QIcon iconOfAStandardButton()
    {
        const QMessageBox box(QMessageBox::Question, u"Title"_s, u"Text"_s, QMessageBox::Cancel);
        return box.button(QMessageBox::Cancel)->icon();
    }
    [[nodiscard]] static bool isDarkNow() { return isDark(QApplication::palette()); }

    int m_heard = 0;
};

QTEST_MAIN(ThemeTest)
#include "themetest.moc"
