// SPDX-License-Identifier: GPL-3.0-or-later
#include "killedmover.h"

#include "support/await.h"
#include "transfers/transferqueue.h"
#include "transfers/transfertext.h"

#include <QEventLoop>

#include <cstdio>

using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Stress {

namespace {

const auto boxId = u"the-sandbox"_s;
const auto otherId = u"the-other-sandbox"_s;

QString coded(const QByteArray &bytes)
{
    return QString::fromLatin1(bytes.toBase64());
}

QByteArray decoded(const QJsonValue &value)
{
    return QByteArray::fromBase64(value.toString().toLatin1());
}

void say(const char *what, const QByteArray &more = {})
{
    std::printf("%s %s\n", what, more.constData());
    std::fflush(stdout);
}

QJsonObject coded(const ExecutorEndpoint &endpoint)
{
    return {
        {u"url"_s, endpoint.baseUrl.toString()},
        {u"secret"_s, endpoint.secret},
        {u"key"_s, endpoint.routingKey}};
}

ExecutorEndpoint endpointFrom(const QJsonValue &value)
{
    return {QUrl(value[u"url"].toString()), value[u"secret"].toString(), value[u"key"].toString()};
}

std::shared_ptr<Sandbox> sandboxAt(Clock &clock, const QString &id, const ExecutorEndpoint &endpoint)
{
    SandboxAccess access;
    access.serviceId = id;
    access.name = id;
    access.executor = endpoint;
    return std::make_shared<Sandbox>(clock, access);
}

void enqueue(
    TransferQueue &queue, const MoverOrder &order, const std::shared_ptr<Sandbox> &box,
    const std::shared_ptr<Sandbox> &other)
{
    if (order.way == MoverWay::Up) {
        queue.enqueueUpload(box, {order.source.toStdString()}, order.targetDirectory, u"box"_s, true);
    } else if (order.way == MoverWay::Down) {
        queue.enqueueDownload(box, {order.source}, order.targetDirectory.toStdString(), u"box"_s, true);
    } else {
        queue.enqueueBetween(
            {boxId,
             box,
             {order.source},
             otherId,
             other,
             order.targetDirectory,
             u"boxes"_s,
             order.movesSource,
             true});
    }
}

} // namespace

QJsonObject MoverOrder::toJson() const
{
    return {
        {u"journal"_s, coded(journal)},
        {u"spool"_s, coded(spool)},
        {u"source"_s, coded(source)},
        {u"target"_s, coded(targetDirectory)},
        {u"way"_s, int(way)},
        {u"moves"_s, movesSource},
        {u"new"_s, isNew},
        {u"sandbox"_s, coded(sandbox)},
        {u"other"_s, coded(other)}};
}

MoverOrder MoverOrder::fromJson(const QJsonObject &object)
{
    MoverOrder order;
    order.journal = decoded(object[u"journal"]);
    order.spool = decoded(object[u"spool"]);
    order.source = decoded(object[u"source"]);
    order.targetDirectory = decoded(object[u"target"]);
    order.way = static_cast<MoverWay>(object[u"way"].toInt());
    order.movesSource = object[u"moves"].toBool();
    order.isNew = object[u"new"].toBool();
    order.sandbox = endpointFrom(object[u"sandbox"]);
    order.other = endpointFrom(object[u"other"]);
    return order;
}

int runMover(const MoverOrder &order)
{
    SystemClock clock;
    const auto sandbox = sandboxAt(clock, boxId, order.sandbox);
    const auto other = sandboxAt(clock, otherId, order.other);
    TransferJournal journal(QString::fromUtf8(order.journal));
    TransferQueue queue(&journal);
    queue.setSpool(order.spool.toStdString());
    const auto answer = Test::await(journal.load({}));
    if (!answer || !*answer) {
        say("failed", "the journal cannot be read");
        return 1;
    }
    queue.restore(**answer);
    if (order.isNew) {
        enqueue(queue, order, sandbox, other);
    }
    QObject::connect(&queue, &TransferQueue::existingTargetFound, &queue, [&queue](quint64 batch) {
        queue.answerExistingTargets(batch, ExistingTarget::Overwrite);
    });
    queue.provideSandbox(sandbox);
    queue.provideSandbox(other);
    say("begun", QByteArray::number(queue.records().size()));
    QEventLoop loop;
    QTimer look;
    QObject::connect(&look, &QTimer::timeout, &loop, [&] {
        if (queue.openCount() == 0 && !queue.isCleaningUp()) {
            loop.quit();
        }
    });
    look.start(5);
    loop.exec();
    for (const auto &record : queue.records()) {
        if (record.state != TransferState::Finished || !record.problems.isEmpty()) {
            say("failed", reasonText(record).toUtf8());
            return 1;
        }
        say("kept", QByteArray::number(record.progress.keptBytes));
    }
    return 0;
}

} // namespace Koyeb::Stress
