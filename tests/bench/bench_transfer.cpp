// SPDX-License-Identifier: GPL-3.0-or-later
// Files into a sandbox and out of it: as this library does it, as its wire allows, and as the official SDKs
// do it.
#include "lib/executor/localsandbox.h"
#include "plainclient.h"
#include "sandbox/sandbox.h"
#include "support/await.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QDir>
#include <QEventLoop>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>

#include <atomic>
#include <cstdio>
#include <functional>
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
/// The SDK's way holds a whole file in one body; a local engine takes no larger ones, and the speed is the
/// same.
constexpr qint64 sdkFileBytes = qint64{64} * 1024 * 1024;
/// Sequential calls on a slow link take minutes: so many are timed, and the time is multiplied.
constexpr int smallFilesOnSlowLink = 250;

[[noreturn]] void fail(const QString &what)
{
    std::fprintf(stderr, "bench_transfer: %s\n", qPrintable(what));
    std::exit(1);
}

double seconds(const std::function<void()> &job)
{
    const auto start = std::chrono::steady_clock::now();
    job();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(QList<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// A row of ./dev bench.
void tell(
    const QString &name, double value, const char *unit, const QString &against = {}, double yardstick = 0)
{
    const QByteArray ratio = yardstick > 0 ? QByteArray::number(value / yardstick, 'f', 3) : QByteArray();
    std::printf(
        "%s\t%.2f\t%s\t%s\t%s\n", qPrintable(name), value, unit, qPrintable(against), ratio.constData());
    std::fflush(stdout);
}

QByteArray noise(qint64 size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    auto random = QRandomGenerator(7);
    random.generate(
        reinterpret_cast<quint32 *>(bytes.data()), reinterpret_cast<quint32 *>(bytes.data()) + size / 4);
    return bytes;
}

/// What a web server's log looks like.
QByteArray logText(qint64 size)
{
    QByteArray text;
    text.reserve(size + 200);
    auto random = QRandomGenerator(7);
    while (text.size() < size) {
        text += "2026-11-22T10:" + QByteArray::number(random.bounded(60)) + ':' +
                QByteArray::number(random.bounded(60)) +
                "Z INFO request id=" + QByteArray::number(random.generate64(), 16) +
                " method=GET path=/api/v1/items/" + QByteArray::number(random.bounded(100'000)) +
                " status=200 duration_ms=" + QByteArray::number(random.bounded(900)) + '\n';
    }
    text.truncate(size);
    return text;
}

/// In memory where the system has such a folder, so that no slow disk decides.
QString scratchFolder()
{
    const auto memory = u"/dev/shm"_s;
    return (QFileInfo(memory).isWritable() ? memory : QDir::tempPath()) + u"/koyeb-bench-XXXXXX"_s;
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

    /// Only these of random, log and small; all when it is empty.
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
    }

    /// Of processes that did nothing but our transfers.
    [[nodiscard]] double peakMemory() const { return m_peakMemory; }

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
        // Not getrusage(), which counts this process's parent before the program was loaded.
        QFile status(u"/proc/self/status"_s);
        QByteArray peak;
        if (status.open(QFile::ReadOnly)) {
            const auto all = status.readAll();
            peak = all.mid(all.indexOf("VmHWM:") + 6);
        }
        std::printf("%.3f %lld\n", time, peak.left(peak.indexOf("kB")).trimmed().toLongLong());
    }

private:
    [[nodiscard]] QString named(const QString &what) const { return m_where + u": "_s + what; }

    void runFile(const QString &name, const QString &what, const QByteArray &content, double up, double down)
    {
        writeFile(name, content);
        const double ourUp = ourUpload(name, m_bytes);
        const double ourDown = ourDownload(name, m_bytes);
        if (!m_isSlow) {
            noteMemory(name);
        }
        tell(named(what + u" up"_s), ourUp, "MB/s", u"the plain POST"_s, up);
        tell(named(what + u" down"_s), ourDown, "MB/s", u"the plain read"_s, down);
        if (!m_isSlow) {
            tell(named(what + u" up"_s), ourUp, "MB/s", u"the SDK's way"_s, sdkUpload(name));
        }
        if (!m_isSlow && name == u"log"_s) {
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
        if (!m_isSlow) {
            noteMemory(u"tree"_s);
        }
        tell(named(u"small files up"_s), treeUp, "files/s", u"the SDK's way"_s, sdkTree(true));
        tell(named(u"small files down"_s), treeDown, "files/s", u"the SDK's way"_s, sdkTree(false));
    }

    /// The yardsticks hold whole files in this process's memory, hence another process.
    void noteMemory(const QString &name)
    {
        const QTemporaryDir target(m_folder.filePath(u"down-XXXXXX"_s));
        for (const auto &arguments :
             {QStringList{u"up"_s, m_folder.filePath(name), name},
              QStringList{u"down"_s, target.path(), name}}) {
            QProcess process;
            process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
            process.start(
                QCoreApplication::applicationFilePath(),
                QStringList{
                    u"--executor"_s, m_endpoint.baseUrl.toString(), u"--secret"_s, m_endpoint.secret,
                    u"--routing-key"_s, m_endpoint.routingKey, u"--one"_s, arguments[0], arguments[1],
                    arguments[2]});
            constexpr int longest = 600'000;
            if (!process.waitForFinished(longest) || process.exitCode() != 0) {
                fail(u"the memory of a transfer could not be measured"_s);
            }
            const auto kibibytes = process.readAllStandardOutput().trimmed().split(' ').last().toDouble();
            m_peakMemory = std::max(m_peakMemory, kibibytes * 1024);
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
        return ours(bytes, [&](int run) {
            // A folder each time as the first time, not merged into the one before.
            const auto target = run == 0 ? name : name + QString::number(run);
            finish(m_sandbox->upload(
                m_folder.filePath(name).toStdString(), "/tmp", ExistingTarget::Overwrite, nullptr,
                target.toUtf8()));
        });
    }

    double ourDownload(const QString &name, qint64 bytes)
    {
        const QTemporaryDir folder(m_folder.filePath(u"down-XXXXXX"_s));
        return ours(bytes, [&](int run) {
            finish(m_sandbox->download(
                "/tmp/" + name.toUtf8(), folder.path().toStdString(), ExistingTarget::Overwrite, nullptr,
                QByteArray::number(run)));
        });
    }

    double ours(qint64 bytes, const std::function<void(int run)> &job) const
    {
        QList<double> speeds;
        for (int run = 0; run < m_runs; ++run) {
            speeds.append(static_cast<double>(bytes) / mega / seconds([&] { job(run); }));
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

    [[nodiscard]] qint64 sdkBytes() const { return std::min(m_bytes, sdkFileBytes); }

    [[nodiscard]] double sdkUpload(const QString &name) const
    {
        const auto body =
            writeBody("/tmp/sdk-" + name.toUtf8(), contentOf(name).left(sdkFileBytes), name == u"log"_s);
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
    double m_peakMemory = 0;
};

/// A link in front of the executor: a round trip of 40 ms, 100 Mbit/s each way.
class SlowLink {
public:
    explicit SlowLink(const ExecutorEndpoint &endpoint) : m_endpoint(endpoint)
    {
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(
            u"python3"_s, {QStringLiteral(SLOW_LINK_PROGRAM), endpoint.baseUrl.host(),
                           QString::number(endpoint.baseUrl.port())});
        if (!m_process.waitForStarted() || !m_process.waitForReadyRead()) {
            fail(u"the slow link does not start"_s);
        }
        m_endpoint.baseUrl.setPort(m_process.readLine().trimmed().toInt());
    }
    ~SlowLink()
    {
        m_process.closeWriteChannel();
        m_process.waitForFinished();
    }

    [[nodiscard]] const ExecutorEndpoint &endpoint() const { return m_endpoint; }

private:
    QProcess m_process;
    ExecutorEndpoint m_endpoint;
};

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addOptions(
        {{u"executor"_s, u"An executor to measure instead of a local one."_s, u"url"_s},
         {u"secret"_s, u"Of that executor."_s, u"secret"_s},
         {u"routing-key"_s, u"By which a gateway finds that executor."_s, u"key"_s},
         {u"runs"_s, u"How often each is done; the median counts."_s, u"n"_s, u"3"_s},
         {u"mebibytes"_s, u"Of the large files."_s, u"n"_s, u"256"_s},
         {u"only"_s, u"Some of random, log and small, separated by commas."_s, u"what"_s},
         {u"loopback-only"_s, u"Leave the slow link out."_s},
         {u"one"_s, u"Only this transfer, up or down; then a local path and the name in /tmp."_s, u"way"_s}});
    parser.addHelpOption();
    parser.process(application);
    ExecutorEndpoint endpoint{QUrl(parser.value(u"executor"_s)), parser.value(u"secret"_s), {}};
    endpoint.routingKey = parser.value(u"routing-key"_s);
    Test::LocalSandbox local;
    if (!parser.isSet(u"executor"_s)) {
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
    TransferBench loopback(endpoint, u"direct"_s, false, runs, bytes);
    const auto only = parser.value(u"only"_s).split(u',', Qt::SkipEmptyParts);
    loopback.run(only);
    tell(u"memory of the client at its peak"_s, loopback.peakMemory() / (1024 * 1024), "MiB");
    if (!parser.isSet(u"loopback-only"_s)) {
        const SlowLink link(endpoint);
        TransferBench(link.endpoint(), u"40 ms, 100 Mbit/s"_s, true, 1, bytes).run(only);
    }
    return 0;
}
