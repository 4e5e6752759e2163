// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/filedialogs.h"

#include "files/namevalidator.h"

#include <QCoreApplication>
#include <QDialogButtonBox>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace Koyeb::Desktop {

namespace {

constexpr qsizetype maximumNamesShown = 10;

class FileDialogs {
    Q_DECLARE_TR_FUNCTIONS(Koyeb::Desktop::FileDialogs)

public:
    static QString deletionQuestion(const QList<RemoteEntry> &entries);
    static QString deletionConsequence(const QList<RemoteEntry> &entries);
    static QDialog *folderNameDialog(QWidget *parent, const std::function<void(QByteArray)> &then);
};

std::filesystem::path localPath(const QString &path)
{
    return QFile::encodeName(path).toStdString();
}

QFileDialog *createFileDialog(QWidget *parent, const QString &title, QFileDialog::FileMode mode)
{
    auto *dialog = new QFileDialog(parent, title);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(mode);
    dialog->setOption(QFileDialog::ShowDirsOnly, mode == QFileDialog::Directory);
    return dialog;
}

void openForSources(QFileDialog *dialog, std::function<void(QList<std::filesystem::path>)> then)
{
    QObject::connect(
        dialog, &QFileDialog::filesSelected, dialog, [then = std::move(then)](const QStringList &files) {
            QList<std::filesystem::path> sources;
            std::transform(files.begin(), files.end(), std::back_inserter(sources), localPath);
            then(sources);
        });
    dialog->open();
}

QString FileDialogs::deletionQuestion(const QList<RemoteEntry> &entries)
{
    if (entries.size() == 1) {
        return tr("Delete “%1” from the sandbox?").arg(displayName(entries.first().name));
    }
    QStringList lines{
        tr("Delete these %n items from the sandbox?", nullptr, static_cast<int>(entries.size()))};
    lines.append(QString());
    for (const RemoteEntry &entry : entries.mid(0, maximumNamesShown)) {
        lines.append(displayName(entry.name));
    }
    if (entries.size() > maximumNamesShown) {
        const auto others = static_cast<int>(entries.size() - maximumNamesShown);
        lines.append(tr("and %n more", "items of a list that are not named", others));
    }
    return lines.join(u'\n');
}

QString FileDialogs::deletionConsequence(const QList<RemoteEntry> &entries)
{
    const bool hasFolder = std::any_of(entries.begin(), entries.end(), [](const RemoteEntry &entry) {
        return entry.type == RemoteEntry::Type::Directory;
    });
    return hasFolder ? tr("Folders go with everything in them. This cannot be undone.")
                     : tr("This cannot be undone.");
}

QDialog *FileDialogs::folderNameDialog(QWidget *parent, const std::function<void(QByteArray)> &then)
{
    auto *dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("New folder"));
    auto *label = new QLabel(tr("&Name of the new folder:"), dialog);
    auto *name = new QLineEdit(dialog);
    name->setValidator(new NameValidator(name));
    label->setBuddy(name);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, dialog);
    auto *create = buttons->addButton(tr("Create"), QDialogButtonBox::AcceptRole);
    create->setEnabled(false);
    auto *layout = new QVBoxLayout(dialog);
    layout->addWidget(label);
    layout->addWidget(name);
    layout->addWidget(buttons);

    QObject::connect(name, &QLineEdit::textChanged, create, [name, create] {
        create->setEnabled(name->hasAcceptableInput());
    });
    QObject::connect(buttons, &QDialogButtonBox::accepted, dialog, &QDialog::accept);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    QObject::connect(dialog, &QDialog::accepted, name, [name, then] { then(name->text().toUtf8()); });
    return dialog;
}

} // namespace

void askForUploadFiles(QWidget *parent, std::function<void(QList<std::filesystem::path>)> then)
{
    auto *dialog = createFileDialog(parent, FileDialogs::tr("Upload files"), QFileDialog::ExistingFiles);
    openForSources(dialog, std::move(then));
}

void askForUploadFolder(QWidget *parent, std::function<void(QList<std::filesystem::path>)> then)
{
    auto *dialog = createFileDialog(parent, FileDialogs::tr("Upload a folder"), QFileDialog::Directory);
    openForSources(dialog, std::move(then));
}

void askForDownloadFolder(
    QWidget *parent, const std::filesystem::path &suggestion, std::function<void(std::filesystem::path)> then)
{
    auto *dialog = createFileDialog(parent, FileDialogs::tr("Download into"), QFileDialog::Directory);
    dialog->setDirectory(QFile::decodeName(suggestion.c_str()));
    QObject::connect(
        dialog, &QFileDialog::fileSelected, dialog,
        [then = std::move(then)](const QString &folder) { then(localPath(folder)); });
    dialog->open();
}

void askForFolderName(QWidget *parent, std::function<void(QByteArray)> then)
{
    FileDialogs::folderNameDialog(parent, then)->open();
}

void askBeforeDeleting(QWidget *parent, const QList<RemoteEntry> &entries, std::function<void()> then)
{
    auto *dialog = new QMessageBox(
        QMessageBox::Warning, FileDialogs::tr("Delete"), FileDialogs::deletionQuestion(entries),
        QMessageBox::Cancel, parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setTextFormat(Qt::PlainText); // Names are hostile. The informative text has no such setting.
    dialog->setInformativeText(FileDialogs::deletionConsequence(entries));
    auto *remove = dialog->addButton(FileDialogs::tr("Delete"), QMessageBox::DestructiveRole);
    dialog->setDefaultButton(QMessageBox::Cancel);
    QObject::connect(remove, &QPushButton::clicked, dialog, [then = std::move(then)] { then(); });
    dialog->open();
}

} // namespace Koyeb::Desktop
