// SPDX-License-Identifier: Apache-2.0
#include "corpus.h"

#include "executor/shellquote.h"
#include "randomtree.h"
#include "sandbox/packing.h"

#include <QProcess>
#include <QRandomGenerator>
#include <QtTest>

#include <fstream>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace Koyeb::Stress {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qint64 gibibyte = qint64{1024} * 1024 * 1024;

QByteArray noise(qsizetype size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    auto random = QRandomGenerator(static_cast<quint32>(size));
    for (auto &byte : bytes) {
        byte = static_cast<char>(random.generate());
    }
    return bytes;
}

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

} // namespace

void makeContents(const QByteArray &top)
{
    for (const qint64 size :
         {qint64{0}, qint64{1}, qint64{255}, qint64{65'536}, chunkBytes - 1, chunkBytes, chunkBytes + 1}) {
        write(top + "/size-" + QByteArray::number(size), noise(size));
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
    makeDirectory(top + "/node_modules/@scope");
    for (int module = 0; module < 60; ++module) {
        const auto plainName = "module-" + QByteArray::number(module);
        const auto name = module % 4 == 0 ? "@scope/" + plainName : plainName;
        const auto folder = top + "/node_modules/" + name;
        makeDirectory(folder);
        write(folder + "/package.json", "{\"name\": \"" + name + "\"}\n");
        write(folder + "/cli.js", "#!/usr/bin/env node\n", 0755);
        const auto link = top + "/node_modules/.bin/" + plainName;
        QCOMPARE(::symlink(("../" + name + "/cli.js").constData(), link.constData()), 0);
        auto nested = folder;
        for (int level = 0; level < 6; ++level) {
            makeDirectory(nested + "/node_modules");
            nested += "/node_modules/inner";
            makeDirectory(nested);
            for (int file = 0; file < 5; ++file) {
                write(nested + '/' + QByteArray::number(file) + ".js", noise(file * 700));
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

void makeRandom(const QByteArray &top, quint32 seed)
{
    QRandomGenerator random(seed);
    constexpr int items = 6;
    for (int item = 0; item < items; ++item) {
        const auto path = top + "/item" + QByteArray::number(item);
        QVERIFY(makeRandomItem(path, random, item > 0));
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

} // namespace Koyeb::Stress
