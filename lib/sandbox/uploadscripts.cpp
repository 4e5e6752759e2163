// SPDX-License-Identifier: Apache-2.0
#include "sandbox/uploadscripts.h"

#include "executor/shellquote.h"
#include "sandbox/existingfiles.h"
#include "sandbox/files.h"
#include "sandbox/remoteentry.h"

#include <QRegularExpression>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

/// What writes the content of a part.
QString decoded(const QString &part, const PartForm &form)
{
    if (form.coding == PartCoding::Text || form.coding == PartCoding::Raw) {
        return unpackerOf(form.packing) + u" < "_s + part;
    }
    const bool isScript = form.coding == PartCoding::Script;
    const auto decoding = isScript ? u". "_s + part : form.decoder + u" < "_s + part;
    return form.packing == Packing::None ? decoding : decoding + u" | "_s + unpackerOf(form.packing);
}

/// A function that moves $1 to a name like $2's that is free; see keptName().
QString keepFunction(const SandboxTools &tools)
{
    return u"keep() {\n"
           "p=${2%/*}/; b=${2##*/}\n"
           "case $b in ?*.tar.?*) s=${b%.tar.*} ;; ?*.?*) s=${b%.*} ;; *) s=$b ;; esac\n"
           "e=${b#\"$s\"}; i=2\n"
           "while [ $i -le "_s +
           QString::number(maximumKeptNumber) +
           u" ]; do\n"
           "f=\"$p$s ($i)$e\"\n"
           "if [ ! -e \"$f\" ] && [ ! -h \"$f\" ]; then\nmv "_s +
           (tools.moveNoReplace ? u"-n -T "_s : QString()) +
           u"-- \"$1\" \"$f\" || return\n"
           "[ -e \"$1\" ] || [ -h \"$1\" ] || return 0\n"
           "fi\ni=$((i+1))\ndone\necho 'the target: File exists' >&2; return 1\n}\n"_s;
}

/// What becomes of the word `item` where something other than two folders is at the word `target`.
QString moveOnto(
    const QString &item, const QString &target, ExistingTarget existing, const SandboxTools &tools)
{
    const auto over = moveOver(item, target, tools);
    switch (existing) {
    case ExistingTarget::Newer:
        // Looked at once more, for much may have happened since it was decided to send it. Of links the shell
        // sees where they lead.
        return u"[ ! -h %1 ] && [ ! -h %2 ] && [ ! %1 -nt %2 ] || { "_s.arg(item, target) + over + u"; }"_s;
    case ExistingTarget::KeepBoth:
        return u"keep "_s + item + u' ' + target;
    case ExistingTarget::Skip:
        return u":"_s;
    case ExistingTarget::Refuse:
    case ExistingTarget::Overwrite:
    case ExistingTarget::Different:
        break;
    }
    return over;
}

/// The same where one is a folder and the other is not; `complaint` is for when nothing can be done.
QString moveAside(
    const QString &item, const QString &target, ExistingTarget existing, const QString &complaint)
{
    switch (existing) {
    case ExistingTarget::KeepBoth:
        return u"keep "_s + item + u' ' + target;
    case ExistingTarget::Skip:
        return u":"_s;
    default:
        return complaint;
    }
}

/// Functions that put what was sent in its place and tell what cannot be put there: `put` moves $1 to $2,
/// where there is nothing or a file; `putAll` moves the others to the folder $1; `report` tells that $1 has
/// no place because of $2, and ends all of it when that concerns not $1 alone.
QString placingFunctions()
{
    // To move a folder changes it, since it knows the one above; one of ours may forbid that.
    return u"put() {\n"
           "mv -f -- \"$1\" \"$2\" && return\n"
           "[ -d \"$1\" ] && [ ! -h \"$1\" ] && [ ! -w \"$1\" ] || return 1\n"
           "chmod u+w -- \"$1\" && mv -f -- \"$1\" \"$2\" && chmod u-w -- \"$2\"\n}\n"
           "report() {\n"
           "case $2 in *'No space left'* | *'quota exceeded'* | *'nput/output error'*)\n"
           "printf '%s\\n' \"$2\" >&2; exit 1 ;; esac\n"
           "printf '%s\\0%s\\0' \"$1\" \"$2\"\n}\n"
           // Where one has no place in a folder that forbids writing, none has, and a process for each would
           // be for nothing.
           "putAll() {\n"
           "g=$1; w=; shift\n"
           "mv -f -- \"$@\" \"$g/\" 2>/dev/null && return\n"
           "for q do\n"
           "[ -e \"$q\" ] || [ -h \"$q\" ] || continue\n"
           "v=$g/${q##*/}; r=$w\n"
           "if [ ! \"$w\" ]; then\n"
           "r=$(put \"$q\" \"$v\" 2>&1) && continue\n"
           "[ -w \"$g\" ] || w=$r\n"
           "fi\n"
           "report \"$v\" \"$r\"\n"
           "done\n}\n"_s;
}

