// SPDX-License-Identifier: Apache-2.0
#include "expectation.h"

#include "core/retrypolicy.h"

#include <algorithm>

namespace Koyeb::Reliability {

using namespace Qt::Literals::StringLiterals;

namespace {

using End = Expectation::End;

/// How one attempt ends; nothing for success.
std::optional<ErrorKind> endOfAttempt(const Operation &operation, const Fault &fault)
{
    const int status = fault.instruction.value("status"_L1).toInt();
    if (operation.takesAnyAnswer && status != 0 && status != 502 && status != 503 && status != 504) {
        return std::nullopt;
    }
    if (fault.damage == Fault::Damage::None) {
        return fault.seen;
    }
    switch (operation.reading) {
    case Reading::Nothing:
        return std::nullopt;
    case Reading::Object:
        return fault.damage == Fault::Damage::NotJson ? std::optional(ErrorKind::Protocol) : std::nullopt;
    case Reading::Values:
    case Reading::Events:
        return ErrorKind::Protocol;
    }
    return std::nullopt;
}

bool isRepeated(const Operation &operation, ErrorKind kind, const Fault &fault)
{
    if (operation.nature == Nature::Stream || fault.asksFor > RetryPolicy().maximumDelay) {
        return false;
    }
    const bool mayPass =
        kind == ErrorKind::Offline || kind == ErrorKind::Timeout || kind == ErrorKind::Server;
    const bool isSentOnce = operation.nature == Nature::Once || operation.nature == Nature::Looking;
    return kind == ErrorKind::RateLimited || (mayPass && !isSentOnce);
}

/// Where what may pass is waited out, whatever its requests' own repetitions come to.
std::optional<Expectation> byPatience(const Operation &operation, ErrorKind kind, const Fault &fault)
{
    const bool mayPass = kind == ErrorKind::Offline || kind == ErrorKind::Timeout ||
                         kind == ErrorKind::Server || kind == ErrorKind::RateLimited;
    if (operation.nature != Nature::Patient || !mayPass) {
        return std::nullopt;
    }
    return fault.isAlways ? Expectation{End::Fails, ErrorKind::Timeout, 0}
                          : Expectation{End::Succeeds, {}, 0};
}

/// Requests of a success: those that it takes, and the failed one.
int requestsOf(const Operation &operation, int failed)
{
    return operation.requests == 0 ? 0 : operation.requests + failed;
}

Expectation byRule(const Operation &operation, const Fault &fault)
{
    const auto kind = endOfAttempt(operation, fault);
    if (!kind) {
        return {End::Succeeds, {}, requestsOf(operation, 0)};
    }
    if (fault.instruction.contains("hang"_L1) && operation.limit == Limit::BetweenParts) {
        return {End::Waits, {}, operation.isParallel ? 0 : operation.skipped + 1};
    }
    if (fault.instruction.contains("hang"_L1) && operation.limit == Limit::Whole) {
        return {End::Fails, ErrorKind::Timeout, operation.isParallel ? 0 : operation.skipped + 1};
    }
    if (const auto patient = byPatience(operation, *kind, fault)) {
        return *patient;
    }
    const bool isWrongButDone =
        fault.damage == Fault::Damage::WrongTypes && operation.part == "control-plane"_L1;
    if (operation.nature == Nature::Looking && (fault.isCarriedOut() || isWrongButDone)) {
        return {End::Succeeds, {}, requestsOf(operation, 0)};
    }
    const bool repeated = isRepeated(operation, *kind, fault);
    if (repeated && !fault.isAlways) {
        return {End::Succeeds, {}, requestsOf(operation, 1)};
    }
    if (fault.place == Fault::Place::Connection &&
        (operation.nature == Nature::Once || operation.nature == Nature::Looking)) {
        return {End::Fails, *kind, 1, true}; // Nothing was sent where Qt learns of it early enough.
    }
    const int attempts = repeated ? RetryPolicy().maximumAttempts : 1;
    return {End::Fails, *kind, operation.requests == 0 ? 0 : operation.skipped + attempts};
}

} // namespace

bool applies(const Operation &operation, const Fault &fault)
{
    const bool endsBySelf = fault.isAlways && fault.place == Fault::Place::Port; // The port opens again.
    if ((operation.isEndless && fault.isAlways) || (operation.nature == Nature::Patient && endsBySelf)) {
        return false;
    }
    const bool isLikeAnother = !fault.isCarriedOut() && fault.isHarmful() && fault.name != "502"_L1 &&
                               fault.seen.value_or(ErrorKind::Protocol) != ErrorKind::RateLimited;
    if (operation.takesTimeToFail && isLikeAnother) {
        return false;
    }
    return (operation.skipped == 0 && !operation.isLater) || fault.place == Fault::Place::Request;
}

const QList<Exception> &exceptions()
{
    static const QList<Exception> all{
        {{u"ApiClient::currentOrganization"_s},
         {u"401"_s, u"403"_s, u"404"_s, u"422"_s},
         {End::Succeeds, {}, 1},
         u"An organization's token is refused there, so the organization is then found by its apps."_s},
        {{u"SandboxControl::isHealthy"_s},
         {u"409"_s},
         {End::Succeeds, {}, 1},
         u"While not all of a sandbox is known yet it is not healthy, which is an answer."_s},
        {{u"SandboxControl::waitForTcpProxy"_s},
         {u"409"_s},
         {End::Succeeds, {}, 0},
         u"While not all of a sandbox is known yet there is something to wait for."_s},
        {{u"SandboxControl::remove"_s}, {u"404"_s}, {End::Succeeds, {}, 1}, u"It is gone, as was wanted."_s},
        {{u"deleteSandbox"_s},
         {u"404"_s, u"no JSON"_s},
         {End::Fails, ErrorKind::Timeout, 1},
         u"It waits until the sandbox is gone, which nobody has deleted here."_s},
        {{u"deleteSandbox"_s},
         {u"cut, always"_s},
         {End::Succeeds, {}, 2},
         u"The second attempt finds nothing any more, which is what was wanted."_s},
        {{u"ProjectsApi::deleteProject"_s, u"SecretsApi::deleteSecret"_s, u"DomainsApi::deleteDomain"_s},
         {u"cut, always"_s},
         {End::Succeeds, {}, 2},
         u"The second attempt finds nothing any more, which is what was wanted."_s},
        {{u"RemoteFile::write (a large part)"_s},
         {u"wrong types"_s},
         {End::Fails, ErrorKind::Rejected, 1},
         u"The executor has written nothing and not said so, which is found when the file is to be put in place."_s},
        {{u"Sandbox::upload (a file: sending)"_s},
         {u"wrong types"_s},
         {End::Fails, ErrorKind::Rejected, 1},
         u"The executor has written nothing and not said so, so that the file is found to be incomplete."_s},
        {{u"Sandbox::upload (a folder: sending)"_s},
         {u"wrong types"_s},
         {End::Fails, ErrorKind::Rejected, 1},
         u"The executor has written nothing and not said so, which is found when it is to be unpacked."_s},
        {{u"Sandbox::upload (a large file: sending)"_s},
         {u"wrong types"_s},
         {End::Fails, ErrorKind::Integrity, 0},
         u"The executor has written nothing and not said so, which the checksum tells."_s},
        {{u"ExecutorClient::killProcess"_s},
         {u"422"_s},
         {End::Fails, ErrorKind::Conflict, 1},
         u"The executor refuses so to kill what has ended."_s},
        {{u"ExecutorClient::bindPort"_s, u"Ports::expose (binding)"_s},
         {u"cut, always"_s},
         {End::Fails, ErrorKind::Conflict, 2},
         u"The first attempt has bound the port, and of the refusal of the second the part that says so is lost."_s},
    };
    return all;
}

const Exception *exceptionFor(const Operation &operation, const Fault &fault)
{
    const auto &all = exceptions();
    const auto found = std::find_if(all.cbegin(), all.cend(), [&](const Exception &exception) {
        return exception.operations.contains(operation.name) && exception.faults.contains(fault.name);
    });
    return found == all.cend() ? nullptr : &*found;
}

Expectation expectationOf(const Operation &operation, const Fault &fault)
{
    const auto *exception = exceptionFor(operation, fault);
    return exception ? exception->expected : byRule(operation, fault);
}

} // namespace Koyeb::Reliability
