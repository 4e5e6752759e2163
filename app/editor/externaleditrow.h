// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "editor/externaledit.h"
#include "editor/localprograms.h"

#include <QFrame>

#include <functional>

class QHBoxLayout;
class QLabel;

namespace Koyeb::Desktop {

/// A file that is edited with another program, in a row: how it stands, and what can be done about it.
class ExternalEditRow : public QFrame {
    Q_OBJECT

public:
    /// With that program, or with the desktop's usual one when it is empty.
    ExternalEditRow(
        const QByteArray &path, const QString &program, const std::filesystem::path &base,
        const ProgramStarter &starter, QWidget *parent = nullptr);
    /// Of what a crash has left, which may still be open in a program.
    ExternalEditRow(const LeftEdit &left, const ProgramStarter &starter, QWidget *parent = nullptr);
    ~ExternalEditRow() override;

    [[nodiscard]] ExternalEdit &edit() { return m_edit; }
    [[nodiscard]] const ExternalEdit &edit() const { return m_edit; }
    /// Opens the copy once more, if it is there; asks for a program first where none is known.
    void open();
    void setProgram(const QString &program) { m_program = program; }

Q_SIGNALS:
    /// The copy is of no use any more.
    void stopRequested();
    /// Another program has to be chosen; the desktop might run the file.
    void programWanted();

private:
    void createLayout();
    void connectEdit();
    void showState();
    void open(bool mightBeRun);
    void requestStop();
    void requestSaveAs();
    void addButton(const QString &text, const std::function<void()> &action);
    [[nodiscard]] QString stateText() const;

    ExternalEdit m_edit;
    QString m_program;
    ProgramStarter m_starter;
    bool m_isTakenUp = false; // From a crash: what it was edited with is not known.
    bool m_mightBeRun = false;
    bool m_couldNotStart = false;
    QString m_savedAt;
    QLabel *m_icon;
    QLabel *m_text;
    QWidget *m_choices;
    QHBoxLayout *m_buttons;
};

} // namespace Koyeb::Desktop
