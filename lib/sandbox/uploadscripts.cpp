// SPDX-License-Identifier: Apache-2.0
#include "sandbox/uploadscripts.h"

#include "executor/shellquote.h"
#include "sandbox/files.h"
#include "sandbox/remoteentry.h"

#include <QRegularExpression>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

/// What writes the content of a part.
QString decoded(const QString &part, PartContent content)
{
    const auto decoding = u"base64 -d < "_s + part;
    return content == PartContent::Packed ? decoding + u" | zstd -dcq"_s : decoding;
}

QString mergeScript(const UploadStage &stage, const SandboxTools &tools)
{
    // The function's body is a subshell, for its variables must be its own.
    return u"merge() (\n"
           "for n in \"$1\"/* \"$1\"/.[!.]* \"$1\"/..?*; do\n"
           "[ -e \"$n\" ] || [ -h \"$n\" ] || continue\n"
           "t=$2/${n##*/}\n"
           "d=; [ -d \"$n\" ] && [ ! -h \"$n\" ] && d=1\n"
           "if [ ! -e \"$t\" ] && [ ! -h \"$t\" ]; then mv -- \"$n\" \"$t\"\n"
           "elif [ -d \"$t\" ] && [ ! -h \"$t\" ]; then\n"
           "if [ \"$d\" ]; then merge \"$n\" \"$t\"; else printf '%s\\0' \"$t\"; fi\n"
           "elif [ \"$d\" ]; then printf '%s\\0' \"$t\"\n"
           "else "_s +
           moveOver(u"\"$n\""_s, u"\"$t\""_s, tools) + u"\nfi || exit\ndone\n)\nmerge "_s +
           shellQuoted({stage.item({}), stage.target}) + u" || exit\n"_s;
}

} // namespace

UploadStage UploadStage::beside(
    const QByteArray &targetDirectory, const QByteArray &name, const QByteArray &stageName)
{
    UploadStage stage;
    stage.directory = joinRemotePath(targetDirectory, stageName);
    stage.target = joinRemotePath(targetDirectory, name);
    const bool isText = validUtf8Length(targetDirectory, 0) == targetDirectory.size();
    stage.textPath = isText ? stage.directory : "/tmp/" + stageName;
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
    const auto stageName = QString::fromLatin1(remoteName(directory));
    const QRegularExpression absolute(QRegularExpression::escape(stageName) + u"(?:/item|/part-\\d+)?"_s);
    // tar names its members.
    static const QRegularExpression relative(u"(?<=^tar: |')item(?=[/:'])"_s);
    // What decodes into a file does not know the file's name.
    static const QRegularExpression nameless(u"^(?:base64|zstd)(?=: )"_s);
    const auto name = displayName(remoteName(target));
    if (textPath != directory) {
        message.replace(QString::fromUtf8(textPath), QString::fromUtf8(directory));
    }
    return message.replace(absolute, name).replace(relative, name).replace(nameless, name);
}

QString findStageScript(const UploadStage &stage, const SandboxTools &tools)
{
    const auto directory = shellQuoted(stage.directory);
    const auto target = shellQuoted(stage.target);
    // Parts that were not placed come again.
    auto script = u"if [ -d "_s + directory + u" ] && [ ! -h "_s + directory + u" ]; then\nrm -f -- "_s +
                  directory + u"/part-* || exit\n"_s;
    if (tools.findPrintf) {
        // Folders may have got their own modes, which may forbid writing.
        script += u"find "_s + directory + u" -type d ! -perm -700 -exec chmod u+rwx {} + 2>/dev/null\n"_s;
    }
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
    const UploadStage &stage, qint64 number, const QByteArray &path, qint64 offset, PartContent content)
{
    Q_ASSERT(offset % uploadBlockBytes == 0);
    const auto part = shellQuoted(stage.part(number));
    // dd only sets the position from which on the decoder writes, which saves a pipe. A part that is empty
    // has been placed by an attempt whose answer was lost; emptying needs no process, as removing does.
    return u"[ ! -s "_s + part + u" ] || { { dd bs=65536 seek="_s +
           QString::number(offset / uploadBlockBytes) +
           u" count=0 conv=notrunc </dev/null 2>/dev/null && "_s + decoded(part, content) + u"; } 1<> "_s +
           shellQuoted(stage.item(path)) + u" && : > "_s + part + u"; }"_s;
}

QString concludeFileScript(const UploadStage &stage, const UploadItem &item, const QString &hasher)
{
    const auto path = shellQuoted(stage.item(item.path));
    // An earlier time may have given it a mode that forbids writing.
    return u"chmod u+rw -- "_s + path + u" 2>/dev/null\n: >> "_s + path + u" && "_s + hasher + u" < "_s +
           path + u" && chmod "_s + QString::number(item.mode, 8) + u" -- "_s + path + u" && touch -d @"_s +
           QString::number(item.modifiedSeconds) + u" -- "_s + path;
}

QString unpackPartScript(const UploadStage &stage, qint64 number, PartContent content, const QString &hasher)
{
    const auto part = shellQuoted(stage.part(number));
    // Of a full disk GNU tar may say only how much it could write.
    return u"cd "_s + shellQuoted(stage.directory) + u" || exit\ne=$("_s + decoded(part, content) +
           u" | tar -x -p -o -f - 2>&1) || {\n"
           "case $e in *'Wrote only'*) e=\"${e%%Wrote only*}No space left on device\" ;; esac\n"
           "printf '%s\\n' \"$e\" >&2; exit 1; }\n"
           "xargs -0 cat -- < list | "_s +
           hasher + u" || exit\nrm -f -- list "_s + part;
}

QString createLinkScript(const UploadStage &stage, const QByteArray &linkTarget)
{
    return u"ln -s -- "_s + shellQuoted({linkTarget, stage.item({})});
}

QString commitScript(
    const UploadStage &stage, UploadItem::Type type, ExistingTarget existing, const SandboxTools &tools)
{
    const auto target = shellQuoted(stage.target);
    const auto item = shellQuoted(stage.item({}));
    if (existing == ExistingTarget::Refuse) {
        return moveNoReplaceScript(stage.item({}), stage.target, tools);
    }
    const auto isRealDirectory = u"[ -d "_s + target + u" ] && [ ! -h "_s + target + u" ]"_s;
    if (type != UploadItem::Type::Directory) {
        return u"if "_s + isRealDirectory + u"; then echo 'the target: Is a directory' >&2; exit 1; fi\n"_s +
               moveOver(item, target, tools);
    }
    return u"if "_s + isRealDirectory + u"; then\n"_s + mergeScript(stage, tools) + u"elif [ -e "_s + target +
           u" ] || [ -h "_s + target +
           u" ]; then echo 'the target: Not a directory' >&2; exit 1\nelse mv -- "_s + item + u' ' + target +
           u"\nfi"_s;
}

QString removeStageScript(const UploadStage &stage)
{
    // Something that was under way may still put a file there while rm walks, hence the second time.
    const auto words = stage.textPath == stage.directory ? shellQuoted(stage.directory)
                                                         : shellQuoted({stage.directory, stage.textPath});
    return u"rm -rf -- "_s + words + u" || { sleep 1; rm -rf -- "_s + words + u"; }"_s;
}

} // namespace Koyeb
