// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/filecommands.h"

#include "common/errorbanner.h"
#include "common/localsources.h"
#include "common/sandboxfilesdata.h"
#include "files/comparedialog.h"
#include "files/copyoutbar.h"
#include "files/directorybrowser.h"
#include "files/entrytext.h"
#include "files/fileactions.h"
#include "files/filedialogs.h"
#include "files/filepreferences.h"
#include "files/previewdialog.h"
#include "files/propertiesdialog.h"
#include "files/remotefilemodel.h"
#include "files/transferoptionsdialog.h"
#include "files/watchdialog.h"

#include <QAction>
#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QGuiApplication>
#include <QStandardPaths>

namespace Koyeb::Desktop {

namespace {

std::filesystem::path standardDownloadFolder()
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::DownloadLocation);
    return QFile::encodeName(QDir(folder).exists() ? folder : QDir::homePath()).toStdString();
}

} // namespace

FileCommands::FileCommands(const Parts &parts, QObject *parent)
    : QObject(parent), m_parts(parts), m_downloadFolder(standardDownloadFolder())
{
    connectActions();
    connectOperations();
    connect(
        &m_parts.files, &RemoteFileModel::renameRequested, this,
        [this](const auto &name, const auto &newName) {
            m_parts.operations.rename(m_parts.files.directory(), name, newName);
        });
    connect(
        &m_parts.view, &RemoteFileView::filesDropped, this,
        [this](const auto &sources, const QByteArray &directory) {
            Q_EMIT uploadRequested(sources, directory);
        });
    connect(&m_parts.view, &RemoteFileView::sandboxFilesDropped, this, &FileCommands::takeDrop);
    connect(&m_parts.view, &RemoteFileView::draggedOut, this, [this](const QList<QByteArray> &paths) {
        if (const auto &sandbox = m_parts.operations.sandbox()) {
            m_parts.copyOut.suggest(sandbox, m_sandboxId, paths);
        }
    });
}

void FileCommands::connectActions()
{
    FileActions &actions = m_parts.actions;
    connect(actions.uploadFiles, &QAction::triggered, this, [this] { requestUpload(&askForUploadFiles); });
    connect(actions.uploadFolder, &QAction::triggered, this, [this] { requestUpload(&askForUploadFolder); });
    connect(actions.download, &QAction::triggered, this, &FileCommands::requestDownload);
    connect(actions.uploadWith, &QAction::triggered, this, &FileCommands::requestUploadWithChoices);
    connect(actions.downloadWith, &QAction::triggered, this, &FileCommands::requestDownloadWithChoices);
    connect(actions.compare, &QAction::triggered, this, &FileCommands::requestComparison);
    connect(actions.watch, &QAction::triggered, this, &FileCommands::requestWatch);
    connect(actions.newFolder, &QAction::triggered, this, &FileCommands::requestFolder);
    connect(actions.rename, &QAction::triggered, &m_parts.view, &RemoteFileView::editCurrentName);
    connect(actions.remove, &QAction::triggered, this, &FileCommands::requestDeletion);
    connect(actions.cut, &QAction::triggered, this, [this] { putOnClipboard(true); });
    connect(actions.copy, &QAction::triggered, this, [this] { putOnClipboard(false); });
    connect(actions.copyOut, &QAction::triggered, this, &FileCommands::copyForOtherPrograms);
    connect(actions.paste, &QAction::triggered, this, &FileCommands::paste);
    connect(actions.duplicate, &QAction::triggered, this, &FileCommands::duplicate);
    connect(actions.copyPath, &QAction::triggered, this, &FileCommands::copyPaths);
    m_parts.view.addAction(actions.preview);
    connect(actions.preview, &QAction::triggered, this, &FileCommands::showPreview);
    connect(actions.properties, &QAction::triggered, this, &FileCommands::showProperties);
}

