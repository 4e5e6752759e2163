// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/remotefileview.h"

#include "files/directorysorter.h"
#include "files/localsources.h"
#include "files/namedelegate.h"
#include "files/remotefilemodel.h"
#include "files/sandboxfilesdata.h"

#include <QDrag>
#include <QDropEvent>
#include <QHeaderView>
#include <QPainter>
#include <QTimer>

namespace Koyeb::Desktop {

RemoteFileView::RemoteFileView(RemoteFileModel &files, DirectorySorter &sorter, QWidget *parent)
    : QTreeView(parent), m_files(files), m_sorter(sorter)
{
    setModel(&sorter);
    setRootIsDecorated(false);
    setUniformRowHeights(true); // Without it, every row of a large directory is measured.
    setAlternatingRowColors(true);
    setAllColumnsShowFocus(true);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::EditKeyPressed);
    setContextMenuPolicy(Qt::CustomContextMenu);
    setItemDelegateForColumn(RemoteFileModel::NameColumn, new NameDelegate(this));
    setAcceptDrops(true);
    setDragEnabled(true);
    setDropIndicatorShown(false);
    createColumns();
    auto *minutes = new QTimer(this); // "5 minutes ago" becomes wrong by itself.
    minutes->start(std::chrono::minutes(1));
    connect(minutes, &QTimer::timeout, viewport(), qOverload<>(&QWidget::update));
    connect(this, &QTreeView::activated, this, [this](const QModelIndex &index) {
        Q_EMIT entryActivated(entryAt(index));
    });
}

