// SPDX-License-Identifier: Apache-2.0
// The file and port calls of ExecutorClient.
#include "core/jsonreader.h"
#include "core/jsontext.h"
#include "executor/executorclient.h"
#include "executor/systemerror.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

Result<void> done(const Result<QJsonObject> &reply)
{
    if (!reply) {
        return failure(reply.error());
    }
    return {};
}

} // namespace

QCoro::Task<Result<QJsonObject>> ExecutorClient::callFiles(HttpRequest request, std::stop_token stop)
{
    auto reply = co_await call(std::move(request), std::move(stop));
    if (!reply) {
        co_return failure(std::move(reply).error());
    }
    const auto error = reply->value("error"_L1).toString();
    if (!error.isEmpty()) {
        co_return failure(errorFromSystemText(error));
    }
    co_return reply;
}

QCoro::Task<Result<QJsonObject>> ExecutorClient::callFiles(
    QLatin1String endpoint, const QJsonObject &body, Repeatable repeatable, std::stop_token stop)
{
    return callFiles(requestTo(endpoint, body, repeatable), std::move(stop));
}

QCoro::Task<Result<QJsonObject>> ExecutorClient::callPath(
    QLatin1String endpoint, const QString &path, Repeatable repeatable, std::stop_token stop)
{
    return callFiles(endpoint, {{u"path"_s, path}}, repeatable, std::move(stop));
}

QCoro::Task<Result<void>> ExecutorClient::writeFile(QString path, QString content, std::stop_token stop)
{
    // Written twice the file is the same, so a lost answer does no harm.
    const QJsonObject body{{u"path"_s, path}, {u"content"_s, content}};
    co_return done(co_await callFiles("/write_file"_L1, body, Repeatable::Safely, std::move(stop)));
}

QByteArray ExecutorClient::plainFileHead(const QString &path)
{
    auto head = QJsonDocument(QJsonObject{{u"path"_s, path}}).toJson(QJsonDocument::Compact);
    head.chop(1); // The closing brace.
    return head + ",\"content\":\"";
}

QCoro::Task<Result<void>> ExecutorClient::writePlainFile(
    QString path, QByteArray content, std::function<void(qint64, qint64)> progress, std::stop_token stop)
{
    auto body = plainFileHead(path);
    body.reserve(body.size() + content.size() + plainFileTail.size());
    body.append(content).append(plainFileTail);
    content.clear();
    return writePreparedFile(std::move(body), std::move(progress), std::move(stop));
}

QCoro::Task<Result<void>> ExecutorClient::writePreparedFile(
    QByteArray body, std::function<void(qint64, qint64)> progress, std::stop_token stop)
{
    auto request = requestTo("/write_file"_L1, {}, Repeatable::Safely);
    request.body = std::move(body);
    request.uploadProgress = std::move(progress);
    co_return done(co_await callFiles(std::move(request), std::move(stop)));
}

QCoro::Task<Result<QString>> ExecutorClient::readFile(QString path, std::stop_token stop)
{
    auto reply = co_await callPath("/read_file"_L1, path, Repeatable::Safely, std::move(stop));
    if (!reply) {
        co_return failure(std::move(reply).error());
    }
    const JsonReader reader(*reply);
    co_return reader.result(reader.string("content"_L1));
}

QCoro::Task<Result<QByteArray>> ExecutorClient::readPlainFile(QString path, std::stop_token stop)
{
    auto request = requestTo("/read_file"_L1, {{u"path"_s, path}}, Repeatable::Safely);
    auto reply = co_await send(std::move(request), std::move(stop));
    if (!reply) {
        co_return failure(std::move(reply).error());
    }
    auto content = takePlainText(reply->body, "content");
    const auto object = parseJsonObject(reply->body);
    if (!object) {
        co_return failure(object.error());
    }
    const JsonReader reader(*object);
    const auto error = reader.string("error"_L1);
    if (!error.isEmpty()) {
        co_return failure(errorFromSystemText(error));
    }
    co_return reader.result(content ? std::move(*content) : reader.string("content"_L1).toUtf8());
}

QCoro::Task<Result<void>> ExecutorClient::makeDirectory(QString path, std::stop_token stop)
{
    co_return done(co_await callPath("/make_dir"_L1, path, Repeatable::Safely, std::move(stop)));
}

QCoro::Task<Result<QStringList>> ExecutorClient::listDirectory(QString path, std::stop_token stop)
{
    auto reply = co_await callPath("/list_dir"_L1, path, Repeatable::Safely, std::move(stop));
    if (!reply) {
        co_return failure(std::move(reply).error());
    }
    const JsonReader reader(*reply);
    co_return reader.result(reader.strings("entries"_L1));
}

QCoro::Task<Result<void>> ExecutorClient::deleteFile(QString path, std::stop_token stop)
{
    // A repetition would report as missing what the first attempt has deleted.
    co_return done(co_await callPath("/delete_file"_L1, path, Repeatable::Never, std::move(stop)));
}

QCoro::Task<Result<void>> ExecutorClient::deleteDirectory(QString path, std::stop_token stop)
{
    co_return done(co_await callPath("/delete_dir"_L1, path, Repeatable::Safely, std::move(stop)));
}

QCoro::Task<Result<void>> ExecutorClient::bindPort(quint16 port, std::stop_token stop)
{
    const auto text = QString::number(port);
    auto request = requestTo("/bind_port"_L1, {{u"port"_s, text}}, Repeatable::Safely);
    auto reply = co_await call(std::move(request), std::move(stop));
    // The conflict names the port that is bound. To find there the one that was asked for, e.g. by an attempt
    // whose answer was lost, is success.
    const bool isBoundAlready =
        !reply && reply.error().kind == ErrorKind::Conflict && reply.error().message.endsWith(u": "_s + text);
    if (!reply && !isBoundAlready) {
        co_return failure(std::move(reply).error());
    }
    co_return Result<void>();
}

QCoro::Task<Result<void>> ExecutorClient::unbindPort(std::stop_token stop)
{
    auto request = requestTo("/unbind_port"_L1, {}, Repeatable::Safely);
    co_return done(co_await call(std::move(request), std::move(stop)));
}

} // namespace Koyeb
