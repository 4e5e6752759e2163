// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apitransport.h"
#include "api/logentry.h"

namespace Koyeb {

/// The value as the wire has it; see JsonReader::result().
[[nodiscard]] LogEntry readLogEntry(const JsonReader &json);
/// The value as the wire has it; see JsonReader::result().
[[nodiscard]] LogPage readLogPage(const JsonReader &reply);
/// Narrows a request for logs.
void filterBy(QUrl &url, const LogFilter &filter);

/// What was logged. What is being logged comes by LogTail.
class LogsApi {
public:
    /// `transport` outlives this object and what it is asked for.
    explicit LogsApi(const ApiTransport &transport) : m_transport(transport) {}

    /// One page of lines; nextQuery() asks for the next one.
    QCoro::Task<Result<LogPage>> query(LogQuery query, std::stop_token stop) const;
    /// The last lines since `start`, `atMost` so many; oldest first.
    QCoro::Task<Result<QList<LogEntry>>> lastLines(
        LogFilter filter, LogTime start, qsizetype atMost, std::stop_token stop) const;

private:
    const ApiTransport &m_transport;
};

} // namespace Koyeb
