// SPDX-License-Identifier: Apache-2.0
#include "local/api/definition.h"

#include "local/api/catalog.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

namespace Koyeb::Local {

using nlohmann::json;

namespace {

constexpr std::string_view secretVariable = "SANDBOX_SECRET";

/// The member as a list; an empty one if it is absent, null or something else.
const json &listAt(const json &object, const char *key)
{
    static const json none = json::array();
    const auto found = object.find(key);
    return found != object.end() && found->is_array() ? *found : none;
}

bool isVariableName(const std::string &name)
{
    return !name.empty() && name.find('=') == std::string::npos && name.find('\0') == std::string::npos;
}

bool isWithinRoot(const std::string &path)
{
    const std::filesystem::path parts(path);
    return parts.is_absolute() && parts.has_filename() && path.find('\0') == std::string::npos &&
           std::ranges::find(parts, "..") == parts.end();
}

std::optional<unsigned> octalMode(const std::string &text)
{
    unsigned mode = 0;
    const char *const end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, mode, 8);
    if (result.ec != std::errc() || result.ptr != end || mode > 07777)
        return std::nullopt;
    return mode;
}

std::string indexed(const char *list, std::size_t index, const char *member = "")
{
    return "definition." + std::string(list) + "." + std::to_string(index) + member;
}

/// What a member must be, where it is there at all.
struct MemberType {
    const char *name;
    bool (*isRight)(const json &value);
    const char *description;
};

template<bool (*isRight)(const json &)> bool isListOf(const json &value)
{
    return value.is_array() && std::ranges::all_of(value, isRight);
}

bool isText(const json &value)
{
    return value.is_string();
}

bool isObject(const json &value)
{
    return value.is_object();
}

bool isFlag(const json &value)
{
    return value.is_boolean();
}

constexpr auto listOfObjects = "must be a list of objects";
constexpr auto listOfTexts = "must be a list of texts";

constexpr auto definitionTypes = std::to_array<MemberType>(
    {{"env", isListOf<isObject>, listOfObjects},
     {"ports", isListOf<isObject>, listOfObjects},
     {"proxy_ports", isListOf<isObject>, listOfObjects},
     {"routes", isListOf<isObject>, listOfObjects},
     {"regions", isListOf<isText>, listOfTexts},
     {"scalings", isListOf<isObject>, listOfObjects},
     {"instance_types", isListOf<isObject>, listOfObjects},
     {"health_checks", isListOf<isObject>, listOfObjects},
     {"volumes", isListOf<isObject>, listOfObjects},
     {"config_files", isListOf<isObject>, listOfObjects},
     {"docker", isObject, "must be an object"},
     {"mesh", isText, "must be a text"},
     {"skip_cache", isFlag, "must be true or false"}});

constexpr auto dockerTypes = std::to_array<MemberType>(
    {{"image", isText, "must be a text"},
     {"command", isText, "must be a text"},
     {"args", isListOf<isText>, listOfTexts},
     {"entrypoint", isListOf<isText>, listOfTexts},
     {"image_registry_secret", isText, "must be a text"},
     {"privileged", isFlag, "must be true or false"}});

/// What is stored is told to others, who rely on its types.
template<typename Types>
void checkTypes(
    const json &object, const Types &types, const std::string &path, std::vector<FieldError> &errors)
{
    for (const MemberType &type : types) {
        const auto member = object.find(type.name);
        if (member != object.end() && !member->is_null() && !type.isRight(*member))
            errors.push_back({path + type.name, type.description});
    }
}

void checkEnvironment(const json &definition, std::vector<FieldError> &errors)
{
    const json &environment = listAt(definition, "env");
    for (std::size_t i = 0; i < environment.size(); ++i) {
        if (!environment[i].is_object() || !isVariableName(textAt(environment[i], "key")))
            errors.push_back({indexed("env", i, ".key"), "must be the name of an environment variable"});
        else if (textAt(environment[i], "value").find('\0') != std::string::npos)
            errors.push_back({indexed("env", i, ".value"), "must not hold a NUL character"});
    }
}

void checkPlacement(const json &definition, std::vector<FieldError> &errors)
{
    const json &regions = listAt(definition, "regions");
    if (regions.empty())
        errors.push_back({"definition.regions", "at least one region is required"});
    for (std::size_t i = 0; i < regions.size(); ++i) {
        if (!regions[i].is_string() || !isKnownRegion(regions[i].get<std::string>()))
            errors.push_back({indexed("regions", i), "unknown region"});
    }
    const json &types = listAt(definition, "instance_types");
    if (types.empty())
        errors.push_back({"definition.instance_types", "an instance type is required"});
    for (std::size_t i = 0; i < types.size(); ++i) {
        if (!types[i].is_object() || !isKnownInstanceType(textAt(types[i], "type")))
            errors.push_back({indexed("instance_types", i, ".type"), "unknown instance type"});
    }
}

void checkConfigFiles(const json &definition, std::vector<FieldError> &errors)
{
    const json &files = listAt(definition, "config_files");
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (!files[i].is_object() || !isWithinRoot(textAt(files[i], "path")))
            errors.push_back({indexed("config_files", i, ".path"), "must be an absolute path of a file"});
        else if (files[i].contains("permissions") && !octalMode(textAt(files[i], "permissions")))
            errors.push_back({indexed("config_files", i, ".permissions"), "must be an octal mode"});
    }
}

