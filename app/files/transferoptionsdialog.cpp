// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/transferoptionsdialog.h"

#include "common/spacing.h"
#include "files/filedialogs.h"
#include "sandbox/remoteentry.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

namespace {

constexpr int leftOutLines = 4;
constexpr int widthInCharacters = 60;
constexpr qsizetype maximumNames = 5;

/// One a line, so that they can be told apart.
QString linesOf(const QList<QByteArray> &paths)
{
    QStringList lines;
    for (const QByteArray &path : paths.first(std::min(paths.size(), maximumNames))) {
        lines.append(displayName(path));
    }
    if (paths.size() > maximumNames) {
        lines.append(
            TransferOptionsDialog::tr("and %n more", nullptr, static_cast<int>(paths.size() - maximumNames)));
    }
    return lines.join(u'\n');
}

QByteArray bytesOf(const std::filesystem::path &path)
{
    return QByteArray::fromStdString(path.native());
}

} // namespace

TransferOptionsDialog::TransferOptionsDialog(
    const std::filesystem::path &folder, const TransferChoices &choices, QWidget *parent)
    : QDialog(parent),
      m_folder(folder),
      m_form(new QFormLayout),
      m_place(new QLabel(this)),
      m_leftOut(new QPlainTextEdit(this)),
      m_hidden(new QCheckBox(tr("Include &hidden files, whose names begin with a dot"), this)),
      m_modes(new QCheckBox(tr("Keep &permissions"), this)),
      m_times(new QCheckBox(tr("Keep the &times when files were changed"), this)),
      m_links(new QCheckBox(tr("Follow symbolic lin&ks, and take what they lead to"), this))
{
    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_place->setTextFormat(Qt::PlainText);
    m_place->setWordWrap(true);
    m_leftOut->setPlainText(QString::fromUtf8(choices.leftOut));
    m_hidden->setChecked(choices.options.movesHidden);
    m_modes->setChecked(choices.options.keepsModes);
    m_times->setChecked(choices.options.keepsTimes);
    m_links->setChecked(choices.options.links == Links::Followed);
    m_links->setToolTip(tr("Otherwise they are moved as links. What they lead to may be anywhere."));
}

TransferOptionsDialog *TransferOptionsDialog::forUpload(
    const QByteArray &remoteDirectory, const TransferChoices &choices, QWidget *parent)
{
    auto *dialog = new TransferOptionsDialog({}, choices, parent);
    dialog->setWindowTitle(tr("Upload with options"));
    auto *files = new QPushButton(tr("Choose &files…"), dialog);
    auto *folder = new QPushButton(tr("Choose f&older…"), dialog);
    const auto take = [dialog](const auto &sources) {
        dialog->setSources(sources);
    };
    connect(files, &QPushButton::clicked, dialog, [dialog, take] { askForUploadFiles(dialog, take); });
    connect(folder, &QPushButton::clicked, dialog, [dialog, take] { askForUploadFolder(dialog, take); });
    dialog->addChoice(tr("This computer:"), {files, folder});
    dialog->addPlace(tr("Sandbox:"), {remoteDirectory});
    dialog->createLayout(tr("Upload"));
    dialog->setSources({});
    return dialog;
}

TransferOptionsDialog *TransferOptionsDialog::forDownload(
    const QList<QByteArray> &remotePaths, const std::filesystem::path &folder, const TransferChoices &choices,
    QWidget *parent)
{
    auto *dialog = new TransferOptionsDialog(folder, choices, parent);
    dialog->setWindowTitle(tr("Download with options"));
    dialog->addPlace(tr("Sandbox:"), remotePaths);
    auto *other = new QPushButton(tr("Choose f&older…"), dialog);
    connect(other, &QPushButton::clicked, dialog, [dialog] {
        askForDownloadFolder(dialog, dialog->folder(), [dialog](const std::filesystem::path &chosen) {
            dialog->setFolder(chosen);
        });
    });
    dialog->addChoice(tr("This computer:"), {other});
    dialog->createLayout(tr("Download"));
    dialog->setFolder(folder);
    return dialog;
}

void TransferOptionsDialog::addPlace(const QString &title, const QList<QByteArray> &paths)
{
    auto *place = new QLabel(linesOf(paths), this);
    place->setTextFormat(Qt::PlainText);
    place->setWordWrap(true);
    m_form->addRow(title, place);
}

void TransferOptionsDialog::addChoice(const QString &title, const QList<QPushButton *> &buttons)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(Spacing::close);
    for (QPushButton *button : buttons) {
        button->setAutoDefault(false);
        row->addWidget(button);
    }
    row->addStretch();
    m_form->addRow(title, m_place);
    m_form->addRow(QString(), row);
}

void TransferOptionsDialog::createLayout(const QString &actionName)
{
    m_leftOut->setTabChangesFocus(true);
    m_leftOut->setLayoutDirection(Qt::LeftToRight); // Patterns are.
    m_leftOut->setPlaceholderText(u"node_modules/\n*.o"_s);
    m_leftOut->setToolTip(tr("One pattern a line, as in .gitignore files."));
    m_leftOut->setFixedHeight(
        m_leftOut->fontMetrics().lineSpacing() * leftOutLines + 2 * Spacing::close + m_leftOut->frameWidth());
    m_form->addRow(tr("&Leave out of folders:"), m_leftOut);
    auto *boxes = new QVBoxLayout;
    boxes->setSpacing(Spacing::tight);
    for (QCheckBox *box : {m_hidden, m_modes, m_times, m_links}) {
        boxes->addWidget(box);
    }
    m_form->addRow(QString(), boxes);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_start = buttons->addButton(actionName, QDialogButtonBox::AcceptRole);
    m_start->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *column = new QVBoxLayout(this);
    column->setSpacing(Spacing::normal);
    column->addLayout(m_form);
    column->addStretch();
    column->addWidget(buttons);
    setMinimumWidth(fontMetrics().averageCharWidth() * widthInCharacters);
}

void TransferOptionsDialog::showPlace(const QList<QByteArray> &paths)
{
    m_place->setText(paths.isEmpty() ? tr("Nothing is chosen yet.") : linesOf(paths));
    m_start->setEnabled(!paths.isEmpty());
}

void TransferOptionsDialog::setSources(const QList<std::filesystem::path> &sources)
{
    m_sources = sources;
    QList<QByteArray> paths;
    for (const auto &source : sources) {
        paths.append(bytesOf(source));
    }
    showPlace(paths);
}

void TransferOptionsDialog::setFolder(const std::filesystem::path &folder)
{
    m_folder = folder;
    showPlace({bytesOf(folder)});
}

TransferChoices TransferOptionsDialog::choices() const
{
    TransferChoices choices;
    choices.options.keepsModes = m_modes->isChecked();
    choices.options.keepsTimes = m_times->isChecked();
    choices.options.movesHidden = m_hidden->isChecked();
    choices.options.links = m_links->isChecked() ? Links::Followed : Links::Kept;
    choices.leftOut = m_leftOut->toPlainText().toUtf8();
    return choices;
}

} // namespace Koyeb::Desktop
