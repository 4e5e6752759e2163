// SPDX-License-Identifier: Apache-2.0
#include "sandbox/packing.h"
#include "stress/randomtree.h"
#include "transferfixture.h"

#include <QtTest>

#include <fstream>
#include <functional>
#include <memory>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qint64 gibibyte = qint64{1024} * 1024 * 1024;

void write(const QByteArray &path, const QByteArray &content, mode_t mode = 0644)
{
    const int file = ::open(path.constData(), O_WRONLY | O_CREAT | O_EXCL, 0600);
    QVERIFY2(file >= 0, path.constData());
    QCOMPARE(::write(file, content.constData(), static_cast<size_t>(content.size())), content.size());
    QCOMPARE(::fchmod(file, mode), 0);
    const timespec times[2]{{0, 0}, {1'234'567'890 + content.size(), 0}};
    QCOMPARE(::futimens(file, times), 0);
    ::close(file);
}

void makeDirectory(const QByteArray &path)
{
    QCOMPARE(::mkdir(path.constData(), 0755), 0);
}

void makeContents(const QByteArray &top)
{
    for (const qint64 size :
         {qint64{0}, qint64{1}, qint64{255}, qint64{65'536}, chunkBytes - 1, chunkBytes, chunkBytes + 1}) {
        write(top + "/size-" + QByteArray::number(size), randomBytes(size));
    }
    QByteArray everyByte;
    for (int byte = 0; byte < 256; ++byte) {
        everyByte += static_cast<char>(byte);
    }
    write(top + "/every byte", everyByte.repeated(300));
    write(top + "/not UTF-8", QByteArray("\xFF\xFE\x80\xC3 caf\xE9").repeated(5000), 0400);
    write(top + "/carriage returns", QByteArray("one\r\ntwo\rthree\n\n").repeated(5000), 0755);
    const auto sparse = top + "/sparse";
    write(sparse, "begins");
    QCOMPARE(::truncate(sparse.constData(), 40'000'000), 0);
}

void makeNames(const QByteArray &top)
{
    for (int character = 1; character < 128; ++character) {
        if (character != '/' && character != '.') {
            write(top + '/' + static_cast<char>(character), QByteArray::number(character));
        }
    }
    write(top + '/' + QByteArray(255, 'n'), "long");
    write(top + "/\xFF\xFE\x80", "not UTF-8");
    write(top + "/-rf * $(x) `y` \"'\\\n\t", "for a shell to stumble over");
    write(top + "/.koyeb", "hidden");
    write(top + "/e\xCC\x81", "decomposed");
    write(top + "/\xC3\xA9", "composed");
    write(top + "/CASE", "large");
    write(top + "/case", "small");
    QCOMPARE(::symlink("/nowhere/at all\xFF", (top + "/dangling").constData()), 0);
    QCOMPARE(::symlink("..", (top + "/up").constData()), 0);
    QByteArray deep = top;
    for (int level = 0; level < 14; ++level) {
        deep += '/' + QByteArray(200, static_cast<char>('a' + level));
        makeDirectory(deep);
    }
    write(deep + "/at the bottom", "deep");
}

/// What git makes of a few files: read-only objects under names of hashes, and all that is beside them.
void makeCheckout(const QByteArray &top)
{
    QProcess git;
    git.setWorkingDirectory(QString::fromUtf8(top));
    git.start(
        u"/bin/sh"_s,
        {u"-c"_s,
         u"export GIT_CONFIG_GLOBAL=/dev/null HOME=/nowhere; git init -q . && "
         "for i in 1 2 3 4 5 6 7 8 9; do mkdir -p src/$i && seq $i 400 > src/$i/file.c || exit; done && "
         "ln -s src/1/file.c link && printf '#!/bin/sh\\n' > run && chmod 755 run && git add -A && "
         "git -c user.name=n -c user.email=e@example.org commit -qm one && git tag -a -m t v1 2>&- ; "
         "git status --porcelain"_s});
    QVERIFY(git.waitForFinished(60'000));
    QCOMPARE(git.exitCode(), 0);
    QCOMPARE(git.readAllStandardError(), QByteArray());
}

void makeModules(const QByteArray &top)
{
    makeDirectory(top + "/node_modules");
    makeDirectory(top + "/node_modules/.bin");
    for (int module = 0; module < 60; ++module) {
        const auto name = "module-" + QByteArray::number(module);
        const auto folder = top + "/node_modules/" + name;
        makeDirectory(folder);
        write(folder + "/package.json", "{\"name\": \"" + name + "\"}\n");
        write(folder + "/cli.js", "#!/usr/bin/env node\n", 0755);
        const auto link = top + "/node_modules/.bin/" + name;
        QCOMPARE(::symlink(("../" + name + "/cli.js").constData(), link.constData()), 0);
        auto nested = folder;
        for (int level = 0; level < 6; ++level) {
            makeDirectory(nested + "/node_modules");
            nested += "/node_modules/inner";
            makeDirectory(nested);
            for (int file = 0; file < 5; ++file) {
                write(nested + '/' + QByteArray::number(file) + ".js", randomBytes(file * 700));
            }
        }
    }
}

void makeSmallFiles(const QByteArray &top)
{
    for (int folder = 0; folder < 100; ++folder) {
        const auto path = top + '/' + QByteArray::number(folder);
        makeDirectory(path);
        for (int file = 0; file < 500; ++file) {
            write(
                path + '/' + QByteArray::number(file),
                QByteArray::number(folder * 500 + file).repeated(file % 7));
        }
    }
}

/// Several random items in a folder, and what this computer's user may not do to all of them: other bits of
/// modes, and times of folders.
void makeRandom(const QByteArray &top, quint32 seed)
{
    QRandomGenerator random(seed);
    constexpr int items = 6;
    for (int item = 0; item < items; ++item) {
        const auto path = top + "/item" + QByteArray::number(item);
        QVERIFY(Stress::makeRandomItem(path, random, item > 0));
    }
    makeDirectory(top + "/empty");
    write(top + "/setuid", "mode", 06755);
    QCOMPARE(::chmod((top + "/setuid").constData(), 06755), 0);
    const timespec times[2]{{0, 0}, {-86'400 - static_cast<time_t>(seed), 500'000'000}};
    QCOMPARE(::utimensat(AT_FDCWD, (top + "/item1").constData(), times, 0), 0);
}

void makeGibibyte(const QByteArray &top)
{
    std::ofstream file((top + "/noise").toStdString(), std::ios::binary);
    QRandomGenerator random(20);
    std::vector<quint32> piece(256 * 1024);
    for (qint64 written = 0; written < gibibyte; written += qint64(piece.size() * sizeof(quint32))) {
        random.generate(piece.begin(), piece.end());
        file.write(
            reinterpret_cast<const char *>(piece.data()),
            static_cast<std::streamsize>(piece.size() * sizeof(quint32)));
    }
    QVERIFY(file.good());
}

} // namespace

/// What lies below a folder, a line for each, like TransferFixture::describeScript(): of folders also the
/// time. Without the bits of modes that are not moved, where `isOriginal`.
QString lookScript(const QByteArray &folder, bool isOriginal)
{
    const auto script = u"import os,sys,hashlib\n"
                        "bits=0o777 if sys.argv[2]=='1' else 0o7777\n"
                        "def tell(p):\n"
                        "  s=os.lstat(p); r=p[len(top):]; m=oct(s.st_mode&bits); t=s.st_mtime_ns//10**9\n"
                        "  if os.path.islink(p): print('l', os.readlink(p), r)\n"
                        "  elif os.path.isdir(p): print('d', m, t, r)\n"
                        "  else:\n"
                        "    h=hashlib.sha256()\n"
                        "    with open(p,'rb') as f:\n"
                        "      while b:=f.read(1<<20): h.update(b)\n"
                        "    print('f', m, t, s.st_size, h.hexdigest(), r)\n"
                        "top=os.fsencode(sys.argv[1])\n"
                        "tell(top)\n"
                        "for d,ds,fs in os.walk(top):\n"
                        "  for n in sorted(ds+fs): tell(os.path.join(d,n))\n"_s;
    return u"python3 -c %1 %2 %3"_s.arg(
        shellQuoted(script.toUtf8()), shellQuoted(folder), isOriginal ? u"1"_s : u"0"_s);
}

/// What people really move, up, from sandbox to sandbox and down again, compared byte for byte, with modes,
/// times and links.
class TestRoundTrip : public QObject {
    Q_OBJECT

    std::unique_ptr<TransferFixture> m_fixture;

    using Make = std::function<void(const QByteArray &top)>;

    /// Into the sandbox, from there to another place in it by way of a relay, and back.
    void move(const Make &make)
    {
        m_fixture->makeFolder("tree");
        make(m_fixture->path("tree"));
        m_fixture->makeFolder("back");
        QCOMPARE(m_fixture->inSandbox(u"mkdir /tmp/there /tmp/further"_s), QByteArray());
        const auto original = lookHere("tree", true);
        QVERIFY(!original.isEmpty());
        auto &box = m_fixture->sandbox();
        finish(box.upload(m_fixture->fsPath("tree"), "/tmp/there", ExistingTarget::Refuse, nullptr));
        QCOMPARE(m_fixture->inSandbox(lookScript("/tmp/there/tree", false)), original);
        RelayOrder order;
        order.source = "/tmp/there/tree";
        order.targetDirectory = "/tmp/further";
        order.spool = m_fixture->fsPath("spool");
        finish(box.copyTo(box, order, nullptr));
        QCOMPARE(m_fixture->inSandbox(lookScript("/tmp/further/tree", false)), original);
        finish(box.download("/tmp/further/tree", m_fixture->fsPath("back"), ExistingTarget::Refuse, nullptr));
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
    void init()
    {
        m_fixture = std::make_unique<TransferFixture>();
        QVERIFY(m_fixture->start());
    }
    void cleanup() { m_fixture.reset(); }

    void everythingComesBack_data()
    {
        QTest::addColumn<Make>("make");
        QTest::addColumn<bool>("isBusyBox");
        const auto both = [](const char *name, void (*make)(const QByteArray &)) {
            QTest::addRow("%s, GNU", name) << Make(make) << false;
            QTest::addRow("%s, BusyBox", name) << Make(make) << true;
        };
        both("contents", makeContents);
        both("names", makeNames);
        both("a checkout of git", makeCheckout);
        both("node_modules", makeModules);
        both("50,000 small files", makeSmallFiles);
        QTest::newRow("1 GiB of noise") << Make(makeGibibyte) << false;
    }
    void everythingComesBack()
    {
        QFETCH(Make, make);
        QFETCH(bool, isBusyBox);
        if (isBusyBox) {
            m_fixture->useBusyBox();
        }
        move(make);
    }

    void aTimeThatCannotBeSetIsTheNextOne()
    {
        m_fixture->useBusyBox();
        const auto path = m_fixture->path("old");
        write(path, randomBytes(10));
        const timespec times[2]{{0, 0}, {-1, 0}};
        QCOMPARE(::utimensat(AT_FDCWD, path.constData(), times, 0), 0);
        QCOMPARE(m_fixture->inSandbox(u"mkdir /tmp/there"_s), QByteArray());
        auto &box = m_fixture->sandbox();
        finish(box.upload(m_fixture->fsPath("old"), "/tmp/there", ExistingTarget::Refuse, nullptr));
        QCOMPARE(m_fixture->inSandbox(u"stat -c %Y /tmp/there/old"_s), "0\n");
    }

    void randomTreesComeBack_data()
    {
        QTest::addColumn<bool>("isBusyBox");
        QTest::newRow("GNU") << false;
        QTest::newRow("BusyBox") << true;
    }
    void randomTreesComeBack()
    {
        QFETCH(bool, isBusyBox);
        constexpr quint32 trees = 8;
        for (quint32 seed = 1; seed <= trees && !QTest::currentTestFailed(); ++seed) {
            if (seed > 1) {
                m_fixture = std::make_unique<TransferFixture>();
                QVERIFY(m_fixture->start());
            }
            if (isBusyBox) {
                m_fixture->useBusyBox();
            }
            move([&](const QByteArray &top) { makeRandom(top, seed); });
            if (QTest::currentTestFailed()) {
                qWarning("The seed was %u.", seed);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestRoundTrip)
#include "test_roundtrip.moc"
