// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/arrivals.h"
#include "sandbox/remotestage.h"
#include "sandbox/sandboxtransfer.h"
#include "sandbox/transfergate.h"
#include "sandbox/uploadbatch.h"
#include "sandbox/uploadfeed.h"
#include "sandbox/uploadremains.h"
#include "sandbox/uploadscripts.h"
#include "sandbox/uploadsource.h"

#include <QHash>

namespace Koyeb {

struct UploadOrder {
    std::filesystem::path source;
    QByteArray remoteDirectory;
    ExistingTarget existing = ExistingTarget::Refuse;
    QByteArray name;                                              ///< Of the target.
    std::shared_ptr<const TransferSelection> selection = nullptr; ///< Null is all.
    TransferOptions options = {}; ///< What is hidden is a matter of the selection.
    /// What it reads from in place of the files at `source`, with a selection of its own; null is those.
    std::shared_ptr<UploadFeed> feed = nullptr;
    /// It is put together in the target, where that is a folder already, not beside it. Only to overwrite.
    /// The target may then be `/`, which has an empty name.
    bool stagesInside = false;
};

/// A file or folder on its way into a sandbox. Large files go in parts, several at a time, each decoded into
/// its place; small files and folders go in archives. All is put together in an UploadStage and moved to its
/// place at the end.
class Upload final : public SandboxTransfer {
    Q_OBJECT

public:
    Upload(Clock &clock, SandboxShell &shell, TransferGate &gate, const UploadOrder &order, QObject *parent);
    ~Upload() override;

private:
    /// A file that several lanes send at the same time.
    struct FileInFlight {
        UploadItem item;
        std::shared_ptr<UploadSource> source; ///< Null where it comes from a stream.
        Arrivals arrivals;
        bool hasFailed = false;
        qint64 nextBytes = chunkBytes;
        qint64 takenBytes = 0; ///< From its beginning on, by those that read.
    };
    /// More than may pass the gate: meanwhile the others have theirs put into place.
    static constexpr int lanes = TransferGate::maximumAtOnce + 2;
    /// So often a file that is changed meanwhile is read.
    static constexpr int maximumReadings = 4;

    /// Whether only one item is affected, so that the others may go on.
    [[nodiscard]] static bool concernsItemOnly(const Error &error)
    {
        return error.kind == ErrorKind::Local || error.kind == ErrorKind::Integrity;
    }

    /// Whether it may be that the sandbox refuses just this item, such as its name, and takes the others.
    [[nodiscard]] static bool isRefusal(const Error &error);