/// For images without dd: the part goes behind what is there. More than what comes before it is what an
/// attempt that was cut off has left, or one that was given up.
QString appendPartScript(
    const UploadStage &stage, qint64 number, const QByteArray &path, qint64 offset, const QString &decoding,
    const SandboxTools &tools)
{
    const auto item = shellQuoted(stage.item(path));
    const auto part = shellQuoted(stage.part(number));
    const auto start = QString::number(offset);
    const auto cut = shellQuoted(stage.directory + "/cut");
    const auto shorten =
        u"[ $s -le %1 ] || { head -c %1 < %2 > %3 && mv -f -- %3 %2 && s=%1; }\n"_s.arg(start, item, cut);
    return u"[ -s "_s + part + u" ] || exit 0\ns=0; [ ! -e "_s + item + u" ] || s=$(wc -c < "_s + item +
           u") || exit\n"_s + (tools.headBytes ? shorten : QString()) + u"[ $s -eq "_s + start +
           u" ] || { echo lost; exit 0; }\n{ "_s + decoding + u"; } >> "_s + item + u" && : > "_s + part;
}

QString mergeScript(const UploadStage &stage, ExistingTarget existing, const SandboxTools &tools)
{
    const auto item = u"\"$n\""_s;
    const auto target = u"\"$t\""_s;
    const auto conflict = u"printf '%s\\0\\0' \"$t\""_s;
    // E.g. because the name gets too long.
    const auto told = u"r=$( { %1; } 2>&1 ) || report \"$t\" \"$r\""_s;
    const auto onto = told.arg(moveOnto(item, target, existing, tools));
    const bool keepsBoth = existing == ExistingTarget::KeepBoth;
    const auto besides = moveAside(item, target, existing, conflict);
    const auto aside = keepsBoth ? told.arg(besides) : besides;
    const bool replaces = existing == ExistingTarget::Overwrite || existing == ExistingTarget::Different;
    const auto replaced = replaces ? u" || { [ ! -h \"$t\" ] && [ ! \"$d$o\" ]; }"_s : QString();
    // The function's body is a subshell, for its variables must be its own. What just moves is gathered, for
    // a process for each of many files takes longer than their transfer; a link is not, since some mv could
    // follow it.
    return u"merge() (\n"
           "s=$1; m=$2; shift 2\n"
           "{ [ -r \"$s\" ] && [ -w \"$s\" ] && [ -x \"$s\" ]; } || chmod u+rwx -- \"$s\"\n"
           "for n in \"$s\"/* \"$s\"/.[!.]* \"$s\"/..?*; do\n"
           "[ -e \"$n\" ] || [ -h \"$n\" ] || continue\n"
           "t=$m/${n##*/}\n"
           "d=; [ -d \"$n\" ] && [ ! -h \"$n\" ] && d=1\n"
           "o=; [ -d \"$t\" ] && [ ! -h \"$t\" ] && o=1\n"
           "if { [ ! -e \"$t\" ] && [ ! -h \"$t\" ]; }"_s +
           replaced +
           u"; then\nset -- \"$@\" \"$n\"\n"
           "[ $# -lt 200 ] || { putAll \"$m\" \"$@\"; set --; }\n"
           "elif [ \"$d\" ] && [ \"$o\" ]; then merge \"$n\" \"$t\" || exit\n"
           "elif [ \"$d$o\" ]; then "_s +
           aside + u"\nelse "_s + onto +
           u"\nfi\ndone\n[ $# -eq 0 ] || putAll \"$m\" \"$@\"\ntrue\n)\nmerge "_s +
           shellQuoted({stage.item({}), stage.target}) + u" || exit\n"_s;
}

