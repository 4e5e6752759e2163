// SPDX-License-Identifier: Apache-2.0
#include "publiccalls.h"

#include <QDir>
#include <QRegularExpression>

namespace Koyeb::Reliability {

using namespace Qt::Literals::StringLiterals;

namespace {

/// The functions that are declared in `text` and give a task.
QStringList tasksIn(const QString &text, const QString &prefix)
{
    static const QRegularExpression declaration(
        u"^\\s*(?:static )?QCoro::Task<[^;({]*>\\s+(\\w+)\\("_s, QRegularExpression::MultilineOption);
    QStringList names;
    for (auto matches = declaration.globalMatch(text); matches.hasNext();) {
        names.append(prefix + matches.next().captured(1));
    }
    return names;
}

QStringList callsOf(QString header)
{
    static const QRegularExpression type(
        u"^(?:class|struct) (\\w+)[^;{]*\\{.*?^\\};"_s,
        QRegularExpression::MultilineOption | QRegularExpression::DotMatchesEverythingOption);
    QStringList names;
    for (auto matches = type.globalMatch(header); matches.hasNext();) {
        const auto match = matches.next();
        names += tasksIn(match.captured().section(u"\nprivate:"_s, 0, 0), match.captured(1) + u"::"_s);
    }
    return names + tasksIn(header.remove(type), {});
}

} // namespace

QStringList publicCalls()
{
    QStringList names;
    for (const auto &part : {u"api"_s, u"executor"_s, u"sandbox"_s}) {
        const QDir folder(QStringLiteral(LIBRARY_FOLDER "/") + part);
        const auto headers = folder.entryList({u"*.h"_s});
        for (const auto &name : headers) {
            QFile file(folder.filePath(name));
            if (file.open(QIODevice::ReadOnly)) {
                names += callsOf(QString::fromUtf8(file.readAll()));
            }
        }
    }
    return names;
}

QList<CallWithoutRow> callsWithoutRow()
{
    return {
        {u"ApiTransport::\\w+|readList"_s, u"what the control plane's calls are made of"_s},
        {u"(SandboxShell|RemoteStage|RemoteParts|FileFetch|BatchFetch|ExistingFiles|SandboxTransfer|"
         u"ContentComparison|RangeReader|RelayFeed|RelayCheck)::\\w+|"
         "planDownload|listBelow|followLinks|findUploadRemains|readListing|contentHashes|hashByReading"_s,
         u"what the calls of a sandbox are made of; not installed, or of no use by itself"_s},
        {u"ExecRoad::run"_s, u"of ExecChannel, whose end it waits for"_s},
        {u"ExecutorClient::runInBackground"_s, u"nobody waits for what comes of it"_s},
        {u"(TransferGate|BandwidthLimit)::\\w+"_s, u"waits for its turn and sends nothing"_s},
        {u"SandboxReadiness::wait"_s, u"of SandboxControl::waitUntilReady()"_s},
        {u"createSandbox"_s, u"SandboxCreation, and SandboxControl::remove() where that fails"_s},
    };
}

} // namespace Koyeb::Reliability
