// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/copyoutbar.h"

#include "common/localsources.h"
#include "common/sandboxfilesdata.h"
#include "common/spacing.h"
#include "files/draghandle.h"

#include <QClipboard>
#include <QFile>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QStandardPaths>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

namespace {

constexpr int progressSteps = 1000;

std::filesystem::path copiesFolder()
{
    const QString cache = QStandardPaths::writableLocation(QStandardPaths::CacheLocation);
    return std::filesystem::path(QFile::encodeName(cache).toStdString()) / "copied";
}

} // namespace

CopyOutBar::CopyOutBar(QWidget *parent)
    : QWidget(parent),
      m_copies(copiesFolder()),
      m_text(new QLabel(this)),
      m_progress(new QProgressBar(this)),
      m_handle(new DragHandle([this] { return fetchedData(); }, this))
{
    createLayout();
    hide();
    connect(&m_copies, &LocalCopies::progressed, this, &CopyOutBar::showProgress);
    connect(&m_copies, &LocalCopies::fetched, this, &CopyOutBar::offer);
    connect(&m_copies, &LocalCopies::failed, this, [this](const QByteArray &path, const Error &error) {
        hide();
        Q_EMIT failed(
            tr("“%1” could not be copied for other programs.").arg(displayName(remoteName(path))), error);
    });
}

CopyOutBar::~CopyOutBar() = default;

void CopyOutBar::createLayout()
{
    m_text->setTextFormat(Qt::PlainText);
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(m_text->sizeHint().height());
    m_progress->setAccessibleName(tr("Fetching files for other programs"));
    m_handle->setToolTip(tr("Drag the files from here into any program"));
    m_handle->setAccessibleName(tr("Fetched files"));
    m_endButton = new QPushButton(this);
    connect(m_endButton, &QPushButton::clicked, this, &CopyOutBar::cancel);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(Spacing::close, 0, Spacing::close, 0);
    row->addWidget(m_handle);
    row->addWidget(m_text);
    row->addWidget(m_progress, 1);
    row->addStretch();
    m_fetchButton = new QPushButton(tr("Fetch"), this);
    connect(m_fetchButton, &QPushButton::clicked, this, [this] { m_suggested(); });
    row->addWidget(m_fetchButton);
    row->addWidget(m_endButton);
}

void CopyOutBar::suggest(
    const std::shared_ptr<Sandbox> &sandbox, const QString &sandboxId, const QList<QByteArray> &paths)
{
    if (m_copies.isFetching()) {
        return;
    }
    m_suggested = [this, sandbox, sandboxId, paths] {
        copy(sandbox, sandboxId, paths);
    };
    m_text->setText(
        tr("To be dragged into another program, %n item(s) must first be fetched to this computer.", nullptr,
           static_cast<int>(paths.size())));
    m_progress->hide();
    m_handle->hide();
    m_fetchButton->show();
    m_endButton->setText(tr("Close"));
    show();
}

void CopyOutBar::copy(
    const std::shared_ptr<Sandbox> &sandbox, const QString &sandboxId, const QList<QByteArray> &paths)
{
    m_sandboxId = sandboxId;
    m_paths = paths;
    m_localPaths.clear();
    // Within the program they can be pasted at once.
    m_offered = new SandboxFilesData(sandboxId, paths, SandboxFilesData::Purpose::Copy);
    QGuiApplication::clipboard()->setMimeData(m_offered);
    m_copies.fetch(sandbox, paths);
    showProgress(0, 0);
    show();
}

void CopyOutBar::cancel()
{
    m_copies.cancel();
    hide();
}

void CopyOutBar::offer(const QList<std::filesystem::path> &localPaths, const QList<TransferProblem> &problems)
{
    m_localPaths = localPaths;
    m_progress->hide();
    m_fetchButton->hide();
    m_handle->show();
    m_endButton->setText(tr("Close"));
    QClipboard *clipboard = QGuiApplication::clipboard();
    if (!m_offered || clipboard->mimeData() != m_offered) {
        m_text->setText(
            tr("Something else was copied meanwhile. Drag the files from here into any program."));
        return;
    }
    clipboard->setMimeData(fetchedData());
    m_text->setText(
        problems.isEmpty() ? tr("Ready: paste into any program while Koyeb Desktop runs, or drag from here.")
                           : tr("Ready to be pasted or dragged, but %n item(s) could not be fetched.",
                                nullptr, static_cast<int>(problems.size())));
}

QMimeData *CopyOutBar::fetchedData() const
{
    if (m_localPaths.isEmpty()) {
        return nullptr;
    }
    auto *files = new SandboxFilesData(m_sandboxId, m_paths, SandboxFilesData::Purpose::Copy);
    offerLocalPaths(*files, m_localPaths);
    return files;
}

void CopyOutBar::showProgress(qint64 doneBytes, qint64 totalBytes)
{
    m_handle->hide();
    m_fetchButton->hide();
    m_progress->show();
    m_endButton->setText(tr("Cancel"));
    const QLocale locale;
    const QString done = locale.formattedDataSize(doneBytes);
    const bool isKnown = totalBytes > 0;
    m_text->setText(
        isKnown ? tr("Fetching for other programs: %1 of %2").arg(done, locale.formattedDataSize(totalBytes))
                : tr("Fetching for other programs…"));
    m_progress->setRange(0, isKnown ? progressSteps : 0);
    m_progress->setValue(
        isKnown ? static_cast<int>(
                      static_cast<double>(doneBytes) / static_cast<double>(totalBytes) * progressSteps)
                : 0);
}

} // namespace Koyeb::Desktop
