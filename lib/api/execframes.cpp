// SPDX-License-Identifier: Apache-2.0
#include "api/execframes.h"

#include "api/streamerror.h"

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
        return failure(readStreamError(reader.object("error"_L1)));
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