    QCoro::Task<Result<void>> move() override;
    void leaveStage(StageEnd end, std::function<void(bool isGone)> done) override;
    [[nodiscard]] bool hasStage() const override { return m_stage != nullptr; }
    void adoptStage(const QByteArray &name) override;
    QCoro::Task<Result<void>> moveAll();
    QCoro::Task<Result<void>> prepare();
    QCoro::Task<Result<UploadPlan>> readPlan();
    QCoro::Task<Result<void>> leaveOutFiles();
    QCoro::Task<Result<void>> makeStage();
    /// Whether all of it may be one request.
    [[nodiscard]] bool isSmallFile() const;
    [[nodiscard]] bool canGoAtOnce() const;
    /// Does it so, and tells whether: not where the file is no longer what was planned, or names make the
    /// script too long. Then no request was made.
    QCoro::Task<Result<bool>> sendAtOnce();
    /// Whether at the target there is what is in the file to be sent.
    QCoro::Task<Result<bool>> targetHasContent();
    QCoro::Task<Result<bool>> placeAtOnce(WholeFile file, TransferGate::Pass pass);
    QCoro::Task<Result<void>> takeUpRemains();
    void applyOptions(UploadItem &item) const;
    QCoro::Task<Result<void>> renewTimes();
    QCoro::Task<Result<void>> sendItems();
    QCoro::Task<Result<void>> sendTree();
    QCoro::Task<Result<void>> sendTreeOneByOne();
    QCoro::Task<Result<void>> makeDirectories(QList<UploadItem> directories);
    QCoro::Task<Result<void>> makeSomeDirectories(QList<UploadItem> directories);
    /// Whether it is one of m_refusedFolders or in one.
    [[nodiscard]] bool isInRefusedFolder(const UploadItem &item) const;
    /// Leaves out what has the name of something else where upper and lower case are the same.
    QCoro::Task<Result<void>> leaveOutClashes();
    QCoro::Task<Result<void>> runForAll(QStringList commands);
    QCoro::Task<Result<void>> sendBatches();
    QCoro::Task<Result<void>> sendBatch(QList<UploadItem> items, WorkerThread &packer);
    /// Unpacks a part. Where it is refused, the stage has been looked at and takes other things.
    QCoro::Task<Result<void>> unpack(qint64 part, PartForm form, QByteArray sha256);
    /// What was refused as a whole, of which some may be taken.
    QCoro::Task<Result<void>> sendHalves(QList<UploadItem> items, Error reason, WorkerThread &packer);
    /// The next items that go in one archive; none at the end.
    [[nodiscard]] QList<UploadItem> takeBatch();
    QCoro::Task<Result<void>> sendFileOfTree(UploadItem item);
    /// Makes it a problem and goes on without it; fails when there are too many of them.
    QCoro::Task<Result<void>> leaveOut(UploadItem item, Error reason);
    QCoro::Task<Result<void>> sendFile(UploadItem item);
    QCoro::Task<Result<void>> sendFileHere(UploadItem item);
    // Of a feed.
    /// Has what a batch needs brought here; the others, by themselves, come later.
    QCoro::Task<Result<UploadFeed::Brought>> bringBatch(QList<UploadItem> items);
    void sendLater(const QList<UploadItem> &items, const QSet<QByteArray> &paths);
    QCoro::Task<Result<void>> sendFileOfFeed(UploadItem item);
    QCoro::Task<Result<void>> sendStream(UploadItem item);
    /// What is there of the file in the end, if all went well.
    QCoro::Task<Result<UploadItem>> sendStreamFrom(UploadItem item, qint64 keptBytes, bool *isWhole);
    QCoro::Task<Result<void>> sendRanges(
        std::shared_ptr<FileInFlight> file, std::shared_ptr<UploadStream> stream);
    /// Notes whether a failure of the feed is one of a single item.
    [[nodiscard]] Error judgedOfFeed(const Error &error);
    QCoro::Task<std::optional<UploadItem>> lookAgain(UploadItem item);
    QCoro::Task<Result<void>> sendFileFrom(UploadItem item, qint64 keptBytes);
    QCoro::Task<Result<void>> removeFile(QByteArray path);
    /// Why what is in the sandbox is not what was sent.
    QCoro::Task<Error> whyDamaged(UploadItem item);
    QCoro::Task<Result<void>> sendParts(std::shared_ptr<FileInFlight> file);
    QCoro::Task<Result<void>> placePart(
        std::shared_ptr<FileInFlight> file, qint64 part, UploadSource::Chunk chunk, TransferGate::Pass pass);
    [[nodiscard]] QByteArray headOf(qint64 part) const;
    /// How parts may be sent to this image.
    [[nodiscard]] PartChoice partChoice();
    /// Of a part's content.
    [[nodiscard]] qint64 largestPart();
    QCoro::Task<Result<void>> sendPart(qint64 part, PartForm form, QByteArray body, qint64 fileBytes);
    /// The SHA-256 of what is in the sandbox, where its own tools cannot tell.
    QCoro::Task<Result<QByteArray>> readBack(UploadItem item);
    QCoro::Task<Result<void>> commit();
    void countPlan();
    [[nodiscard]] QByteArray name() const;
    [[nodiscard]] const UploadStage &stage() const { return m_stage->paths(); }
    /// What is sent counts while it is on its way, and from then on only when it has its place.
    void noteInFlight(qint64 part, qint64 bytes);
    void settlePart(qint64 part, qint64 placedBytes);
    void tellBytes();

    Clock &m_clock;
    UploadOrder m_order;
    SandboxTools m_tools;
    UploadPlan m_plan;
    UploadRemains m_remains;              ///< Of an earlier attempt.
    std::shared_ptr<RemoteStage> m_stage; ///< Set while there may be something in the sandbox to remove.
    qint64 m_lastPart; ///< Begins anywhere: scripts of an earlier attempt may still be at work on theirs.
    qint64 m_placedBytes = 0;
    qsizetype m_nextItem = 0;              ///< Of the plan, for takeBatch().
    bool m_hasFailed = false;              ///< One of the batches has.
    int m_refusedInRow = 0;                ///< Items, since a batch was taken.
    QList<QByteArray> m_refusedFolders;    ///< Their paths.
    bool m_feedLacksItem = false;          ///< The last failure is the feed's, and of one item.
    QList<UploadItem> m_sentAlone;         ///< Those of a folder that go in no batch.
    QHash<qint64, qint64> m_bytesInFlight; ///< By part.
};

/// How long one part may take to be put into its place; a connection that died without a word would be waited
/// for for hours.
inline constexpr std::chrono::minutes partTimeout{3};
/// Integrity: what is in the sandbox is not what was sent.
[[nodiscard]] Error damagedOnTheWay();

} // namespace Koyeb
