// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/bandwidthlimit.h"

#include <QDialog>
#include <QObject>

#include <memory>

class QCheckBox;
class QSettings;
class QSpinBox;

namespace Koyeb::Desktop {

/// How fast transfers may be, and what is compressed: kept in the settings, and obeyed by all transfers at
/// once.
class SpeedLimits : public QObject {
    Q_OBJECT

public:
    /// One way; in KiB per second.
    struct Limit {
        bool isOn = false;
        int kibibytesPerSecond = 1024;
    };

    /// Both outlive the object.
    SpeedLimits(QSettings &settings, Clock &clock, QObject *parent = nullptr);

    [[nodiscard]] Limit limit(Flow flow) const;
    void setLimit(Flow flow, const Limit &limit);
    [[nodiscard]] Compression compression() const;
    void setCompression(Compression compression);
    /// For sandboxes.
    [[nodiscard]] const std::shared_ptr<BandwidthLimit> &bandwidth() const { return m_bandwidth; }

Q_SIGNALS:
    void changed();

private:
    void apply(Flow flow, const Limit &limit);

    QSettings &m_settings;
    std::shared_ptr<BandwidthLimit> m_bandwidth;
};

/// Changes the limits at once.
class SpeedLimitsDialog : public QDialog {
    Q_OBJECT

public:
    /// `limits` outlives the dialog.
    explicit SpeedLimitsDialog(SpeedLimits &limits, QWidget *parent = nullptr);

private:
    struct Row {
        QCheckBox *isOn;
        QSpinBox *value;
    };
    [[nodiscard]] QWidget *createCompression();
    [[nodiscard]] Row createRow(Flow flow, const QString &text);

    SpeedLimits &m_limits;
};

} // namespace Koyeb::Desktop
