// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/speedlimits.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QLabel>
#include <QSettings>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

namespace {

constexpr int lowest = 1;
constexpr int highest = 10 * 1024 * 1024;

QString keyOf(Flow flow, const QString &name)
{
    return (flow == Flow::Up ? u"transfers/upload"_s : u"transfers/download"_s) + name;
}

} // namespace

SpeedLimits::SpeedLimits(QSettings &settings, Clock &clock, QObject *parent)
    : QObject(parent), m_settings(settings), m_bandwidth(std::make_shared<BandwidthLimit>(clock))
{
    for (const auto flow : {Flow::Up, Flow::Down}) {
        apply(flow, limit(flow));
    }
}

SpeedLimits::Limit SpeedLimits::limit(Flow flow) const
{
    Limit limit;
    limit.isOn = m_settings.value(keyOf(flow, u"Limited"_s), limit.isOn).toBool();
    const auto number = m_settings.value(keyOf(flow, u"KiBPerSecond"_s), limit.kibibytesPerSecond).toInt();
    limit.kibibytesPerSecond = std::clamp(number, lowest, highest); // Anybody may write the file.
    return limit;
}

void SpeedLimits::setLimit(Flow flow, const Limit &limit)
{
    m_settings.setValue(keyOf(flow, u"Limited"_s), limit.isOn);
    m_settings.setValue(keyOf(flow, u"KiBPerSecond"_s), limit.kibibytesPerSecond);
    apply(flow, limit);
    Q_EMIT changed();
}

void SpeedLimits::apply(Flow flow, const Limit &limit)
{
    constexpr qint64 kibibyte = 1024;
    m_bandwidth->setLimit(flow, limit.isOn ? limit.kibibytesPerSecond * kibibyte : 0);
}

SpeedLimitsDialog::SpeedLimitsDialog(SpeedLimits &limits, QWidget *parent) : QDialog(parent), m_limits(limits)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Speed limits"));
    const auto up = createRow(Flow::Up, tr("Limit &uploads to"));
    const auto down = createRow(Flow::Down, tr("Limit &downloads to"));
    auto *note = new QLabel(
        tr("What counts is what goes over the network, all transfers together. Content that packs well may "
           "arrive faster."),
        this);
    note->setWordWrap(true);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *grid = new QGridLayout;
    for (const auto &[row, widgets] : {std::pair(0, up), std::pair(1, down)}) {
        grid->addWidget(widgets.isOn, row, 0);
        grid->addWidget(widgets.value, row, 1);
    }
    auto *column = new QVBoxLayout(this);
    column->addLayout(grid);
    column->addWidget(note);
    column->addStretch();
    column->addWidget(buttons);
}

SpeedLimitsDialog::Row SpeedLimitsDialog::createRow(Flow flow, const QString &text)
{
    const auto limit = m_limits.limit(flow);
    const Row row{new QCheckBox(text, this), new QSpinBox(this)};
    row.value->setRange(lowest, highest);
    row.value->setSuffix(tr(" KiB/s", "a speed"));
    row.value->setValue(limit.kibibytesPerSecond);
    row.value->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    row.value->setGroupSeparatorShown(true);
    row.value->setAccessibleName(QString(text).remove(u'&'));
    row.value->setKeyboardTracking(false); // Half of a number is no limit.
    row.value->setEnabled(limit.isOn);
    row.isOn->setChecked(limit.isOn);
    const auto apply = [this, flow, row] {
        row.value->setEnabled(row.isOn->isChecked());
        m_limits.setLimit(flow, {row.isOn->isChecked(), row.value->value()});
    };
    connect(row.isOn, &QCheckBox::toggled, this, apply);
    connect(row.value, &QSpinBox::valueChanged, this, apply);
    return row;
}

} // namespace Koyeb::Desktop
