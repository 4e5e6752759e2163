// SPDX-License-Identifier: GPL-3.0-or-later
#include <QProcess>
#include <QTest>

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int patienceMs = 60'000;

struct Answer {
    int exitCode = -1;
    QString output;
    QString errors;
};

/// Runs a program where there is no display to open.
Answer ask(const QString &program, const QStringList &arguments)
{
    auto environment = QProcessEnvironment::systemEnvironment();
    for (const auto &name :
         {u"DISPLAY"_s, u"WAYLAND_DISPLAY"_s, u"QT_QPA_PLATFORM"_s, u"XDG_SESSION_TYPE"_s}) {
        environment.remove(name);
    }
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(program, arguments);
    process.closeWriteChannel();
    if (!process.waitForFinished(patienceMs) || process.exitStatus() != QProcess::NormalExit) {
        return {-1, {}, process.errorString() + QString::fromLocal8Bit(process.readAllStandardError())};
    }
    return {
        process.exitCode(), QString::fromLocal8Bit(process.readAllStandardOutput()),
        QString::fromLocal8Bit(process.readAllStandardError())};
}

} // namespace

/// What the programs say of themselves where there is no display, such as on a server or in a script.
class CommandLineTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void questionsAreAnsweredWithoutADisplay_data()
    {
        QTest::addColumn<QString>("program");
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QStringList>("words");
        const auto desktop = QStringLiteral(DESKTOP_PROGRAM);
        const auto engine = QStringLiteral(ENGINE_PROGRAM);
        const auto version = QStringLiteral(PROGRAM_VERSION);
        QTest::newRow("version") << desktop << QStringList{u"--version"_s}
                                 << QStringList{u"koyeb-desktop "_s + version};
        QTest::newRow("version, short")
            << desktop << QStringList{u"-v"_s} << QStringList{u"koyeb-desktop "_s + version};
        QTest::newRow("help") << desktop << QStringList{u"--help"_s}
                              << QStringList{u"Usage:"_s, u"--help"_s, u"--version"_s, u"--theme"_s,
                                             u"light"_s,  u"dark"_s,   u"system"_s};
        QTest::newRow("help among others")
            << desktop << QStringList{u"-platform"_s, u"xcb"_s, u"-h"_s} << QStringList{u"--theme"_s};
        QTest::newRow("engine's version") << engine << QStringList{u"--version"_s} << QStringList{version};
        QTest::newRow("engine's help")
            << engine << QStringList{u"--help"_s} << QStringList{u"--version"_s, u"serve"_s, u"agent"_s};
        QTest::newRow("engine's serving")
            << engine << QStringList{u"serve"_s, u"--help"_s}
            << QStringList{
                   u"--port"_s, u"--state"_s, u"--unisolated"_s, u"--no-parent-watch"_s, u"--misbehave"_s};
        QTest::newRow("engine's agent") << engine << QStringList{u"agent"_s, u"--help"_s}
                                        << QStringList{u"--socket-dir"_s, u"SANDBOX_SECRET"_s};
    }

    void questionsAreAnsweredWithoutADisplay()
    {
        QFETCH(QString, program);
        QFETCH(QStringList, arguments);
        QFETCH(QStringList, words);
        const auto answer = ask(program, arguments);
        QVERIFY2(answer.exitCode == 0, qPrintable(answer.errors));
        for (const auto &word : std::as_const(words)) {
            QVERIFY2(answer.output.contains(word), qPrintable(answer.output));
        }
    }

    void whatIsNotUnderstoodIsSaidWithoutADisplay_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("word");
        QTest::newRow("unknown option") << QStringList{u"--colour"_s} << u"colour"_s;
        QTest::newRow("unknown colours") << QStringList{u"--theme"_s, u"purple"_s} << u"purple"_s;
        QTest::newRow("no option") << QStringList{u"sandbox"_s} << u"sandbox"_s;
        QTest::newRow("value missing") << QStringList{u"--theme"_s} << u"theme"_s;
    }

    void whatIsNotUnderstoodIsSaidWithoutADisplay()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, word);
        const auto answer = ask(QStringLiteral(DESKTOP_PROGRAM), arguments);
        QCOMPARE(answer.exitCode, 1);
        QVERIFY2(answer.errors.contains(word), qPrintable(answer.errors));
        QVERIFY2(answer.errors.contains(u"--help"_s), qPrintable(answer.errors));
    }
};

QTEST_GUILESS_MAIN(CommandLineTest)
#include "commandlinetest.moc"
