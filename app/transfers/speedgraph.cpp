// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/speedgraph.h"

#include "common/icons.h"
#include "common/spacing.h"

#include <QLocale>
#include <QPainter>
#include <QPainterPath>
#include <QStyle>

#include <algorithm>

namespace Koyeb::Desktop {

namespace {

constexpr double lowestScale = 64.0 * 1024; // Bytes per second; less would make noise of a trickle.
constexpr int widthInCharacters = 52;
constexpr int graphCharacters = 18;
constexpr double areaOpacity = 0.2;

} // namespace

SpeedGraph::SpeedGraph(QWidget *parent) : QWidget(parent)
{
    setAccessibleName(tr("Speed of transfers"));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Preferred);
    showNumbers();
}

QSize SpeedGraph::sizeHint() const
{
    const auto metrics = fontMetrics();
    return {metrics.horizontalAdvance(u'0') * widthInCharacters, metrics.height() + 2 * Spacing::tight};
}

void SpeedGraph::add(double up, double down)
{
    if (m_samples.size() == sampleCount) {
        m_samples.removeFirst();
    }
    m_samples.append({up, down});
    showNumbers();
    update();
}

void SpeedGraph::setLimited(bool isLimited)
{
    m_isLimited = isLimited;
    showNumbers();
    update();
}

bool SpeedGraph::isFlat() const
{
    return std::none_of(m_samples.begin(), m_samples.end(), [](const Sample &sample) {
        return sample.up > 0 || sample.down > 0;
    });
}

void SpeedGraph::showNumbers()
{
    const QLocale locale;
    const auto last = m_samples.isEmpty() ? Sample() : m_samples.last();
    const auto size = [&locale](double bytes) {
        return locale.formattedDataSize(static_cast<qint64>(bytes), 1);
    };
    const auto text = m_isLimited
                          ? tr("↑ %1/s  ↓ %2/s  limited", "speeds of uploads and downloads, with their units")
                          : tr("↑ %1/s  ↓ %2/s", "speeds of uploads and downloads, with their units");
    m_numbers = text.arg(size(last.up), size(last.down));
    setAccessibleDescription(m_numbers);
    setToolTip(
        tr("How fast transfers have been lately: uploads with a solid line, downloads with a dashed one."));
}

void SpeedGraph::paintEvent(QPaintEvent * /*event*/)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    // The numbers where reading begins, the lines behind them.
    const int width = fontMetrics().horizontalAdvance(u'0') * graphCharacters;
    const QRect whole = rect();
    const QRect lines(whole.right() + 1 - width, whole.top(), width, whole.height());
    const QRect numbers = whole.adjusted(0, 0, -width - Spacing::close, 0);
    const QRectF area =
        QRectF(QStyle::visualRect(layoutDirection(), whole, lines)).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.fillRect(area, palette().base());
    double highest = lowestScale;
    for (const auto &sample : m_samples) {
        highest = std::max({highest, sample.up, sample.down});
    }
    paintSide(painter, area, highest, Side::Down);
    paintSide(painter, area, highest, Side::Up);
    painter.setPen(palette().color(QPalette::Mid));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(area);
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(
        QStyle::visualRect(layoutDirection(), whole, numbers),
        static_cast<int>(QStyle::visualAlignment(layoutDirection(), Qt::AlignRight | Qt::AlignVCenter)),
        m_numbers);
}

void SpeedGraph::paintSide(QPainter &painter, const QRectF &area, double highest, Side side) const
{
    if (m_samples.size() < 2) {
        return;
    }
    const double step = area.width() / (sampleCount - 1);
    const bool isReversed = layoutDirection() == Qt::RightToLeft;
    QPolygonF line;
    for (qsizetype i = 0; i < m_samples.size(); ++i) {
        // The newest at the end of reading.
        const double fromEnd = static_cast<double>(m_samples.size() - 1 - i) * step;
        const double speed = side == Side::Up ? m_samples[i].up : m_samples[i].down;
        line.append(QPointF(
            isReversed ? area.left() + fromEnd : area.right() - fromEnd,
            area.bottom() - speed / highest * (area.height() - 2)));
    }
    QColor colour = toneColour(side == Side::Up ? Tone::Moving : Tone::Good, palette());
    painter.setPen(QPen(colour, 1.25, side == Side::Up ? Qt::SolidLine : Qt::DashLine));
    painter.drawPolyline(line);
    QPainterPath path;
    path.addPolygon(line);
    path.lineTo(line.last().x(), area.bottom());
    path.lineTo(line.first().x(), area.bottom());
    path.closeSubpath();
    colour.setAlphaF(areaOpacity);
    painter.fillPath(path, colour);
}

} // namespace Koyeb::Desktop
