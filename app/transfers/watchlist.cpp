// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/watchlist.h"

#include "common/icons.h"
#include "common/spacing.h"
#include "sandbox/remoteentry.h"
#include "transfers/transfererrors.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

using State = FolderWatch::State;

namespace {

class WatchTexts {
    Q_DECLARE_TR_FUNCTIONS(Koyeb::Desktop::WatchTexts)

public:
    static QString state(const FolderWatch &watch);
};

QString WatchTexts::state(const FolderWatch &watch)
{
    const auto reason = transferErrorText(watch.error(), TransferDirection::Upload).reason;
    const auto problems = static_cast<int>(watch.problems().size());
    switch (watch.state()) {
    case State::Idle:
    case State::Comparing:
        return tr("Comparing…", "state of a watched folder");
    case State::Sending:
        return tr("Sending changes…", "state of a watched folder");
    case State::Watching:
        return problems > 0
                   ? tr("Watching; %n could not be sent", "state of a watched folder; files", problems)
                   : tr("In step, watching for changes", "state of a watched folder");
    case State::Interrupted:
        return tr("Interrupted: %1 It goes on by itself.", "state of a watched folder").arg(reason);
    case State::Unreachable:
        return tr("Waiting for the sandbox", "state of a watched folder");
    case State::Paused:
        return tr("Paused", "state of a watched folder");
    case State::Failed:
        return tr("Stopped: %1", "state of a watched folder; a sentence that says why").arg(reason);
    }
    Q_UNREACHABLE();
}

QIcon iconOf(const FolderWatch &watch)
{
    switch (watch.state()) {
    case State::Watching:
        return watch.problems().isEmpty() ? themedIcon(u"check"_s, Tone::Good)
                                          : themedIcon(u"warning"_s, Tone::Warning);
    case State::Paused:
        return themedIcon(u"pause"_s, Tone::Resting);
    case State::Interrupted:
    case State::Unreachable:
        return themedIcon(u"warning"_s, Tone::Warning);
    case State::Failed:
        return themedIcon(u"error"_s, Tone::Bad);
    default:
        return themedIcon(u"refresh"_s, Tone::Moving);
    }
}

} // namespace

QString watchText(const FolderWatch &watch)
{
    return WatchTexts::state(watch);
}

/// One line of the list.
class WatchRow : public QWidget {
    Q_OBJECT

public:
    WatchRow(FolderWatches &watches, const FolderWatches::Entry &entry, QWidget *parent)
        : QWidget(parent),
          m_icon(new QLabel(this)),
          m_state(new QLabel(this)),
          m_pause(new QToolButton(this)),
          m_stop(new QToolButton(this))
    {
        const auto &order = entry.watch->order();
        const QString folders =
            tr("%1 to %2: %3", "a watched folder, the sandbox it goes to, and the folder there")
                .arg(
                    displayName(QByteArray::fromStdString(order.local.native())), entry.sandboxName,
                    displayName(order.remote));
        auto *places = new QLabel(folders, this);
        for (auto *label : {places, m_state}) {
            label->setTextFormat(Qt::PlainText);
            label->setWordWrap(true);
            label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        }
        m_stop->setIcon(themedIcon(u"close"_s));
        m_stop->setToolTip(tr("Stop watching"));
        m_stop->setAccessibleName(tr("Stop watching %1").arg(folders));
        for (auto *button : {m_pause, m_stop}) {
            button->setAutoRaise(true);
            button->setFocusPolicy(Qt::StrongFocus);
        }
        auto *row = new QHBoxLayout(this);
        row->setContentsMargins(Spacing::close, Spacing::tight, Spacing::close, Spacing::tight);
        row->setSpacing(Spacing::close);
        row->addWidget(m_icon);
        row->addWidget(places, 3);
        row->addWidget(m_state, 2);
        row->addWidget(m_pause);
        row->addWidget(m_stop);
        const auto id = entry.id;
        connect(m_stop, &QToolButton::clicked, this, [&watches, id] { watches.stop(id); });
        connect(m_pause, &QToolButton::clicked, this, [this, &watches, id] {
            if (m_isResumable) {
                watches.resume(id);
            } else {
                watches.pause(id);
            }
        });
        show(*entry.watch);
    }

    void show(const FolderWatch &watch)
    {
        const auto state = watch.state();
        const int size = style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this);
        m_icon->setPixmap(iconOf(watch).pixmap(QSize(size, size), devicePixelRatioF()));
        m_state->setText(watchText(watch));
        m_isResumable = state == State::Paused || state == State::Failed;
        m_pause->setIcon(themedIcon(m_isResumable ? u"play"_s : u"pause"_s));
        m_pause->setToolTip(m_isResumable ? tr("Go on watching") : tr("Pause watching"));
        m_pause->setAccessibleName(m_pause->toolTip());
    }

private:
    QLabel *m_icon;
    QLabel *m_state;
    QToolButton *m_pause;
    QToolButton *m_stop;
    bool m_isResumable = false;
};

WatchList::WatchList(FolderWatches &watches, QWidget *parent)
    : QFrame(parent), m_watches(watches), m_rows(new QVBoxLayout(this))
{
    m_rows->setContentsMargins({});
    m_rows->setSpacing(0);
    setAccessibleName(tr("Watched folders"));
    connect(&watches, &FolderWatches::listChanged, this, &WatchList::showList);
    connect(&watches, &FolderWatches::entryChanged, this, &WatchList::showEntry);
    showList();
}

void WatchList::showList()
{
    QHash<quint64, WatchRow *> rows;
    for (const auto &entry : m_watches.entries()) {
        auto *row = m_rowOf.take(entry.id);
        if (!row) {
            row = new WatchRow(m_watches, entry, this);
            m_rows->addWidget(row);
        }
        rows.insert(entry.id, row);
    }
    for (auto *gone : std::as_const(m_rowOf)) {
        gone->hide();
        gone->deleteLater(); // Its button may have brought us here.
    }
    m_rowOf = rows;
    setVisible(!m_rowOf.isEmpty());
}

void WatchList::showEntry(quint64 id)
{
    for (const auto &entry : m_watches.entries()) {
        if (entry.id == id && m_rowOf.contains(id)) {
            m_rowOf.value(id)->show(*entry.watch);
        }
    }
}

} // namespace Koyeb::Desktop

#include "watchlist.moc"
