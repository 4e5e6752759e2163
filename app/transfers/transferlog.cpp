// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/transferlog.h"

#include "sandbox/remoteentry.h"
#include "sandbox/transfer.h"
#include "transfers/transfererrors.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QDateTime>
#include <QDialogButtonBox>
#include <QGuiApplication>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

namespace {

constexpr QSize usualSize(640, 320);

class TransferEventTexts {
    Q_DECLARE_TR_FUNCTIONS(Koyeb::Desktop::TransferEventTexts)

public:
    static QString text(const TransferEvent &event, TransferDirection direction);

private:
    static QString answer(const TransferEvent &event);
};

QString reasonOf(const Error &error, TransferDirection direction)
{
    const auto text = transferErrorText(error, direction);
    return error.message.isEmpty() ? text.reason : u"%1 (%2)"_s.arg(text.reason, error.message);
}

QString TransferEventTexts::answer(const TransferEvent &event)
{
    switch (static_cast<ExistingTarget>(event.detail.toInt())) {
    case ExistingTarget::Overwrite:
        return tr("You chose: overwrite.");
    case ExistingTarget::Newer:
        return tr("You chose: overwrite only what is older.");
    case ExistingTarget::Different:
        return tr("You chose: overwrite only what differs.");
    case ExistingTarget::KeepBoth:
        return tr("You chose: keep both.");
    case ExistingTarget::Skip:
        return tr("You chose: keep what is there.");
    case ExistingTarget::Refuse:
        break;
    }
    return tr("You chose: leave it out.");
}

QString TransferEventTexts::text(const TransferEvent &event, TransferDirection direction)
{
    using Kind = TransferEvent::Kind;
    const QString size = QLocale().formattedDataSize(event.bytes);
    switch (event.kind) {
    case Kind::Requested:
        return tr("Asked for.");
    case Kind::Started:
        return tr("Started.");
    case Kind::Resumed:
        return event.bytes > 0 ? tr("Went on: %1 had arrived.").arg(size)
                               : tr("Went on from where it had stopped.");
    case Kind::Interrupted:
        return tr("Interrupted after %1: %2").arg(size, reasonOf(event.error, direction));
    case Kind::Paused:
        return tr("Paused by you.");
    case Kind::MadeRoom:
        return tr("Made room for a transfer of another sandbox.");
    case Kind::Suspended:
        return tr("Stopped because the program ended.");
    case Kind::TargetExists:
        return tr("The target exists already; you were asked.");
    case Kind::Answered:
        return answer(event);
    case Kind::Verified:
        return tr("All has arrived and was compared by checksum.");
    case Kind::Finished:
        return tr("Finished: %1.").arg(size);
    case Kind::Skipped:
        return tr("Skipped: what is there was kept.");
    case Kind::Failed:
        return tr("Failed: %1").arg(reasonOf(event.error, direction));
    case Kind::Cancelled:
        return tr("Cancelled.");
    case Kind::Problem:
        return tr("“%1”: %2").arg(displayName(event.detail), reasonOf(event.error, direction));
    }
    Q_UNREACHABLE();
}

} // namespace

QString eventText(const TransferEvent &event, TransferDirection direction)
{
    return TransferEventTexts::text(event, direction);
}

QString logText(const QList<TransferEvent> &events, TransferDirection direction)
{
    QStringList lines;
    for (const auto &event : events) {
        const auto time = QDateTime::fromMSecsSinceEpoch(event.at).toString(u"yyyy-MM-dd HH:mm:ss"_s);
        lines.append(time + u"  "_s + eventText(event, direction));
    }
    return lines.join(u'\n');
}

TransferLogDialog::TransferLogDialog(const QString &name, TransferDirection direction, QWidget *parent)
    : QDialog(parent), m_direction(direction), m_text(new QPlainTextEdit(this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Log of “%1”").arg(name));
    m_text->setReadOnly(true);
    m_text->setAccessibleName(tr("Log"));
    m_text->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    auto *copy = buttons->addButton(tr("Copy"), QDialogButtonBox::ActionRole);
    connect(copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_text->toPlainText());
    });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *column = new QVBoxLayout(this);
    column->addWidget(m_text);
    column->addWidget(buttons);
    resize(usualSize);
}

void TransferLogDialog::setEvents(const QList<TransferEvent> &events)
{
    m_text->setPlainText(
        events.isEmpty() ? tr("Nothing is known of it any more.") : logText(events, m_direction));
}

} // namespace Koyeb::Desktop