void FileCommands::connectOperations()
{
    FileOperations &operations = m_parts.operations;
    connect(&m_parts.copyOut, &CopyOutBar::failed, this, [this](const QString &what, const Error &error) {
        m_parts.banner.setRetryOffered(false);
        m_parts.banner.showError(what, error);
    });
    connect(&operations, &FileOperations::failed, this, &FileCommands::showFailure);
    connect(&operations, &FileOperations::placementsFailed, this, &FileCommands::showPlacementProblems);
    connect(&operations, &FileOperations::existingTargetsFound, this, &FileCommands::askAboutExisting);
    // Whatever the directories' names: links may lead here.
    connect(&operations, &FileOperations::changed, &m_parts.browser, &DirectoryBrowser::reload);
}

void FileCommands::setSandboxId(const QString &sandboxId)
{
    if (sandboxId == m_sandboxId) {
        return;
    }
    m_sandboxId = sandboxId;
    m_parts.view.setSandboxId(sandboxId);
    // They are about another sandbox, where the answer must not be carried out.
    const auto questions = m_parts.page.findChildren<QDialog *>(QString(), Qt::FindDirectChildrenOnly);
    for (QDialog *question : questions) {
        question->reject();
    }
}

void FileCommands::setOtherSandboxesAllowed(bool allowed)
{
    m_otherSandboxesAllowed = allowed;
    m_parts.view.setOtherSandboxesAllowed(allowed);
}

void FileCommands::requestUpload(void (*ask)(QWidget *, std::function<void(QList<std::filesystem::path>)>))
{
    ask(&m_parts.page, [this, directory = m_parts.files.directory()](const auto &sources) {
        Q_EMIT uploadRequested(sources, directory);
    });
}

void FileCommands::requestDownload()
{
    requestDownloadOf(m_parts.view.selectedPaths());
}

void FileCommands::requestDownloadOf(const QList<QByteArray> &paths)
{
    if (paths.isEmpty()) {
        return;
    }
    askForDownloadFolder(&m_parts.page, m_downloadFolder, [this, paths](const std::filesystem::path &folder) {
        m_downloadFolder = folder;
        Q_EMIT downloadRequested(paths, folder);
    });
}

TransferChoices FileCommands::rememberedChoices() const
{
    return m_preferences ? m_preferences->transferChoices() : TransferChoices();
}

void FileCommands::remember(const TransferChoices &choices)
{
    if (m_preferences) {
        m_preferences->setTransferChoices(choices);
    }
}

void FileCommands::requestUploadWithChoices()
{
    const QByteArray directory = m_parts.files.directory();
    auto *dialog = TransferOptionsDialog::forUpload(directory, rememberedChoices(), &m_parts.page);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, directory] {
        remember(dialog->choices());
        Q_EMIT uploadRequested(dialog->sources(), directory, dialog->choices());
    });
    dialog->open();
}

void FileCommands::requestDownloadWithChoices()
{
    const QList<QByteArray> paths = m_parts.view.selectedPaths();
    if (paths.isEmpty()) {
        return;
    }
    auto *dialog =
        TransferOptionsDialog::forDownload(paths, m_downloadFolder, rememberedChoices(), &m_parts.page);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, paths] {
        remember(dialog->choices());
        m_downloadFolder = dialog->folder();
        Q_EMIT downloadRequested(paths, m_downloadFolder, dialog->choices());
    });
    dialog->open();
}

void FileCommands::requestComparison()
{
    const auto compare = [this, directory = m_parts.files.directory()](const std::filesystem::path &folder) {
        const auto &sandbox = m_parts.operations.sandbox();
        if (!sandbox) {
            return;
        }
        m_downloadFolder = folder;
        auto *dialog = new CompareDialog(sandbox, folder, directory, &m_parts.page);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        connect(dialog, &CompareDialog::syncRequested, this, &FileCommands::syncRequested);
        dialog->show();
    };
    askForComparedFolder(&m_parts.page, m_downloadFolder, compare);
}

void FileCommands::requestWatch()
{
    const auto ask = [this, directory = m_parts.files.directory()](const std::filesystem::path &folder) {
        m_downloadFolder = folder;
        auto *dialog = new WatchDialog(folder, directory, &m_parts.page);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        connect(
            dialog, &WatchDialog::watchRequested, this,
            [this, folder, directory](const QByteArray &leftOut, bool removes) {
                Q_EMIT watchRequested(folder, directory, leftOut, removes);
            });
        dialog->open();
    };
    askForWatchedFolder(&m_parts.page, m_downloadFolder, ask);
}

