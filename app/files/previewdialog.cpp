// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/previewdialog.h"

#include "common/emptystate.h"
#include "common/errortext.h"
#include "common/spacing.h"
#include "sandbox/remoteentry.h"

#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QLocale>
#include <QStackedWidget>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

PreviewDialog::PreviewDialog(const std::shared_ptr<Sandbox> &sandbox, const QByteArray &path, QWidget *parent)
    : QDialog(parent),
      m_faces(new QStackedWidget(this)),
      m_state(new EmptyState(m_faces)),
      m_picture(new QLabel(m_faces)),
      m_hex(new QListView(m_faces)),
      m_note(new QLabel(this))
{
    setWindowTitle(tr("Preview of %1").arg(displayName(remoteName(path))));
    createLayout();
    m_state->setBusy(u"files"_s, tr("Reading the file…"), displayName(path));
    connect(&m_loader, &PreviewLoader::loaded, this, &PreviewDialog::showPreview);
    connect(&m_loader, &PreviewLoader::failed, this, &PreviewDialog::showFailure);
    connect(&m_loader, &PreviewLoader::progressed, this, [this](qint64 bytes) {
        m_note->setText(tr("%1 read").arg(QLocale().formattedDataSize(bytes)));
    });
    m_loader.load(sandbox, path);
}

PreviewDialog::~PreviewDialog() = default;

void PreviewDialog::createLayout()
{
    m_picture->setAlignment(Qt::AlignCenter);
    m_picture->setMinimumSize(1, 1);
    m_picture->setAccessibleName(tr("Picture"));
    m_picture->setFocusPolicy(Qt::StrongFocus);
    m_hex->setModel(&m_lines);
    m_hex->setUniformItemSizes(true); // Without it, 65,536 lines are measured.
    m_hex->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_hex->setAccessibleName(tr("Bytes of the file"));
    m_hex->setLayoutDirection(Qt::LeftToRight); // Offsets and bytes, not text.
    m_faces->addWidget(m_state);
    m_faces->addWidget(m_picture);
    m_faces->addWidget(m_hex);
    for (QWidget *face : {static_cast<QWidget *>(m_hex), static_cast<QWidget *>(m_picture)}) {
        face->installEventFilter(this);
    }
    m_note->setTextFormat(Qt::PlainText);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *column = new QVBoxLayout(this);
    column->addWidget(m_faces, 1);
    auto *bottom = new QHBoxLayout;
    bottom->addWidget(m_note, 1);
    bottom->addWidget(buttons);
    column->addLayout(bottom);
    const QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    m_hex->setFont(fixed);
    // Offset, bytes and characters of a line, and what is around it.
    const int width = QFontMetrics(fixed).horizontalAdvance(u'0') * 80 + 4 * Spacing::section;
    resize(width, width * 2 / 3);
}

void PreviewDialog::showPreview(const FilePreview &preview)
{
    const QLocale locale;
    if (!preview.image.isNull()) {
        m_image = preview.image;
        m_faces->setCurrentWidget(m_picture);
        m_note->setText(
            preview.isLarger ? tr("Shown smaller than it is")
                             : tr("%1 × %2 pixels").arg(m_image.width()).arg(m_image.height()));
        fitImage();
        m_picture->setFocus();
        return;
    }
    if (preview.bytes.isEmpty()) {
        m_note->clear();
        m_state->setContent({u"files"_s, tr("The file is empty"), {}, {}});
        return;
    }
    m_lines.setBytes(preview.bytes);
    m_hex->setCurrentIndex(m_lines.index(0));
    m_faces->setCurrentWidget(m_hex);
    m_hex->setFocus();
    const QString size = locale.formattedDataSize(preview.bytes.size());
    QString note = preview.isWhole ? size : tr("The first %1").arg(size);
    if (preview.isTooLarge) {
        note = tr("The picture is too large to be shown. Its first %1:").arg(size);
    }
    m_note->setText(note);
}

void PreviewDialog::showFailure(const Error &error)
{
    m_note->clear();
    const ErrorText text = errorText(error);
    m_state->setContent(
        {u"error"_s,
         tr("The file could not be read."),
         u"%1\n%2"_s.arg(errorSentence(error, {}), text.detail).trimmed(),
         {}});
}

void PreviewDialog::fitImage()
{
    if (m_image.isNull()) {
        return;
    }
    const qreal ratio = devicePixelRatioF();
    const QSize room = m_faces->size() * ratio;
    const bool fits = m_image.width() <= room.width() && m_image.height() <= room.height();
    QImage shown = fits ? m_image : m_image.scaled(room, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    shown.setDevicePixelRatio(ratio);
    m_picture->setPixmap(QPixmap::fromImage(shown));
}

void PreviewDialog::resizeEvent(QResizeEvent *event)
{
    QDialog::resizeEvent(event);
    fitImage();
}

void PreviewDialog::showEvent(QShowEvent *event)
{
    QDialog::showEvent(event);
    fitImage();
}

void PreviewDialog::changeEvent(QEvent *event)
{
    QDialog::changeEvent(event);
    if (event->type() == QEvent::FontChange) {
        m_hex->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    }
}

bool PreviewDialog::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Space) {
        reject();
        return true;
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace Koyeb::Desktop