/// BusyBox takes the last second before 1970 for a mistake: there it is the next one.
QString touchScript(qint64 seconds, const QString &path)
{
    const auto touch = u"touch -d @%1 -- "_s.arg(seconds) + path;
    return seconds == -1 ? u"{ "_s + touch + u" 2>/dev/null || touch -d @0 -- "_s + path + u"; }"_s : touch;
}

} // namespace

UploadStage UploadStage::beside(
    const QByteArray &targetDirectory, const QByteArray &name, const QByteArray &stageName)
{
    UploadStage stage;
    stage.directory = joinRemotePath(targetDirectory, stageName);
    stage.target = name.isEmpty() ? targetDirectory : joinRemotePath(targetDirectory, name);
    const bool isText = validUtf8Length(stage.directory, 0) == stage.directory.size();
    stage.textPath = isText ? stage.directory : "/tmp/" + remoteName(stageName);
    return stage;
}

QByteArray UploadStage::item(const QByteArray &path) const
{
    return directory + "/item" + (path.isEmpty() ? QByteArray() : '/' + path);
}

QByteArray UploadStage::part(qint64 number) const
{
    return directory + "/part-" + QByteArray::number(number);
}

QString UploadStage::partText(qint64 number) const
{
    return QString::fromUtf8(textPath) + u"/part-"_s + QString::number(number);
}

QString UploadStage::namingTarget(QString message) const
{
    const auto stageName = QRegularExpression::escape(QString::fromLatin1(remoteName(directory)));
    const auto anyOfStage = stageName + u"(?:/item|/part-\\d+)?"_s;
    const QRegularExpression absolute(anyOfStage);
    // tar names its members.
    static const QRegularExpression relative(u"(?<=^tar: |')item(?=[/:'])"_s);
    // What decodes into a file does not know the file's name.
    static const QRegularExpression nameless(u"^(?:base64|zstd|cat)(?=: )|^tar(?=: write error)"_s);
    const bool isRoot = target == "/";
    const auto name = isRoot ? u"/"_s : displayName(remoteName(target));
    if (textPath != directory) {
        message.replace(QString::fromUtf8(textPath), QString::fromUtf8(directory));
    }
    if (isRoot) {
        message.replace(QRegularExpression(u'/' + anyOfStage + u"/?"_s), u"/"_s);
    } else if (remoteParent(directory) == target) {
        message.remove(QRegularExpression(u'/' + anyOfStage)); // Behind the target's own path.
    }
    return message.replace(absolute, name).replace(relative, name).replace(nameless, name);
}

QString findFolderScript(const UploadStage &stage)
{
    const auto target = shellQuoted(stage.target);
    const auto above = shellQuoted(remoteParent(stage.target));
    // One that may not be written itself may hold some that may.
    return u"if [ -d "_s + target + u" ] && [ ! -h "_s + target + u" ] && { [ -w "_s + target +
           u" ] || [ ! -w "_s + above + u" ]; }; then echo inside; fi"_s;
}

QString findStageScript(const UploadStage &stage)
{
    const auto directory = shellQuoted(stage.directory);
    const auto target = shellQuoted(stage.target);
    // Parts that were not placed come again.
    auto script = u"if [ -d "_s + directory + u" ] && [ ! -h "_s + directory + u" ]; then\nrm -f -- "_s +
                  directory + u"/part-* || exit\n"_s;
    // Folders may have got their own modes, which may forbid writing.
    script += u"find "_s + directory + u" -type d ! -perm -700 -exec chmod u+rwx {} + 2>/dev/null\n"_s;
    if (stage.textPath != stage.directory) {
        script += u"ln -sfn -- "_s + shellQuoted({stage.directory, stage.textPath}) + u" || exit\n"_s;
    }
    return script + u"echo stage\nfi\nif [ -e "_s + target + u" ] || [ -h "_s + target +
           u" ]; then echo target; fi"_s;
}

