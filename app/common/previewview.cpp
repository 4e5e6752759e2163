// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/previewview.h"

#include "common/emptystate.h"
#include "common/errortext.h"
#include "sandbox/remoteentry.h"

#include <QFontDatabase>
#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QLocale>
#include <QStackedWidget>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

PreviewView::PreviewView(QWidget *parent)
    : QWidget(parent),
      m_faces(new QStackedWidget(this)),
      m_state(new EmptyState(m_faces)),
      m_picture(new QLabel(m_faces)),
      m_hex(new QListView(m_faces)),
      m_note(new QLabel(this)),
      m_foot(new QWidget(this))
{
    createLayout();
    connect(&m_loader, &PreviewLoader::loaded, this, &PreviewView::showPreview);
    connect(&m_loader, &PreviewLoader::failed, this, &PreviewView::showFailure);
    connect(&m_loader, &PreviewLoader::progressed, this, [this](qint64 bytes) {
        m_note->setText(tr("%1 read").arg(QLocale().formattedDataSize(bytes)));
    });
}

PreviewView::~PreviewView() = default;

void PreviewView::load(const std::shared_ptr<Sandbox> &sandbox, const QByteArray &path)
{
    m_state->setBusy(u"files"_s, tr("Reading the file…"), displayName(path));
    m_faces->setCurrentWidget(m_state);
    m_loader.load(sandbox, path);
}

void PreviewView::addToFoot(QWidget *widget)
{
    m_foot->layout()->addWidget(widget);
}

void PreviewView::createLayout()
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
    auto *foot = new QHBoxLayout(m_foot);
    foot->setContentsMargins({});
    foot->addWidget(m_note, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->addWidget(m_faces, 1);
    column->addWidget(m_foot);
    const QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    m_hex->setFont(fixed);
}

void PreviewView::showPreview(const FilePreview &preview)
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

void PreviewView::showFailure(const Error &error)
{
    m_note->clear();
    const ErrorText text = errorText(error);
    m_state->setContent(
        {u"error"_s,
         tr("The file could not be read."),
         u"%1\n%2"_s.arg(errorSentence(error, {}), text.detail).trimmed(),
         {}});
}

void PreviewView::fitImage()
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

void PreviewView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitImage();
}

void PreviewView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    fitImage();
}

void PreviewView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange) {
        m_hex->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    }
}

bool PreviewView::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Space) {
        Q_EMIT closeRequested();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace Koyeb::Desktop
