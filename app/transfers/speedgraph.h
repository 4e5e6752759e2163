// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QWidget>

namespace Koyeb::Desktop {

/// How fast content has gone both ways lately, as two lines over their areas, with the numbers of now.
class SpeedGraph : public QWidget {
    Q_OBJECT

public:
    /// How many samples are kept and shown.
    static constexpr qsizetype sampleCount = 120;

    explicit SpeedGraph(QWidget *parent = nullptr);

    /// The next sample; bytes per second.
    void add(double up, double down);
    /// Whether there is a limit of the speed.
    void setLimited(bool isLimited);
    /// Whether there is nothing but a flat line to be seen.
    [[nodiscard]] bool isFlat() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    struct Sample {
        double up = 0;
        double down = 0;
    };
    enum class Side { Up, Down };

    void showNumbers();
    void paintSide(QPainter &painter, const QRectF &area, double highest, Side side) const;

    QList<Sample> m_samples; // The oldest first.
    bool m_isLimited = false;
    QString m_numbers;
};

} // namespace Koyeb::Desktop
