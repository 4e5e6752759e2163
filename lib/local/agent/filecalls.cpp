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

/// What a call that could not read answers.
void sendError(HttpExchange &exchange, const std::string &error)
{
    exchange.sendJson(200, "{\"error\":" + jsonString(error) + '}');
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
    if (error)
        return sendError(exchange, *error);
    if (content.empty())
        return exchange.sendJson(200, "{}");
    std::string json;
    json.reserve(content.size() + content.size() / 8);
    json += "{\"content\":";
    appendJsonString(json, content);
    exchange.sendJson(200, std::move(json += '}'));
}

void answerMakeDirectory(const RequestFields &fields, HttpExchange &exchange)
{
    sendOutcome(exchange, makeDirectories(fields.text("path")));
}

void answerListDirectory(const RequestFields &fields, HttpExchange &exchange)
{
    std::vector<std::string> names;
    const FileError error = listDirectory(fields.text("path"), names);
    if (error)
        return sendError(exchange, *error);
    std::string json = "{";
    for (const std::string &name : names) {
        json += json == "{" ? "\"entries\":[" : ",";
        appendJsonString(json, name);
    }
    exchange.sendJson(200, std::move(json += names.empty() ? "}" : "]}"));
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
