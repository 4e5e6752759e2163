// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/agent/httpexchange.h"
#include "local/agent/requestfields.h"

/// The file calls of the executor. All answer 200; a failure is in the JSON.
namespace Koyeb::Local {

void answerWriteFile(const RequestFields &fields, HttpExchange &exchange);
void answerReadFile(const RequestFields &fields, HttpExchange &exchange);
void answerMakeDirectory(const RequestFields &fields, HttpExchange &exchange);
void answerListDirectory(const RequestFields &fields, HttpExchange &exchange);
void answerRemoveFile(const RequestFields &fields, HttpExchange &exchange);
void answerRemoveTree(const RequestFields &fields, HttpExchange &exchange);

} // namespace Koyeb::Local
