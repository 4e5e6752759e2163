// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminalviewfixture.h"

#include "terminal/terminallinks.h"

#include <QDesktopServices>

using namespace Koyeb;
using namespace Koyeb::Desktop;

/// Takes addresses in place of a browser.
class FakeBrowser : public QObject {
    Q_OBJECT

public:
    FakeBrowser()
    {
        for (const QString &scheme : schemes) {
            QDesktopServices::setUrlHandler(scheme, this, "open");
        }
    }
    ~FakeBrowser() override
    {
        for (const QString &scheme : schemes) {
            QDesktopServices::unsetUrlHandler(scheme);
        }
    }

    QList<QUrl> opened;

public Q_SLOTS:
    void open(const QUrl &url) { opened.append(url); }

private:
    QStringList schemes{
        QStringLiteral("http"), QStringLiteral("https"), QStringLiteral("mailto"), QStringLiteral("file"),
        QStringLiteral("ssh")};
};

/// Links in a view: those of programs, and addresses in plain text.
class TerminalViewLinksTest : public TerminalViewFixture {
    Q_OBJECT

private Q_SLOTS:
    void findsAddressesInText_data();
    void findsAddressesInText();
    void findsAddressesAcrossRows();
    void opensOnlyWebAndMail_data();
    void opensOnlyWebAndMail();
    void underlinesTheLinkUnderThePointer();
    void underlinesAllPartsOfALinkWithAnId();
    void followsALinkWithoutAnIdOverTheEdge();
    void opensLinksByControlClick();
    void neverOpensFiles();
    void opensALinkWithAnIdFromPartToPart();

private:
    void moveTo(QPoint point) { QTest::mouseMove(m_view->viewport(), point); }
    void press(int row, int column)
    {
        QTest::mousePress(m_view->viewport(), Qt::LeftButton, Qt::ControlModifier, middleOf(row, column));
    }
    void release(int row, int column)
    {
        QTest::mouseRelease(m_view->viewport(), Qt::LeftButton, Qt::ControlModifier, middleOf(row, column));
    }
};

void TerminalViewLinksTest::findsAddressesInText_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("column");
    QTest::addColumn<QString>("target"); // Empty: there is none.
    const QString address = QStringLiteral("https://example.com/a");
    QTest::newRow("plain") << QByteArray("see https://example.com/a now") << 6 << address;
    QTest::newRow("its last letter") << QByteArray("see https://example.com/a now") << 24 << address;
    QTest::newRow("beside it") << QByteArray("see https://example.com/a now") << 25 << QString();
    QTest::newRow("end of a sentence") << QByteArray("https://example.com/a.") << 3 << address;
    QTest::newRow("the full stop itself") << QByteArray("https://example.com/a.") << 21 << QString();
    QTest::newRow("in brackets") << QByteArray("(https://example.com/a)") << 5 << address;
    QTest::newRow("with brackets") << QByteArray("https://example.com/a_(b)") << 5
                                   << QStringLiteral("https://example.com/a_(b)");
    QTest::newRow("in quotes") << QByteArray("\"https://example.com/a\"") << 5 << address;
    QTest::newRow("after a wide character")
        << QByteArray("\xE4\xB8\xAD https://example.com/a") << 3 << address;
    QTest::newRow("mail") << QByteArray("mailto:a@example.com") << 2
                          << QStringLiteral("mailto:a@example.com");
    QTest::newRow("file") << QByteArray("file:///etc/passwd") << 2 << QString();
    QTest::newRow("no address") << QByteArray("https:// nothing") << 2 << QString();
}

void TerminalViewLinksTest::findsAddressesInText()
{
    QFETCH(const QByteArray, text);
    QFETCH(const int, column);
    QFETCH(const QString, target);
    print(text);
    const auto link = hyperlinkAt(m_session->terminal(), {0, column});
    QCOMPARE(link.has_value(), !target.isEmpty());
    if (link) {
        QCOMPARE(link->target, target);
        QVERIFY(link->first.column <= column && column < link->end.column);
    }
}

