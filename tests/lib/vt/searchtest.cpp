// SPDX-License-Identifier: Apache-2.0
#include "vt/search.h"
#include "vt/selection.h"
#include "vt/terminal.h"

#include <QRegularExpression>
#include <QTest>

using namespace Koyeb::Vt;

namespace {

/// What was found, in order of the text.
[[nodiscard]] QStringList found(const Terminal &terminal, Search search)
{
    while (search.advance(terminal, 2)) {
    }
    QStringList texts;
    for (const Search::Match &match : search.matches()) {
        Selection selection;
        selection.begin(terminal, match.first, Selection::Unit::Character);
        selection.extendTo(terminal, match.end);
        texts.prepend(
            QString::number(match.first.line) + QLatin1Char(':') +
            QString::fromStdString(selection.text(terminal)));
    }
    return texts;
}

} // namespace

class SearchTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findsText_data();
    void findsText();
    void findsWhatAMatcherFinds();
    void mapsBytesToCellsAndBack();
    void looksAtSomeLinesAtATime();
    void tellsOnceOfAVeryLongLine();
    void readsNoMoreOfALineThanAsked();
};

void SearchTest::findsText_data()
{
    QTest::addColumn<QString>("needle");
    QTest::addColumn<bool>("caseSensitive");
    QTest::addColumn<bool>("wholeWords");
    QTest::addColumn<QStringList>("expected");
    using L = QStringList;
    QTest::newRow("text") << QStringLiteral("one") << true << false
                          << L{QStringLiteral("0:one"), QStringLiteral("3:one")};
    QTest::newRow("any case") << QStringLiteral("ONE") << false << false
                              << L{QStringLiteral("0:one"), QStringLiteral("1:One"), QStringLiteral("3:one")};
    QTest::newRow("whole words") << QStringLiteral("one") << true << true << L{QStringLiteral("0:one")};
    QTest::newRow("across rows") << QStringLiteral("89ab") << true << false << L{QStringLiteral("4:89ab")};
    QTest::newRow("not ASCII") << QStringLiteral("ÉTÉ") << false << false << L{QStringLiteral("6:été")};
    QTest::newRow("wide") << QStringLiteral("文") << true << false << L{QStringLiteral("6:文")};
    QTest::newRow("overlapping") << QStringLiteral("xx") << true << false
                                 << L{QStringLiteral("7:xx"), QStringLiteral("7:xx")};
    QTest::newRow("nothing") << QStringLiteral("absent") << false << false << L{};
    QTest::newRow("empty") << QString() << false << false << L{};
}

void SearchTest::findsText()
{
    QFETCH(const QString, needle);
    QFETCH(const bool, caseSensitive);
    QFETCH(const bool, wholeWords);
    QFETCH(const QStringList, expected);
    Terminal terminal({10, 3});
    terminal.feed("one two\r\nOne\r\n\r\nlonesome\r\n0123456789abc\r\n中文 été\r\nxxxxx");
    QCOMPARE(
        found(
            terminal,
            Search(needle.toStdString(), {.isCaseSensitive = caseSensitive, .wholeWords = wholeWords})),
        expected);
}

void SearchTest::findsWhatAMatcherFinds()
{
    Terminal terminal({10, 3});
    terminal.feed("error 17\r\nfine\r\nsome error 4711 here");
    const QRegularExpression expression(QStringLiteral("error \\d+"));
    const auto matcher = [&expression](std::string_view line, auto &matches) {
        const QString text = QString::fromUtf8(line.data(), static_cast<qsizetype>(line.size()));
        for (auto all = expression.globalMatch(text); all.hasNext();) {
            const auto match = all.next();
            const auto bytes = [&text](qsizetype end) {
                return static_cast<std::size_t>(text.left(end).toUtf8().size());
            };
            matches.emplace_back(bytes(match.capturedStart()), bytes(match.capturedEnd()));
        }
    };
    QCOMPARE(
        found(terminal, Search(matcher)),
        (QStringList{QStringLiteral("0:error 17"), QStringLiteral("2:error 4711")}));
}

void SearchTest::mapsBytesToCellsAndBack()
{
    Terminal terminal({6, 4});
    terminal.feed("a中e\xCC\x81 bcdef");
    LogicalLine line;
    line.read(terminal, 1);
    QCOMPARE(line.firstRow(), LineNumber{0});
    QCOMPARE(line.endRow(), LineNumber{2});
    QCOMPARE(QString::fromStdString(line.text()), QStringLiteral("a中e\u0301 bcdef"));
    QVERIFY((line.positionAt(0) == Position{0, 0}));
    QVERIFY((line.positionAt(1) == Position{0, 1}));
    QVERIFY((line.endAt(4) == Position{0, 3}));
    QVERIFY((line.positionAt(line.text().find('c')) == Position{1, 0}));
    QVERIFY((line.endAt(line.text().size()) == Position{1, 4}));
    QCOMPARE(line.byteAt({1, 0}), line.text().find('c'));
    QCOMPARE(line.byteAt({1, 5}), line.text().size());
}

void SearchTest::looksAtSomeLinesAtATime()
{
    Terminal terminal({20, 4});
    for (int i = 0; i < 1000; ++i) {
        terminal.feed("needle\r\n");
    }
    Search search("needle", {});
    QVERIFY(search.advance(terminal, 100));
    const std::size_t count = search.matches().size();
    QVERIFY(count > 90 && count <= 100);
    // What comes meanwhile is not looked at, and does no harm.
    terminal.feed("needle\r\n");
    while (search.advance(terminal, 100)) {
    }
    QCOMPARE(search.matches().size(), std::size_t{1000});
    QVERIFY(search.isComplete());
}

/// Longer than what is read of a line at once.
void SearchTest::tellsOnceOfAVeryLongLine()
{
    constexpr int rows = 3500;
    Terminal terminal({10, 3}, {.scrollbackLines = 2 * rows});
    for (int row = 0; row < rows; ++row) {
        terminal.feed("0123456789");
    }
    Search search("9012", {});
    while (search.advance(terminal, 64)) {
    }
    const auto &matches = search.matches();
    QCOMPARE(matches.size(), std::size_t{rows - 1});
    for (std::size_t index = 0; index < matches.size(); ++index) {
        const auto line = static_cast<LineNumber>(rows - 2 - static_cast<int>(index));
        QVERIFY((matches[index].first == Position{line, 9}));
    }
}

void SearchTest::readsNoMoreOfALineThanAsked()
{
    Terminal terminal({10, 4});
    terminal.feed(std::string(1000, 'x'));
    LogicalLine line;
    line.read(terminal, 50, 3);
    QCOMPARE(line.firstRow(), LineNumber{47});
    QCOMPARE(line.endRow(), LineNumber{53});
    QCOMPARE(line.text().size(), std::size_t{60});
    line.read(terminal, 50);
    QCOMPARE(line.firstRow(), LineNumber{0});
    QCOMPARE(line.endRow(), LineNumber{100});
}

QTEST_APPLESS_MAIN(SearchTest)
#include "searchtest.moc"
