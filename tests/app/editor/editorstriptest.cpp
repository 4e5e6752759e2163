// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/editorstrip.h"
#include "editor/editortab.h"
#include "editorfixture.h"

#include <QMessageBox>
#include <QSignalSpy>
#include <QTabBar>
#include <QTabWidget>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

/// Several files of a real sandbox in their tabs.
class EditorStripTest : public QObject {
    Q_OBJECT

    Test::EditorFixture m_fixture;

    struct Strip : EditorStrip {
        explicit Strip(const std::shared_ptr<Sandbox> &sandbox) : EditorStrip(new QLineEdit, u"Folders"_s)
        {
            resize(700, 400);
            show();
            setSandbox(sandbox);
        }
        [[nodiscard]] QTabWidget &tabs() const { return *findChild<QTabWidget *>(); }
        [[nodiscard]] QString titles() const
        {
            QStringList all;
            for (int index = 0; index < tabs().count(); ++index) {
                all.append(tabs().tabText(index));
            }
            return all.join(u'|');
        }
        [[nodiscard]] CodeView &view() const { return *tabs().currentWidget()->findChild<CodeView *>(); }
        void openFile(const QByteArray &path)
        {
            open(path, Test::EditorFixture::file(remoteName(path)));
            QTRY_VERIFY_WITH_TIMEOUT(view().isVisible(), Test::editorPatienceMs);
        }
        void answer(QMessageBox::StandardButton button) const
        {
            auto *question = findChild<QMessageBox *>();
            QVERIFY(question);
            question->button(button)->click();
        }
    };

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText()));
        m_fixture.put("/tmp/a&b", "one\n");
        m_fixture.put("/tmp/two", "two\n");
    }

    void aFileHasOneTab()
    {
        Strip strip(m_fixture.sandbox());
        QVERIFY(!strip.tabs().tabBar()->isVisible());
        strip.openFile("/tmp/a&b");
        strip.openFile("/tmp/two");
        QCOMPARE(strip.titles(), u"Folders|a&&b|two"_s);
        QVERIFY(strip.tabs().tabBar()->isVisible());
        strip.openFile("/tmp/a&b");
        QCOMPARE(strip.tabs().count(), 3);
        QCOMPARE(strip.tabs().currentIndex(), 1);
        strip.closeCurrent();
        strip.closeCurrent();
        strip.tabs().setCurrentIndex(0);
        strip.closeCurrent(); // The first cannot be closed.
        QTRY_COMPARE(strip.titles(), u"Folders"_s);
    }

    void closingAsksWhereSomethingWouldBeLost()
    {
        Strip strip(m_fixture.sandbox());
        strip.openFile("/tmp/two");
        QTest::keyClicks(&strip.view(), u"x"_s);
        QCOMPARE(strip.unsavedCount(), 1);
        QCOMPARE(strip.titles(), u"Folders|● two"_s);
        strip.closeCurrent();
        strip.answer(QMessageBox::Cancel);
        QCOMPARE(strip.tabs().count(), 2);
        QTRY_VERIFY(!strip.findChild<QMessageBox *>());
        strip.closeCurrent();
        strip.answer(QMessageBox::Save);
        QTRY_COMPARE_WITH_TIMEOUT(strip.tabs().count(), 1, Test::editorPatienceMs);
        QCOMPARE(m_fixture.get("/tmp/two"), "xtwo\n");
        strip.openFile("/tmp/two");
        QTest::keyClicks(&strip.view(), u"y"_s);
        strip.closeCurrent();
        strip.answer(QMessageBox::Discard);
        QCOMPARE(strip.tabs().count(), 1);
        QCOMPARE(m_fixture.get("/tmp/two"), "xtwo\n");
        QCOMPARE(strip.unsavedCount(), 0);
    }

    void whatCouldNotBeSavedStaysOpen()
    {
        Strip strip(m_fixture.sandbox());
        m_fixture.put("/tmp/changing", "one\n");
        strip.openFile("/tmp/changing");
        QTest::keyClicks(&strip.view(), u"x"_s);
        m_fixture.put("/tmp/changing", "other\n");
        strip.closeCurrent();
        strip.answer(QMessageBox::Save);
        QTRY_VERIFY_WITH_TIMEOUT(Test::saysIn(strip, u"Somebody else has changed"_s), Test::editorPatienceMs);
        QCOMPARE(strip.tabs().count(), 2);
    }

    void allAreSavedAtOnce()
    {
        Strip strip(m_fixture.sandbox());
        std::optional<bool> outcome;
        strip.saveAll([&](bool isSaved) { outcome = isSaved; });
        QCOMPARE(outcome, true);
        for (const QByteArray path : {"/tmp/x", "/tmp/y"}) {
            m_fixture.put(path, "1\n");
            strip.openFile(path);
            QTest::keyClicks(&strip.view(), u"0"_s);
        }
        outcome.reset();
        strip.saveAll([&](bool isSaved) { outcome = isSaved; });
        QTRY_VERIFY_WITH_TIMEOUT(outcome.has_value(), Test::editorPatienceMs);
        QCOMPARE(outcome, true);
        QCOMPARE(m_fixture.get("/tmp/x") + m_fixture.get("/tmp/y"), "01\n01\n");
        QTest::keyClicks(&strip.view(), u"0"_s);
        strip.setSandbox(nullptr);
        outcome.reset();
        strip.saveAll([&](bool isSaved) { outcome = isSaved; });
        QTRY_VERIFY(outcome.has_value());
        QCOMPARE(outcome, false);
        QCOMPARE(strip.unsavedCount(), 1);
    }

    void savingAllShowsWhatCouldNotBe()
    {
        Strip strip(m_fixture.sandbox());
        for (const QByteArray path : {"/tmp/theirs", "/tmp/mine"}) {
            m_fixture.put(path, "1\n");
            strip.openFile(path);
            QTest::keyClicks(&strip.view(), u"0"_s);
        }
        m_fixture.put("/tmp/theirs", "2\n");
        std::optional<bool> outcome;
        strip.saveAll([&](bool isSaved) { outcome = isSaved; });
        QTest::keyClicks(&strip.view(), u"0"_s); // Goes along.
        QTRY_VERIFY_WITH_TIMEOUT(outcome.has_value(), Test::editorPatienceMs);
        QCOMPARE(outcome, false);
        QCOMPARE(m_fixture.get("/tmp/mine"), "001\n");
        QCOMPARE(strip.unsavedCount(), 1);
        QVERIFY(Test::saysIn(strip, u"Somebody else has changed"_s));
    }

    void aTabThatIsClosedIsNotWaitedFor()
    {
        Strip strip(m_fixture.sandbox());
        m_fixture.put("/tmp/closing", "1\n");
        strip.openFile("/tmp/closing");
        QTest::keyClicks(&strip.view(), u"0"_s);
        std::optional<bool> outcome;
        strip.saveAll([&](bool isSaved) { outcome = isSaved; });
        strip.closeCurrent();
        strip.answer(QMessageBox::Discard);
        QTRY_COMPARE_WITH_TIMEOUT(outcome, true, Test::editorPatienceMs);
    }

    void nobodyIsToldOfASaveOnceItGoes()
    {
        std::optional<bool> outcome;
        {
            Strip strip(m_fixture.sandbox());
            m_fixture.put("/tmp/going", "1\n");
            strip.openFile("/tmp/going");
            QTest::keyClicks(&strip.view(), u"0"_s);
            strip.saveAll([&](bool isSaved) { outcome = isSaved; });
        }
        QVERIFY(!outcome.has_value());
    }

    void aSandboxThatComesLaterIsRead()
    {
        Strip strip(nullptr);
        strip.open("/tmp/two", Test::EditorFixture::file("two"));
        QVERIFY(!strip.view().isVisible());
        strip.setSandbox(m_fixture.sandbox());
        QTRY_VERIFY_WITH_TIMEOUT(strip.view().isVisible(), Test::editorPatienceMs);
    }
};

QTEST_MAIN(EditorStripTest)
#include "editorstriptest.moc"
