// SPDX-License-Identifier: Apache-2.0
#include "sandbox/followedlinks.h"

#include "executor/shellquote.h"
#include "sandbox/downloadscripts.h"

#include <QHash>
#include <QSet>

#include <cerrno>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;
using Type = RemoteEntry::Type;

/// Of names in one script, quoted; a script is 128 KiB at most.
constexpr qsizetype maximumNameBytes = 64 * 1024;

Error linkError(int errorNumber, const QString &message)
{
    auto error = Error::of(ErrorKind::Invalid, message);
    error.systemError = errorNumber;
    return error;
}

/// What a link leads to, or a folder.
struct Target {
    RemoteEntry entry;
    QByteArray identity; ///< Two of the same are the same folder, whatever led to it.
};
/// By path in the item; without those that cannot be looked at.
using Targets = QHash<QByteArray, Target>;

/// Prints for each path, ended by a NUL, a line as parseTopEntry() takes it with one field more, or nothing.
QString targetsScript(const QList<QByteArray> &paths)
{
    return u"set -- "_s + shellQuoted(paths) + uR"sh(
for i do printf '%s\0' "$(stat -L -c '%f %s %Y %d:%i' -- "$i" 2>/dev/null)"; done)sh"_s;
}

Result<void> parseTargets(const QByteArray &output, const QList<QByteArray> &names, Targets &targets)
{
    const auto lines = output.split('\0');
    if (lines.size() != names.size() + 1) {
        return failure(ErrorKind::Protocol, u"The description of the links is damaged."_s);
    }
    for (qsizetype index = 0; index < names.size(); ++index) {
        const auto &line = lines[index];
        if (line.isEmpty()) {
            continue;
        }
        const auto end = line.lastIndexOf(' ');
        auto entry = parseTopEntry(line.left(end) + '\n', names[index]);
        if (end < 0 || !entry) {
            return failure(ErrorKind::Protocol, u"The description of the links is damaged."_s);
        }
        targets.insert(names[index], {std::move(*entry), line.mid(end + 1)});
    }
    return {};
}

/// The folders that a path is in, itself not among them; the top one is empty.
QList<QByteArray> foldersAbove(const QByteArray &path)
{
    QList<QByteArray> folders;
    for (auto slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
        folders.append(path.left(slash));
    }
    folders.append(QByteArray(""));
    return folders;
}

class LinkFollower {
public:
    LinkFollower(
        SandboxShell &shell, QByteArray source, SandboxTools tools,
        std::shared_ptr<const TransferSelection> selection, DownloadPlan &plan, std::stop_token stop)
        : m_shell(shell),
          m_source(std::move(source)),
          m_tools(tools),
          m_selection(std::move(selection)),
          m_plan(plan),
          m_stop(std::move(stop))
    {
    }

    QCoro::Task<Result<void>> run();

private:
    /// Learns what the links lead to that came since, and puts those into their places that are no folders.
    /// The result is where in the plan the others are.
    QCoro::Task<Result<QList<qsizetype>>> takeLinks();
    QCoro::Task<Result<void>> look(QList<QByteArray> names);
    QCoro::Task<Result<void>> enter(qsizetype index);
    [[nodiscard]] bool isWanted(const QByteArray &path, bool isDirectory) const
    {
        return !m_selection || m_selection->selects(path, isDirectory);
    }
    [[nodiscard]] std::optional<Error> whyNotInto(const QByteArray &path) const;
    [[nodiscard]] QByteArray remotePath(const QByteArray &path) const
    {
        return path.isEmpty() ? m_source : joinRemotePath(m_source, path);
    }
    void leaveOut(const QByteArray &path, const Error &error)
    {
        m_leftOut.insert(path);
        m_plan.problems.append({remotePath(path), error});
    }

    SandboxShell &m_shell;
    QByteArray m_source;
    SandboxTools m_tools;
    std::shared_ptr<const TransferSelection> m_selection;
    DownloadPlan &m_plan;
    std::stop_token m_stop;
    qsizetype m_next = 0; ///< Of the plan.
    Targets m_targets;
    QSet<QByteArray> m_followed; ///< Links to folders that were entered.
    QSet<QByteArray> m_leftOut;
    qsizetype m_itemsBehindLinks = 0;
};

