// SPDX-License-Identifier: GPL-3.0-or-later
// The only place that creates services and hands them down.
#include "accounts/accountregistry.h"
#include "accounts/accountsessions.h"
#include "accounts/localenginehost.h"
#include "accounts/tokenstore.h"
#include "commandline.h"
#include "common/theme.h"
#include "core/clock.h"
#include "net/networksettings.h"
#include "shell/mainwindow.h"
#include "transfer/transferjournal.h"

#include <QApplication>
#include <QSettings>
#include <QStandardPaths>

#include <cstdio>
#ifdef __GLIBC__
#include <malloc.h>
#endif

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

namespace {

/// For ./dev bench: tells when the first window was painted.
void traceStart(const MainWindow &window)
{
    if (qEnvironmentVariableIntValue("KOYEB_DESKTOP_STARTUP_TRACE") == 1) {
        QObject::connect(
            &window, &MainWindow::firstPainted, &window, [] { std::fputs("first-paint\n", stderr); });
    }
}

/// The chunks of transfers go back to the system when they are freed. By default the GNU library changes its
/// mind after the first, and keeps what is between smaller blocks: a third more memory for the same transfer.
void keepLargeBlocksApart()
{
#ifdef __GLIBC__
    constexpr int largeBytes = 256 * 1024;
    ::mallopt(M_MMAP_THRESHOLD, largeBytes);
#endif
}

NetworkSettings networkSettings(Clock &clock)
{
    auto environment = QProcessEnvironment::systemEnvironment();
    auto network = NetworkSettings::fromEnvironment(clock, environment);
    if (!network) {
        // Without these authorities fewer servers are trusted, never more.
        std::fprintf(stderr, "koyeb-desktop: %s\n", qPrintable(network.error().message));
        environment.remove(u"SSL_CERT_FILE"_s);
        network = NetworkSettings::fromEnvironment(clock, environment);
    }
    return network.value_or(NetworkSettings());
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication::setOrganizationName(u"Koyeb"_s);
    QCoreApplication::setOrganizationDomain(u"koyeb.com"_s);
    QCoreApplication::setApplicationName(u"koyeb-desktop"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(KOYEB_DESKTOP_VERSION));
    const CommandLine commandLine = readCommandLine(argc, argv);
    if (commandLine.exitCode) {
        return *commandLine.exitCode;
    }
    keepLargeBlocksApart();
    const QApplication application(argc, argv);
    installTranslations();
    QApplication::setApplicationDisplayName(QCoreApplication::translate("main", "Koyeb Desktop"));
    QApplication::setDesktopFileName(u"koyeb-desktop"_s);
    QApplication::setWindowIcon(QIcon(u":/koyeb/icons/koyeb-desktop.svg"_s));

    ThemeController theme;
    theme.apply(commandLine.theme);
    SystemClock clock;
    QSettings settings;
    AccountRegistry registry(settings);
    TokenStore tokens(clock, u"koyeb-desktop"_s);
    LocalEngineHost engine(clock, LocalEngineHost::findProgram());
    AccountSessions accounts(clock, registry, tokens, engine);
    accounts.setNetwork(networkSettings(clock));
    accounts.openKnown();

    TransferJournal transfers(
        QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + u"/transfers.sqlite"_s);
    MainWindow window({clock, accounts, tokens, settings, &transfers});
    traceStart(window);
    window.show();
    return QApplication::exec();
}
