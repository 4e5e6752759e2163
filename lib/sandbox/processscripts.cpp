// SPDX-License-Identifier: Apache-2.0
#include "sandbox/processscripts.h"

#include "executor/shellquote.h"

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

constexpr auto directory = "/tmp/.koyeb-processes"_L1;
/// Longer commands are cut where they are shown.
constexpr qsizetype maximumShownCommand = 4096;

/// Prints eight fields of the process in directory $1, each ended by a NUL. How it ended is read before the
/// sizes: once it has, they are final. And after what runs of it: where nothing does, that has been noted.
const auto describeFunction = uR"sh(describe() {
a=$(cat "$1/started" 2>/dev/null)
set -- "$1" $(head -n 1 "$1/started" 2>/dev/null)
p=$(cat "/proc/${2:-none}/stat" 2>/dev/null)
s=$(cat "/proc/${4:-none}/stat" 2>/dev/null)
e=$(cat "$1/ended" 2>/dev/null)
printf '%s\0' "$1" "$a" "$e" "$p" "$s"
printf '%s\0' "$(wc -c < "$1/out")" "$(wc -c < "$1/err")"
cat "$1/command"; printf '\0'
}
)sh"_s;
constexpr qsizetype fieldCount = 8;

/// The state and the start of a line of /proc/<pid>/stat, whose second field may hold anything.
struct ProcStat {
    QByteArray state;
    QByteArray start;

    explicit ProcStat(const QByteArray &line)
    {
        const auto fields = line.mid(line.lastIndexOf(')') + 2).split(' ');
        state = fields.value(0);
        start = fields.value(19);
    }
    [[nodiscard]] bool isAlive() const { return !start.isEmpty() && state != "Z" && state != "X"; }
    /// Whether both are of one process, and not of two that had the same id.
    [[nodiscard]] bool isSameAs(const ProcStat &other) const { return start == other.start; }
};

QDateTime timeFrom(const QByteArray &seconds)
{
    bool isNumber = false;
    const auto value = seconds.toLongLong(&isNumber);
    return isNumber && value > 0 ? QDateTime::fromSecsSinceEpoch(value, Qt::UTC) : QDateTime();
}

void readEnd(const QByteArray &ended, SandboxProcess &process)
{
    const auto words = ended.split(' ');
    const int code = words.value(0).toInt();
    process.exitCode = code;
    process.completedAt = timeFrom(words.value(1));
    process.status = code == 0    ? SandboxProcess::Status::Completed
                     : code > 128 ? SandboxProcess::Status::Killed
                                  : SandboxProcess::Status::Failed;
}

Result<SandboxProcess> processFrom(const QList<QByteArray> &fields)
{
    const auto started = fields[1].split('\n');
    const auto words = started.value(0).split(' ');
    bool isNumber = false;
    SandboxProcess process;
    process.id = QString::fromUtf8(fields[0]);
    process.pid = words.value(0).toLongLong(&isNumber);
    if (!isNumber || process.id.isEmpty()) {
        return failure(ErrorKind::Protocol, u"The description of a process is damaged."_s);
    }
    process.startedAt = timeFrom(words.value(3));
    process.outputBytes = fields[5].trimmed().toLongLong();
    process.errorBytes = fields[6].trimmed().toLongLong();
    process.command = QString::fromUtf8(fields[7]);
    if (!fields[2].isEmpty()) {
        readEnd(fields[2], process);
        return process;
    }
    // The process may just have ended; then its supervisor is about to note how.
    const ProcStat itself(fields[3]);
    const ProcStat supervisor(fields[4]);
    const bool runs = (itself.isAlive() && itself.isSameAs(ProcStat(started.value(1)))) ||
                      (supervisor.isAlive() && supervisor.isSameAs(ProcStat(started.value(2))));
    process.status = runs ? SandboxProcess::Status::Running : SandboxProcess::Status::Lost;
    return process;
}

QString enterScript()
{
    return u"cd "_s + directory + u" || exit\n"_s;
}

} // namespace

