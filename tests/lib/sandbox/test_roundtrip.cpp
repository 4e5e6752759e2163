// SPDX-License-Identifier: Apache-2.0
#include "sandbox/packing.h"
#include "transferfixture.h"

#include <QtTest>

#include <fstream>
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

/// What people really move, up and down again, compared byte for byte, with modes, times and links.
class TestRoundTrip : public QObject {
    Q_OBJECT

    std::unique_ptr<TransferFixture> m_fixture;

    using Make = void (*)(const QByteArray &);

    void move(Make make)
    {
        m_fixture->makeFolder("tree");
        make(m_fixture->path("tree"));
        m_fixture->makeFolder("back");
        QCOMPARE(m_fixture->inSandbox(u"mkdir /tmp/there"_s), QByteArray());
        auto *up = m_fixture->sandbox().upload(
            m_fixture->fsPath("tree"), "/tmp/there", ExistingTarget::Refuse, nullptr);
        const auto sent = outcomeOf(up);
        QVERIFY2(sent.isFinished, qPrintable(sent.failure ? sent.failure->message : u"it hangs"_s));
        QVERIFY2(sent.problems.isEmpty(), sent.problems.value(0).path.constData());
        const auto original = m_fixture->describeLocal("tree");
        QVERIFY(!original.isEmpty());
        QCOMPARE(m_fixture->describeRemote("/tmp/there/tree"), original);
        auto *down = m_fixture->sandbox().download(
            "/tmp/there/tree", m_fixture->fsPath("back"), ExistingTarget::Refuse, nullptr);
        const auto fetched = outcomeOf(down);
        QVERIFY2(fetched.isFinished, qPrintable(fetched.failure ? fetched.failure->message : u"it hangs"_s));
        QVERIFY2(fetched.problems.isEmpty(), fetched.problems.value(0).path.constData());
        QCOMPARE(m_fixture->describeLocal("back/tree"), original);
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
        const auto both = [](const char *name, Make make) {
            QTest::addRow("%s, GNU", name) << make << false;
            QTest::addRow("%s, BusyBox", name) << make << true;
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
};

QTEST_GUILESS_MAIN(TestRoundTrip)
#include "test_roundtrip.moc"
