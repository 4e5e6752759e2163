// SPDX-License-Identifier: Apache-2.0
#include "local/server/misbehaviour.h"

#include <algorithm>

namespace Koyeb::Local {

using nlohmann::json;

namespace {

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

Fault faultFrom(const json &description)
{
    Fault fault;
    fault.delay = std::chrono::milliseconds(description.value("delay_ms", 0));
    if (description.contains("status"))
        fault.status = description["status"].get<int>();
    fault.body = description.value("body", fault.body);
    fault.contentType = description.value("content_type", fault.contentType);
    const json headers = description.value("headers", json::object());
    for (const auto &[name, value] : headers.items())
        fault.headers.emplace_back(name, value.get<std::string>());
    fault.hang = description.value("hang", false);
    fault.malformed = description.value("malformed", false);
    if (description.contains("cut_after_bytes"))
        fault.cutAfterBytes = description["cut_after_bytes"].get<std::size_t>();
    fault.perform = description.value("perform", false);
    return fault;
}

} // namespace

std::string Misbehaviour::instruct(const json &instruction)
{
    if (!instruction.is_object())
        return "an instruction is a JSON object";
    try {
        if (instruction.value("clear", false))
            *this = Misbehaviour();
        if (instruction.contains("fail_next_deployment"))
            m_deploymentFailure = instruction["fail_next_deployment"].get<std::string>();
        if (instruction.contains("phase_delay_ms"))
            m_phaseDelay = std::chrono::milliseconds(instruction["phase_delay_ms"].get<int>());
        if (instruction.contains("small_disk")) {
            const json &disk = instruction["small_disk"];
            m_smallDisk =
                SmallDisk{disk.at("mount_point").get<std::string>(), disk.at("bytes").get<std::uint64_t>()};
        }
        if (instruction.contains("end_sandbox"))
            m_sandboxesToEnd.push_back(instruction["end_sandbox"].get<std::string>());
        if (instruction.contains("fault"))
            return addRule(instruction["fault"]);
    } catch (const json::exception &error) {
        return error.what();
    }
    return {};
}

std::string Misbehaviour::addRule(const json &description)
{
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
    rule.fault = faultFrom(description);
    m_rules.push_back(std::move(rule));
    return {};
}

std::optional<Fault> Misbehaviour::takeFault(ServerPart part, std::string_view method, std::string_view path)
{
    const auto rule = std::ranges::find_if(m_rules, [&](const Rule &candidate) {
        return candidate.part == part && path.starts_with(candidate.pathPrefix) &&
               (candidate.method.empty() || candidate.method == method);
    });
    if (rule == m_rules.end())
        return std::nullopt;
    Fault fault = rule->fault;
    if (rule->timesLeft && --*rule->timesLeft == 0)
        m_rules.erase(rule);
    return fault;
}

std::optional<std::string> Misbehaviour::takeDeploymentFailure()
{
    return std::exchange(m_deploymentFailure, std::nullopt);
}

std::vector<std::string> Misbehaviour::takeSandboxesToEnd()
{
    return std::exchange(m_sandboxesToEnd, {});
}

} // namespace Koyeb::Local
