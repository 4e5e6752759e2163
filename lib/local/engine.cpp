// SPDX-License-Identifier: Apache-2.0
#include "local/engine.h"

#include "local/api/accountapi.h"
#include "local/api/appsapi.h"
#include "local/api/catalog.h"
#include "local/api/deploymentsapi.h"
#include "local/api/domainsapi.h"
#include "local/api/eventsapi.h"
#include "local/api/logsapi.h"
#include "local/api/metricsapi.h"
#include "local/api/secretsapi.h"
#include "local/api/seeding.h"
#include "local/api/servicesapi.h"
#include "local/api/world.h"
#include "local/asio.h"
#include "local/lifecycle/lifecycle.h"
#include "local/runtime/controlgroups.h"
#include "local/runtime/isolation.h"
#include "local/server/httpserver.h"
#include "local/server/misbehaviour.h"
#include "local/statefolder.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <iostream>
#include <sys/resource.h>
#include <sys/utsname.h>

namespace Koyeb::Local {

namespace {

/// From 5.14 on the kernel counts the processes of each user namespace apart.
bool countsProcessesApart()
{
    constexpr std::pair oldest{5, 14};
    utsname facts{};
    std::pair version{0, 0};
    if (uname(&facts) == 0)
        std::sscanf(facts.release, "%d.%d", &version.first, &version.second);
    return version >= oldest;
}

LimitsInForce limitsInForce(Isolation isolation, bool hasGroups)
{
    const bool isolated = isolation == Isolation::Namespaces;
    // Root is exempt from the limits that a process has.
    const bool byProcess = isolated && geteuid() != 0 && countsProcessesApart();
    LimitsInForce limits;
    limits.memory = hasGroups ? Enforcement::Kernel : Enforcement::Watched;
    limits.processes = hasGroups || byProcess ? Enforcement::Kernel : Enforcement::Watched;
    limits.disk = isolated ? Enforcement::Watched : Enforcement::None;
    return limits;
}

nlohmann::json limitsJson(const LimitsInForce &limits)
{
    return {
        {"memory", toString(limits.memory)},
        {"processes", toString(limits.processes)},
        {"disk", toString(limits.disk)}};
}

LifecycleSettings lifecycleSettings(const EngineOptions &options, const StateFolder &state)
{
    LifecycleSettings settings;
    settings.sandboxesFolder = state.sandboxesFolder();
    settings.program = std::filesystem::read_symlink("/proc/self/exe");
    settings.isolation = options.isolation;
    if (options.isolation == Isolation::Namespaces)
        settings.isolationProblem = isolationProblem();
    settings.groups = ControlGroups::find();
    settings.limits = limitsInForce(options.isolation, settings.groups != nullptr);
    return settings;
}

/// Owns the parts of a running engine, in the order in which they depend on each other.
class Engine {
public:
    Engine(const EngineOptions &options, const StateFolder &state)
        : m_options(options),
          m_settings(lifecycleSettings(options, state)),
          m_lifecycle(m_context, m_world, m_misbehaviour, m_settings),
          m_apps(m_world, m_lifecycle),
          m_services(m_world, m_lifecycle),
          m_server(
              m_context,
              ServerParts{
                  m_router, m_world, m_lifecycle, m_misbehaviour,
                  [this](const DirectOrder &order) {
                      obey(order);
                  }}),
          m_signals(m_context, SIGTERM, SIGINT),
          m_input(m_context)
    {
        m_world.routing = options.routing;
        for (const std::string &name : options.moreOrganizations)
            m_world.addOrganization(name);
        m_token = m_world.addToken(m_world.firstOrganization().id, TokenHolder::User).token;
        addRoutes();
    }

    /// Returns the reason when the engine cannot start, else an empty text after it has ended.
    [[nodiscard]] std::string run();

private:
    void addRoutes();
    void obey(const DirectOrder &order);
    [[nodiscard]] std::string instructMisbehaviour();
    [[nodiscard]] nlohmann::json facts() const;
    void announce() const;
    [[nodiscard]] Awaitable<void> watchParent();
    [[nodiscard]] Awaitable<void> watchTime();
    void end();

