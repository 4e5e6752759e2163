// SPDX-License-Identifier: GPL-3.0-or-later
// Files into a sandbox and out of it: as this library does it, as its wire allows, and as the official SDKs
// do it.
#include "benchtools.h"
#include "lib/executor/localsandbox.h"
#include "plainclient.h"
#include "sandbox/sandbox.h"
#include "slowlink.h"
#include "support/await.h"
#include "transfermemory.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QDirIterator>
#include <QEventLoop>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>

#include <atomic>
#include <cstdio>
#include <functional>
#include <malloc.h>
#include <thread>

using namespace Koyeb;
using namespace Koyeb::Bench;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr double mega = 1e6;
constexpr int plainConnections = 4;
constexpr qint64 plainBodyBytes = 4 * 1000 * 1000;
constexpr int smallFiles = 5000;
constexpr qint64 smallFileBytes = 4096;
/// The SDK's way holds a whole file in one body; a local engine takes no larger ones.
constexpr qint64 sdkFileBytes = qint64{64} * 1024 * 1024;
constexpr qint64 sdkFileBytesOnSlowLink = qint64{16} * 1024 * 1024;
/// Sequential calls on a slow link take minutes: so many are timed, and the time is multiplied.
constexpr int smallFilesOnSlowLink = 250;
/// Each of them takes a sandbox some processes: that is most of the time without a distance.
constexpr int looseFiles = 1000;
/// Transfers of their own, as the application's queue runs them.
constexpr int transfersAtOnce = 3;

/// The SHA-256 of a file, or of a list, sorted, of all files below a folder.
QByteArray hashOf(const QString &path)
{
    const auto hashOfFile = [](const QString &name) {
        QFile file(name);
        QCryptographicHash hash(QCryptographicHash::Sha256);
        if (!file.open(QFile::ReadOnly) || !hash.addData(&file)) {
            fail(u"a file has vanished"_s);
        }
        return hash.result().toHex();
    };
    if (!QFileInfo(path).isDir()) {
        return hashOfFile(path);
    }
    QByteArrayList lines;
    QDirIterator files(path, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const auto name = files.next();
        lines.append(hashOfFile(name) + "  ./" + name.mid(path.size() + 1).toUtf8() + '\n');
    }
    std::sort(lines.begin(), lines.end());
    return QCryptographicHash::hash(lines.join(), QCryptographicHash::Sha256).toHex();
}

class TransferBench {
public:
    TransferBench(const ExecutorEndpoint &endpoint, const QString &where, bool isSlow, int runs, qint64 bytes)
        : m_endpoint(endpoint), m_where(where), m_isSlow(isSlow), m_runs(isSlow ? 1 : runs), m_bytes(bytes)
    {
        SandboxAccess access;
        access.executor = endpoint;
        m_sandbox = std::make_unique<Sandbox>(m_clock, access);
    }

    /// Only these of random, log, small and loose; all when it is empty.
    void run(const QStringList &only)
    {
        const auto isWanted = [&only](const QString &what) {
            return only.isEmpty() || only.contains(what);
        };
        const double up = plainUpload();
        const double down = plainDownload();
        tell(named(u"plain POST of the wire bytes, 4 at a time"_s), up, "MB/s");
        tell(named(u"plain read of the wire bytes, 4 at a time"_s), down, "MB/s");
        if (isWanted(u"random"_s)) {
            runFile(u"random"_s, u"random file"_s, noise(m_bytes), up, down);
        }
        if (isWanted(u"log"_s)) {
            runFile(u"log"_s, u"log text"_s, logText(m_bytes), up, down);
        }
        if (isWanted(u"small"_s)) {
            runTree();
        }
        if (isWanted(u"loose"_s)) {
            runLooseFiles();
        }
    }

    /// What was sent; there as long as this is.
    [[nodiscard]] QString folder() const { return m_folder.path(); }

