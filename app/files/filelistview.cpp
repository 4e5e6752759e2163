// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/filelistview.h"

#include "files/directorysorter.h"
#include "files/remotefilemodel.h"

#include <QHeaderView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTimer>

#include <array>
#include <utility>

namespace Koyeb::Desktop {

namespace {

constexpr int charactersOfNames = 30;
constexpr std::array columnsByImportance{
    RemoteFileModel::SizeColumn, RemoteFileModel::ModifiedColumn, RemoteFileModel::TypeColumn,
    RemoteFileModel::PermissionsColumn, RemoteFileModel::OwnerColumn};

/// For what is read from left to right in any language, and would have its marks moved to the other end.
class LeftToRightDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        // Only the text is turned, not the side that it is on.
        option->displayAlignment = QStyle::visualAlignment(option->direction, option->displayAlignment);
        option->direction = Qt::LeftToRight;
    }
};

} // namespace

FileListView::FileListView(RemoteFileModel &files, DirectorySorter &sorter, QWidget *parent)
    : QTreeView(parent), m_files(files), m_sorter(sorter)
{
    setModel(&sorter);
    setRootIsDecorated(false);
    setUniformRowHeights(true); // Without it, every row of a large directory is measured.
    setAlternatingRowColors(true);
    setAllColumnsShowFocus(true);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setAcceptDrops(true);
    setDragEnabled(true);
    setDropIndicatorShown(false);
    setItemDelegateForColumn(RemoteFileModel::PermissionsColumn, new LeftToRightDelegate(this));
    createColumns();
    auto *minutes = new QTimer(this); // "5 minutes ago" becomes wrong by itself.
    minutes->start(std::chrono::minutes(1));
    connect(minutes, &QTimer::timeout, viewport(), qOverload<>(&QWidget::update));
    connect(this, &QTreeView::activated, this, [this](const QModelIndex &index) {
        Q_EMIT entryActivated(entryAt(index));
    });
}

void FileListView::createColumns()
{
    setSortingEnabled(true);
    sortByColumn(RemoteFileModel::NameColumn, Qt::AscendingOrder);
    header()->setStretchLastSection(false);
    header()->setSectionResizeMode(RemoteFileModel::NameColumn, QHeaderView::Stretch);
    const auto fit = [this](int column, const QString &widestUsualText) {
        const int padding = 3 * fontMetrics().horizontalAdvance(u'M');
        m_columnWidths[column] = fontMetrics().horizontalAdvance(widestUsualText) + padding;
        setColumnWidth(column, m_columnWidths[column]);
    };
    fit(RemoteFileModel::SizeColumn, QLocale().formattedDataSize(1'000'000'000));
    fit(RemoteFileModel::TypeColumn,
        tr("Plain text document", "a usual type of file, for the column's width"));
    fit(RemoteFileModel::ModifiedColumn,
        QLocale().toString(QDateTime::currentDateTime(), QLocale::ShortFormat));
    fit(RemoteFileModel::PermissionsColumn, QStringLiteral("rwxrwxrwx"));
    fit(RemoteFileModel::OwnerColumn, QStringLiteral("nobody"));
}

// Where there is little room, what matters least makes way for the names.
void FileListView::fitColumns()
{
    const int room = viewport()->width() - fontMetrics().averageCharWidth() * charactersOfNames;
    int needed = 0;
    for (const int column : columnsByImportance) {
        needed += m_columnWidths[column];
        setColumnHidden(column, needed > room);
    }
}

void FileListView::resizeEvent(QResizeEvent *event)
{
    QTreeView::resizeEvent(event);
    fitColumns();
}

QList<RemoteEntry> FileListView::selectedEntries() const
{
    QList<RemoteEntry> entries;
    const auto rows = selectionModel()->selectedRows();
    for (const QModelIndex &row : rows) {
        entries.append(entryAt(row));
    }
    return entries;
}

qsizetype FileListView::selectedCount() const
{
    qsizetype count = 0;
    const QItemSelection selection = selectionModel()->selection();
    for (const QItemSelectionRange &range : selection) {
        count += range.height(); // Rows are selected as a whole.
    }
    return count;
}

void FileListView::selectEntry(const QByteArray &name)
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

QList<QByteArray> FileListView::selectedPaths() const
{
    QList<QByteArray> paths;
    for (const RemoteEntry &entry : selectedEntries()) {
        paths.append(joinRemotePath(m_files.directory(), entry.name));
    }
    return paths;
}

void FileListView::drawRow(
    QPainter *painter, const QStyleOptionViewItem &options, const QModelIndex &index) const
{
    QTreeView::drawRow(painter, options, index);
    if (m_isLit && m_litFolder.isValid() && m_litFolder.row() == index.row()) {
        painter->save();
        QColor light = palette().color(QPalette::Highlight);
        painter->setPen(QPen(light, 2));
        light.setAlphaF(0.2F);
        painter->setBrush(light);
        painter->drawRect(options.rect.adjusted(1, 1, -1, -1));
        painter->restore();
    }
}

void FileListView::paintEvent(QPaintEvent *event)
{
    QTreeView::paintEvent(event);
    if (m_isLit && !m_litFolder.isValid()) {
        QPainter painter(viewport());
        painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
        painter.drawRect(viewport()->rect().adjusted(1, 1, -1, -1));
    }
}

const RemoteEntry &FileListView::entryAt(const QModelIndex &index) const
{
    return m_files.entry(m_sorter.mapToSource(index).row());
}

QModelIndex FileListView::folderAt(const QPoint &position) const
{
    const QModelIndex index = indexAt(position);
    return index.isValid() && entryAt(index).opensAsDirectory() ? index : QModelIndex();
}

QByteArray FileListView::directoryOf(const QModelIndex &folder) const
{
    return folder.isValid() ? joinRemotePath(m_files.directory(), entryAt(folder).name) : m_files.directory();
}

QPixmap FileListView::dragPixmap() const
{
    const QModelIndex current = currentIndex().siblingAtColumn(RemoteFileModel::NameColumn);
    return current.data(Qt::DecorationRole).value<QIcon>().pixmap(QSize(32, 32), devicePixelRatioF());
}

bool FileListView::lightUp(const QModelIndex &folder)
{
    if (m_isLit && m_litFolder == folder) {
        return false;
    }
    m_isLit = true;
    m_litFolder = folder;
    viewport()->update();
    return true;
}

bool FileListView::putOutLight()
{
    if (!std::exchange(m_isLit, false)) {
        return false;
    }
    m_litFolder = QPersistentModelIndex();
    viewport()->update();
    return true;
}

} // namespace Koyeb::Desktop
