// SPDX-License-Identifier: GPL-3.0-or-later
// The only place that creates services and hands them down.
#include "accounts/accountregistry.h"
#include "accounts/accountsessions.h"
#include "accounts/localenginehost.h"
#include "accounts/tokenstore.h"
#include "common/theme.h"
#include "core/clock.h"
#include "shell/mainwindow.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QLibraryInfo>
#include <QSettings>
#include <QTranslator>

#include <cstdio>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

namespace {

struct Arguments {
    ThemeController::Theme theme = ThemeController::Theme::System;
};

Arguments parseArguments(const QApplication &application)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QCoreApplication::translate(
        "main", "Works with Koyeb sandboxes, in the cloud and on this computer."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption theme(
        u"theme"_s, QCoreApplication::translate("main", "The colours: light, dark or system."), u"theme"_s,
        u"system"_s);
    parser.addOption(theme);
    parser.process(application);
    Arguments arguments;
    const QString wanted = parser.value(theme);
    if (wanted == "light"_L1) {
        arguments.theme = ThemeController::Theme::Light;
    } else if (wanted == "dark"_L1) {
        arguments.theme = ThemeController::Theme::Dark;
    }
    return arguments;
}

void installTranslations(QApplication &application)
{
    auto *ofQt = new QTranslator(&application);
    if (ofQt->load(QLocale(), u"qtbase"_s, u"_"_s, QLibraryInfo::path(QLibraryInfo::TranslationsPath))) {
        QApplication::installTranslator(ofQt);
    }
    auto *ofOurs = new QTranslator(&application);
    // English is what the sources are written in, but for its plurals.
    if (ofOurs->load(QLocale(), u"koyeb-desktop"_s, u"_"_s, u":/i18n"_s) ||
        ofOurs->load(u":/i18n/koyeb-desktop_en.qm"_s)) {
        QApplication::installTranslator(ofOurs);
    }
}

/// For ./dev bench: tells when the first window was painted.
void traceStart(const MainWindow &window)
{
    if (qEnvironmentVariableIntValue("KOYEB_DESKTOP_STARTUP_TRACE") == 1) {
        QObject::connect(
            &window, &MainWindow::firstPainted, &window, [] { std::fputs("first-paint\n", stderr); });
    }
}

} // namespace

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    QApplication::setOrganizationName(u"Koyeb"_s);
    QApplication::setOrganizationDomain(u"koyeb.com"_s);
    QApplication::setApplicationName(u"koyeb-desktop"_s);
    QApplication::setApplicationDisplayName(QCoreApplication::translate("main", "Koyeb Desktop"));
    QApplication::setApplicationVersion(QStringLiteral(KOYEB_DESKTOP_VERSION));
    QApplication::setDesktopFileName(u"koyeb-desktop"_s);
    QApplication::setWindowIcon(QIcon(u":/koyeb/icons/koyeb-desktop.svg"_s));
    installTranslations(application);
    const Arguments arguments = parseArguments(application);

    ThemeController theme;
    theme.apply(arguments.theme);
    SystemClock clock;
    QSettings settings;
    AccountRegistry registry(settings);
    TokenStore tokens(clock, u"koyeb-desktop"_s);
    LocalEngineHost engine(clock, LocalEngineHost::findProgram());
    AccountSessions accounts(clock, registry, tokens, engine);
    accounts.openKnown();

    MainWindow window({clock, accounts, tokens, settings});
    traceStart(window);
    window.show();
    return QApplication::exec();
}
