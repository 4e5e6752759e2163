// SPDX-License-Identifier: Apache-2.0
#include "local/agent/agent.h"
#include "local/engine.h"
#include "local/gateway/shapedlink.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <map>

namespace {

using namespace Koyeb::Local;

CLI::App *addServe(CLI::App &program, EngineOptions &options)
{
    CLI::App *const serve =
        program.add_subcommand("serve", "Serve the control plane on this computer's loopback");
    serve->add_option("--port", options.port, "Port of the control plane; 0 chooses a free one")
        ->capture_default_str();
    serve
        ->add_option(
            "--state", options.stateFolder, "Folder for sandboxes; removed with them when the engine ends")
        ->take_last();
    serve->add_flag_callback(
        "--unisolated", [&options]() { options.isolation = Isolation::None; },
        "Run sandboxes without isolation: what runs in them can do whatever you can do");
    serve->add_flag_callback(
        "--no-parent-watch", [&options]() { options.parentWatch = ParentWatch::Off; },
        "Do not end when standard input ends");
    const std::map<std::string, RoutingMode> routings{
        {"metadata", RoutingMode::Metadata}, {"domain", RoutingMode::Domain}};
    serve
        ->add_option(
            "--routing", options.routing,
            "How clients reach sandboxes: metadata (URL and routing key) or domain (the app's, without key)")
        ->transform(CLI::CheckedTransformer(routings));
    serve
        ->add_option("--organization", options.moreOrganizations, "Name of one more organization; repeatable")
        ->allow_extra_args(false);
    serve->add_option("--misbehave", options.misbehaviour, "Fail on purpose, as the JSON object says")
        ->group("Misbehaviour, for tests")
        ->allow_extra_args(false);
    return serve;
}

CLI::App *addLink(CLI::App &program, LinkOptions &options)
{
    CLI::App *const link = program.add_subcommand("link", "Lead to a server as over a distance");
    link->add_option("target", options.target, "HOST:PORT of the server")->required();
    link->add_option_function<unsigned>(
        "--round-trip-ms",
        [&options](unsigned time) { options.shape.roundTrip = std::chrono::milliseconds(time); },
        "How long bytes take to the server and back");
    link->add_option(
        "--bits-per-second", options.shape.bitsPerSecond,
        "How many it carries each way, for all connections together; 0: as many as go");
    return link;
}

} // namespace

int main(int argc, char *argv[])
{
    CLI::App program("Koyeb sandboxes on this computer", "koyeb-local");
    program.require_subcommand(1);
    program.footer("What a subcommand takes: koyeb-local COMMAND --help");
    program.set_version_flag("--version", KOYEB_LOCAL_VERSION);
    EngineOptions engineOptions;
    const CLI::App *const serve = addServe(program, engineOptions);
    AgentOptions agentOptions;
    CLI::App *const agent =
        program.add_subcommand("agent", "Serve one sandbox from within; started by \"serve\"");
    agent->add_option("--socket-dir", agentOptions.socketDir, "Folder of the sockets to serve")->required();
    agent
        ->add_option(
            "--process-limit", agentOptions.processLimit, "How many processes there may be; 0: any number")
        ->capture_default_str();
    agent->add_flag(
        "--process-watch", agentOptions.watchesProcesses,
        "Hold that limit by looking, where the kernel does not");
    agent->footer("The sandbox's secret is taken from the environment variable SANDBOX_SECRET.");
    LinkOptions linkOptions;
    const CLI::App *const link = addLink(program, linkOptions);
    CLI11_PARSE(program, argc, argv);

    if (serve->parsed())
        return runEngine(engineOptions);
    if (link->parsed())
        return runLink(linkOptions);
    // Not an option, since everybody on a computer can read the options of a process.
    const char *const secret = std::getenv("SANDBOX_SECRET");
    agentOptions.secret = secret ? secret : "";
    return runAgent(agentOptions);
}