    const EngineOptions &m_options;
    LifecycleSettings m_settings;
    std::string m_token;
    World m_world; // before the context, whose destructor ends coroutines that use it
    asio::io_context m_context{1};
    Misbehaviour m_misbehaviour;
    Lifecycle m_lifecycle;
    AppsApi m_apps;
    ServicesApi m_services;
    Router m_router;
    HttpServer m_server;
    asio::signal_set m_signals;
    asio::posix::stream_descriptor m_input;
    bool m_ending = false;
};

void Engine::addRoutes()
{
    addAccountRoutes(m_router, m_world);
    addProjectRoutes(m_router, m_world);
    addOrganizationFactRoutes(m_router, m_world);
    m_apps.addRoutes(m_router);
    m_services.addRoutes(m_router);
    addDeploymentRoutes(m_router, m_world, m_lifecycle);
    addEventRoutes(m_router, m_world);
    addSecretRoutes(m_router, m_world);
    addDomainRoutes(m_router, m_world);
    addImageCheckRoute(m_router, m_world);
    addCatalogRoutes(m_router);
    addLogQueryRoute(m_router, m_world);
    addMetricsRoute(m_router, m_world, m_lifecycle);
    m_router.add("GET", "/local/info", [this](const ApiRequest &) { return ApiReply{200, facts()}; });
}

void Engine::obey(const DirectOrder &order)
{
    switch (order.kind) {
    case DirectOrder::Kind::EndSandbox:
        return m_lifecycle.crashSandbox(order.serviceId);
    case DirectOrder::Kind::SleepSandbox:
        return m_lifecycle.putToSleep(order.serviceId);
    case DirectOrder::Kind::RestartExecutor:
        return m_lifecycle.restartExecutor(order.serviceId);
    case DirectOrder::Kind::CrashOnSlowLogs:
        return m_lifecycle.crashOnSlowLogs(order.serviceId);
    case DirectOrder::Kind::RefuseConnections:
        if (order.serviceId.empty())
            asio::co_spawn(m_context, m_server.refuseFor(order.duration), asio::detached);
        else
            m_lifecycle.closeGateway(order.serviceId, order.duration);
        return;
    case DirectOrder::Kind::MoveClock:
        m_world.clock.move(std::chrono::duration_cast<std::chrono::seconds>(order.duration));
        return m_lifecycle.tick(); // so that what is due by now happens before the answer
    case DirectOrder::Kind::Seed:
        return seedServices(m_world, order.count);
    }
}

std::string Engine::run()
{
    std::string problem = instructMisbehaviour();
    if (problem.empty())
        problem = m_server.listen(m_options.port);
    if (!problem.empty())
        return problem;
    m_signals.async_wait([this](const ErrorCode &error, int) {
        if (!error)
            end();
    });
    if (m_options.parentWatch == ParentWatch::On)
        asio::co_spawn(m_context, watchParent(), asio::detached);
    asio::co_spawn(m_context, watchTime(), asio::detached);
    if (!m_settings.isolationProblem.empty())
        std::cerr << m_settings.isolationProblem << std::endl;
    announce();
    m_context.run();
    return {};
}

std::string Engine::instructMisbehaviour()
{
    for (const std::string &instruction : m_options.misbehaviour) {
        const auto parsed = nlohmann::json::parse(instruction, nullptr, /*allow_exceptions=*/false);
        std::string problem = m_misbehaviour.instruct(parsed);
        if (!problem.empty())
            return "--misbehave: " + problem;
    }
    for (const DirectOrder &order : m_misbehaviour.takeDirectOrders())
        obey(order);
    return {};
}

nlohmann::json Engine::facts() const
{
    nlohmann::json facts{
        {"isolated", m_options.isolation == Isolation::Namespaces},
        {"limits", limitsJson(m_settings.limits)},
        {"version", KOYEB_LOCAL_VERSION}};
    if (!m_settings.isolationProblem.empty())
        facts["problem"] = m_settings.isolationProblem;
    return facts;
}

void Engine::announce() const
{
    nlohmann::json line = facts();
    line["url"] = "http://127.0.0.1:" + std::to_string(m_server.port());
    line["token"] = m_token;
    std::cout << line.dump() << std::endl;
}

Awaitable<void> Engine::watchParent()
{
    ErrorCode error;
    // Fails for files and /dev/null, which are as good as ended.
    m_input.assign(dup(STDIN_FILENO), error);
    std::array<char, 512> ignored{};
    while (!error)
        co_await m_input.async_read_some(asio::buffer(ignored), into(error));
    end();
}

Awaitable<void> Engine::watchTime()
{
    while (!m_ending) {
        co_await pause(std::chrono::seconds(1));
        m_lifecycle.tick();
    }
}

void Engine::end()
{
    if (m_ending)
        return;
    m_ending = true;
    m_server.close();
    m_lifecycle.shutDown([this]() { m_context.stop(); });
}

void raiseDescriptorLimit()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 65536);
    setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace

int runEngine(const EngineOptions &options)
{
    std::signal(SIGPIPE, SIG_IGN); // writing to a process that has ended is an error like any other
    raiseDescriptorLimit();
    StateFolder state;
    std::string problem =
        state.open(options.stateFolder.empty() ? StateFolder::defaultPath() : options.stateFolder);
    if (problem.empty())
        problem = Engine(options, state).run();
    if (problem.empty())
        return 0;
    std::cerr << problem << std::endl;
    return 1;
}

} // namespace Koyeb::Local
