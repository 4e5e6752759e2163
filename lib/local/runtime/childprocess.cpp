// SPDX-License-Identifier: Apache-2.0
#include "local/runtime/childprocess.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace Koyeb::Local {

namespace {

std::vector<char *> pointersTo(const std::vector<std::string> &texts)
{
    std::vector<char *> pointers;
    pointers.reserve(texts.size() + 1);
    for (const std::string &text : texts)
        pointers.push_back(const_cast<char *>(text.c_str())); // posix_spawn does not write to them
    pointers.push_back(nullptr);
    return pointers;
}

struct Pipe {
    Descriptor readEnd;
    Descriptor writeEnd;
};

std::optional<Pipe> makePipe()
{
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
        return std::nullopt;
    return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

/// posix_spawn's two option objects, freed together.
class SpawnOptions {
public:
    SpawnOptions()
    {
        posix_spawn_file_actions_init(&m_actions);
        posix_spawnattr_init(&m_attributes);
        sigset_t none;
        sigemptyset(&none);
        sigset_t all;
        sigfillset(&all);
        posix_spawnattr_setsigmask(&m_attributes, &none);
        posix_spawnattr_setsigdefault(&m_attributes, &all);
        posix_spawnattr_setflags(&m_attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    SpawnOptions(const SpawnOptions &) = delete;
    SpawnOptions &operator=(const SpawnOptions &) = delete;
    ~SpawnOptions()
    {
        posix_spawn_file_actions_destroy(&m_actions);
        posix_spawnattr_destroy(&m_attributes);
    }

    void connect(int descriptor, int number)
    {
        posix_spawn_file_actions_adddup2(&m_actions, descriptor, number);
    }
    void changeTo(const std::string &folder)
    {
        posix_spawn_file_actions_addchdir_np(&m_actions, folder.c_str());
    }
    void closeFrom(int number) { posix_spawn_file_actions_addclosefrom_np(&m_actions, number); }
    [[nodiscard]] const posix_spawn_file_actions_t *actions() const { return &m_actions; }
    [[nodiscard]] const posix_spawnattr_t *attributes() const { return &m_attributes; }

private:
    posix_spawn_file_actions_t m_actions{};
    posix_spawnattr_t m_attributes{};
};

/// A copy above the numbers that the child's own descriptors will take, so that no dup2 overwrites another.
Descriptor movedUp(const Descriptor &descriptor)
{
    return Descriptor(fcntl(descriptor.get(), F_DUPFD_CLOEXEC, 10));
}

} // namespace

std::optional<ChildProcess> spawnChild(const ChildCommand &command)
{
    auto input = makePipe();
    auto output = makePipe();
    auto errors = makePipe();
    if (!input || !output || !errors)
        return std::nullopt;

    const Descriptor childInput = movedUp(input->readEnd);
    const Descriptor childOutput = movedUp(output->writeEnd);
    const Descriptor childErrors = movedUp(errors->writeEnd);
    const Descriptor third =
        command.thirdDescriptor.isValid() ? movedUp(command.thirdDescriptor) : Descriptor();
    SpawnOptions options;
    options.connect(childInput.get(), 0);
    options.connect(childOutput.get(), 1);
    options.connect(childErrors.get(), 2);
    if (third.isValid())
        options.connect(third.get(), 3);
    options.closeFrom(third.isValid() ? 4 : 3);
    if (!command.workingFolder.empty())
        options.changeTo(command.workingFolder);

    ChildProcess child;
    const std::vector<char *> arguments = pointersTo(command.arguments);
    const std::vector<char *> environment = pointersTo(command.environment);
    const int error = posix_spawnp(
        &child.pid, arguments.front(), options.actions(), options.attributes(), arguments.data(),
        environment.data());
    if (error != 0) {
        errno = error;
        return std::nullopt;
    }
    child.processDescriptor.reset(static_cast<int>(syscall(SYS_pidfd_open, child.pid, 0)));
    if (!child.processDescriptor.isValid()) {
        kill(child.pid, SIGKILL);
        waitpid(child.pid, nullptr, 0);
        return std::nullopt;
    }
    child.input = std::move(input->writeEnd);
    child.output = std::move(output->readEnd);
    child.errors = std::move(errors->readEnd);
    return child;
}

Descriptor memoryFile(std::string_view content)
{
    Descriptor file(memfd_create("options", MFD_CLOEXEC));
    while (file.isValid() && !content.empty()) {
        const ssize_t count = write(file.get(), content.data(), content.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return {};
        content.remove_prefix(static_cast<std::size_t>(count));
    }
    lseek(file.get(), 0, SEEK_SET);
    return file;
}

std::string nulSeparated(const std::vector<std::string> &texts)
{
    std::string joined;
    for (const std::string &text : texts)
        joined.append(text).push_back('\0');
    return joined;
}

} // namespace Koyeb::Local
