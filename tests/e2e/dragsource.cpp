// SPDX-License-Identifier: GPL-3.0-or-later
// Another program to drag from: a small window which, when dragged, offers what it read from standard input
// as a text/uri-list, byte for byte. It tells on standard output what becomes of the drag: "ready X Y" (where
// to press the button), "started", "accepted" or "refused" whenever the target changes its mind, "dropped" or
// "cancelled".

#include <QApplication>
#include <QDrag>
#include <QFile>
#include <QMimeData>
#include <QMouseEvent>
#include <QPainter>
#include <QTimer>
#include <QWidget>

#include <cstdio>

namespace {

void tell(const char *line)
{
    std::puts(line);
    std::fflush(stdout);
}

/// QMimeData reads a URI list into QUrls; file managers send bytes.
class RawUriList final : public QMimeData {
public:
    explicit RawUriList(const QByteArray &bytes) : m_bytes(bytes) {}

    [[nodiscard]] bool hasFormat(const QString &mimeType) const override { return mimeType == format(); }
    [[nodiscard]] QStringList formats() const override { return {format()}; }

protected:
    [[nodiscard]] QVariant retrieveData(const QString &mimeType, QMetaType) const override
    {
        return mimeType == format() ? QVariant(m_bytes) : QVariant();
    }

private:
    [[nodiscard]] static QString format() { return QStringLiteral("text/uri-list"); }

    QByteArray m_bytes;
};

class DragHandle final : public QWidget {
public:
    explicit DragHandle(const QByteArray &uriList) : m_uriList(uriList)
    {
        // No window manager: the handle stays where it was put, above all other windows.
        setWindowFlags(Qt::Window | Qt::BypassWindowManagerHint | Qt::FramelessWindowHint);
        setFixedSize(40, 40);
    }

protected:
    void paintEvent(QPaintEvent *) override { QPainter(this).fillRect(rect(), Qt::darkCyan); }

    void mousePressEvent(QMouseEvent *event) override { m_pressedAt = event->position().toPoint(); }

    void mouseMoveEvent(QMouseEvent *event) override
    {
        const int distance = (event->position().toPoint() - m_pressedAt).manhattanLength();
        if (!m_dragging && event->buttons().testFlag(Qt::LeftButton) &&
            distance >= QApplication::startDragDistance()) {
            m_dragging = true;
            drag();
            m_dragging = false;
        }
    }

private:
    void drag()
    {
        auto *drag = new QDrag(this);
        drag->setMimeData(new RawUriList(m_uriList));
        connect(drag, &QDrag::actionChanged, this, [](Qt::DropAction action) {
            tell(action == Qt::IgnoreAction ? "refused" : "accepted");
        });
        // The target fetches the data after the drop; the drag lives until it has.
        connect(drag, &QObject::destroyed, this, [this] { tell(m_taken ? "dropped" : "cancelled"); });
        tell("started");
        m_taken = drag->exec(Qt::CopyAction) != Qt::IgnoreAction;
    }

    QByteArray m_uriList;
    QPoint m_pressedAt;
    bool m_dragging = false;
    bool m_taken = false;
};

} // namespace

int main(int argc, char *argv[])
{
    QApplication application(argc, argv);
    const QStringList arguments = QApplication::arguments();
    QFile input;
    if (arguments.size() != 3 || !input.open(stdin, QIODevice::ReadOnly)) {
        std::fputs("usage: koyeb_dragsource X Y < URI-LIST\n", stderr);
        return 2;
    }
    DragHandle handle(input.readAll());
    handle.move(arguments.at(1).toInt(), arguments.at(2).toInt());
    handle.show();
    QTimer::singleShot(0, &handle, [&handle] {
        const QPoint centre = handle.mapToGlobal(handle.rect().center());
        tell(qPrintable(QStringLiteral("ready %1 %2").arg(centre.x()).arg(centre.y())));
    });
    return QApplication::exec();
}
