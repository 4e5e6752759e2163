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
    static QString named(const QString &sentence, const QList<QByteArray> &names);
    static QString existingQuestion(const QList<QByteArray> &names);
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

void openForFolder(
    QFileDialog *dialog, const std::filesystem::path &suggestion,
    std::function<void(std::filesystem::path)> then)
{
    dialog->setDirectory(QFile::decodeName(suggestion.c_str()));
    QObject::connect(
        dialog, &QFileDialog::fileSelected, dialog,
        [then = std::move(then)](const QString &folder) { then(localPath(folder)); });
    dialog->open();
}

QString FileDialogs::named(const QString &sentence, const QList<QByteArray> &names)
{
    QStringList lines{sentence, QString()};
    for (const QByteArray &name : names.first(qMin(names.size(), maximumNamesShown))) {
        lines.append(displayName(name));
    }
    if (names.size() > maximumNamesShown) {
        const auto others = static_cast<int>(names.size() - maximumNamesShown);
        lines.append(tr("and %n more", "items of a list that are not named", others));
    }
    return lines.join(u'\n');
}

QString FileDialogs::deletionQuestion(const QList<RemoteEntry> &entries)
{
    if (entries.size() == 1) {
        return tr("Delete “%1” from the sandbox?").arg(displayName(entries.first().name));
    }
    QList<QByteArray> names;
    for (const RemoteEntry &entry : entries) {
        names.append(entry.name);
    }
    return named(
        tr("Delete these %n items from the sandbox?", nullptr, static_cast<int>(entries.size())), names);
}

QString FileDialogs::existingQuestion(const QList<QByteArray> &names)
{
    if (names.size() == 1) {
        return tr("There is a “%1” already.").arg(displayName(names.first()));
    }
    return named(tr("These %n items are there already:", nullptr, static_cast<int>(names.size())), names);
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
    openForFolder(
        createFileDialog(parent, FileDialogs::tr("Download into"), QFileDialog::Directory), suggestion,
        std::move(then));
}

void askForComparedFolder(
    QWidget *parent, const std::filesystem::path &suggestion, std::function<void(std::filesystem::path)> then)
{
    openForFolder(
        createFileDialog(parent, FileDialogs::tr("Compare with"), QFileDialog::Directory), suggestion,
        std::move(then));
}

void askForWatchedFolder(
    QWidget *parent, const std::filesystem::path &suggestion, std::function<void(std::filesystem::path)> then)
{
    openForFolder(
        createFileDialog(parent, FileDialogs::tr("Watch"), QFileDialog::Directory), suggestion,
        std::move(then));
}

void askForFolderName(QWidget *parent, std::function<void(QByteArray)> then)
{
    FileDialogs::folderNameDialog(parent, then)->open();
}

void askAboutExistingTargets(
    QWidget *parent, const QList<QByteArray> &names, std::function<void(ExistingChoice)> then)
{
    auto *dialog = new QMessageBox(
        QMessageBox::Question, FileDialogs::tr("Existing files"), FileDialogs::existingQuestion(names), {},
        parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setTextFormat(Qt::PlainText);
    dialog->setInformativeText(FileDialogs::tr("Only files can be replaced; folders never are."));
    const auto offer = [&](const QString &text, QMessageBox::ButtonRole role, ExistingChoice choice) {
        auto *button = dialog->addButton(text, role);
        QObject::connect(button, &QPushButton::clicked, dialog, [then, choice] { then(choice); });
        return button;
    };
    offer(FileDialogs::tr("Replace"), QMessageBox::DestructiveRole, ExistingChoice::Replace);
    auto *keep = offer(FileDialogs::tr("Keep both"), QMessageBox::AcceptRole, ExistingChoice::KeepBoth);
    auto *skip = offer(FileDialogs::tr("Skip"), QMessageBox::RejectRole, ExistingChoice::Skip);
    dialog->setDefaultButton(keep);
    dialog->setEscapeButton(skip);
    dialog->open();
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
