// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/editordocument.h"

#include "core/sha256.h"

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qint64 bytesPerRequest = 1024 * 1024;

/// Bytes for a file; nothing where the encoding has no place for a character.
struct Encoded {
    std::optional<QByteArray> bytes;
    QByteArray sha256;
    qsizetype problem = -1;
};

Encoded encodedContent(const EditorText &text)
{
    Encoded content;
    content.bytes = encoded(text);
    if (content.bytes) {
        content.sha256 = Sha256::hexOf(*content.bytes);
    } else {
        content.problem = firstUnencodable(text);
    }
    return content;
}

Error unreachable()
{
    return Error::of(ErrorKind::Offline, u"The sandbox cannot be reached now."_s);
}

} // namespace

EditorDocument::EditorDocument(const QByteArray &path, QObject *parent) : QObject(parent), m_path(path) {}

EditorDocument::~EditorDocument() = default;

EditorDocument::Content EditorDocument::contentOf(
    const QByteArray &bytes, std::optional<TextEncoding> encoding)
{
    Content content;
    if (bytes.size() > maximumBytes) {
        content.obstacle = Obstacle::TooLarge;
        return content;
    }
    content.sha256 = Sha256::hexOf(bytes);
    content.text = encoding ? decodedAs(bytes, *encoding) : decoded(bytes);
    if (content.text && longestLine(content.text->utf8) > longestLineBytes) {
        content.text.reset();
        content.obstacle = Obstacle::LongLines;
    }
    return content;
}

void EditorDocument::load()
{
    m_loadScope.restart();
    runLoad(m_sandbox, std::nullopt, m_loadScope.token());
}

void EditorDocument::loadAs(TextEncoding encoding)
{
    m_loadScope.restart();
    runLoad(m_sandbox, encoding, m_loadScope.token());
}

void EditorDocument::readOther()
{
    m_loadScope.restart();
    runReadOther(m_sandbox, m_loadScope.token());
}

QCoro::Task<> EditorDocument::runLoad(
    std::shared_ptr<Sandbox> sandbox, std::optional<TextEncoding> encoding, std::stop_token stop)
{
    auto content = co_await read(sandbox, encoding, stop);
    if (stop.stop_requested()) {
        co_return;
    }
    if (!content) {
        Q_EMIT loadingFailed(content.error());
        co_return;
    }
    if (!content->text) {
        Q_EMIT obstacleFound(content->obstacle);
        co_return;
    }
    m_sha256 = content->sha256;
    m_encoding = content->text->encoding;
    Q_EMIT loaded(*content->text);
}

QCoro::Task<> EditorDocument::runReadOther(std::shared_ptr<Sandbox> sandbox, std::stop_token stop)
{
    const auto content = co_await read(sandbox, std::nullopt, stop);
    if (stop.stop_requested()) {
        co_return;
    }
    if (!content) {
        Q_EMIT otherFailed(content.error());
    } else if (!content->text) {
        Q_EMIT otherFailed(Error::of(ErrorKind::Unsupported, u"The file is not a text any more."_s));
    } else {
        Q_EMIT otherRead(*content->text);
    }
}

QCoro::Task<Result<EditorDocument::Content>> EditorDocument::read(
    std::shared_ptr<Sandbox> sandbox, std::optional<TextEncoding> encoding, std::stop_token stop)
{
    if (!sandbox) {
        co_return failure(unreachable());
    }
    const auto file = sandbox->files().file(m_path, RemoteFile::Mode::Read);
    const auto opened = co_await file->open(stop);
    QByteArray bytes;
    if (!opened && opened.error().kind == ErrorKind::Unsupported) {
        // In images without tools only whole texts can be read.
        const auto whole = co_await sandbox->files().read(m_path, stop);
        if (!whole) {
            co_return failure(whole.error());
        }
        bytes = *whole;
    } else if (!opened) {
        co_return failure(opened.error());
    }
    // One byte more than is taken tells that there is more.
    while (file->isOpen() && bytes.size() <= maximumBytes) {
        const auto part = co_await file->read(qMin(bytesPerRequest, maximumBytes + 1 - bytes.size()), stop);
        if (!part) {
            co_return failure(part.error());
        }
        if (part->isEmpty()) {
            break;
        }
        bytes += *part;
        Q_EMIT progressed(bytes.size());
    }
    std::function<Result<Content>()> job = [bytes, encoding]() -> Result<Content> {
        return contentOf(bytes, encoding);
    };
    co_return co_await m_worker.run(std::move(job), stop);
}

void EditorDocument::save(const EditorText &text, Existing existing)
{
    Target target{m_path, {}};
    if (existing == Existing::AsRead) {
        target.expected = {ExpectedFile::Kind::Content, m_sha256};
    }
    start(target, text);
}

void EditorDocument::saveAs(const QByteArray &path, const EditorText &text, bool replacesExisting)
{
    Target target{path, {}};
    if (!replacesExisting) {
        target.expected = {ExpectedFile::Kind::Nothing, {}};
    }
    start(target, text);
}

void EditorDocument::start(const Target &target, const EditorText &text)
{
    Q_ASSERT(!m_isSaving);
    m_isSaving = true;
    runSave(m_sandbox, target, text, m_scope.token());
}

QCoro::Task<> EditorDocument::runSave(
    std::shared_ptr<Sandbox> sandbox, Target target, EditorText text, std::stop_token stop)
{
    std::function<Result<Encoded>()> job = [text]() -> Result<Encoded> {
        return encodedContent(text);
    };
    const auto content = co_await m_worker.run(std::move(job), stop);
    if (stop.stop_requested()) {
        co_return;
    }
    if (content && !content->bytes) {
        m_isSaving = false;
        Q_EMIT unencodable(content->problem);
        co_return;
    }
    if (!content || !sandbox) {
        m_isSaving = false;
        Q_EMIT savingFailed(content ? unreachable() : content.error());
        co_return;
    }
    const auto replaced =
        co_await sandbox->files().replace(target.path, *content->bytes, target.expected, stop);
    if (stop.stop_requested()) {
        co_return;
    }
    m_isSaving = false;
    if (!replaced) {
        Q_EMIT savingFailed(replaced.error());
        co_return;
    }
    if (*replaced == Replacement::Done) {
        m_sha256 = content->sha256;
        m_encoding = text.encoding;
    }
    takeReplacement(target, *replaced);
}

void EditorDocument::takeReplacement(const Target &target, Replacement replacement)
{
    if (replacement == Replacement::Done) {
        m_path = target.path;
        Q_EMIT saved();
    } else if (target.expected.kind == ExpectedFile::Kind::Nothing) {
        Q_EMIT existsAlready(target.path);
    } else {
        Q_EMIT conflictFound(replacement == Replacement::Missing);
    }
}

} // namespace Koyeb::Desktop
