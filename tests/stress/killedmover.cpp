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

} // namespace

QJsonObject MoverOrder::toJson() const
{
    return {
        {u"journal"_s, coded(journal)},
        {u"source"_s, coded(source)},
        {u"target"_s, coded(targetDirectory)},
        {u"upload"_s, isUpload},
        {u"new"_s, isNew},
        {u"url"_s, url},
        {u"secret"_s, secret},
        {u"key"_s, routingKey}};
}

MoverOrder MoverOrder::fromJson(const QJsonObject &object)
{
    return {decoded(object[u"journal"]),  decoded(object[u"source"]), decoded(object[u"target"]),
            object[u"upload"].toBool(),   object[u"new"].toBool(),    object[u"url"].toString(),
            object[u"secret"].toString(), object[u"key"].toString()};
}

int runMover(const MoverOrder &order)
{
    SandboxAccess access;
    access.serviceId = u"the-sandbox"_s;
    access.name = u"box"_s;
    access.executor = {QUrl(order.url), order.secret, order.routingKey};
    SystemClock clock;
    const auto sandbox = std::make_shared<Sandbox>(clock, access);
    TransferJournal journal(QString::fromUtf8(order.journal));
    TransferQueue queue(&journal);
    const auto answer = Test::await(journal.load({}));
    if (!answer || !*answer) {
        say("failed", "the journal cannot be read");
        return 1;
    }
    queue.restore(**answer);
    if (order.isNew && order.isUpload) {
        queue.enqueueUpload(sandbox, {order.source.toStdString()}, order.targetDirectory, u"box"_s, true);
    } else if (order.isNew) {
        queue.enqueueDownload(sandbox, {order.source}, order.targetDirectory.toStdString(), u"box"_s, true);
    }
    QObject::connect(&queue, &TransferQueue::existingTargetFound, &queue, [&queue](quint64 batch) {
        queue.answerExistingTargets(batch, ExistingTarget::Overwrite);
    });
    queue.provideSandbox(sandbox);
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
