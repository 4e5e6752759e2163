// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminalshellfixture.h"

#include <QStandardPaths>

using namespace Koyeb;
using namespace Koyeb::Desktop;

/// Programs that people spend their days in. What they leave in files, and what they show, is looked at.
class TerminalProgramsTest : public TerminalShellFixture {
    Q_OBJECT

private Q_SLOTS:
    void editsWithVim();
    void readsWithLess();
    void watchesWithHtop();
    void walksWithMidnightCommander();
    void editsWithNano();
    void typesIntoFish();
    void splitsWithTmux();

private:
    /// All of them are named among the packages for tests: a sandbox here has the programs of this computer.
    [[nodiscard]] static bool isInstalled(const char *program)
    {
        return !QStandardPaths::findExecutable(QString::fromLatin1(program)).isEmpty();
    }
    [[nodiscard]] bool isFullScreen(bool isWanted = true) const
    {
        return QTest::qWaitFor(
            [&] { return m_view->session().terminal().modes().alternateScreen == isWanted; }, patience);
    }
    [[nodiscard]] QStringList rows() const { return m_view->visibleText().split(u'\n'); }
    /// Of the first character of a text on the screen.
    [[nodiscard]] Vt::Style styleOf(const QString &text) const
    {
        const QStringList all = rows();
        for (int row = 0; row < all.size(); ++row) {
            const auto column = all.at(row).lastIndexOf(text);
            if (column >= 0) {
                Vt::Line line;
                const Vt::Terminal &terminal = m_view->session().terminal();
                terminal.readLine(terminal.screenTop() + row, line);
                return line.cells.at(static_cast<std::size_t>(column)).style;
            }
        }
        return {};
    }
};

#define VERIFY_SEEN(pattern) QVERIFY2(isSeen(QStringLiteral(pattern)), qPrintable(m_view->visibleText()))

void TerminalProgramsTest::editsWithVim()
{
    QVERIFY(isInstalled("vim"));
    // Without asking for the terminal's version: it would go on to ask for dozens of keys, one after the
    // other, and leave to the shell what is answered after its end. A person is not as quick as this.
    enter(QStringLiteral("vim --cmd 'set t_RV=' notes.txt"));
    QVERIFY(isFullScreen());
    VERIFY_SEEN("^~$");
    type(QStringLiteral("iFirst line"));
    press(Qt::Key_Return);
    commit(QStringLiteral("Grüße, 日本"));
    press(Qt::Key_Escape);
    VERIFY_SEEN("\\AFirst line\nGrüße, 日本\n~");
    type(QStringLiteral("ggdw")); // The cursor's row and column have to be right.
    VERIFY_SEEN("\\Aline\n");
    type(QStringLiteral(":wq"));
    press(Qt::Key_Return);
    QVERIFY(isFullScreen(false));
    VERIFY_SEEN("vim --cmd .*\\n.*[#$]$"); // Vim drops what is typed while it ends.
    enter(QStringLiteral("clear; od -An -c notes.txt | tr -d ' \\n'; echo"));
    VERIFY_SEEN("^line\\\\nGr303274303237e,346227245346234254\\\\n$");
}

void TerminalProgramsTest::readsWithLess()
{
    QVERIFY(isInstalled("less"));
    enter(QStringLiteral("seq 1 2000 | less"));
    QVERIFY(isFullScreen());
    VERIFY_SEEN("\\A1\n2\n");
    type(QStringLiteral("/^15.7$"));
    press(Qt::Key_Return);
    VERIFY_SEEN("\\A1507\n1508\n");
    QVERIFY(styleOf(QStringLiteral("1507")).reverse);
    QVERIFY(!styleOf(QStringLiteral("1508")).reverse);
    type(QStringLiteral("n"));
    VERIFY_SEEN("\\A1517\n");
    press(Qt::Key_PageUp);
    VERIFY_SEEN("^1516\n");
    type(QStringLiteral("q"));
    QVERIFY(isFullScreen(false));
    VERIFY_SEEN("\\| less\n");
}

void TerminalProgramsTest::watchesWithHtop()
{
    QVERIFY(isInstalled("htop"));
    enter(QStringLiteral("htop"));
    QVERIFY(isFullScreen());
    VERIFY_SEEN("Mem\\[.*\\]");
    VERIFY_SEEN("\\[[| ]*[0-9.]+%\\]");
    VERIFY_SEEN("Tasks: [1-9]");
    VERIFY_SEEN("PID.*USER.*CPU%");
    VERIFY_SEEN("F1Help *F2Setup.*F10Quit *\\z");
    press(Qt::Key_F1);
    VERIFY_SEEN("htop [0-9.]+ - ");
    press(Qt::Key_Escape);
    VERIFY_SEEN("F10Quit");
    press(Qt::Key_F10);
    QVERIFY(isFullScreen(false));
    VERIFY_SEEN("[#$]$");
}