    /// One transfer and nothing else: `local` up, or /tmp/`name` down into the folder `local`.
    void runOne(bool isUp, const QString &local, const QString &name)
    {
        const double time = seconds([&] {
            const auto path = local.toStdString();
            finish(
                isUp
                    ? m_sandbox->upload(path, "/tmp", ExistingTarget::Overwrite, nullptr)
                    : m_sandbox->download("/tmp/" + name.toUtf8(), path, ExistingTarget::Overwrite, nullptr));
        });
        std::printf("%.3f %.1f\n", time, peakMemoryOf(u"self"_s));
    }

private:
    [[nodiscard]] QString named(const QString &what) const { return m_where + u": "_s + what; }

    void runFile(const QString &name, const QString &what, const QByteArray &content, double up, double down)
    {
        writeFile(name, content);
        const double ourUp = ourUpload(name, m_bytes);
        const double ourDown = ourDownload(name, m_bytes);
        tell(named(what + u" up"_s), ourUp, "MB/s", u"the plain POST"_s, up);
        tell(named(what + u" down"_s), ourDown, "MB/s", u"the plain read"_s, down);
        tell(named(what + u" up"_s), ourUp, "MB/s", u"the SDK's way"_s, sdkUpload(name));
        if (name == u"log"_s) {
            tell(named(what + u" down"_s), ourDown, "MB/s", u"the SDK's way"_s, sdkDownload());
        }
    }

    void runTree()
    {
        makeTree();
        constexpr qint64 bytes = smallFiles * smallFileBytes;
        const double perMega = smallFiles / (static_cast<double>(bytes) / mega);
        const double treeUp = ourUpload(u"tree"_s, bytes) * perMega;
        const double treeDown = ourDownload(u"tree"_s, bytes) * perMega;
        tell(named(u"small files up"_s), treeUp, "files/s", u"the SDK's way"_s, sdkTree(true));
        tell(named(u"small files down"_s), treeDown, "files/s", u"the SDK's way"_s, sdkTree(false));
    }

    /// Many files, each a transfer of its own, as when they are chosen one by one.
    void runLooseFiles()
    {
        const int count = m_isSlow ? smallFilesOnSlowLink : looseFiles;
        const auto content = logText(count * smallFileBytes);
        QDir(m_folder.path()).mkpath(u"loose"_s);
        for (int index = 0; index < count; ++index) {
            writeFile(u"loose/file-%1"_s.arg(index), content.mid(index * smallFileBytes, smallFileBytes));
        }
        const double speed = ours(
            count * static_cast<qint64>(mega), [this, count](int run) { sendLooseFiles(run, count); },
            [this] { compare(u"loose"_s, hashInSandbox("/tmp/loose-0")); });
        tell(named(u"loose files up"_s), speed, "files/s", u"the SDK's way"_s, sdkTree(true));
    }

    void sendLooseFiles(int run, int count)
    {
        const auto folder = "/tmp/loose-" + QByteArray::number(run);
        runInSandbox("rm -rf " + folder + " && mkdir " + folder);
        QEventLoop loop;
        int begun = 0;
        int running = 0;
        std::function<void()> begin = [&] {
            if (begun == count) {
                if (running == 0) {
                    loop.quit();
                }
                return;
            }
            const auto path = m_folder.filePath(u"loose/file-%1"_s.arg(begun++));
            auto *transfer = m_sandbox->upload(path.toStdString(), folder, ExistingTarget::Refuse, nullptr);
            ++running;
            QObject::connect(transfer, &Transfer::finished, &loop, [&, transfer] {
                transfer->deleteLater();
                --running;
                begin();
            });
            QObject::connect(
                transfer, &Transfer::failed, &loop, [](const Error &error) { fail(error.message); });
            transfer->start();
        };
        for (int lane = 0; lane < transfersAtOnce; ++lane) {
            begin();
        }
        loop.exec();
    }

