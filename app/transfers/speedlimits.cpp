// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/speedlimits.h"

#include <QCheckBox>
#include <QComboBox>
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
const auto compressionKey = u"transfers/compression"_s;
const auto always = u"always"_s;
const auto never = u"never"_s;

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
    m_bandwidth->setCompression(compression());
}

Compression SpeedLimits::compression() const
{
    const QString name = m_settings.value(compressionKey).toString();
    return name == always ? Compression::Always : name == never ? Compression::Never : Compression::Automatic;
}

void SpeedLimits::setCompression(Compression compression)
{
    if (compression == Compression::Automatic) {
        m_settings.remove(compressionKey);
    } else {
        m_settings.setValue(compressionKey, compression == Compression::Always ? always : never);
    }
    m_bandwidth->setCompression(compression);
    Q_EMIT changed();
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
    setWindowTitle(tr("Speed and compression"));
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
    auto *compression = createCompression();
    auto *label = new QLabel(tr("&Compress:"), this);
    label->setBuddy(compression);
    grid->addWidget(label, 2, 0);
    grid->addWidget(compression, 2, 1);
    auto *column = new QVBoxLayout(this);
    column->addLayout(grid);
    column->addWidget(note);
    column->addStretch();
    column->addWidget(buttons);
}

QWidget *SpeedLimitsDialog::createCompression()
{
    auto *box = new QComboBox(this);
    box->addItem(tr("What it pays for"), static_cast<int>(Compression::Automatic));
    box->addItem(tr("Everything"), static_cast<int>(Compression::Always));
    box->addItem(tr("Nothing"), static_cast<int>(Compression::Never));
    box->setToolTip(tr("Where the image has zstd. Files arrive as they are either way."));
    box->setCurrentIndex(box->findData(static_cast<int>(m_limits.compression())));
    connect(box, &QComboBox::currentIndexChanged, this, [this, box] {
        m_limits.setCompression(static_cast<Compression>(box->currentData().toInt()));
    });
    return box;
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