QString prepareProcessScript(const QString &id, const QString &command)
{
    auto shown = command.left(maximumShownCommand).toUtf8();
    shown.replace('\0', ' ');
    return u"umask 077; mkdir -p "_s + directory + u" || exit\n"_s + enterScript() + u"mkdir -p "_s + id +
           u" && printf %s "_s + shellQuoted(shown) + u" > "_s + id + u"/command"_s;
}

QString superviseScript(const QString &id, const Invocation &invocation)
{
    return uR"sh(d=@directory/@id
set -- @invocation
if command -v setsid >/dev/null 2>&1; then setsid "$@" >"$d/out" 2>"$d/err" </dev/null & g=group
else "$@" >"$d/out" 2>"$d/err" </dev/null & g=process; fi
c=$!
{ echo "$c $g $$ $(date +%s)"; cat "/proc/$c/stat" "/proc/$$/stat"; } >"$d/new" 2>/dev/null
mv -f "$d/new" "$d/started"
wait "$c"; r=$?
@removal
echo "$r $(date +%s)" >"$d/new" && mv -f "$d/new" "$d/ended"
exit "$r")sh"_s.replace("@directory"_L1, directory)
        .replace("@id"_L1, id)
        .replace("@removal"_L1, invocation.removal)
        .replace("@invocation"_L1, invocation.words);
}

bool isSupervisor(const QString &command)
{
    return command.startsWith(u"d="_s + directory + u'/');
}

QString describeProcessesScript()
{
    return u"cd "_s + directory + u" 2>/dev/null || exit 0\n"_s + describeFunction +
           u"for i in */started; do [ ! -f \"$i\" ] || describe \"${i%/started}\"; done"_s;
}

QString describeStartedScript(const QString &id)
{
    return enterScript() + describeFunction +
           u"n=0; until [ -f @id/started ] || [ \"$n\" -ge 50 ]; do sleep 0.1 || sleep 1; n=$((n+1)); done\n"
           "[ ! -f @id/started ] || describe @id"_s.replace("@id"_L1, id);
}

Result<QList<SandboxProcess>> parseProcesses(const QByteArray &output)
{
    QList<SandboxProcess> processes;
    const auto fields = output.split('\0');
    if (fields.size() % fieldCount != 1 || !fields.last().isEmpty()) {
        return failure(ErrorKind::Protocol, u"The list of processes is damaged."_s);
    }
    for (qsizetype first = 0; first + fieldCount < fields.size(); first += fieldCount) {
        auto process = processFrom(fields.mid(first, fieldCount));
        if (!process) {
            return failure(std::move(process).error());
        }
        processes.append(std::move(*process));
    }
    return processes;
}

QString readProcessScript(const QString &id, const ProcessOutputPosition &from, qint64 maximumBytes)
{
    // dd goes to its place at once, where BusyBox's tail would read all that lies before it.
    return enterScript() + describeFunction +
           uR"sh([ -f @id/started ] || { ls @id/started >/dev/null; exit; }
describe @id
rest() { s=$(($(wc -c < "@id/$1") - $2)); [ "$s" -gt 0 ] || s=0; [ "$s" -lt @most ] || s=@most; echo "$s"; }
part() { dd if="@id/$1" bs=65536 skip=$(($2 / 65536)) count=$((($2 % 65536 + $3 + 65535) / 65536)) 2>/dev/null |
tail -c +$(($2 % 65536 + 1)) | head -c "$3"; }
o=$(rest out @from1); e=$(rest err @from2)
printf '%s\0' "$o" "$e"
part out @from1 "$o"; part err @from2 "$e")sh"_s.replace("@id"_L1, id)
               .replace("@most"_L1, QString::number(maximumBytes))
               .replace("@from1"_L1, QString::number(from.output))
               .replace("@from2"_L1, QString::number(from.errors));
}

