// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/manualclock.h"
#include "fakelink.h"
#include "terminal/asciicast.h"
#include "terminal/profilesdialog.h"
#include "terminal/replaylink.h"
#include "terminal/terminalpage.h"
#include "terminal/terminalrecorder.h"

#include <QBuffer>
#include <QCheckBox>
#include <QFile>
#include <QFontComboBox>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace std::chrono_literals;

/// Recordings of terminals, their saved output, and their profiles.
class RecordingTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void writesTheFormatOfAsciinema();
    void readsWhatItWrote();
    void readsForeignRecordings();
    void refusesWhatIsNoRecording_data();
    void refusesWhatIsNoRecording();
    void playsInTime();
    void pausesAndEndsByKeys();
    void recordsAndPlaysInAPage();
    void savesAllOutput();
    void saysWhenAFileCannotBeWritten();
    void editsProfiles();

private:
    [[nodiscard]] static QByteArray contentOf(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("unreadable");
    }

    QTemporaryDir m_folder;
    ManualClock m_clock;
};

void RecordingTest::writesTheFormatOfAsciinema()
{
    QBuffer buffer;
    QVERIFY(buffer.open(QIODevice::WriteOnly));
    AsciicastWriter writer(buffer, {80, 24}, 1'700'000'000, QStringLiteral("demo"));
    writer.writeOutput(0us, "a\"\x1B[1m\xE6\xBC");
    writer.writeOutput(1'500'000us, "\xA2\r\n");
    writer.writeResize(100'000'000'000us, {100, 30});
    QCOMPARE(
        buffer.data(),
        QByteArray("{\"env\":{\"TERM\":\"xterm-256color\"},\"height\":24,\"timestamp\":1700000000,"
                   "\"title\":\"demo\",\"version\":2,\"width\":80}\n"
                   "[0.000000, \"o\",\"a\\\"\\u001b[1m\"]\n"
                   "[1.500000, \"o\",\"漢\\r\\n\"]\n"
                   "[100000.000000, \"r\",\"100x30\"]\n"));
}

void RecordingTest::readsWhatItWrote()
{
    QBuffer buffer;
    QVERIFY(buffer.open(QIODevice::WriteOnly));
    AsciicastWriter writer(buffer, {70, 20}, 0, {});
    writer.writeOutput(250'000us, "one\x07");
    writer.writeResize(2s, {90, 20});
    writer.writeOutput(3s, "two");
    const auto cast = Asciicast::parse(buffer.data() + "[4.0, \"o\", \"cut o");
    QVERIFY(cast);
    QCOMPARE(cast->size, (Vt::Size{70, 20}));
    QCOMPARE(cast->events.size(), 3);
    QCOMPARE(cast->events.at(0).time, 250'000us);
    QCOMPARE(cast->events.at(0).output, QByteArray("one\x07"));
    QCOMPARE(cast->events.at(1).size, (Vt::Size{90, 20}));
    QCOMPARE(cast->events.at(2).output, QByteArray("two"));
}

void RecordingTest::readsForeignRecordings()
{
    const auto cast =
        Asciicast::parse("{\"version\": 2, \"width\": 99999, \"height\": -1, \"idle_time_limit\": 2.0}\r\n"
                         "[1, \"i\", \"input\"]\n\n"
                         "[500.5, \"o\", \"a\"]\n"
                         "[499, \"o\", \"b\"]\n"
                         "[501, \"x\", \"?\"]\n"
                         "[1e300, \"o\", \"c\"]\n");
    QVERIFY(cast);
    QCOMPARE(cast->size, (Vt::Size{1000, 1}));
    QCOMPARE(cast->events.size(), 3);
    QCOMPARE(cast->events.at(0).time, 3s); // One second, and at most two.
    QCOMPARE(cast->events.at(1).time, 3s);
    QCOMPARE(cast->events.at(2).time, 5'500ms);
}

void RecordingTest::refusesWhatIsNoRecording_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("text") << QByteArray("hello\n");
    QTest::newRow("version 1") << QByteArray("{\"version\":1,\"stdout\":[]}\n");
    QTest::newRow("event") << QByteArray("{\"version\":2}\n[\"0\",\"o\",\"x\"]\n[1,\"o\",\"x\"]\n");
    QTest::newRow("negative") << QByteArray("{\"version\":2}\n[-1,\"o\",\"x\"]\n[1,\"o\",\"x\"]\n");
}

void RecordingTest::refusesWhatIsNoRecording()
{
    QFETCH(const QByteArray, file);
    const auto cast = Asciicast::parse(file);
    QVERIFY(!cast);
    QCOMPARE(cast.error().kind, ErrorKind::Invalid);
}

void RecordingTest::playsInTime()
{
    Asciicast cast;
    cast.events = {{500ms, "a", {}}, {500ms, "b", {}}, {2s, "c", {}}};
    ReplayLink link(m_clock, cast);
    QByteArray output;
    connect(&link, &TerminalLink::outputReceived, this, [&](const QByteArray &bytes) { output += bytes; });
    QSignalSpy ends(&link, &TerminalLink::exited);
    link.start({80, 24});
    m_clock.advance(499ms);
    QCOMPARE(output, QByteArray());
    m_clock.advance(1ms);
    QCOMPARE(output, QByteArray("ab"));
    link.setReadPaused(true);
    m_clock.advance(1min);
    link.setReadPaused(false);
    m_clock.advance(1'499ms);
    QCOMPARE(output, QByteArray("ab"));
    QCOMPARE(ends.size(), 0);
    m_clock.advance(1ms);
    QCOMPARE(output, QByteArray("abc"));
    QCOMPARE(ends.size(), 1);
}

void RecordingTest::pausesAndEndsByKeys()
{
    Asciicast cast;
    cast.events = {{1s, "a", {}}, {2s, "b", {}}};
    ReplayLink link(m_clock, cast);
    QSignalSpy outputs(&link, &TerminalLink::outputReceived);
    QSignalSpy ends(&link, &TerminalLink::exited);
    link.start({80, 24});
    m_clock.advance(400ms);
    link.sendInput(" ");
    m_clock.advance(1h);
    QCOMPARE(outputs.size(), 0);
    link.sendInput(" ");
    m_clock.advance(600ms);
    QCOMPARE(outputs.size(), 1);
    link.sendInput("\x1BP>|queer version 1\x1B\\"); // An answer of the terminal is no key.
    QCOMPARE(ends.size(), 0);
    link.sendInput("q");
    QCOMPARE(ends.size(), 1);
    m_clock.advance(1h);
    QCOMPARE(outputs.size(), 1);
}

void RecordingTest::recordsAndPlaysInAPage()
{
    FakeLinks links;
    TerminalHost host;
    host.clock = &m_clock;
    host.makeLink = [&](const ShellOrder &, QObject *parent) {
        return links.factory()(parent);
    };
    QSettings settings(m_folder.filePath(QStringLiteral("settings")), QSettings::IniFormat);
    host.settings = &settings;
    auto page = std::make_unique<TerminalPage>(host);
    page->resize(700, 400);
    page->show();
    QTRY_COMPARE(links.made.size(), 1);
    auto *const tabs = page->findChild<QTabWidget *>();
    const QString path = m_folder.filePath(QStringLiteral("a show.cast"));
    links.last()->print("before ");
    page->record(qobject_cast<TerminalTab *>(tabs->widget(0))->currentPane(), path);
    QVERIFY(tabs->tabText(0).startsWith(QStringLiteral("● ")));
    m_clock.advance(1s);
    links.last()->print("\x1B[31mred");
    for (QAction *const action : page->actions()) {
        if (action->text() == QStringLiteral("Stop recording")) {
            action->trigger();
        }
    }
    QVERIFY(!tabs->tabText(0).startsWith(QStringLiteral("● ")));
    QVERIFY(contentOf(path).endsWith("[1.000000, \"o\",\"\\u001b[31mred\"]\n"));
    links.last()->print("after");

    page->playRecording(path);
    QCOMPARE(tabs->count(), 2);
    QCOMPARE(tabs->tabText(1), QStringLiteral("a show"));
    const auto &session = qobject_cast<TerminalTab *>(tabs->widget(1))->currentPane()->session();
    QTRY_COMPARE(session.state(), TerminalSession::State::Running);
    m_clock.advance(1s);
    QTRY_COMPARE(session.state(), TerminalSession::State::Ended);
    Vt::Line line;
    session.terminal().readLine(session.terminal().firstLine(), line);
    QCOMPARE(line.cells.at(0).text[0], U'r');
    QCOMPARE(links.made.size(), 1); // Nothing was asked of the sandbox.
    page.reset();
    TerminalPage again(host); // What was played is not played again.
    again.show();
    QCOMPARE(again.terminalCount(), 1);
}

void RecordingTest::savesAllOutput()
{
    FakeLinks links;
    TerminalSession session(links.factory());
    session.resize({20, 5});
    session.start();
    QByteArray expected;
    for (int number = 0; number < 5'000; ++number) {
        const QByteArray line = "line " + QByteArray::number(number) + " 漢 is longer than a row";
        links.last()->print(line + "\r\n");
        expected += line + '\n';
    }
    QTRY_COMPARE(session.waitingBytes(), 0);
    const QString path = m_folder.filePath(QStringLiteral("output.txt"));
    auto *const saver = new ScrollbackSaver(&session, path);
    QSignalSpy saved(saver, &ScrollbackSaver::saved);
    saver->start();
    QVERIFY(saved.wait(10'000));
    QCOMPARE(contentOf(path).trimmed(), expected.trimmed());
}

void RecordingTest::saysWhenAFileCannotBeWritten()
{
    FakeLinks links;
    TerminalSession session(links.factory());
    const QString path = m_folder.filePath(QStringLiteral("not/there"));
    auto *const saver = new ScrollbackSaver(&session, path);
    QSignalSpy failed(saver, &ScrollbackSaver::failed);
    saver->start();
    QCOMPARE(failed.size(), 1);
    TerminalRecorder recorder(m_clock, session);
    QVERIFY(!recorder.start(path));
    QVERIFY(!recorder.errorText().isEmpty());
}

void RecordingTest::editsProfiles()
{
    ProfilesDialog dialog({});
    dialog.show();
    for (QPushButton *const button : dialog.findChildren<QPushButton *>()) {
        if (button->text() == QStringLiteral("Add")) {
            button->click();
            button->click();
        }
    }
    auto *const list = dialog.findChild<QListWidget *>();
    QCOMPARE(list->count(), 2);
    list->setCurrentRow(0);
    const auto edits = dialog.findChildren<QLineEdit *>();
    QTest::keyClicks(edits.at(0), QStringLiteral("!"));
    QTest::keyClicks(edits.at(1), QStringLiteral("fish -l"));
    QTest::keyClicks(edits.at(2), QStringLiteral("/srv"));
    dialog.findChild<QPlainTextEdit *>()->setPlainText(QStringLiteral("A=1\nB=x = y\n no name\n"));
    list->setCurrentRow(1);
    list->setCurrentRow(0);
    QCOMPARE(edits.at(1)->text(), QStringLiteral("fish -l"));
    const TerminalProfile &first = dialog.profiles().first();
    QCOMPARE(first.name, QStringLiteral("New profile!"));
    QCOMPARE(first.directory, QStringLiteral("/srv"));
    QCOMPARE(
        first.environment,
        (QMap<QString, QString>{
            {QStringLiteral("A"), QStringLiteral("1")}, {QStringLiteral("B"), QStringLiteral("x = y")}}));
    QVERIFY(dialog.profiles().last().commandLine.isEmpty());
    QVERIFY(first.fontFamily.isEmpty());
    dialog.findChild<QCheckBox *>()->setChecked(true);
    QCOMPARE(first.fontFamily, dialog.findChild<QFontComboBox *>()->currentFont().family());
    list->setCurrentRow(1);
    QVERIFY(!dialog.findChild<QCheckBox *>()->isChecked());
    QVERIFY(dialog.profiles().last().fontFamily.isEmpty());

    QCheckBox *usual = nullptr;
    for (QCheckBox *const box : dialog.findChildren<QCheckBox *>()) {
        usual = box->text().contains(QStringLiteral("new terminals")) ? box : usual;
    }
    QVERIFY(usual != nullptr);
    usual->setChecked(true);
    list->setCurrentRow(0);
    QVERIFY(!usual->isChecked());
    QVERIFY(dialog.profiles().last().isUsual);
    usual->setChecked(true); // One at most.
    QVERIFY(dialog.profiles().first().isUsual && !dialog.profiles().last().isUsual);
}

QTEST_MAIN(RecordingTest)
#include "recordingtest.moc"