std::optional<std::int64_t> secondsAt(const json &lifeCycle, const char *key)
{
    const auto found = lifeCycle.find(key);
    if (found == lifeCycle.end() || found->is_null())
        return std::nullopt;
    return found->is_number_integer() ? found->get<std::int64_t>() : -1;
}

void readSeconds(
    const json &lifeCycle, const char *key, std::chrono::seconds &target, std::vector<FieldError> &errors)
{
    // A year is more than any service lives; a bound keeps sums of times far from overflow.
    constexpr std::int64_t maximum = 366LL * 24 * 3600;
    const auto seconds = secondsAt(lifeCycle, key);
    if (!seconds)
        return;
    if (*seconds < 0 || *seconds > maximum)
        errors.push_back({std::string("life_cycle.") + key, "must be a number of seconds up to a year"});
    else
        target = std::chrono::seconds(*seconds);
}

std::int64_t numberAt(const json &object, const char *key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

/// The scaling's target that says when to sleep; an empty object if there is none.
json sleepTargetOf(const json &scaling)
{
    for (const json &target : listAt(scaling, "targets")) {
        const json delay = target.is_object() ? target.value("sleep_idle_delay", json()) : json();
        if (delay.is_object())
            return delay;
    }
    return json::object();
}

void checkScalings(const json &definition, std::vector<FieldError> &errors)
{
    const json &scalings = listAt(definition, "scalings");
    for (std::size_t i = 0; i < scalings.size(); ++i) {
        const json &scaling = scalings[i];
        if (!scaling.is_object() || numberAt(scaling, "min") < 0 ||
            numberAt(scaling, "max") < std::max<std::int64_t>(numberAt(scaling, "min"), 1)) {
            errors.push_back(
                {indexed("scalings", i), "min must not be negative, nor max less than min or 1"});
            continue;
        }
        const json sleep = sleepTargetOf(scaling);
        const std::int64_t deep = numberAt(sleep, "deep_sleep_value");
        const std::int64_t light = numberAt(sleep, "light_sleep_value");
        if (deep < 0 || light < 0)
            errors.push_back({indexed("scalings", i, ".targets.0.sleep_idle_delay"), "must not be negative"});
        else if (deep > 0 && light >= deep)
            errors.push_back(
                {indexed("scalings", i, ".targets.0.light_sleep_value"),
                 "must be less than deep_sleep_value"});
        else if ((deep > 0 || light > 0) && numberAt(scaling, "min") != 0)
            errors.push_back({indexed("scalings", i, ".min"), "must be 0 for an instance that may sleep"});
    }
}

/// A {{ secret.NAME }} in a text.
struct SecretReference {
    std::string_view name;
    std::size_t end; ///< in the text
};

/// The reference that begins here, with "{{". Nothing is looked at more than a few times, however long the
/// text is: a name holds no brace.
std::optional<SecretReference> secretReferenceAt(std::string_view text, std::size_t start)
{
    constexpr std::string_view blanks = " \t\r\n\f\v";
    constexpr std::string_view prefix = "secret.";
    const std::size_t word = text.find_first_not_of(blanks, start + 2);
    if (word == text.npos || !text.substr(word).starts_with(prefix))
        return std::nullopt;
    const std::size_t name = word + prefix.size();
    const std::size_t nameEnd = std::min(text.find_first_of(" \t\r\n\f\v{}", name), text.size());
    const std::size_t closing = text.find_first_not_of(blanks, nameEnd);
    if (nameEnd == name || closing == text.npos || !text.substr(closing).starts_with("}}"))
        return std::nullopt;
    return SecretReference{text.substr(name, nameEnd - name), closing + 2};
}

/// The text with each {{ secret.NAME }} replaced. No value: one of them is unknown.
std::optional<std::string> withSecrets(std::string_view text, const SecretLookup &secretNamed)
{
    std::string result;
    std::size_t done = 0;
    std::size_t start = text.find("{{");
    while (start != text.npos) {
        const auto reference = secretReferenceAt(text, start);
        if (!reference) {
            start = text.find("{{", start + 1);
            continue;
        }
        const auto value = secretNamed(reference->name);
        if (!value)
            return std::nullopt;
        result.append(text, done, start - done).append(*value);
        done = reference->end;
        start = text.find("{{", done);
    }
    return result.append(text, done);
}

void readEnvironment(const json &definition, const SecretLookup &secretNamed, SandboxSettings &settings)
{
    for (const json &entry : listAt(definition, "env")) {
        std::string key = textAt(entry, "key");
        const std::string secret = textAt(entry, "secret");
        auto value = secret.empty() ? withSecrets(textAt(entry, "value"), secretNamed) : secretNamed(secret);
        if (!value)
            settings.unresolvedSecrets.push_back(std::move(key));
        else if (key == secretVariable)
            settings.secret = std::move(*value);
        else
            settings.environment.emplace_back(std::move(key), std::move(*value));
    }
}

void readConfigFiles(const json &definition, const SecretLookup &secretNamed, SandboxSettings &settings)
{
    for (const json &file : listAt(definition, "config_files")) {
        ConfigFile configFile;
        configFile.path = textAt(file, "path");
        const std::string content = textAt(file, "content");
        const auto resolved = withSecrets(content, secretNamed);
        if (!resolved)
            settings.unresolvedSecrets.push_back(configFile.path);
        configFile.content = resolved.value_or(content);
        configFile.mode = octalMode(textAt(file, "permissions")).value_or(configFile.mode);
        settings.configFiles.push_back(std::move(configFile));
    }
}

std::vector<std::string> mainCommandOf(const json &docker)
{
    std::vector<std::string> words;
    for (const json &word : listAt(docker, "entrypoint"))
        words.push_back(word.is_string() ? word.get<std::string>() : std::string());
    const std::string command = textAt(docker, "command");
    if (!command.empty())
        words.push_back(command);
    if (words.empty())
        return {}; // arguments for the image's own program, which is the executor
    for (const json &word : listAt(docker, "args"))
        words.push_back(word.is_string() ? word.get<std::string>() : std::string());
    const bool namesExecutor = std::ranges::any_of(
        words, [](const std::string &word) { return word.find("sandbox-executor") != std::string::npos; });
    return namesExecutor ? std::vector<std::string>() : words;
}

} // namespace