    QByteArray runInSandbox(const QByteArray &line)
    {
        const auto result = Test::await(m_sandbox->executor().run({QString::fromUtf8(line), {}, {}, {}}, {}));
        if (!result || !*result || (*result)->exitCode != 0) {
            fail(u"a command in the sandbox failed"_s);
        }
        return (*result)->standardOutput;
    }

    /// The same as hashOf() says of what is here.
    QByteArray hashInSandbox(const QByteArray &path)
    {
        const auto line = "if [ -d " + path + " ]; then cd " + path +
                          " && find . -type f -exec sha256sum {} + | LC_ALL=C sort | sha256sum; "
                          "else sha256sum < " +
                          path + "; fi";
        return runInSandbox(line).left(64);
    }

    /// Ends the program where what arrived is not what was sent: then its speed tells nothing.
    void compare(const QString &name, const QByteArray &arrived) const
    {
        if (hashOf(m_folder.filePath(name)) != arrived) {
            fail(name + u" did not arrive as it was sent"_s);
        }
    }

    void writeFile(const QString &name, const QByteArray &content) const
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QFile::WriteOnly) || file.write(content) != content.size()) {
            fail(u"no file can be written in "_s + m_folder.path());
        }
    }

    void makeTree()
    {
        const auto content = logText(smallFiles * smallFileBytes);
        for (int index = 0; index < smallFiles; ++index) {
            const auto folder = u"tree/%1"_s.arg(index / 25);
            QDir(m_folder.path()).mkpath(folder);
            writeFile(folder + u"/file-%1"_s.arg(index), content.mid(index * smallFileBytes, smallFileBytes));
        }
    }

    /// The wire bytes of so many of content, as base64 has them.
    [[nodiscard]] qint64 wireBytes() const { return m_bytes / 3 * 4; }

    [[nodiscard]] double onConnections(const std::function<void(PlainClient &, qint64)> &request) const
    {
        const auto count = wireBytes() / plainBodyBytes + 1;
        QList<double> speeds;
        for (int run = 0; run < m_runs; ++run) {
            std::atomic<qint64> next{0};
            const double time = seconds([&] {
                std::vector<std::thread> threads;
                threads.reserve(plainConnections);
                for (int lane = 0; lane < plainConnections; ++lane) {
                    threads.emplace_back([&] {
                        PlainClient client(m_endpoint);
                        for (auto index = next++; index < count; index = next++) {
                            request(client, index % plainConnections);
                        }
                    });
                }
                for (auto &thread : threads) {
                    thread.join();
                }
            });
            speeds.append(static_cast<double>(count * plainBodyBytes) / 4 * 3 / mega / time);
        }
        return median(speeds);
    }

    [[nodiscard]] double plainUpload() const
    {
        const auto content = noise(plainBodyBytes / 4 * 3).toBase64();
        QList<QByteArray> bodies;
        for (int lane = 0; lane < plainConnections; ++lane) {
            bodies.append(
                R"({"path":"/tmp/plain-)" + QByteArray::number(lane) + R"(","content":")" + content + "\"}");
        }
        return onConnections(
            [&](PlainClient &client, qint64 lane) { client.post("/write_file", bodies[lane]); });
    }

    [[nodiscard]] double plainDownload() const
    {
        return onConnections([](PlainClient &client, qint64 lane) {
            client.post("/read_file", R"({"path":"/tmp/plain-)" + QByteArray::number(lane) + "\"}");
        });
    }

    void finish(Transfer *transfer)
    {
        const std::unique_ptr<Transfer> owned(transfer);
        QEventLoop loop;
        QObject::connect(transfer, &Transfer::finished, &loop, [&loop](const auto &problems) {
            if (!problems.isEmpty()) {
                fail(problems.first().error.message);
            }
            loop.quit();
        });
        QObject::connect(transfer, &Transfer::failed, &loop, [](const Error &error) { fail(error.message); });
        transfer->start();
        loop.exec();
    }

    double ourUpload(const QString &name, qint64 bytes)
    {
        const auto job = [&](int run) {
            // A folder each time as the first time, not merged into the one before.
            const auto target = run == 0 ? name : name + QString::number(run);
            finish(m_sandbox->upload(
                m_folder.filePath(name).toStdString(), "/tmp", ExistingTarget::Overwrite, nullptr,
                target.toUtf8()));
        };
        return ours(bytes, job, [&] { compare(name, hashInSandbox("/tmp/" + name.toUtf8())); });
    }

    double ourDownload(const QString &name, qint64 bytes)
    {
        const QTemporaryDir folder(m_folder.filePath(u"down-XXXXXX"_s));
        const auto job = [&](int run) {
            finish(m_sandbox->download(
                "/tmp/" + name.toUtf8(), folder.path().toStdString(), ExistingTarget::Overwrite, nullptr,
                QByteArray::number(run)));
        };
        return ours(bytes, job, [&] { compare(name, hashOf(folder.filePath(u"0"_s))); });
    }

    /// `check` looks at what the first run did, outside the time that is measured.
    double ours(
        qint64 bytes, const std::function<void(int run)> &job, const std::function<void()> &check) const
    {
        QList<double> speeds;
        for (int run = 0; run < m_runs; ++run) {
            speeds.append(static_cast<double>(bytes) / mega / seconds([&] { job(run); }));
            if (run == 0) {
                check();
            }
        }
        return median(speeds);
    }

    [[nodiscard]] QByteArray contentOf(const QString &name) const
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QFile::ReadOnly)) {
            fail(u"a file has vanished"_s);
        }
        return file.readAll();
    }

    /// Text of the kind that logText() makes; Qt's JSON documents are not for hundreds of megabytes.
    static QByteArray writeBody(const QByteArray &path, const QByteArray &content, bool isText)
    {
        QByteArray text = isText ? content : content.toBase64();
        text.replace("\n", "\\n");
        return R"({"path":")" + path + R"(","content":")" + text + "\"}";
    }

    /// What a file's text is that was read.
    static QByteArray textOf(const QByteArray &answer)
    {
        const auto start = answer.indexOf(R"("content":")") + 11;
        return answer.mid(start, answer.lastIndexOf('"') - start).replace("\\n", "\n");
    }

    [[nodiscard]] qint64 sdkBytes() const
    {
        return std::min(m_bytes, m_isSlow ? sdkFileBytesOnSlowLink : sdkFileBytes);
    }

    [[nodiscard]] double sdkUpload(const QString &name) const
    {
        const auto body =
            writeBody("/tmp/sdk-" + name.toUtf8(), contentOf(name).left(sdkBytes()), name == u"log"_s);
        PlainClient client(m_endpoint);
        return static_cast<double>(sdkBytes()) / mega / seconds([&] { client.post("/write_file", body); });
    }

    [[nodiscard]] double sdkDownload() const
    {
        PlainClient client(m_endpoint);
        return static_cast<double>(sdkBytes()) / mega / seconds([&] {
                   writeFile(u"sdk-log"_s, textOf(client.post("/read_file", R"({"path":"/tmp/sdk-log"})")));
               });
    }

    /// One file after the other; files a second.
    [[nodiscard]] double sdkTree(bool isUp) const
    {
        const int count = m_isSlow ? smallFilesOnSlowLink : smallFiles;
        const auto content = logText(smallFileBytes);
        PlainClient client(m_endpoint);
        return count / seconds([&] {
                   for (int index = 0; index < count; ++index) {
                       const auto path = "/tmp/tree/" + QByteArray::number(index / 25) + "/file-" +
                                         QByteArray::number(index);
                       if (isUp) {
                           client.post("/write_file", writeBody(path, content, true));
                       } else {
                           const auto answer = client.post("/read_file", R"({"path":")" + path + "\"}");
                           writeFile(u"sdk-tree-%1"_s.arg(index), textOf(answer));
                       }
                   }
               });
    }

    ExecutorEndpoint m_endpoint;
    QString m_where;
    bool m_isSlow;
    int m_runs;
    qint64 m_bytes;
    SystemClock m_clock;
    QTemporaryDir m_folder{scratchFolder()};
    std::unique_ptr<Sandbox> m_sandbox;
};

} // namespace

