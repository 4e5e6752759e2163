// SPDX-License-Identifier: Apache-2.0
#include "dump.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace Koyeb::Vt;

namespace {

/// What happens to a terminal: bytes of the program, or another size.
struct Step {
    QByteArray bytes;
    Size size{0, 0};
};

[[nodiscard]] QByteArray unescaped(const QByteArray &line)
{
    QByteArray bytes;
    for (qsizetype i = 0; i < line.size(); ++i) {
        if (line[i] != '\\' || i + 1 >= line.size()) {
            bytes += line[i];
            continue;
        }
        const char c = line[++i];
        if (c == 'x') {
            bytes += QByteArray::fromHex(line.mid(i + 1, 2));
            i += 2;
        } else {
            const QByteArrayView names = "ernabt0\\";
            const QByteArrayView values("\x1B\r\n\a\b\t\0\\", 8);
            const qsizetype known = names.indexOf(c);
            bytes += known < 0 ? c : values[known];
        }
    }
    return bytes;
}

[[nodiscard]] Size sizeOf(const QByteArray &text)
{
    const auto parts = text.split('x');
    return {parts.value(0).toInt(), parts.value(1).toInt()};
}

/// Lines with # are comments, "!size COLUMNSxROWS" is another size, everything else is sent, without the ends
/// of the lines.
[[nodiscard]] QList<Step> stepsOf(const QByteArray &file)
{
    QList<Step> steps;
    for (const QByteArray &line : file.split('\n')) {
        if (line.startsWith("!size ")) {
            steps.append({{}, sizeOf(line.mid(6).trimmed())});
        } else if (!line.startsWith('#')) {
            steps.append({unescaped(line), {0, 0}});
        }
    }
    return steps;
}

[[nodiscard]] QByteArray finalState(const QList<Step> &steps, qsizetype pieceSize)
{
    Terminal terminal({20, 6}, {.scrollbackLines = 100, .allowsChecksums = true});
    QByteArray answers;
    for (const Step &step : steps) {
        if (step.size.columns > 0) {
            terminal.resize(step.size);
        }
        for (qsizetype i = 0; i < step.bytes.size(); i += pieceSize) {
            const QByteArray piece = step.bytes.mid(i, pieceSize);
            terminal.feed({piece.data(), static_cast<std::size_t>(piece.size())});
            answers += QByteArray::fromStdString(terminal.takeOutput());
        }
    }
    QByteArray state = QByteArray::fromStdString(dumpText(terminal));
    if (!answers.isEmpty()) {
        state += "answers: ";
        for (const char byte : std::as_const(answers)) {
            const auto number = static_cast<unsigned char>(byte);
            state += byte == '\x1B'  ? QByteArray("\\e")
                     : number < 0x80 ? QByteArray(1, byte)
                                     : "\\x" + QByteArray::number(number, 16);
        }
        state += '\n';
    }
    return state;
}

} // namespace

/// Each file of golden/ tells what a program writes, and beside it what is then to be seen. With
/// KOYEB_ACCEPT=1 what is seen becomes what is expected: look at the difference before it is committed.
class GoldenTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void looksAsExpected_data();
    void looksAsExpected();
};

void GoldenTest::looksAsExpected_data()
{
    QTest::addColumn<QString>("path");
    const QDir folder(QStringLiteral(GOLDEN_FOLDER));
    const QStringList names = folder.entryList({QStringLiteral("*.vt")}, QDir::Files, QDir::Name);
    QVERIFY(!names.isEmpty());
    for (const QString &name : names) {
        QTest::newRow(qPrintable(name)) << folder.filePath(name);
    }
}

void GoldenTest::looksAsExpected()
{
    QFETCH(const QString, path);
    QFile input(path);
    QVERIFY(input.open(QIODevice::ReadOnly));
    const QList<Step> steps = stepsOf(input.readAll());
    const QByteArray state = finalState(steps, 1 << 20);
    QCOMPARE(finalState(steps, 1), state);

    QString expectedPath = path;
    expectedPath.replace(QStringLiteral(".vt"), QStringLiteral(".expected"));
    QFile expected(expectedPath);
    if (qEnvironmentVariableIntValue("KOYEB_ACCEPT") == 1) {
        QVERIFY(expected.open(QIODevice::WriteOnly));
        expected.write(state);
        return;
    }
    QVERIFY2(expected.open(QIODevice::ReadOnly), "nothing is expected yet: run with KOYEB_ACCEPT=1");
    QCOMPARE(QString::fromUtf8(state), QString::fromUtf8(expected.readAll()));
}

QTEST_APPLESS_MAIN(GoldenTest)
#include "goldentest.moc"
