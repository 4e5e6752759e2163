// SPDX-License-Identifier: Apache-2.0
#include "net/requestlog.h"
#include "notebook.h"
#include "sandbox/downloadplan.h"
#include "sandbox/filefetch.h"
#include "transferfixture.h"

#include <future>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

namespace {

/// What a download lends to the fetching of its files.
struct Lent {
    explicit Lent(const ExecutorEndpoint &endpoint)
        : log(std::make_shared<RequestLog>(clock)), client(clock, noted(endpoint, log))
    {
    }

    static ExecutorEndpoint noted(ExecutorEndpoint endpoint, const std::shared_ptr<RequestLog> &log)
    {
        endpoint.network.log = log;
        return endpoint;
    }
    [[nodiscard]] FileFetch::Means means()
    {
        return {shell, disk, meter, stop.get_token(), notes, gate, parts, Links::Kept};
    }
    /// How many requests for that path there were; nothing while one is under way.
    [[nodiscard]] std::optional<int> requests(QLatin1String path) const
    {
        int count = 0;
        for (auto number = log->firstNumber(); const auto *entry = log->entry(number); ++number) {
            if (entry->state == RequestLogEntry::State::Running) {
                return {};
            }
            count += entry->url.endsWith(path) ? 1 : 0;
        }
        return count;
    }

    SystemClock clock;
    std::shared_ptr<RequestLog> log;
    ExecutorClient client;
    SandboxShell shell{client};
    TransferGate gate{clock};
    QByteArray partsName = temporaryName();
    RemoteParts parts{clock, shell, partsName};
    TransferMeter meter{clock, [](const TransferProgress &) {
                        }};
    Notebook notes;
    WorkerThread disk;
    std::stop_source stop;
};

} // namespace

/// How single large files are read from a real local sandbox.
class TestFileFetch : public QObject {
    Q_OBJECT

    TransferFixture m_fixture;

    void make(const QByteArray &path, qint64 bytes)
    {
        QCOMPARE(m_fixture.inSandbox(u"head -c %1 /dev/urandom > "_s.arg(bytes) + shellQuoted(path)), ""_ba);
    }
    /// For a file of the sandbox, ready to be run.
    [[nodiscard]] std::unique_ptr<FileFetch> fetchOf(Lent &lent, const QByteArray &path)
    {
        const auto tools = await(lent.shell.tools({}));
        if (!tools || !*tools) {
            return nullptr;
        }
        const auto plan = await(planDownload(lent.shell, path, **tools, {}));
        auto stage = DownloadStage::create(
            m_fixture.fsPath(), remoteName(path), temporaryName(), ExistingTarget::Refuse);
        if (!plan || !*plan || !stage) {
            return nullptr;
        }
        m_stage = std::move(*stage);
        return std::make_unique<FileFetch>(lent.means(), m_stage, path, (*plan)->items.first(), 0);
    }
    [[nodiscard]] QByteArray hashHere() const
    {
        QFile file(QString::fromStdString(m_stage->pathOf({}).string()));
        QCryptographicHash hash(QCryptographicHash::Sha256);
        return file.open(QFile::ReadOnly) && hash.addData(&file) ? hash.result().toHex() : "unreadable"_ba;
    }
    [[nodiscard]] QByteArray hashThere(const QByteArray &path)
    {
        return m_fixture.inSandbox(u"sha256sum < "_s + shellQuoted(path)).first(64);
    }
    [[nodiscard]] int partsLeft(const Lent &lent)
    {
        const auto parts = u"ls /tmp/%1 | grep -c ^part-; true"_s.arg(QString::fromLatin1(lent.partsName));
        return m_fixture.inSandbox(parts).toInt();
    }

    std::shared_ptr<DownloadStage> m_stage;

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText())); }

    void holdsNoMoreRangesThanAreUnderWayWhileTheDiskIsSlow()
    {
        constexpr qint64 ranges = 9;
        make("/tmp/large", ranges * chunkBytes);
        Lent lent(m_fixture.endpoint());
        const auto fetch = fetchOf(lent, "/tmp/large");
        QVERIFY(fetch);
        const auto before = lent.requests("/run"_L1).value_or(0);
        std::promise<void> goOn;
        // Parts are made ahead all the same: one for each lane, and a directory for them.
        constexpr int lanes = TransferGate::maximumAtOnce + 2;
        const auto isStill = [&] {
            return lent.requests("/run"_L1) == before + 1 + lanes;
        };
        auto fetching = fetch->run();
        lent.disk.post([going = goOn.get_future().share()] { going.wait(); }); // After the file was made.
        const bool wasStill = QTest::qWaitFor(isStill, patienceMs);
        const auto held = lent.requests("/read_file"_L1);
        goOn.set_value();
        const auto fetched = await(std::move(fetching));
        QVERIFY(wasStill);
        QCOMPARE(held, std::optional(TransferGate::maximumAtOnce));
        QVERIFY(fetched && *fetched);
        QCOMPARE(lent.requests("/read_file"_L1), std::optional(int(ranges)));
        QCOMPARE(hashHere(), hashThere("/tmp/large"));
    }

    void aFileThatBecomesALinkIsNoFileAnyMore()
    {
        make("/tmp/replaced", 5 * chunkBytes);
        Lent lent(m_fixture.endpoint());
        const auto fetch = fetchOf(lent, "/tmp/replaced");
        QVERIFY(fetch);
        bool isReplaced = false;
        lent.notes.onNote = [&] {
            if (!std::exchange(isReplaced, true)) {
                // It leads to the same bytes; its own size is that of a name.
                QCOMPARE(
                    m_fixture.inSandbox(
                        u"cd /tmp && cp -p replaced other && ln -s other new && mv -T new replaced"_s),
                    ""_ba);
            }
        };
        const auto fetched = await(fetch->run());
        QVERIFY(isReplaced);
        QVERIFY(fetched);
        QVERIFY(!*fetched);
        QCOMPARE(fetched->error().kind, ErrorKind::Conflict);
        QVERIFY(lent.notes.checkpoint().files.isEmpty());
    }

    void partsOfOneFileGoWhileTheNextIsRead()
    {
        constexpr int ranges = 3;
        Lent lent(m_fixture.endpoint());
        for (const auto &path : {"/tmp/first"_ba, "/tmp/second"_ba, "/tmp/third"_ba}) {
            make(path, ranges * chunkBytes);
            const auto fetch = fetchOf(lent, path);
            QVERIFY(fetch);
            const auto fetched = await(fetch->run());
            QVERIFY(fetched && *fetched);
            QCOMPARE(hashHere(), hashThere(path));
            QCOMPARE(partsLeft(lent), ranges); // Those of this file.
        }
        bool isGone = false;
        lent.parts.remove(false, [&isGone](bool gone) { isGone = gone; });
        QTRY_VERIFY_WITH_TIMEOUT(isGone, patienceMs);
        QCOMPARE(partsLeft(lent), 0);
    }
};

QTEST_GUILESS_MAIN(TestFileFetch)
#include "test_filefetch.moc"
