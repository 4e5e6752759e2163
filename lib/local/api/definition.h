// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/messages.h"
#include "local/api/records.h"

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace Koyeb::Local {

/// Whether a text may name an app or a service: 3–63 characters out of a–z 0–9 - and .
[[nodiscard]] bool isValidName(const nlohmann::json &name);

/// What is wrong with a deployment's definition; nothing if it can be deployed here.
[[nodiscard]] std::vector<FieldError> definitionErrors(const nlohmann::json &definition);

/// Reads `life_cycle` of a request's body over the values of `base`.
[[nodiscard]] ServiceLifeCycle lifeCycleFrom(
    const nlohmann::json &body, const ServiceLifeCycle &base, std::vector<FieldError> &errors);

/// A file that the definition asks to have in the sandbox's file system.
struct ConfigFile {
    std::string path;
    std::string content;
    unsigned mode = 0644;
};

/// What a definition says about the processes of a sandbox.
struct SandboxSettings {
    std::string name;
    std::string secret; ///< empty: the definition has no SANDBOX_SECRET
    std::vector<std::pair<std::string, std::string>> environment; ///< without the secret
    std::vector<ConfigFile> configFiles;
    std::string region;
    std::string instanceType;
    std::string image;
    bool wantsTcpProxy = false;
    /// What the container's own program is to be, with its arguments: entrypoint, command, args. Empty: the
    /// executor alone, also when they only name it.
    std::vector<std::string> mainCommand;
    std::vector<std::string>
        unresolvedSecrets; ///< names of variables and files that refer to unknown secrets
};

/// The value of a secret by its name, if there is one.
using SecretLookup = std::function<std::optional<std::string>(std::string_view name)>;

/// Takes a definition without errors apart. Secrets that it refers to are looked up.
[[nodiscard]] SandboxSettings settingsOf(const nlohmann::json &definition, const SecretLookup &secretNamed);

/// After how long without requests an instance falls asleep; 0 s means never. Both count from the last
/// request.
struct SleepDelays {
    std::chrono::seconds light{0}; ///< its processes are stopped, and go on at the next request
    std::chrono::seconds deep{0};  ///< its processes are ended, and the next request starts a new instance
};

[[nodiscard]] SleepDelays sleepDelaysOf(const nlohmann::json &definition);

} // namespace Koyeb::Local