int main(int argc, char **argv)
{
    // As the application does (app/main.cpp); otherwise what is between freed chunks counts, too.
    constexpr int largeBytes = 256 * 1024;
    ::mallopt(M_MMAP_THRESHOLD, largeBytes);
    const QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addOptions(
        {{u"executor"_s, u"An executor to measure instead of a local one."_s, u"url"_s},
         {u"secret"_s, u"Of that executor."_s, u"secret"_s},
         {u"routing-key"_s, u"By which a gateway finds that executor."_s, u"key"_s},
         {u"runs"_s, u"How often each is done; the median counts."_s, u"n"_s, u"3"_s},
         {u"mebibytes"_s, u"Of the large files."_s, u"n"_s, u"256"_s},
         {u"only"_s, u"Some of random, log, small and loose, separated by commas."_s, u"what"_s},
         {u"loopback-only"_s, u"Leave the slow link out."_s},
         {u"one"_s, u"Only this transfer, up or down; then a local path and the name in /tmp."_s, u"way"_s}});
    parser.addHelpOption();
    parser.process(application);
    ExecutorEndpoint endpoint{QUrl(parser.value(u"executor"_s)), parser.value(u"secret"_s), {}};
    endpoint.routingKey = parser.value(u"routing-key"_s);
    Test::LocalSandbox local;
    const bool isLocal = !parser.isSet(u"executor"_s);
    if (isLocal) {
        // The way of the SDK takes more memory than small instances have.
        const QJsonObject memory{{u"limits"_s, QJsonObject{{u"memory_bytes"_s, 8'000'000'000.0}}}};
        if (!local.start({memory})) {
            fail(local.engine().errorText());
        }
        endpoint = local.endpoint();
    }
    if (parser.isSet(u"one"_s)) {
        const auto paths = parser.positionalArguments();
        TransferBench(endpoint, {}, false, 1, 0)
            .runOne(parser.value(u"one"_s) == u"up"_s, paths[0], paths[1]);
        return 0;
    }
    const auto bytes = parser.value(u"mebibytes"_s).toLongLong() * 1024 * 1024;
    const auto runs = parser.value(u"runs"_s).toInt();
    const auto only = parser.value(u"only"_s).split(u',', Qt::SkipEmptyParts);
    {
        TransferBench loopback(endpoint, u"direct"_s, false, runs, bytes);
        loopback.run(only);
        const auto names = QDir(loopback.folder()).entryList({u"random"_s, u"log"_s, u"tree"_s});
        if (isLocal) {
            // Not the engine that was given bodies of whole files.
            Test::LocalSandbox other;
            if (!other.start()) {
                fail(other.engine().errorText());
            }
            measureMemory(other.endpoint(), other.engine().processId(), loopback.folder(), names);
        } else {
            measureMemory(endpoint, 0, loopback.folder(), names);
        }
    }
    if (parser.isSet(u"loopback-only"_s)) {
        return 0;
    }
    if (isLocal) {
        if (!local.engine().misbehave(slowLinkInstruction())) {
            fail(local.engine().errorText());
        }
        TransferBench(endpoint, slowLinkName(), true, 1, bytes).run(only);
    } else if (endpoint.baseUrl.scheme() == u"https"_s) {
        // A server's certificate is not for the near end of a link.
        std::fputs("bench_transfer: the slow link is for http only, and left out\n", stderr);
    } else {
        const SlowLink link(endpoint);
        TransferBench(link.endpoint(), slowLinkName(), true, 1, bytes).run(only);
    }
    return 0;
}
