// SPDX-License-Identifier: Apache-2.0
#include "stress/corpus.h"
#include "stress/images.h"
#include "transferfixture.h"

#include <QtTest>

#include <functional>
#include <memory>

using namespace Koyeb;
using namespace Koyeb::Stress;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

/// What people really move, up, from sandbox to sandbox and down again, compared byte for byte, with modes,
/// times and links.
class TestRoundTrip : public QObject {
    Q_OBJECT

    std::unique_ptr<TransferFixture> m_fixture;
    std::unique_ptr<TransferFixture> m_other; ///< Another sandbox, of another engine.

    using Make = std::function<void(const QByteArray &top)>;

    void start()
    {
        m_fixture = std::make_unique<TransferFixture>();
        m_other = std::make_unique<TransferFixture>();
        QVERIFY(m_fixture->start());
        QVERIFY(m_other->start());
    }
    void useImage(Image image)
    {
        useTools(*m_fixture, image);
        useTools(*m_other, image);
    }
    enum class Way { ThereAndBack, AcrossAnother };
    /// Into the one sandbox, from there, where that is wanted, into the other one by way of a relay, and
    /// back.
    void move(const Make &make, Way way = Way::AcrossAnother)
    {
        m_fixture->makeFolder("tree");
        make(m_fixture->path("tree"));
        m_fixture->makeFolder("back");
        QCOMPARE(m_fixture->inSandbox(u"mkdir /tmp/there"_s), QByteArray());
        QCOMPARE(m_other->inSandbox(u"mkdir /tmp/further"_s), QByteArray());
        const auto original = lookHere("tree", true);
        QVERIFY(!original.isEmpty());
        auto &box = m_fixture->sandbox();
        finish(box.upload(m_fixture->fsPath("tree"), "/tmp/there", ExistingTarget::Refuse, nullptr));
        QCOMPARE(m_fixture->inSandbox(lookScript("/tmp/there/tree", false)), original);
        if (way == Way::ThereAndBack) {
            finish(
                box.download("/tmp/there/tree", m_fixture->fsPath("back"), ExistingTarget::Refuse, nullptr));
            QCOMPARE(lookHere("back/tree", false), original);
            return;
        }
        RelayOrder order;
        order.source = "/tmp/there/tree";
        order.targetDirectory = "/tmp/further";
        order.spool = m_fixture->fsPath("spool");
        auto &other = m_other->sandbox();
        finish(box.copyTo(other, order, nullptr));
        QCOMPARE(m_other->inSandbox(lookScript("/tmp/further/tree", false)), original);
        finish(
            other.download("/tmp/further/tree", m_fixture->fsPath("back"), ExistingTarget::Refuse, nullptr));
        QCOMPARE(lookHere("back/tree", false), original);
    }
    static void finish(Transfer *transfer)
    {
        const auto outcome = outcomeOf(transfer);
        QVERIFY2(outcome.isFinished, qPrintable(outcome.failure ? outcome.failure->message : u"it hangs"_s));
        QVERIFY2(
            outcome.problems.isEmpty(),
            outcome.problems.value(0).path + ": " + outcome.problems.value(0).error.message.toUtf8());
        QCOMPARE(outcome.progress.doneBytes, outcome.progress.totalBytes);
        QCOMPARE(outcome.progress.doneFiles, outcome.progress.totalFiles);
    }
    [[nodiscard]] QByteArray lookHere(const QByteArray &name, bool isOriginal) const
    {
        QProcess process;
        process.start(u"/bin/sh"_s, {u"-c"_s, lookScript(m_fixture->path(name), isOriginal)});
        process.waitForFinished(-1);
        return process.readAllStandardOutput();
    }

private Q_SLOTS:
    void init() { start(); }
    void cleanup()
    {
        m_fixture.reset();
        m_other.reset();
    }

    void everythingComesBack_data()
    {
        QTest::addColumn<Make>("make");
        QTest::addColumn<Image>("image");
        const auto both = [](const char *name, void (*make)(const QByteArray &)) {
            QTest::addRow("%s, GNU", name) << Make(make) << Image::Gnu;
            QTest::addRow("%s, BusyBox", name) << Make(make) << Image::BusyBox;
        };
        both("contents", makeContents);
        both("names", makeNames);
        both("a checkout of git", makeCheckout);
        QTest::newRow("node_modules, GNU") << Make(makeModules) << Image::Gnu;
        QTest::newRow("names, next to nothing") << Make(makeNames) << Image::Poor;
    }
    void everythingComesBack()
    {
        QFETCH(Make, make);
        QFETCH(Image, image);
        useImage(image);
        move(make);
    }

    // Between two sandboxes, `./dev stress corpus` moves as much.
    void muchComesBack_data()
    {
        QTest::addColumn<Make>("make");
        QTest::addColumn<Image>("image");
        QTest::newRow("node_modules, BusyBox") << Make(makeModules) << Image::BusyBox;
        QTest::newRow("50,000 small files, GNU") << Make(makeSmallFiles) << Image::Gnu;
        QTest::newRow("50,000 small files, BusyBox") << Make(makeSmallFiles) << Image::BusyBox;
        QTest::newRow("1 GiB of noise") << Make(makeGibibyte) << Image::Gnu;
    }
    void muchComesBack()
    {
        QFETCH(Make, make);
        QFETCH(Image, image);
        useImage(image);
        move(make, Way::ThereAndBack);
    }

    void aTimeThatCannotBeSetIsTheNextOne()
    {
        m_fixture->useBusyBox();
        const auto path = m_fixture->path("old");
        m_fixture->makeFile("old", randomBytes(10));
        const timespec times[2]{{0, 0}, {-1, 0}};
        QCOMPARE(::utimensat(AT_FDCWD, path.constData(), times, 0), 0);
        QCOMPARE(m_fixture->inSandbox(u"mkdir /tmp/there"_s), QByteArray());
        auto &box = m_fixture->sandbox();
        finish(box.upload(m_fixture->fsPath("old"), "/tmp/there", ExistingTarget::Refuse, nullptr));
        QCOMPARE(m_fixture->inSandbox(u"stat -c %Y /tmp/there/old"_s), "0\n");
    }

    void randomTreesComeBack_data()
    {
        QTest::addColumn<Image>("image");
        QTest::newRow("GNU") << Image::Gnu;
        QTest::newRow("BusyBox") << Image::BusyBox;
        QTest::newRow("next to nothing") << Image::Poor;
    }
    void randomTreesComeBack()
    {
        QFETCH(Image, image);
        // Where each byte is printed, one is enough to wait for.
        const quint32 trees = image == Image::Gnu ? 6 : image == Image::BusyBox ? 4 : 1;
        for (quint32 seed = 1; seed <= trees && !QTest::currentTestFailed(); ++seed) {
            if (seed > 1) {
                start();
            }
            useImage(image);
            move([&](const QByteArray &top) { makeRandom(top, seed); });
            if (QTest::currentTestFailed()) {
                qWarning("The seed was %u.", seed);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestRoundTrip)
#include "test_roundtrip.moc"