void RemoteFileView::createColumns()
{
    setSortingEnabled(true);
    sortByColumn(RemoteFileModel::NameColumn, Qt::AscendingOrder);
    header()->setStretchLastSection(false);
    header()->setSectionResizeMode(RemoteFileModel::NameColumn, QHeaderView::Stretch);
    const auto fit = [this](int column, const QString &widestUsualText) {
        const int padding = 3 * fontMetrics().horizontalAdvance(u'M');
        setColumnWidth(column, fontMetrics().horizontalAdvance(widestUsualText) + padding);
    };
    fit(RemoteFileModel::SizeColumn, QLocale().formattedDataSize(1'000'000'000));
    fit(RemoteFileModel::TypeColumn,
        tr("Plain text document", "a usual type of file, for the column's width"));
    fit(RemoteFileModel::ModifiedColumn,
        QLocale().toString(QDateTime::currentDateTime(), QLocale::ShortFormat));
    fit(RemoteFileModel::PermissionsColumn, QStringLiteral("rwxrwxrwx"));
    fit(RemoteFileModel::OwnerColumn, QStringLiteral("nobody"));
}

QList<RemoteEntry> RemoteFileView::selectedEntries() const
{
    QList<RemoteEntry> entries;
    const auto rows = selectionModel()->selectedRows();
    for (const QModelIndex &row : rows) {
        entries.append(entryAt(row));
    }
    return entries;
}

qsizetype RemoteFileView::selectedCount() const
{
    qsizetype count = 0;
    const QItemSelection selection = selectionModel()->selection();
    for (const QItemSelectionRange &range : selection) {
        count += range.height(); // Rows are selected as a whole.
    }
    return count;
}

void RemoteFileView::selectEntry(const QByteArray &name)
{
    const int row = m_files.rowOf(name);
    const QModelIndex index =
        row < 0 ? QModelIndex() : m_sorter.mapFromSource(m_files.index(row, RemoteFileModel::NameColumn));
    if (index.isValid()) {
        selectionModel()->setCurrentIndex(
            index, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        scrollTo(index);
    }
}

void RemoteFileView::editCurrentName()
{
    if (currentIndex().isValid()) {
        edit(currentIndex().siblingAtColumn(RemoteFileModel::NameColumn));
    }
}

void RemoteFileView::setUploadsAllowed(bool allowed)
{
    setAcceptDrops(allowed);
}

// The one place where the application waits in an event loop of Qt's own: there is no other way to drag.
void RemoteFileView::startDrag(Qt::DropActions)
{
    QList<QByteArray> paths;
    for (const RemoteEntry &entry : selectedEntries()) {
        paths.append(joinRemotePath(m_files.directory(), entry.name));
    }
    if (paths.isEmpty() || m_sandboxId.isEmpty()) {
        return;
    }
    auto *drag = new QDrag(this);
    drag->setMimeData(new SandboxFilesData(m_sandboxId, paths, SandboxFilesData::Purpose::Copy));
    const QIcon icon =
        currentIndex().siblingAtColumn(RemoteFileModel::NameColumn).data(Qt::DecorationRole).value<QIcon>();
    drag->setPixmap(icon.pixmap(QSize(32, 32), devicePixelRatioF()));
    drag->exec(Qt::CopyAction | Qt::MoveAction, Qt::MoveAction);
    // This view may be gone by now.
}

void RemoteFileView::dragEnterEvent(QDragEnterEvent *event)
{
    // Whether it is taken depends on the place, to which it will be moved.
    if (mayHoldLocalPaths(*event->mimeData()) || event->mimeData()->hasFormat(SandboxFilesData::mimeType)) {
        event->accept();
        hoverDrop(event);
    } else {
        event->ignore();
    }
}

void RemoteFileView::dragMoveEvent(QDragMoveEvent *event)
{
    QTreeView::dragMoveEvent(event); // Scrolls near the edges.
    hoverDrop(event);
}

void RemoteFileView::dragLeaveEvent(QDragLeaveEvent *event)
{
    QTreeView::dragLeaveEvent(event);
    endDropHover();
}

void RemoteFileView::dropEvent(QDropEvent *event)
{
    QDragLeaveEvent leave;
    QTreeView::dragLeaveEvent(&leave); // Stops scrolling.
    const QByteArray directory = dropDirectory(folderAt(event->position().toPoint()));
    const auto kind = dropKind(*event, directory);
    endDropHover();
    const auto sources = kind == DropKind::Upload ? localPathsFromMimeData(*event->mimeData())
                                                  : QList<std::filesystem::path>();
    if (!kind || (kind == DropKind::Upload && sources.isEmpty())) {
        event->ignore();
        return;
    }
    // Never a move towards the source: a program that drags would delete its files.
    event->setDropAction(Qt::CopyAction);
    event->accept();
    if (kind == DropKind::Upload) {
        Q_EMIT filesDropped(sources, directory);
    } else if (const auto *own = qobject_cast<const SandboxFilesData *>(event->mimeData())) {
        Q_EMIT sandboxFilesDropped(*kind, own->sandboxId(), own->paths(), directory);
    }
}

void RemoteFileView::drawRow(
    QPainter *painter, const QStyleOptionViewItem &options, const QModelIndex &index) const
{
    QTreeView::drawRow(painter, options, index);
    if (m_hoveredFolder.isValid() && m_hoveredFolder.row() == index.row()) {
        painter->save();
        QColor light = palette().color(QPalette::Highlight);
        painter->setPen(QPen(light, 2));
        light.setAlphaF(0.2F);
        painter->setBrush(light);
        painter->drawRect(options.rect.adjusted(1, 1, -1, -1));
        painter->restore();
    }
}

void RemoteFileView::paintEvent(QPaintEvent *event)
{
    QTreeView::paintEvent(event);
    if (m_hoveredKind && !m_hoveredFolder.isValid()) {
        QPainter painter(viewport());
        painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
        painter.drawRect(viewport()->rect().adjusted(1, 1, -1, -1));
    }
}

const RemoteEntry &RemoteFileView::entryAt(const QModelIndex &index) const
{
    return m_files.entry(m_sorter.mapToSource(index).row());
}

QModelIndex RemoteFileView::folderAt(const QPoint &position) const
{
    const QModelIndex index = indexAt(position);
    return index.isValid() && entryAt(index).opensAsDirectory() ? index : QModelIndex();
}

QByteArray RemoteFileView::dropDirectory(const QModelIndex &folder) const
{
    return folder.isValid() ? joinRemotePath(m_files.directory(), entryAt(folder).name) : m_files.directory();
}

std::optional<RemoteFileView::DropKind> RemoteFileView::dropKind(
    const QDropEvent &event, const QByteArray &directory) const
{
    const auto *own = qobject_cast<const SandboxFilesData *>(event.mimeData());
    if (!own) {
        return mayHoldLocalPaths(*event.mimeData()) ? std::optional(DropKind::Upload) : std::nullopt;
    }
    if (own->sandboxId() != m_sandboxId) {
        return m_otherSandboxesAllowed ? std::optional(DropKind::CopyFromSandbox) : std::nullopt;
    }
    if (own->contains(directory)) {
        return std::nullopt;
    }
    if ((event.modifiers() & Qt::ControlModifier) != 0) {
        return DropKind::Copy;
    }
    return own->comesFrom(directory) ? std::nullopt : std::optional(DropKind::Move);
}

void RemoteFileView::hoverDrop(QDragMoveEvent *event)
{
    const QModelIndex folder = folderAt(event->position().toPoint());
    const QByteArray directory = dropDirectory(folder);
    const auto kind = dropKind(*event, directory);
    if (!kind) {
        endDropHover();
        event->ignore();
        return;
    }
    event->setDropAction(kind == DropKind::Move ? Qt::MoveAction : Qt::CopyAction);
    event->accept();
    if (m_hoveredKind == kind && m_hoveredFolder == folder) {
        return;
    }
    m_hoveredKind = kind;
    m_hoveredFolder = folder;
    viewport()->update();
    Q_EMIT dropHovered(*kind, directory);
}

void RemoteFileView::endDropHover()
{
    if (m_hoveredKind) {
        m_hoveredKind.reset();
        m_hoveredFolder = QPersistentModelIndex();
        viewport()->update();
        Q_EMIT dropHoverEnded();
    }
}

} // namespace Koyeb::Desktop