bool isValidName(const json &name)
{
    if (!name.is_string())
        return false;
    const auto &text = name.get_ref<const std::string &>();
    return text.size() >= 3 && text.size() <= 63 && std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
           });
}

std::vector<FieldError> definitionErrors(const json &definition)
{
    if (!definition.is_object())
        return {{"definition", "is required"}};
    std::vector<FieldError> errors;
    checkTypes(definition, definitionTypes, "definition.", errors);
    const json docker = definition.value("docker", json());
    if (docker.is_object())
        checkTypes(docker, dockerTypes, "definition.docker.", errors);
    if (!errors.empty())
        return errors;
    if (!isValidName(definition.value("name", json())))
        errors.push_back({"definition.name", "must be 3 to 63 characters: a-z, 0-9, - and ."});
    if (textAt(definition, "type") != "SANDBOX")
        errors.push_back({"definition.type", "the local engine runs services of type SANDBOX only"});
    if (!docker.is_object() || textAt(docker, "image").empty())
        errors.push_back({"definition.docker.image", "an image is required"});
    checkEnvironment(definition, errors);
    checkPlacement(definition, errors);
    checkConfigFiles(definition, errors);
    checkScalings(definition, errors);
    return errors;
}

ServiceLifeCycle lifeCycleFrom(
    const json &body, const ServiceLifeCycle &base, std::vector<FieldError> &errors)
{
    ServiceLifeCycle lifeCycle = base;
    const auto found = body.find("life_cycle");
    if (found == body.end() || found->is_null())
        return lifeCycle;
    if (!found->is_object()) {
        errors.push_back({"life_cycle", "must be an object"});
        return lifeCycle;
    }
    readSeconds(*found, "delete_after_create", lifeCycle.deleteAfterCreate, errors);
    readSeconds(*found, "delete_after_sleep", lifeCycle.deleteAfterSleep, errors);
    return lifeCycle;
}

SandboxSettings settingsOf(const json &definition, const SecretLookup &secretNamed)
{
    SandboxSettings settings;
    const json docker = definition.value("docker", json::object());
    settings.name = textAt(definition, "name");
    settings.image = textAt(docker, "image");
    settings.region = listAt(definition, "regions").at(0).get<std::string>();
    settings.instanceType = textAt(listAt(definition, "instance_types").at(0), "type");
    settings.mainCommand = mainCommandOf(docker);
    readEnvironment(definition, secretNamed, settings);
    readConfigFiles(definition, secretNamed, settings);
    settings.wantsTcpProxy = std::ranges::any_of(listAt(definition, "proxy_ports"), [](const json &proxy) {
        return proxy.is_object() && proxy.value("port", json()) == 3031;
    });
    return settings;
}

SleepDelays sleepDelaysOf(const json &definition)
{
    const json &scalings = listAt(definition, "scalings");
    if (scalings.empty() || numberAt(scalings[0], "min") != 0)
        return {};
    const json target = sleepTargetOf(scalings[0]);
    SleepDelays delays;
    delays.light = std::chrono::seconds(numberAt(target, "light_sleep_value"));
    delays.deep = std::chrono::seconds(numberAt(target, "deep_sleep_value"));
    if (delays.deep.count() == 0)
        delays.deep = std::chrono::seconds(numberAt(target, "value"));
    return delays;
}

} // namespace Koyeb::Local
