// SPDX-License-Identifier: Apache-2.0
#include "local/server/misbehaviour.h"

#include "local/gateway/shapedlink.h"

#include <algorithm>
#include <initializer_list>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace Koyeb::Local {

using nlohmann::json;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t sanitizersShare = 16; // what a sanitizer needs for itself is not the sandbox's
#else
constexpr std::uint64_t sanitizersShare = 1;
#endif

std::optional<ServerPart> partFrom(const std::string &text)
{
    if (text == "control-plane")
        return ServerPart::ControlPlane;
    if (text == "executor")
        return ServerPart::Executor;
    if (text == "exposed-port")
        return ServerPart::ExposedPort;
    return std::nullopt;
}

DeploymentOrder deploymentOrderFrom(const json &description)
{
    const auto status = deploymentStatusFrom(description.at("status").get<std::string>());
    switch (status.value_or(DeploymentStatus::Healthy)) {
    case DeploymentStatus::Pending:
    case DeploymentStatus::Scheduled:
    case DeploymentStatus::Allocating:
    case DeploymentStatus::Starting:
    case DeploymentStatus::Error:
    case DeploymentStatus::Stopped:
    case DeploymentStatus::Canceled:
        return {*status, description.value("message", "This was ordered by a test.")};
    default:
        throw std::invalid_argument("\"status\" is none that a deployment can be left in");
    }
}

/// A typo would make a test pass that tests nothing.
void refuseUnknown(const json &object, std::initializer_list<std::string_view> known)
{
    for (const auto &[name, value] : object.items()) {
        if (std::ranges::find(known, name) == known.end())
            throw std::invalid_argument("there is no \"" + name + "\"");
    }
}

std::shared_ptr<ShapedLink> linkFrom(const json &description)
{
    refuseUnknown(description, {"round_trip_ms", "bits_per_second"});
    const auto roundTripMs = description.value("round_trip_ms", std::int64_t{0});
    const auto bitsPerSecond = description.value("bits_per_second", std::int64_t{0});
    if (roundTripMs < 0 || bitsPerSecond < 0)
        throw std::invalid_argument("a link's figures are not negative");
    const LinkShape shape{std::chrono::milliseconds(roundTripMs), static_cast<std::uint64_t>(bitsPerSecond)};
    return std::make_shared<ShapedLink>(shape);
}

} // namespace

std::string Misbehaviour::instruct(const json &instruction)
{
    if (!instruction.is_object())
        return "an instruction is a JSON object";
    try {
        refuseUnknown(
            instruction,
            {"clear", "random_seed", "fail_next_deployment", "next_deployment", "phase_delay_ms", "link",
             "small_disk", "end_sandbox", "sleep_sandbox", "restart_executor", "crash_on_slow_logs", "limits",
             "refuse_connections", "move_clock_s", "seed_services", "fault"});
        if (instruction.value("clear", false))
            *this = Misbehaviour();
        if (instruction.contains("random_seed"))
            m_random.seed(instruction["random_seed"].get<std::mt19937::result_type>());
        if (instruction.contains("fail_next_deployment")) {
            m_deploymentOrder = DeploymentOrder{
                DeploymentStatus::Error, instruction["fail_next_deployment"].get<std::string>()};
        }
        if (instruction.contains("next_deployment"))
            m_deploymentOrder = deploymentOrderFrom(instruction["next_deployment"]);
        if (instruction.contains("phase_delay_ms"))
            m_phaseDelay = std::chrono::milliseconds(instruction["phase_delay_ms"].get<int>());
        if (instruction.contains("link"))
            m_link = linkFrom(instruction["link"]);
        if (instruction.contains("small_disk")) {
            const json &disk = instruction["small_disk"];
            m_smallDisk =
                SmallDisk{disk.at("mount_point").get<std::string>(), disk.at("bytes").get<std::uint64_t>()};
        }
        if (instruction.contains("limits")) {
            const json &limits = instruction["limits"];
            refuseUnknown(limits, {"memory_bytes", "processes", "disk_bytes"});
            m_limits = {
                limits.value("memory_bytes", std::uint64_t{0}), limits.value("processes", std::uint64_t{0}),
                limits.value("disk_bytes", std::uint64_t{0})};
        }
        addDirectOrders(instruction);
        if (instruction.contains("fault"))
            return addRule(instruction["fault"]);
    } catch (const std::exception &error) {
        return error.what();
    }
    return {};
}