void TerminalViewLinksTest::findsAddressesAcrossRows()
{
    const int columns = m_session->terminal().size().columns;
    const QByteArray address = "https://example.com/" + QByteArray(columns, 'x');
    print("go to " + address + " and on");
    for (const Vt::Position place : {Vt::Position{0, 10}, Vt::Position{1, 3}}) {
        const auto link = hyperlinkAt(m_session->terminal(), place);
        QVERIFY(link);
        QCOMPARE(link->target.toLatin1(), address);
        QCOMPARE(link->first, (Vt::Position{0, 6}));
        QCOMPARE(link->end, (Vt::Position{1, 26}));
    }
}

void TerminalViewLinksTest::opensOnlyWebAndMail_data()
{
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("opened");
    const auto same = [](const char *target) {
        QTest::newRow(target) << QString::fromLatin1(target) << QString::fromLatin1(target);
    };
    const auto refused = [](const char *target) {
        QTest::newRow(target) << QString::fromLatin1(target) << QString();
    };
    same("http://example.com");
    same("https://example.com/a?b=c#d");
    same("mailto:a@example.com");
    QTest::newRow("attachment") << QStringLiteral("mailto:a@example.com?attach=/etc/passwd")
                                << QStringLiteral("mailto:a@example.com");
    refused("file:///etc/passwd");
    refused("FILE:///etc/passwd");
    refused("javascript:alert(1)");
    refused("ssh://host");
    refused("smb://host/share");
    refused("https:");
    refused("/etc/passwd");
    refused("data:text/html,x");
    refused("");
}

void TerminalViewLinksTest::opensOnlyWebAndMail()
{
    QFETCH(const QString, target);
    QFETCH(const QString, opened);
    QCOMPARE(openableUrl(target).toString(), opened);
}

void TerminalViewLinksTest::underlinesTheLinkUnderThePointer()
{
    print("\x1B[?25l\x1B]8;;https://example.com/x\x1B\\here\x1B]8;;\x1B\\ there");
    const QImage before = grab();
    moveTo(middleOf(3, 3));
    moveTo(middleOf(0, 2));
    QVERIFY(m_view->hoveredLink());
    QCOMPARE(m_view->hoveredLink()->target, QStringLiteral("https://example.com/x"));
    QCOMPARE(m_view->hoveredLink()->end, (Vt::Position{0, 4}));
    QVERIFY(grab() != before);
    moveTo(middleOf(0, 6));
    QVERIFY(!m_view->hoveredLink());
    QCOMPARE(grab(), before);
}

void TerminalViewLinksTest::underlinesAllPartsOfALinkWithAnId()
{
    const auto link = [](const QByteArray &parameters, const QByteArray &text) {
        return "\x1B]8;" + parameters + ";https://example.com/x\x1B\\" + text + "\x1B]8;;\x1B\\";
    };
    print(
        "\x1B[?25l" + link("id=a", "upper") + " text\r\n" + link("id=a", "lower") + " text\r\n" +
        link("", "other") + " " + link("id=b", "other"));
    moveTo(middleOf(5, 3));
    const QImage before = grab();
    moveTo(middleOf(0, 2));
    const QImage after = grab();
    const auto isSame = [&](int row, int column) {
        const QRect cell = m_view->cellRect(row, column);
        return before.copy(cell) == after.copy(cell);
    };
    QVERIFY(!isSame(0, 4));
    QVERIFY(!isSame(1, 0) && !isSame(1, 4));
    QVERIFY(isSame(0, 6) && isSame(1, 6)); // Text beside it,
    QVERIFY(isSame(2, 1) && isSame(2, 8)); // and what leads to the same place, but is another link.
    moveTo(middleOf(5, 3));
    QCOMPARE(grab(), before);
}

