// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/losttexts.h"

#include "common/errortext.h"
#include "editor/localcopy.h"
#include "sandbox/remoteentry.h"

#include <QDialogButtonBox>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype maximumNames = 8;

} // namespace

LostTextsDialog::LostTextsDialog(const QString &sandboxName, const QList<LostText> &texts, QWidget *parent)
    : QDialog(parent), m_texts(texts), m_problem(new QLabel(this))
{
    setWindowTitle(tr("Changes that are not saved"));
    createLayout(sandboxName);
}

LostTextsDialog::~LostTextsDialog() = default;

void LostTextsDialog::createLayout(const QString &sandboxName)
{
    QStringList lines{
        tr("The sandbox “%1” cannot be used any more, and %n open file(s) had changes that are not saved:",
           nullptr, static_cast<int>(m_texts.size()))
            .arg(sandboxName)};
    for (const LostText &text : m_texts.first(std::min(m_texts.size(), maximumNames))) {
        lines.append(displayName(text.path));
    }
    if (m_texts.size() > maximumNames) {
        lines.append(u"…"_s);
    }
    auto *explanation = new QLabel(lines.join(u'\n'), this);
    explanation->setTextFormat(Qt::PlainText);
    explanation->setWordWrap(true);
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setWordWrap(true);
    m_problem->hide();
    auto *buttons = new QDialogButtonBox(this);
    m_save = buttons->addButton(tr("Save on this computer…"), QDialogButtonBox::ActionRole);
    auto *drop = buttons->addButton(tr("Drop them"), QDialogButtonBox::DestructiveRole);
    m_save->setDefault(true);
    connect(m_save, &QPushButton::clicked, this, &LostTextsDialog::browse);
    connect(drop, &QPushButton::clicked, this, [this] { done(Rejected); });
    auto *column = new QVBoxLayout(this);
    column->addWidget(explanation);
    column->addWidget(m_problem);
    column->addWidget(buttons);
}

void LostTextsDialog::browse()
{
    auto *dialog = new QFileDialog(this, tr("Save into the folder"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &folder) {
        saveInto(QFile::encodeName(folder).toStdString());
    });
    dialog->open();
}

void LostTextsDialog::saveInto(const std::filesystem::path &folder)
{
    m_save->setEnabled(false);
    runSave(folder, m_scope.token());
}

QCoro::Task<> LostTextsDialog::runSave(std::filesystem::path folder, std::stop_token stop)
{
    std::function<Result<bool>()> job = [texts = m_texts, folder]() -> Result<bool> {
        for (const LostText &text : texts) {
            if (auto saved = writeBeside(folder, safeLocalName(remoteName(text.path)), text.content);
                !saved) {
                return failure(std::move(saved).error());
            }
        }
        return true;
    };
    const auto saved = co_await m_worker.run(std::move(job), stop);
    if (stop.stop_requested()) {
        co_return;
    }
    m_save->setEnabled(true);
    if (saved) {
        done(Accepted);
        co_return;
    }
    m_problem->setText(u"%1 %2"_s.arg(
        errorSentence(saved.error(), tr("They could not be saved there.")), errorText(saved.error()).detail));
    m_problem->show();
}

} // namespace Koyeb::Desktop
