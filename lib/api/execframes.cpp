// SPDX-License-Identifier: Apache-2.0
#include "api/execframes.h"

#include "core/jsonreader.h"
#include "core/redaction.h"

#include <QJsonArray>

namespace Koyeb::ExecFrames {

using namespace Qt::Literals::StringLiterals;

namespace {

[[nodiscard]] QJsonObject toJson(TerminalSize size)
{
    return {{"width"_L1, size.columns}, {"height"_L1, size.rows}};
}

[[nodiscard]] QJsonObject withBody(const QJsonObject &body)
{
    return {{"body"_L1, body}};
}

/// By the codes of google.rpc.Code.
[[nodiscard]] ErrorKind kindOf(qint64 code)
{
    switch (code) {
    case 3:  // INVALID_ARGUMENT
    case 11: // OUT_OF_RANGE
        return ErrorKind::Invalid;
    case 4: // DEADLINE_EXCEEDED
        return ErrorKind::Timeout;
    case 5: // NOT_FOUND
        return ErrorKind::NotFound;
    case 6:  // ALREADY_EXISTS
    case 9:  // FAILED_PRECONDITION
    case 10: // ABORTED
        return ErrorKind::Conflict;
    case 7: // PERMISSION_DENIED
        return ErrorKind::Forbidden;
    case 8: // RESOURCE_EXHAUSTED
        return ErrorKind::RateLimited;
    case 12: // UNIMPLEMENTED
        return ErrorKind::Unsupported;
    case 13: // INTERNAL
    case 14: // UNAVAILABLE
        return ErrorKind::Server;
    case 16: // UNAUTHENTICATED
        return ErrorKind::Unauthorized;
    default:
        return ErrorKind::Rejected;
    }
}

[[nodiscard]] Error readError(const JsonReader &json)
{
    const QString code = json.string("message"_L1);
    QString text = code;
    // For this one code the words for people are in the details.
    if (code == "failed_precondition"_L1) {
        const QString detail =
            json.json().value("details"_L1).toArray().at(0).toObject().value("message"_L1).toString();
        text = detail.isEmpty() ? text : detail;
    }
    if (text.isEmpty()) {
        text = u"The server ended the connection with an error."_s;
    }
    Error error = Error::of(kindOf(json.integer("code"_L1)), redact(text));
    if (code == "failed_precondition"_L1) {
        error.kind = ErrorKind::Conflict;
        error.apiCode = code;
    }
    return error;
}

[[nodiscard]] QByteArray readBytes(const JsonReader &result, QLatin1String stream)
{
    const JsonReader json = result.object(stream);
    const auto decoded = QByteArray::fromBase64Encoding(
        json.string("data"_L1).toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
    if (decoded.decodingStatus != QByteArray::Base64DecodingStatus::Ok) {
        json.reject("data"_L1, u"is not base64"_s);
    }
    return decoded.decoded;
}

} // namespace

QJsonObject start(
    const QString &id, const QString &idType, const QStringList &command, std::optional<TerminalSize> size)
{
    QJsonObject body{
        {"command"_L1, QJsonArray::fromStringList(command)},
        {"disableTty"_L1, !size.has_value()},
    };
    if (size) {
        body.insert("tty_size"_L1, toJson(*size));
    }
    return {{"id"_L1, id}, {"id_type"_L1, idType}, {"body"_L1, body}};
}

QJsonObject resize(TerminalSize size)
{
    return withBody({{"tty_size"_L1, toJson(size)}});
}

QJsonObject input(const QByteArray &bytes)
{
    const QJsonObject content{{"data"_L1, QString::fromLatin1(bytes.toBase64())}};
    return withBody({{"stdin"_L1, content}});
}

QJsonObject endOfInput()
{
    return withBody({{"stdin"_L1, QJsonObject{{"close"_L1, true}}}});
}

Result<Output> read(const QJsonObject &frame)
{
    const JsonReader reader(frame);
    if (reader.has("error"_L1)) {
        return failure(readError(reader.object("error"_L1)));
    }
    const JsonReader result = reader.object("result"_L1);
    Output output;
    output.standardOutput = readBytes(result, "stdout"_L1);
    output.standardError = readBytes(result, "stderr"_L1);
    // The code comes with every frame and means something only in the last.
    if (result.boolean("exited"_L1)) {
        output.exitCode = static_cast<int>(result.integer("exit_code"_L1));
    }
    return reader.result(output);
}

} // namespace Koyeb::ExecFrames