void TerminalViewLinksTest::followsALinkWithoutAnIdOverTheEdge()
{
    const int columns = m_session->terminal().size().columns;
    print(
        "see \x1B]8;;https://example.com/x\x1B\\" + QByteArray(2 * columns, 'x') +
        "\x1B]8;;\x1B\\ \x1B]8;;https://example.com/x\x1B\\again\x1B]8;;\x1B\\");
    for (const Vt::Position place : {Vt::Position{0, 10}, Vt::Position{1, 3}, Vt::Position{2, 2}}) {
        const auto link = hyperlinkAt(m_session->terminal(), place);
        QVERIFY(link);
        QCOMPARE(link->first, (Vt::Position{0, 4}));
        QCOMPARE(link->end, (Vt::Position{2, 4}));
    }
    const auto again = hyperlinkAt(m_session->terminal(), {2, 6});
    QVERIFY(again);
    QCOMPARE(again->first, (Vt::Position{2, 5}));
    // What only stands below it is another one.
    print("\r\n\x1B]8;;https://example.com/y\x1B\\one\r\ntwo\x1B]8;;\x1B\\");
    QCOMPARE(hyperlinkAt(m_session->terminal(), {3, 1})->end, (Vt::Position{3, 3}));
    QCOMPARE(hyperlinkAt(m_session->terminal(), {4, 1})->first, (Vt::Position{4, 0}));
}

void TerminalViewLinksTest::opensLinksByControlClick()
{
    FakeBrowser browser;
    print("\x1B]8;;https://example.com/x\x1B\\here\x1B]8;;\x1B\\ or http://example.org.");
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, Qt::NoModifier, middleOf(0, 1));
    QVERIFY(browser.opened.isEmpty());
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, Qt::ControlModifier, middleOf(0, 1));
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, Qt::ControlModifier, middleOf(0, 12));
    const QList<QUrl> expected{
        QUrl(QStringLiteral("https://example.com/x")), QUrl(QStringLiteral("http://example.org"))};
    QCOMPARE(browser.opened, expected);
    // Who lets go elsewhere has thought better of it.
    QTest::mousePress(m_view->viewport(), Qt::LeftButton, Qt::ControlModifier, middleOf(0, 1));
    QTest::mouseRelease(m_view->viewport(), Qt::LeftButton, Qt::ControlModifier, middleOf(4, 1));
    QCOMPARE(browser.opened, expected);
}

void TerminalViewLinksTest::neverOpensFiles()
{
    FakeBrowser browser;
    print("\x1B]8;;file:///etc/passwd\x1B\\here\x1B]8;;\x1B\\ \x1B]8;;ssh://host\x1B\\here\x1B]8;;\x1B\\");
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, Qt::ControlModifier, middleOf(0, 1));
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, Qt::ControlModifier, middleOf(0, 6));
    QVERIFY(browser.opened.isEmpty());
}

void TerminalViewLinksTest::opensALinkWithAnIdFromPartToPart()
{
    FakeBrowser browser;
    const auto link = [](const QByteArray &parameters, const QByteArray &target, const QByteArray &text) {
        return "\x1B]8;" + parameters + ";https://example.com/" + target + "\x1B\\" + text + "\x1B]8;;\x1B\\";
    };
    print(
        link("id=a", "x", "upper") + "\r\n" + link("id=a", "x", "lower") + "\r\n" +
        link("id=b", "x", "other") + "\r\n" + link("", "x", "plain") + " " + link("", "x", "plain") + "\r\n" +
        link("id=a", "y", "yes"));
    press(0, 1);
    release(1, 2);
    QCOMPARE(browser.opened, QList<QUrl>{QUrl(QStringLiteral("https://example.com/x"))});
    browser.opened.clear();
    const auto pressAndRelease = [this](QPoint from, QPoint to) {
        press(from.x(), from.y());
        release(to.x(), to.y());
    };
    pressAndRelease({0, 1}, {2, 1}); // Another id,
    pressAndRelease({0, 1}, {3, 1}); // none,
    pressAndRelease({3, 1}, {3, 8}); // none, and not beside each other,
    pressAndRelease({3, 1}, {0, 1});
    pressAndRelease({0, 1}, {4, 1}); // another target,
    pressAndRelease({0, 1}, {5, 1}); // or no link at all.
    QCOMPARE(browser.opened, QList<QUrl>{});
    pressAndRelease({3, 1}, {3, 3});
    QCOMPARE(browser.opened, QList<QUrl>{QUrl(QStringLiteral("https://example.com/x"))});
}

QTEST_MAIN(TerminalViewLinksTest)
#include "terminalviewlinkstest.moc"