void FileCommands::requestFolder()
{
    askForFolderName(&m_parts.page, [this, directory = m_parts.files.directory()](const QByteArray &name) {
        m_parts.operations.makeDirectory(directory, name);
    });
}

void FileCommands::requestDeletion()
{
    const auto entries = m_parts.view.selectedEntries();
    if (!entries.isEmpty()) {
        askBeforeDeleting(&m_parts.page, entries, [this, paths = m_parts.view.selectedPaths()] {
            m_parts.operations.remove(paths);
        });
    }
}

void FileCommands::putOnClipboard(bool asCut)
{
    using Purpose = SandboxFilesData::Purpose;
    const QList<QByteArray> paths = m_parts.view.selectedPaths();
    if (paths.isEmpty()) {
        return;
    }
    QStringList words;
    for (const QByteArray &path : paths) {
        words.append(shellWord(path));
    }
    auto *data = new SandboxFilesData(m_sandboxId, paths, asCut ? Purpose::Cut : Purpose::Copy);
    data->setText(words.join(u'\n')); // What other programs get.
    QGuiApplication::clipboard()->setMimeData(data);
}

void FileCommands::copyForOtherPrograms()
{
    const QList<QByteArray> paths = m_parts.view.selectedPaths();
    if (const auto &sandbox = m_parts.operations.sandbox(); sandbox && !paths.isEmpty()) {
        m_parts.copyOut.copy(sandbox, m_sandboxId, paths);
    }
}

void FileCommands::paste()
{
    QClipboard *clipboard = QGuiApplication::clipboard();
    const QMimeData *copied = clipboard->mimeData();
    if (const auto *own = qobject_cast<const SandboxFilesData *>(copied)) {
        const bool isCut = own->purpose() == SandboxFilesData::Purpose::Cut;
        const bool isTaken = own->sandboxId() == m_sandboxId || m_otherSandboxesAllowed;
        take(
            isCut ? Operation::Move : Operation::Copy, own->sandboxId(), own->paths(),
            m_parts.files.directory());
        if (isCut && isTaken) {
            clipboard->clear(); // What was cut is moved once. `own` is gone.
        }
        return;
    }
    const auto sources = copied ? localPathsFromMimeData(*copied) : QList<std::filesystem::path>();
    if (!sources.isEmpty()) {
        Q_EMIT uploadRequested(sources, m_parts.files.directory());
    }
}

void FileCommands::duplicate()
{
    QList<FilePlacement> placements;
    for (const QByteArray &path : m_parts.view.selectedPaths()) {
        placements.append({path, path});
    }
    m_parts.operations.placeBeside(Operation::Copy, placements, namesIn(m_parts.files.directory()));
}

void FileCommands::copyPaths()
{
    QStringList words;
    for (const QByteArray &path : m_parts.view.selectedPaths()) {
        words.append(shellWord(path));
    }
    QGuiApplication::clipboard()->setText(words.join(u'\n'));
}

void FileCommands::showProperties()
{
    const auto entries = m_parts.view.selectedEntries();
    if (entries.isEmpty()) {
        return;
    }
    auto *dialog = new PropertiesDialog(m_parts.files.directory(), entries, &m_parts.page);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    FileOperations *operations = &m_parts.operations;
    connect(dialog, &PropertiesDialog::modeChangeRequested, operations, &FileOperations::changeMode);
    connect(dialog, &PropertiesDialog::checksumRequested, operations, &FileOperations::findChecksum);
    connect(operations, &FileOperations::checksumFound, dialog, &PropertiesDialog::showChecksum);
    connect(operations, &FileOperations::checksumFailed, dialog, &PropertiesDialog::showChecksumFailure);
    dialog->open();
}