QString createStageScript(const UploadStage &stage, ExistingTarget existing)
{
    const auto target = shellQuoted(stage.target);
    auto script = u"ls -d -- "_s + shellQuoted(joinRemotePath(remoteParent(stage.directory), ".")) +
                  u" >/dev/null || exit\n"_s;
    if (existing == ExistingTarget::Refuse) {
        script += u"if [ -e "_s + target + u" ] || [ -h "_s + target +
                  u" ]; then echo 'the target: File exists' >&2; exit 1; fi\n"_s;
    }
    script += u"mkdir -m 700 -- "_s + shellQuoted(stage.directory);
    if (stage.textPath != stage.directory) {
        script += u" && ln -s -- "_s + shellQuoted({stage.directory, stage.textPath});
    }
    return script;
}

QString placePartScript(
    const UploadStage &stage, qint64 number, const QByteArray &path, qint64 offset, const PartForm &form,
    const SandboxTools &tools)
{
    const auto part = shellQuoted(stage.part(number));
    if (!tools.dd) {
        return appendPartScript(stage, number, path, offset, decoded(part, form), tools);
    }
    // Parts of text end between two characters, anywhere.
    const auto blockBytes = offset % uploadBlockBytes == 0 ? uploadBlockBytes : 1;
    // dd only sets the position from which on the decoder writes, which saves a pipe. A part that is empty
    // has been placed by an attempt whose answer was lost; emptying needs no process, as removing does.
    return u"[ ! -s "_s + part + u" ] || { { dd bs="_s + QString::number(blockBytes) + u" seek="_s +
           QString::number(offset / blockBytes) + u" count=0 conv=notrunc </dev/null 2>/dev/null && "_s +
           decoded(part, form) + u"; } 1<> "_s + shellQuoted(stage.item(path)) + u" && : > "_s + part +
           u"; }"_s;
}

QString concludeFileScript(const UploadStage &stage, const UploadItem &item, const QString &hasher)
{
    const auto path = shellQuoted(stage.item(item.path));
    // An earlier time may have given it a mode that forbids writing.
    const auto hashing = hasher.isEmpty() ? QString() : hasher + u" < "_s + path + u" && "_s;
    return u"chmod u+rw -- "_s + path + u" 2>/dev/null\n: >> "_s + path + u" && "_s + hashing + u"chmod "_s +
           QString::number(item.mode, 8) + u" -- "_s + path + u" && "_s +
           touchScript(item.modifiedSeconds, path);
}

QString unpackPartScript(const UploadStage &stage, qint64 number, const PartForm &form, const QString &hasher)
{
    const auto part = shellQuoted(stage.part(number));
    const auto list = shellQuoted(UploadStage::listName(number));
    // Of a full disk GNU tar may say only how much it could write.
    return u"cd "_s + shellQuoted(stage.directory) + u" || exit\ne=$("_s + decoded(part, form) +
           u" | tar -x -p -o -f - 2>&1) || {\n"
           "case $e in *'Wrote only'*) e=\"${e%%Wrote only*}No space left on device\" ;; esac\n"
           "printf '%s\\n' \"$e\" >&2; exit 1; }\n"
           "xargs -0 cat -- < "_s +
           list + u" | "_s + hasher + u" || exit\nrm -f -- "_s + list + u' ' + part;
}

QString createLinkScript(const UploadStage &stage, const QByteArray &linkTarget)
{
    return u"ln -s -- "_s + shellQuoted({linkTarget, stage.item({})});
}

QString makeDirectoriesScript(const UploadStage &stage, const QList<QByteArray> &paths)
{
    QList<QByteArray> directories;
    directories.reserve(paths.size());
    for (const auto &path : paths) {
        directories.append(stage.item(path));
    }
    // Those that an earlier attempt has given their own modes may forbid writing.
    return u"set -- "_s + shellQuoted(directories) +
           u"\numask 077\nchmod u+rwx -- \"$@\" 2>/dev/null\nmkdir -p -- \"$@\""_s;
}

QString caseScript(const UploadStage &stage)
{
    return u"cd "_s + shellQuoted(stage.directory) +
           u" && : > case || exit\nls -d CASE 2>/dev/null\nrm -f -- case"_s;
}

QString lookAtStageScript(const UploadStage &stage, qint64 part)
{
    return u"cd "_s + shellQuoted(stage.item({})) + u" && cd .. && : > look || exit\nrm -f -- look "_s +
           shellQuoted({stage.part(part), UploadStage::listName(part)});
}