void Misbehaviour::addDirectOrders(const json &instruction)
{
    using Kind = DirectOrder::Kind;
    for (const auto &[name, kind] :
         {std::pair{"end_sandbox", Kind::EndSandbox}, std::pair{"sleep_sandbox", Kind::SleepSandbox},
          std::pair{"restart_executor", Kind::RestartExecutor},
          std::pair{"crash_on_slow_logs", Kind::CrashOnSlowLogs}}) {
        if (instruction.contains(name))
            m_directOrders.push_back({kind, instruction[name].get<std::string>()});
    }
    if (instruction.contains("refuse_connections")) {
        const json &refusal = instruction["refuse_connections"];
        m_directOrders.push_back(
            {Kind::RefuseConnections, refusal.value("service_id", ""),
             std::chrono::milliseconds(refusal.at("for_ms").get<int>())});
    }
    if (instruction.contains("move_clock_s")) {
        m_directOrders.push_back(
            {Kind::MoveClock, {}, std::chrono::seconds(instruction["move_clock_s"].get<std::int64_t>())});
    }
    if (instruction.contains("seed_services"))
        m_directOrders.push_back({Kind::Seed, {}, {}, instruction["seed_services"].get<std::size_t>()});
}

std::string Misbehaviour::addRule(const json &description)
{
    refuseUnknown(
        description, {"part",
                      "path",
                      "method",
                      "times",
                      "probability",
                      "delay_ms",
                      "jitter_ms",
                      "status",
                      "body",
                      "content_type",
                      "headers",
                      "hang",
                      "malformed",
                      "wrong_types",
                      "cut_after_bytes",
                      "stall_after_bytes",
                      "bytes_per_second",
                      "slow_headers_ms",
                      "reset",
                      "perform"});
    Rule rule;
    const auto part = partFrom(description.value("part", "control-plane"));
    if (!part)
        return "\"part\" is one of control-plane, executor, exposed-port";
    rule.part = *part;
    rule.pathPrefix = description.value("path", "");
    rule.method = description.value("method", "");
    rule.timesLeft = description.value("times", 1U);
    if (rule.timesLeft == 0U)
        rule.timesLeft.reset();
    rule.probability = description.value("probability", 1.0);
    rule.fault = faultFrom(description);
    m_rules.push_back(std::move(rule));
    return {};
}

template<typename Condition> std::optional<Fault> Misbehaviour::takeMatching(Condition condition)
{
    for (auto rule = m_rules.begin(); rule != m_rules.end(); ++rule) {
        if (!condition(*rule) || std::uniform_real_distribution(0.0, 1.0)(m_random) >= rule->probability)
            continue;
        Fault fault = rule->fault;
        if (rule->timesLeft && --*rule->timesLeft == 0)
            m_rules.erase(rule);
        const auto jitter = std::uniform_int_distribution<std::int64_t>(0, fault.jitter.count())(m_random);
        fault.delay += std::chrono::milliseconds(jitter);
        return fault;
    }
    return std::nullopt;
}

bool Misbehaviour::aimsAt(const Rule &rule, ServerPart part, std::string_view method, std::string_view path)
{
    return rule.part == part && path.starts_with(rule.pathPrefix) &&
           (rule.method.empty() || rule.method == method);
}

std::optional<Fault> Misbehaviour::takeFault(ServerPart part, std::string_view method, std::string_view path)
{
    return takeMatching([&](const Rule &rule) {
        return aimsAt(rule, part, method, path) && rule.fault.reset != ResetMoment::Before;
    });
}

bool Misbehaviour::takeResetDuring(ServerPart part, std::string_view method, std::string_view path)
{
    const auto fault = takeMatching([&](const Rule &rule) {
        return aimsAt(rule, part, method, path) && rule.fault.reset == ResetMoment::During;
    });
    return fault.has_value();
}

bool Misbehaviour::takeReset(ServerPart part)
{
    const auto fault = takeMatching([&](const Rule &rule) {
        // A gateway cannot know yet whether the executor or the exposed port is meant.
        const bool samePort = (rule.part == ServerPart::ControlPlane) == (part == ServerPart::ControlPlane);
        return samePort && rule.fault.reset == ResetMoment::Before;
    });
    return fault.has_value();
}

SandboxLimits Misbehaviour::limitsFor(const SandboxLimits &usual) const
{
    const auto chosen = [](std::uint64_t ordered, std::uint64_t otherwise) {
        return ordered > 0 ? ordered : otherwise;
    };
    return {
        chosen(m_limits.memoryBytes, usual.memoryBytes * sanitizersShare),
        chosen(m_limits.processes, usual.processes), chosen(m_limits.diskBytes, usual.diskBytes)};
}

std::optional<DeploymentOrder> Misbehaviour::takeDeploymentOrder()
{
    return std::exchange(m_deploymentOrder, std::nullopt);
}

std::vector<DirectOrder> Misbehaviour::takeDirectOrders()
{
    return std::exchange(m_directOrders, {});
}

} // namespace Koyeb::Local
