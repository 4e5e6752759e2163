// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/transferfiles.h"

#include "transfers/transfererrors.h"

#include <QCoreApplication>

namespace Koyeb::Desktop {

namespace {

constexpr qsizetype problemsShown = 100;

class TransferFileTexts {
    Q_DECLARE_TR_FUNCTIONS(Koyeb::Desktop::TransferFileTexts)

public:
    static QString state(const TransferFile &file, TransferDirection direction)
    {
        switch (file.kind) {
        case TransferFile::Kind::Current:
            return tr("Under way", "state of a file");
        case TransferFile::Kind::Arrived:
            return tr("Arrived", "state of a file");
        case TransferFile::Kind::More:
            return {};
        case TransferFile::Kind::Failed:
            break;
        }
        const QString reason = transferErrorText(file.problem.error, direction).reason;
        return file.problem.isMoved
                   ? tr("Not as at its source: %1", "state of a file; a sentence").arg(reason)
                   : tr("Left out: %1", "state of a file; a sentence").arg(reason);
    }
};

QByteArray relativePath(const QByteArray &path, const QByteArray &folder)
{
    const bool isBelow =
        !folder.isEmpty() && path.startsWith(folder) && path.mid(folder.size()).startsWith('/');
    return isBelow ? path.mid(folder.size() + 1) : path;
}

} // namespace

QList<TransferFile> filesOf(const TransferRecord &record)
{
    QList<TransferFile> files;
    const auto &current = record.progress.currentPath;
    if (record.state == TransferState::Running && !current.isEmpty() && current != record.sourcePath) {
        files.append({TransferFile::Kind::Current, relativePath(current, record.sourcePath), {}, 0});
    }
    for (const auto &problem : record.problems.mid(0, problemsShown)) {
        files.append({TransferFile::Kind::Failed, relativePath(problem.path, record.sourcePath), problem, 0});
    }
    for (auto path = record.arrivedFiles.rbegin(); path != record.arrivedFiles.rend(); ++path) {
        files.append({TransferFile::Kind::Arrived, *path, {}, 0});
    }
    const qint64 more = record.arrivedCount - record.arrivedFiles.size();
    if (more > 0) {
        files.append({TransferFile::Kind::More, {}, {}, more});
    }
    return files;
}

QString fileStateText(const TransferFile &file, TransferDirection direction)
{
    return TransferFileTexts::state(file, direction);
}

} // namespace Koyeb::Desktop
