// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "editor/localprograms.h"
#include "sandbox/sandbox.h"

#include <QWidget>

#include <filesystem>
#include <functional>
#include <memory>

class QVBoxLayout;

namespace Koyeb::Desktop {

class EditorPreferences;
class ExternalEditRow;
struct LeftEdit;

/// The files of one sandbox that are edited with other programs, below each other. Hidden while there are
/// none.
class ExternalEdits : public QWidget {
    Q_OBJECT

public:
    /// Copies are made in folders in `base`.
    explicit ExternalEdits(const std::filesystem::path &base, QWidget *parent = nullptr);
    ~ExternalEdits() override;

    /// What is remembered of programs. It outlives this object; without any, nothing is.
    void setPreferences(EditorPreferences *preferences) { m_preferences = preferences; }
    /// For tests.
    void setProgramStarter(const ProgramStarter &starter) { m_starter = starter; }
    /// Null is "not reachable".
    void setSandbox(const std::shared_ptr<Sandbox> &sandbox);
    /// How many have something that is not in the sandbox.
    [[nodiscard]] qsizetype unsavedCount() const;
    /// Sends what can be sent without asking; `then` is called when nothing is on its way any more.
    void saveAll(const std::function<void()> &then);
    /// Saves what a crash has left, and goes on from there.
    void takeUp(const LeftEdit &left);
    /// Has the copies of those stay that are not saved, for takeLeftEdits(), and lets go of them.
    void leaveUnsaved();

public Q_SLOTS:
    /// Asks for the program and has the file edited with it; brings it up again when it is being edited.
    void requestEdit(const QByteArray &path);
    void edit(const QByteArray &path, const QString &program);

Q_SIGNALS:
    void saved(const QByteArray &path);

private:
    void add(ExternalEditRow *row);
    void askForProgram(const QByteArray &path, bool canUseUsual);
    void stop(ExternalEditRow *row);
    [[nodiscard]] ExternalEditRow *rowOf(const QByteArray &path) const;
    [[nodiscard]] QList<ExternalEditRow *> rows() const;

    std::filesystem::path m_base;
    EditorPreferences *m_preferences = nullptr;
    ProgramStarter m_starter = &startProgram;
    std::shared_ptr<Sandbox> m_sandbox;
    QVBoxLayout *m_column;
    /// What saveAll() waits with. Gone before the children go: what they tell then is not to be heard.
    std::unique_ptr<QObject> m_saves = std::make_unique<QObject>();
};

/// Where the copies of this program are.
[[nodiscard]] std::filesystem::path externalEditsFolder();

} // namespace Koyeb::Desktop
