// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/profilesdialog.h"
#include "terminal/terminalpage.h"
#include "terminal/terminalrecorder.h"

#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>

namespace Koyeb::Desktop {

namespace {

/// Of the pane; null: it has none.
[[nodiscard]] TerminalRecorder *recorderOf(TerminalPane *pane)
{
    return pane == nullptr ? nullptr
                           : pane->findChild<TerminalRecorder *>(QString(), Qt::FindDirectChildrenOnly);
}

} // namespace

TerminalPane *TerminalPage::currentPane() const
{
    const TerminalTab *const tab = currentTab();
    return tab == nullptr ? nullptr : tab->currentPane();
}

void TerminalPage::addFileActions(QMenu *menu)
{
    m_recordAction = addAction(tr("Record…"), {}, [this] { toggleRecording(); });
    m_playAction = addAction(tr("Play recording…"), {}, [this] {
        auto *const dialog = new QFileDialog(this, tr("Play recording"));
        dialog->setFileMode(QFileDialog::ExistingFile);
        dialog->setNameFilters({tr("Terminal recordings (*.cast)"), tr("All files (*)")});
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        connect(dialog, &QFileDialog::fileSelected, this, &TerminalPage::playRecording);
        dialog->open();
    });
    m_saveAction = addAction(tr("Save output…"), {}, [this] {
        askForFile(tr("Save output"), QStringLiteral("terminal.txt"), [this](const QString &path) {
            saveOutput(path);
        });
    });
    menu->addActions({m_recordAction, m_playAction, m_saveAction});
}

void TerminalPage::askForFile(
    const QString &title, const QString &name, const std::function<void(const QString &path)> &take)
{
    auto *const dialog = new QFileDialog(this, title);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(name);
    dialog->setDefaultSuffix(QFileInfo(name).suffix());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, take);
    dialog->open();
}

void TerminalPage::showFileProblem(const QString &what, const QString &reason)
{
    auto *const box = new QMessageBox(QMessageBox::Warning, what, what, QMessageBox::Ok, this);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(reason);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

void TerminalPage::refreshFileActions()
{
    TerminalPane *const pane = currentPane();
    const TerminalRecorder *const recorder = recorderOf(pane);
    const bool isRecording = recorder != nullptr && recorder->isRecording();
    m_recordAction->setEnabled(pane != nullptr);
    m_recordAction->setText(isRecording ? tr("Stop recording") : tr("Record…"));
    m_saveAction->setEnabled(pane != nullptr);
}

void TerminalPage::toggleRecording()
{
    TerminalPane *const pane = currentPane();
    TerminalRecorder *const recorder = recorderOf(pane);
    if (recorder != nullptr) {
        if (!recorder->stop()) {
            showFileProblem(tr("Not all of the recording could be written."), recorder->errorText());
        }
        delete recorder;
        showTitle(currentTab());
        refreshMenu();
    } else if (pane != nullptr) {
        const QPointer<TerminalPane> wanted(pane);
        askForFile(tr("Record"), QStringLiteral("terminal.cast"), [this, wanted](const QString &path) {
            if (wanted) {
                record(wanted, path);
            }
        });
    }
}

void TerminalPage::record(TerminalPane *pane, const QString &path)
{
    auto *const recorder = new TerminalRecorder(*m_host.clock, pane->session(), pane);
    if (!recorder->start(path)) {
        showFileProblem(
            tr("“%1” could not be written. Choose another place.").arg(path), recorder->errorText());
        delete recorder;
    }
    for (int index = 0; index < terminalCount(); ++index) {
        showTitle(tabAt(index));
    }
    refreshMenu();
}

bool TerminalPage::isRecorded(const TerminalTab *tab) const
{
    const auto panes = tab->panes();
    return std::any_of(
        panes.begin(), panes.end(), [](TerminalPane *pane) { return recorderOf(pane) != nullptr; });
}

void TerminalPage::playRecording(const QString &path)
{
    const QString what = tr("“%1” could not be played.").arg(QFileInfo(path).fileName());
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        showFileProblem(what, file.errorString());
        return;
    }
    if (file.size() > Asciicast::longestFile) {
        showFileProblem(what, tr("It is larger than a recording may be."));
        return;
    }
    const auto cast = Asciicast::parse(file.readAll());
    if (!cast) {
        showFileProblem(what, cast.error().message);
        return;
    }
    Setup setup;
    setup.recording = std::make_shared<const Asciicast>(*cast);
    openTab(setup);
    currentTab()->setName(QFileInfo(path).completeBaseName());
}

void TerminalPage::saveOutput(const QString &path)
{
    if (TerminalPane *const pane = currentPane()) {
        auto *const saver = new ScrollbackSaver(&pane->session(), path);
        connect(saver, &ScrollbackSaver::failed, this, [this, path](const QString &reason) {
            showFileProblem(tr("“%1” could not be written. Choose another place.").arg(path), reason);
        });
        saver->start();
    }
}

void TerminalPage::fillProfiles()
{
    m_profileMenu->clear();
    for (const TerminalProfile &profile : m_profiles.profiles()) {
        QString text = profile.name;
        m_profileMenu->addAction(text.replace(u'&', QStringLiteral("&&")), this, [this, id = profile.id] {
            openTab(setupOf(id, {}));
        });
    }
    m_profileMenu->addSeparator();
    m_profileMenu->addAction(tr("Edit profiles…"), this, &TerminalPage::editProfiles);
}

void TerminalPage::editProfiles()
{
    auto *const dialog = new ProfilesDialog(m_profiles.profiles(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { m_profiles.setProfiles(dialog->profiles()); });
    dialog->open();
}

} // namespace Koyeb::Desktop
