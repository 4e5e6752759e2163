// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/taskscope.h"
#include "core/workerthread.h"
#include "editor/editortext.h"
#include "sandbox/sandbox.h"

#include <QCoroTask>
#include <QObject>

#include <memory>

namespace Koyeb::Desktop {

/// A text file of a sandbox that is being edited: read, and put back only while the file is still the one
/// that was read. The text itself is in the hands of whoever edits it.
class EditorDocument : public QObject {
    Q_OBJECT

public:
    /// Why a file is not edited as text.
    enum class Obstacle { NotText, TooLarge, LongLines };

    static constexpr qint64 maximumBytes = 8 * 1024 * 1024;
    static constexpr qsizetype longestLineBytes = 256 * 1024; ///< Longer ones stop the drawing of text.

    explicit EditorDocument(const QByteArray &path, QObject *parent = nullptr);
    ~EditorDocument() override;

    /// Null is "not reachable": what is asked then fails as Offline.
    void setSandbox(std::shared_ptr<Sandbox> sandbox) { m_sandbox = std::move(sandbox); }
    [[nodiscard]] const std::shared_ptr<Sandbox> &sandbox() const { return m_sandbox; }
    [[nodiscard]] const QByteArray &path() const { return m_path; }
    /// Of the file as it was read or saved last.
    [[nodiscard]] TextEncoding encoding() const { return m_encoding; }
    [[nodiscard]] bool isSaving() const { return m_isSaving; }

    /// Reads the file. Ends in one of loaded(), obstacleFound() and loadingFailed().
    void load();
    /// The same, as text in this encoding.
    void loadAs(TextEncoding encoding);
    /// Reads what the file is now, without taking it over. Ends in one of otherRead() and otherFailed().
    void readOther();

    enum class Existing { AsRead, Any };
    /// Puts the text into the file. Ends in one of saved(), conflictFound(), unencodable() and
    /// savingFailed(); AsRead refuses to replace what is not as it was read. Not while isSaving().
    void save(const EditorText &text, Existing existing);
    /// The same with another file, which becomes the one that is edited. existsAlready() instead of
    /// conflictFound().
    void saveAs(const QByteArray &path, const EditorText &text, bool replacesExisting);

Q_SIGNALS:
    void progressed(qint64 bytes);
    void loaded(const Koyeb::Desktop::EditorText &text);
    void obstacleFound(Koyeb::Desktop::EditorDocument::Obstacle obstacle);
    void loadingFailed(const Koyeb::Error &error);
    void saved();
    /// The file has changed, or is gone, since it was read.
    void conflictFound(bool isGone);
    void existsAlready(const QByteArray &path);
    /// The encoding has no place for the character at `position`, in bytes of the text.
    void unencodable(qsizetype position);
    void savingFailed(const Koyeb::Error &error);
    void otherRead(const Koyeb::Desktop::EditorText &text);
    /// Also as Unsupported where it is no text any more.
    void otherFailed(const Koyeb::Error &error);

private:
    struct Content {
        std::optional<EditorText> text;
        Obstacle obstacle = Obstacle::NotText; ///< Where there is no text.
        QByteArray sha256;
    };
    struct Target {
        QByteArray path;
        ExpectedFile expected;
    };

    QCoro::Task<> runLoad(
        std::shared_ptr<Sandbox> sandbox, std::optional<TextEncoding> encoding, std::stop_token stop);
    QCoro::Task<> runReadOther(std::shared_ptr<Sandbox> sandbox, std::stop_token stop);
    QCoro::Task<> runSave(
        std::shared_ptr<Sandbox> sandbox, Target target, EditorText text, std::stop_token stop);
    QCoro::Task<Result<Content>> read(
        std::shared_ptr<Sandbox> sandbox, std::optional<TextEncoding> encoding, std::stop_token stop);
    void start(const Target &target, const EditorText &text);
    void takeReplacement(const Target &target, Replacement replacement);
    [[nodiscard]] static Content contentOf(const QByteArray &bytes, std::optional<TextEncoding> encoding);

    QByteArray m_path;
    std::shared_ptr<Sandbox> m_sandbox;
    TextEncoding m_encoding = TextEncoding::Utf8;
    QByteArray m_sha256; // Of the file as it was read or saved last; empty before.
    bool m_isSaving = false;
    WorkerThread m_worker;
    TaskScope m_loadScope;
    TaskScope m_scope;
};

} // namespace Koyeb::Desktop
