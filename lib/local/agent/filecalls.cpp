// SPDX-License-Identifier: Apache-2.0
#include "local/agent/filecalls.h"

#include "local/agent/fileoperations.h"
#include "local/agent/jsontext.h"

namespace Koyeb::Local {

namespace {

void sendOutcome(HttpExchange &exchange, const FileError &error)
{
    if (error)
        exchange.sendJson(200, "{\"error\":" + jsonString(*error) + ",\"success\":false}");
    else
        exchange.sendJson(200, "{\"success\":true}");
}

/// A reading call's answer: empty content is left out.
void sendContent(
    HttpExchange &exchange, std::string_view name, const std::string &content, const FileError &error)
{
    std::string json = "{";
    if (error)
        json.append("\"error\":").append(jsonString(*error));
    else if (!content.empty())
        json.append("\"").append(name).append("\":").append(content);
    exchange.sendJson(200, std::move(json.append("}")));
}

} // namespace

void answerWriteFile(const RequestFields &fields, HttpExchange &exchange)
{
    sendOutcome(exchange, writeFile(fields.text("path"), fields.text("content")));
}

void answerReadFile(const RequestFields &fields, HttpExchange &exchange)
{
    std::string content;
    const FileError error = readFile(fields.text("path"), content);
    sendContent(exchange, "content", content.empty() ? std::string() : jsonString(content), error);
}

void answerMakeDirectory(const RequestFields &fields, HttpExchange &exchange)
{
    sendOutcome(exchange, makeDirectories(fields.text("path")));
}

void answerListDirectory(const RequestFields &fields, HttpExchange &exchange)
{
    std::vector<std::string> names;
    const FileError error = listDirectory(fields.text("path"), names);
    std::string json;
    for (const std::string &name : names) {
        json += json.empty() ? '[' : ',';
        appendJsonString(json, name);
    }
    if (!json.empty())
        json += ']';
    sendContent(exchange, "entries", json, error);
}

void answerRemoveFile(const RequestFields &fields, HttpExchange &exchange)
{
    sendOutcome(exchange, removeFile(fields.text("path")));
}

void answerRemoveTree(const RequestFields &fields, HttpExchange &exchange)
{
    sendOutcome(exchange, removeTree(fields.text("path")));
}

} // namespace Koyeb::Local