void TerminalProgramsTest::walksWithMidnightCommander()
{
    QVERIFY(isInstalled("mc"));
    enter(QStringLiteral("mkdir -p here/inside; cd here; mc"));
    QVERIFY(isFullScreen());
    VERIFY_SEEN("^┌.*┐┌.*┐$"); // Two panels.
    VERIFY_SEEN("^│.*Name.*│.*│.*Name.*│$");
    VERIFY_SEEN("/inside");
    VERIFY_SEEN("^└.*┘└.*┘$");
    VERIFY_SEEN("1Help *2Menu");
    press(Qt::Key_Down);
    press(Qt::Key_Return);
    VERIFY_SEEN("~/here/inside");
    press(Qt::Key_F10);
    QVERIFY(QTest::qWaitFor(
        [this] {
            if (m_view->visibleText().contains(QStringLiteral("really want to quit"))) {
                press(Qt::Key_Return); // As one has set it.
            }
            return !m_view->session().terminal().modes().alternateScreen;
        },
        patience));
    VERIFY_SEEN("[#$]$");
}

void TerminalProgramsTest::editsWithNano()
{
    QVERIFY(isInstalled("nano"));
    enter(QStringLiteral("nano letter.txt"));
    QVERIFY(isFullScreen());
    VERIFY_SEEN("GNU nano");
    type(QStringLiteral("Dear reader"));
    VERIFY_SEEN("^Dear reader$");
    press(Qt::Key_O, Qt::ControlModifier);
    VERIFY_SEEN("letter.txt$");
    press(Qt::Key_Return);
    VERIFY_SEEN("Wrote 1 line");
    press(Qt::Key_X, Qt::ControlModifier);
    QVERIFY(isFullScreen(false));
    VERIFY_SEEN("nano letter.txt\\n.*[#$]$");
    enter(QStringLiteral("cat letter.txt | tr a-z A-Z"));
    VERIFY_SEEN("^DEAR READER$");
}

void TerminalProgramsTest::typesIntoFish()
{
    QVERIFY(isInstalled("fish"));
    enter(QStringLiteral("fish"));
    VERIFY_SEEN("^Welcome to fish");
    VERIFY_SEEN("^[^\n]+@[^\n]*[#>]$");
    type(QStringLiteral("nosuch"));
    VERIFY_SEEN("nosuch");
    QTRY_VERIFY(styleOf(QStringLiteral("nosuch")).foreground != Vt::Style().foreground); // As unknown.
    press(Qt::Key_C, Qt::ControlModifier);
    VERIFY_SEEN("nosuch\\^C$"); // What is typed sooner, fish takes for more of the line.
    enter(QStringLiteral("echo sum-(math 40 + 2)"));
    VERIFY_SEEN("^sum-42$");
    press(Qt::Key_Up); // From its history.
    VERIFY_SEEN("echo sum-\\(math 40 \\+ 2\\)\n*\\z");
    press(Qt::Key_C, Qt::ControlModifier);
    VERIFY_SEEN("2\\)\\^C$");
    enter(QStringLiteral("exit"));
    enter(QStringLiteral("echo back-${BASH_VERSION:+bash}"));
    VERIFY_SEEN("^back-bash$");
}

void TerminalProgramsTest::splitsWithTmux()
{
    QVERIFY(isInstalled("tmux"));
    const auto command = [this](const QString &key) {
        press(Qt::Key_B, Qt::ControlModifier);
        type(key);
    };
    enter(QStringLiteral("tmux -L split"));
    QVERIFY(isFullScreen());
    VERIFY_SEEN("^\\[0\\] 0:.*\\z");
    command(QStringLiteral("%"));
    VERIFY_SEEN("(.*│.*\n){5}");
    command(QStringLiteral("\""));
    VERIFY_SEEN("├─+$");
    enter(QStringLiteral("echo lower-$((1+1))"));
    VERIFY_SEEN("^[^│]*│lower-2$");
    const auto isWhole = [this] {
        const QStringList all = rows();
        const Vt::Size size = m_view->session().terminal().size();
        const auto border = all.first().indexOf(u'│');
        // The status is on the last row, and the border on all others, in one column.
        return all.size() == size.rows && all.last().startsWith(QStringLiteral("[0] 0:")) && border > 0 &&
               std::abs(border - size.columns / 2) <= 1 &&
               std::all_of(all.begin(), all.end() - 1, [border](const QString &row) {
                   return row.size() > border && (row.at(border) == u'│' || row.at(border) == u'├');
               });
    };
    QVERIFY2(QTest::qWaitFor(isWhole, patience), qPrintable(m_view->visibleText()));
    for (const QSize size : {QSize(500, 300), QSize(1100, 700), QSize(640, 420)}) {
        const Vt::Size before = m_view->session().terminal().size();
        m_page->resize(size);
        QTRY_VERIFY(m_view->session().terminal().size() != before);
        QVERIFY2(QTest::qWaitFor(isWhole, patience), qPrintable(m_view->visibleText()));
    }
    enter(QStringLiteral("tmux -L split kill-server"));
    QVERIFY(isFullScreen(false));
    VERIFY_SEEN("[#$]$");
}

QTEST_MAIN(TerminalProgramsTest)
#include "terminalprogramstest.moc"
