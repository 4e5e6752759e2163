// SPDX-License-Identifier: Apache-2.0
#include "executor/shellquote.h"

#include <QProcess>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QTest>

using namespace Koyeb;
using namespace Qt::Literals::StringLiterals;

class TestShellQuote : public QObject {
    Q_OBJECT

    /// What a shell makes of the words.
    static QList<QByteArray> understood(const QString &shell, const QList<QByteArray> &words)
    {
        QProcess process;
        process.start(shell, {u"-c"_s, u"printf '%s\\0' "_s + shellQuoted(words)});
        process.waitForFinished();
        auto output = process.readAllStandardOutput().split('\0');
        output.removeLast();
        return output;
    }

    /// Bytes as names have them, with quotes, newlines and halves of characters more often than chance would.
    static QByteArray randomWord(QRandomGenerator &random)
    {
        static const QList<QByteArray> pieces{"'",    "\"", "\\", "$", "`",    "\n",       " ",
                                              "*",    "-",  "é",  "😀", "\xC3", "\xF0\x9F", "\xED\xA0\x80",
                                              "\xFF", "%s", "!",  "\r"};
        QByteArray word;
        const int length = random.bounded(12);
        for (int index = 0; index < length; ++index) {
            if (random.bounded(2) == 0) {
                word += pieces[random.bounded(pieces.size())];
            } else {
                word += static_cast<char>(random.bounded(1, 256));
            }
        }
        return word;
    }

private Q_SLOTS:
    void shellsUnderstandEveryWord_data()
    {
        QTest::addColumn<QString>("shell");
        for (const auto &name : {u"sh"_s, u"bash"_s, u"dash"_s}) {
            const auto shell = QStandardPaths::findExecutable(name);
            if (!shell.isEmpty()) {
                QTest::addRow("%s", qPrintable(name)) << shell;
            }
        }
    }
    void shellsUnderstandEveryWord()
    {
        QFETCH(QString, shell);
        QRandomGenerator random(20'261'122);
        for (int round = 0; round < 20; ++round) {
            QList<QByteArray> words;
            for (int index = 0; index < 50; ++index) {
                words.append(randomWord(random));
            }
            QCOMPARE(understood(shell, words), words);
        }
    }

    void everySingleByteSurvives()
    {
        QList<QByteArray> words;
        for (int byte = 1; byte < 256; ++byte) {
            words.append(QByteArray(1, static_cast<char>(byte)));
        }
        QCOMPARE(understood(u"/bin/sh"_s, words), words);
    }

    void nothingIsAWordToo() { QCOMPARE(shellQuoted(QByteArray()), u"''"_s); }

    void textIsKeptReadable() { QCOMPARE(shellQuoted("it's é"_ba), u"'it'\\''s é'"_s); }

    void bytesThatAreNoTextAreMadeByPrintf()
    {
        QCOMPARE(shellQuoted("a\xFF\xFE"_ba), u"'a'\"$(printf '\\377\\376')\""_s);
    }

    void everyShellPrintsAnyBytes_data()
    {
        QTest::addColumn<QStringList>("shell");
        for (const auto &words : {QStringList{u"bash"_s}, {u"dash"_s}, {u"busybox"_s, u"sh"_s}}) {
            const auto program = QStandardPaths::findExecutable(words.first());
            if (program.isEmpty()) {
                qWarning("%s is not installed, and not tested.", qPrintable(words.first()));
                continue;
            }
            QTest::addRow("%s", qPrintable(words.first())) << QStringList{program} + words.sliced(1);
        }
    }
    void everyShellPrintsAnyBytes()
    {
        QFETCH(QStringList, shell);
        QByteArray all;
        for (int first = 0; first < 256; ++first) {
            // Every byte before a digit, which must not become a part of it, and at the beginning of a line.
            all += QByteArray(1, static_cast<char>(first)) + '7' + static_cast<char>(255 - first);
        }
        for (const auto &bytes :
             {QByteArray(), "-"_ba, "--help"_ba, "%s\n"_ba, "\\0101'\"$(x)`y`"_ba, all,
              all + QByteArray(2048 - all.size(), 'x') + "-n\n", QByteArray(5000, '\0')}) {
            QProcess process;
            process.start(shell.first(), shell.sliced(1));
            process.write(printingScript(bytes));
            process.closeWriteChannel();
            QVERIFY(process.waitForFinished());
            QCOMPARE(process.exitCode(), 0);
            QCOMPARE(process.readAllStandardOutput(), bytes);
        }
    }

    void validUtf8IsMeasuredAsUnicodeDefinesIt_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("valid");
        QTest::newRow("ascii") << "abc"_ba << 3;
        QTest::newRow("two, three and four bytes") << "é€😀"_ba << 9;
        QTest::newRow("overlong slash") << "\xC0\xAF"_ba << 0;
        QTest::newRow("overlong, three bytes") << "\xE0\x80\xAF"_ba << 0;
        QTest::newRow("surrogate") << "\xED\xA0\x80"_ba << 0;
        QTest::newRow("beyond Unicode") << "\xF4\x90\x80\x80"_ba << 0;
        QTest::newRow("cut") << "a\xE2\x82"_ba << 1;
        QTest::newRow("lone tail") << "\x80"_ba << 0;
    }
    void validUtf8IsMeasuredAsUnicodeDefinesIt()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, valid);
        QCOMPARE(validUtf8Length(bytes, 0), valid);
    }
};

QTEST_GUILESS_MAIN(TestShellQuote)
#include "test_shellquote.moc"