QString concludeDirectoryScript(const UploadStage &stage, const UploadItem &item)
{
    const auto path = shellQuoted(stage.item(item.path));
    return touchScript(item.modifiedSeconds, path) + u" && chmod "_s + QString::number(item.mode, 8) +
           u" -- "_s + path;
}

QString renewTimesScript(const UploadStage &stage)
{
    // find only where there is more than one.
    const auto item = shellQuoted(stage.item({}));
    return u"if [ -d "_s + item + u" ]; then find "_s + item +
           u" -type f -exec touch -c -- {} +; else touch -c -- "_s + item + u"; fi"_s;
}

QString replaceLinkScript(const UploadStage &stage, const UploadItem &item)
{
    const auto path = shellQuoted(stage.item(item.path));
    return u"rm -f -- "_s + path + u" && ln -s -- "_s + shellQuoted(item.linkTarget) + u' ' + path;
}

QString commitScript(
    const UploadStage &stage, UploadItem::Type type, ExistingTarget existing, const SandboxTools &tools)
{
    const auto target = shellQuoted(stage.target);
    const auto item = shellQuoted(stage.item({}));
    if (existing == ExistingTarget::Refuse) {
        return moveNoReplaceScript(stage.item({}), stage.target, tools);
    }
    const auto functions =
        placingFunctions() + (existing == ExistingTarget::KeepBoth ? keepFunction(tools) : QString());
    const auto isRealDirectory = u"[ -d "_s + target + u" ] && [ ! -h "_s + target + u" ]"_s;
    const auto exists = u"[ -e "_s + target + u" ] || [ -h "_s + target + u" ]"_s;
    const auto aside = [&](const QString &reason) {
        return moveAside(item, target, existing, u"{ echo 'the target: %1' >&2; exit 1; }"_s.arg(reason));
    };
    if (type != UploadItem::Type::Directory) {
        return functions + u"if "_s + isRealDirectory + u"; then "_s + aside(u"Is a directory"_s) +
               u"\nelif "_s + exists + u"; then "_s + moveOnto(item, target, existing, tools) +
               u"\nelse mv -- "_s + item + u' ' + target + u"\nfi"_s;
    }
    return functions + u"if "_s + isRealDirectory + u"; then\n"_s + mergeScript(stage, existing, tools) +
           u"elif "_s + exists + u"; then "_s + aside(u"Not a directory"_s) + u"\nelse put "_s + item + u' ' +
           target + u"\nfi"_s;
}

QString wholeFileScript(
    const UploadStage &stage, const UploadItem &item, const WholeFile &file, ExistingTarget existing,
    const SandboxTools &tools)
{
    const auto path = shellQuoted(stage.item({}));
    // The shell's own printf, so that no argument gets too long.
    auto decoding = u"printf %s "_s + shellQuoted(file.base64) + u" | "_s + file.form.decoder;
    if (file.form.packing != Packing::None) {
        decoding += u" | "_s + unpackerOf(file.form.packing);
    }
    const auto touching = file.hasTime ? u" && "_s + touchScript(item.modifiedSeconds, path) : QString();
    return createStageScript(stage, existing) + u" || exit\n"_s + decoding + u" > "_s + path + u" && h=$("_s +
           tools.hasher + u" < "_s + path + u") || exit\ncase $h in "_s + QString::fromLatin1(file.sha256) +
           u"*) ;; *) echo damaged; exit ;; esac\nchmod "_s + QString::number(item.mode, 8) + u" -- "_s +
           path + touching + u" || exit\n(\n"_s +
           commitScript(stage, UploadItem::Type::File, existing, tools) +
           // What is in its place is so whatever becomes of the stage.
           u"\n) || exit\necho placed\n(\n"_s + removeStageScript(stage) +
           u"\n) 2>/dev/null && echo gone\n:"_s;
}

QString removeStageScript(const UploadStage &stage)
{
    // Folders may have got their own modes, which may forbid it; and something that was under way may still
    // put a file there while rm walks. Hence the second time.
    const auto words = stage.textPath == stage.directory ? shellQuoted(stage.directory)
                                                         : shellQuoted({stage.directory, stage.textPath});
    return u"rm -rf -- "_s + words + u" 2>/dev/null || { chmod -R u+rwx -- "_s +
           shellQuoted(stage.directory) + u" 2>/dev/null; sleep 1; rm -rf -- "_s + words + u"; }"_s;
}

} // namespace Koyeb
