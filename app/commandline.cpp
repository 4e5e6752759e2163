// SPDX-License-Identifier: GPL-3.0-or-later
#include "commandline.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

#include <cstdio>
#include <cstdlib>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

class CommandLineTexts {
    Q_DECLARE_TR_FUNCTIONS(Koyeb::Desktop::CommandLineTexts)
};

struct Options {
    QCommandLineOption help{{u"h"_s, u"help"_s}, CommandLineTexts::tr("Shows this help, and ends.")};
    QCommandLineOption version{{u"v"_s, u"version"_s}, CommandLineTexts::tr("Shows the version, and ends.")};
    QCommandLineOption theme{
        u"theme"_s,
        CommandLineTexts::tr("The colours: light, dark, or system (the default), which are the desktop's."),
        CommandLineTexts::tr("colours", "what has to follow --theme"), u"system"_s};
};

/// Options that QApplication and its X11 part take out of the arguments, so that they are not refused here.
void addOptionsOfQt(QCommandLineParser &parser)
{
    const auto add = [&parser](QCommandLineOption option) {
        option.setFlags(QCommandLineOption::HiddenFromHelp);
        parser.addOption(option);
    };
    for (const auto name :
         {"display"_L1, "name"_L1, "platform"_L1, "platformpluginpath"_L1, "platformtheme"_L1, "plugin"_L1,
          "qmljsdebugger"_L1, "qwindowgeometry"_L1, "qwindowicon"_L1, "qwindowtitle"_L1, "session"_L1,
          "style"_L1, "stylesheet"_L1}) {
        add(QCommandLineOption(QString(name), {}, u"value"_s));
    }
    for (const auto name : {"dograb"_L1, "nograb"_L1, "reverse"_L1, "widgetcount"_L1}) {
        add(QCommandLineOption(QString(name)));
    }
}

[[nodiscard]] std::optional<ThemeController::Theme> themeOf(const QString &word)
{
    using Theme = ThemeController::Theme;
    if (word == "system"_L1) {
        return Theme::System;
    }
    if (word == "light"_L1) {
        return Theme::Light;
    }
    if (word == "dark"_L1) {
        return Theme::Dark;
    }
    return std::nullopt;
}

void tell(std::FILE *where, const QString &text)
{
    std::fputs(qPrintable(text.endsWith(u'\n') ? text : text + u'\n'), where);
}

[[nodiscard]] CommandLine refuse(const QString &why)
{
    tell(stderr, why);
    tell(stderr, CommandLineTexts::tr("koyeb-desktop --help tells what can be asked for."));
    CommandLine refused;
    refused.exitCode = EXIT_FAILURE;
    return refused;
}

[[nodiscard]] CommandLine read()
{
    const Options options;
    QCommandLineParser parser;
    parser.setSingleDashWordOptionMode(QCommandLineParser::ParseAsLongOptions);
    parser.setApplicationDescription(
        CommandLineTexts::tr("Works with Koyeb sandboxes, in the cloud and on this computer.\n"
                             "Qt's own options, such as -platform and -style, can be used too."));
    parser.addOptions({options.help, options.version, options.theme});
    addOptionsOfQt(parser);
    CommandLine commandLine;
    const bool isUnderstood = parser.parse(QCoreApplication::arguments());
    if (parser.isSet(options.help)) {
        tell(stdout, parser.helpText());
        commandLine.exitCode = EXIT_SUCCESS;
        return commandLine;
    }
    if (parser.isSet(options.version)) {
        tell(stdout, QCoreApplication::applicationName() + u' ' + QCoreApplication::applicationVersion());
        commandLine.exitCode = EXIT_SUCCESS;
        return commandLine;
    }
    if (!isUnderstood) {
        return refuse(parser.errorText());
    }
    if (!parser.positionalArguments().isEmpty()) {
        return refuse(
            CommandLineTexts::tr("“%1” is not an option.").arg(parser.positionalArguments().constFirst()));
    }
    const auto theme = themeOf(parser.value(options.theme));
    if (!theme) {
        return refuse(CommandLineTexts::tr("There are no colours “%1”, but light, dark and system.")
                          .arg(parser.value(options.theme)));
    }
    commandLine.theme = *theme;
    return commandLine;
}

} // namespace

CommandLine readCommandLine(int argc, char **argv)
{
    // An application object of the kind that needs no display, for the arguments' encoding and the language;
    // it may take arguments out of its list, so it gets one of its own.
    QList<char *> own(argv, argv + argc);
    own.append(nullptr);
    const QCoreApplication application(argc, own.data());
    installTranslations();
    return read();
}

void installTranslations()
{
    auto *application = QCoreApplication::instance();
    auto *ofQt = new QTranslator(application);
    if (ofQt->load(QLocale(), u"qtbase"_s, u"_"_s, QLibraryInfo::path(QLibraryInfo::TranslationsPath))) {
        QCoreApplication::installTranslator(ofQt);
    }
    auto *ofOurs = new QTranslator(application);
    // English is what the sources are written in, but for its plurals.
    if (ofOurs->load(QLocale(), u"koyeb-desktop"_s, u"_"_s, u":/i18n"_s) ||
        ofOurs->load(u":/i18n/koyeb-desktop_en.qm"_s)) {
        QCoreApplication::installTranslator(ofOurs);
    }
}

} // namespace Koyeb::Desktop