QCoro::Task<Result<void>> LinkFollower::run()
{
    while (m_next < m_plan.items.size()) {
        const auto folders = co_await takeLinks();
        if (!folders) {
            co_return failure(folders.error());
        }
        QSet<QByteArray> above;
        for (const auto index : *folders) {
            for (const auto &folder : foldersAbove(m_plan.items[index].name)) {
                if (!m_targets.contains(folder)) {
                    above.insert(folder);
                }
            }
        }
        const auto looked = co_await look(above.values());
        if (!looked) {
            co_return looked;
        }
        for (const auto index : *folders) {
            const auto entered = co_await enter(index);
            if (!entered) {
                co_return entered;
            }
        }
    }
    m_plan.items.removeIf([this](const RemoteEntry &item) { return m_leftOut.contains(item.name); });
    co_return Result<void>();
}

QCoro::Task<Result<QList<qsizetype>>> LinkFollower::takeLinks()
{
    QList<qsizetype> links;
    QList<QByteArray> names;
    for (; m_next < m_plan.items.size(); ++m_next) {
        if (m_plan.items[m_next].type == Type::SymbolicLink) {
            links.append(m_next);
            names.append(m_plan.items[m_next].name);
        }
    }
    const auto looked = co_await look(names);
    if (!looked) {
        co_return failure(looked.error());
    }
    QList<qsizetype> folders;
    for (const auto index : links) {
        auto &item = m_plan.items[index];
        const auto target = m_targets.constFind(item.name);
        const bool isFolder = target != m_targets.cend() && target->entry.type == Type::Directory;
        if (!isWanted(item.name, isFolder)) {
            m_leftOut.insert(item.name);
        } else if (target == m_targets.cend()) {
            leaveOut(item.name, linkLeadsNowhere());
        } else if (isFolder) {
            folders.append(index);
        } else {
            item = target->entry;
        }
    }
    co_return folders;
}

QCoro::Task<Result<void>> LinkFollower::look(QList<QByteArray> names)
{
    for (qsizetype start = 0; start < names.size();) {
        QList<QByteArray> some;
        QList<QByteArray> paths;
        for (qsizetype bytes = 0; start < names.size() && bytes <= maximumNameBytes; ++start) {
            some.append(names[start]);
            paths.append(remotePath(names[start]));
            bytes += shellQuoted(paths.last()).toUtf8().size();
        }
        const auto script = targetsScript(paths);
        const auto output = co_await m_shell.runForBytes(script, Repeatable::Safely, m_stop);
        if (!output) {
            co_return failure(output.error());
        }
        const auto parsed = parseTargets(*output, some, m_targets);
        if (!parsed) {
            co_return parsed;
        }
    }
    co_return Result<void>();
}

std::optional<Error> LinkFollower::whyNotInto(const QByteArray &path) const
{
    const auto identity = m_targets.value(path).identity;
    int linksOnWay = 0;
    for (const auto &folder : foldersAbove(path)) {
        linksOnWay += m_followed.contains(folder) ? 1 : 0;
        if (m_targets.value(folder).identity == identity || linksOnWay >= maximumLinksOnWay) {
            return linkLeadsBack();
        }
    }
    return m_itemsBehindLinks >= maximumItemsBehindLinks ? std::optional(linksLeadToTooMuch()) : std::nullopt;
}

QCoro::Task<Result<void>> LinkFollower::enter(qsizetype index)
{
    const auto path = m_plan.items[index].name;
    if (const auto error = whyNotInto(path)) {
        leaveOut(path, *error);
        co_return Result<void>();
    }
    m_followed.insert(path);
    m_plan.items[index] = m_targets.value(path).entry;
    const auto before = m_plan.items.size();
    const auto listed = co_await listBelow(m_shell, m_source, index, m_tools, m_plan, m_stop);
    m_itemsBehindLinks += m_plan.items.size() - before;
    co_return listed;
}

} // namespace

Error linkLeadsNowhere()
{
    return linkError(ENOENT, u"This link leads to nothing, or to what may not be looked at."_s);
}

Error linkLeadsBack()
{
    return linkError(ELOOP, u"This link leads back to a folder that it is in, or to itself."_s);
}

Error linksLeadToTooMuch()
{
    return linkError(EMLINK, u"The links that were followed before it lead to very much already."_s);
}

QCoro::Task<Result<void>> followLinks(
    SandboxShell &shell, QByteArray source, SandboxTools tools,
    std::shared_ptr<const TransferSelection> selection, DownloadPlan &plan, std::stop_token stop)
{
    LinkFollower follower(shell, std::move(source), tools, std::move(selection), plan, std::move(stop));
    co_return co_await follower.run();
}

} // namespace Koyeb