Result<ProcessOutput> parseProcessOutput(const QByteArray &text, const ProcessOutputPosition &from)
{
    constexpr qsizetype headFields = fieldCount + 2;
    QList<QByteArray> fields;
    qsizetype position = 0;
    while (fields.size() < headFields) {
        const auto end = text.indexOf('\0', position);
        if (end < 0) {
            return failure(ErrorKind::Protocol, u"The output of a process arrived damaged."_s);
        }
        fields.append(text.mid(position, end - position));
        position = end + 1;
    }
    auto process = processFrom(fields.mid(0, fieldCount));
    if (!process) {
        return failure(std::move(process).error());
    }
    const auto outputSize = fields[fieldCount].toLongLong();
    const auto errorSize = fields[fieldCount + 1].toLongLong();
    const auto sizes = text.size() - position;
    if (outputSize < 0 || outputSize > sizes || errorSize != sizes - outputSize) {
        return failure(ErrorKind::Protocol, u"The output of a process arrived damaged."_s);
    }
    ProcessOutput output;
    output.process = std::move(*process);
    output.output = text.mid(position, outputSize);
    output.errors = text.mid(position + outputSize, errorSize);
    output.next = {from.output + outputSize, from.errors + errorSize};
    return output;
}

QString endProcessesScript(const QStringList &ids, std::chrono::milliseconds grace)
{
    // Signals go to `targets`: groups, or where there are none, processes with all below them, noted before
    // the first of them ends.
    return enterScript() + uR"sh(below() { echo "$1"; for f in /proc/[0-9]*/stat; do
l=; { read -r l < "$f"; } 2>/dev/null; p=${l%% *}; l=${l##*) }; l=${l#* }
[ "${l%% *}" != "$1" ] || ( below "$p" ); done; }
born() { s=${1##*) }; set -- $s; echo "${20}"; }
targets=
for i in @ids; do
[ -f "$i/started" ] || continue
{ read -r c g rest; read -r before; } < "$i/started"
now=$(cat "/proc/$c/stat" 2>/dev/null)
if [ "$now" ]; then [ "$(born "$now")" = "$(born "$before")" ] && [ ! -f "$i/ended" ] || continue
else [ "$g" = group ] && kill -0 "-$c" 2>/dev/null || continue; fi
echo "$i"
if [ "$g" = group ]; then targets="$targets -$c"; else targets="$targets $(below "$c")"; fi
done
signal() { r=1; for t in $targets; do kill "$1" "$t" 2>/dev/null && r=0; done; return "$r"; }
[ "$targets" ] || exit 0
signal -TERM
n=0
while signal -0 && [ "$n" -lt @tenths ]; do if sleep 0.1; then n=$((n+1)); else sleep 1; n=$((n+10)); fi; done
signal -KILL
n=0
for i in @ids; do
until [ ! -f "$i/started" ] || [ -f "$i/ended" ] || [ "$n" -ge 10 ]; do sleep 0.1 || sleep 1; n=$((n+1)); done
done
exit 0)sh"_s.replace("@ids"_L1, ids.join(u' '))
                               .replace("@tenths"_L1, QString::number((grace.count() + 99) / 100));
}

QString sessionDirectoryScript(const QByteArray &environment)
{
    // The name of a program, in brackets, may hold anything. The dot keeps line feeds at a path's end.
    return u"for d in /proc/[0-9]*; do "
           "grep -qsF "_s +
           shellQuoted(environment) +
           u" $d/environ || continue; "
           "IFS= read -r s < $d/stat || continue; set -- ${s##*) }; "
           "[ \"$4\" = \"${d#/proc/}\" ] || continue; "
           "readlink -n $d/cwd && printf . && exit; "
           "done 2>/dev/null; true"_s;
}

QString forgetProcessScript(const QString &id)
{
    return enterScript() + describeFunction +
           u"[ -f @id/started ] || { ls @id/started >/dev/null; exit; }\n"
           "if [ -f @id/ended ]; then rm -rf -- @id; else describe @id; fi"_s.replace("@id"_L1, id);
}

QString removeProcessScript(const QString &id)
{
    return u"rm -rf -- "_s + directory + u'/' + id;
}

} // namespace Koyeb