void FileCommands::showPreview()
{
    const auto &sandbox = m_parts.operations.sandbox();
    const QList<QByteArray> paths = m_parts.view.selectedPaths();
    if (paths.isEmpty() || !sandbox) {
        return;
    }
    auto *dialog = new PreviewDialog(sandbox, paths.first(), &m_parts.page);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void FileCommands::take(
    Operation operation, const QString &sandboxId, const QList<QByteArray> &paths,
    const QByteArray &directory)
{
    if (sandboxId != m_sandboxId) {
        if (m_otherSandboxesAllowed) {
            Q_EMIT copyFromSandboxRequested(sandboxId, paths, directory, operation == Operation::Move);
        } else {
            m_parts.banner.showMessage(
                tr("These files are in another sandbox. Download them there and upload "
                   "them here."));
        }
        return;
    }
    QList<FilePlacement> placements;
    QList<FilePlacement> duplicates; // Copied to where they are: under other names.
    for (const QByteArray &path : paths) {
        const FilePlacement placement{path, joinRemotePath(directory, remoteName(path))};
        if (placement.from != placement.to) {
            placements.append(placement);
        } else if (operation == Operation::Copy) {
            duplicates.append(placement);
        }
    }
    m_parts.operations.place(operation, placements);
    m_parts.operations.placeBeside(operation, duplicates, namesIn(directory));
}

void FileCommands::takeDrop(
    RemoteFileView::DropKind kind, const QString &sandboxId, const QList<QByteArray> &paths,
    const QByteArray &directory)
{
    using Kind = RemoteFileView::DropKind;
    const bool moves = kind == Kind::Move || kind == Kind::MoveFromSandbox;
    take(moves ? Operation::Move : Operation::Copy, sandboxId, paths, directory);
}

void FileCommands::askAboutExisting(Operation operation, const QList<FilePlacement> &placements)
{
    QList<QByteArray> names;
    for (const FilePlacement &placement : placements) {
        names.append(remoteName(placement.to));
    }
    askAboutExistingTargets(&m_parts.page, names, [this, operation, placements](ExistingChoice choice) {
        if (choice == ExistingChoice::Replace) {
            m_parts.operations.place(operation, placements, ExistingTarget::Overwrite);
        } else if (choice == ExistingChoice::KeepBoth) {
            m_parts.operations.placeBeside(operation, placements);
        }
    });
}

void FileCommands::showFailure(Operation operation, const Error &error)
{
    ErrorBanner &banner = m_parts.banner;
    banner.setRetryOffered(false);
    switch (operation) {
    case Operation::MakeDirectory:
        banner.showError(tr("The folder could not be made."), error);
        break;
    case Operation::Rename:
        banner.showError(tr("The name could not be changed."), error);
        break;
    case Operation::Remove:
        banner.showError(tr("Not everything could be deleted."), error);
        break;
    case Operation::Copy:
        banner.showError(tr("Not everything could be copied."), error);
        break;
    case Operation::Move:
        banner.showError(tr("Not everything could be moved."), error);
        break;
    case Operation::ChangeMode:
        banner.showError(tr("Not all permissions could be changed."), error);
        break;
    }
}

void FileCommands::showPlacementProblems(Operation operation, const QList<PlacementProblem> &problems)
{
    m_parts.banner.setRetryOffered(false);
    const auto others = static_cast<int>(problems.size()) - 1;
    const QString name = displayName(remoteName(problems.first().placement.from));
    const bool copies = operation == Operation::Copy;
    QString sentence =
        copies ? tr("“%1” could not be copied.").arg(name) : tr("“%1” could not be moved.").arg(name);
    if (others > 0) {
        sentence = copies ? tr("“%1” and %n more could not be copied.", nullptr, others).arg(name)
                          : tr("“%1” and %n more could not be moved.", nullptr, others).arg(name);
    }
    m_parts.banner.showError(sentence, problems.first().error);
}

QSet<QByteArray> FileCommands::namesIn(const QByteArray &directory) const
{
    QSet<QByteArray> names;
    if (directory == m_parts.files.directory()) {
        for (int row = 0; row < m_parts.files.rowCount(); ++row) {
            names.insert(m_parts.files.entry(row).name);
        }
    }
    return names;
}

} // namespace Koyeb::Desktop
