// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/icons.h"

#include <QFile>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QPixmapCache>
#include <QSvgRenderer>

namespace Koyeb::Desktop {

namespace {

using namespace Qt::Literals::StringLiterals;

QColor blend(const QColor &front, const QColor &back, qreal share)
{
    const auto mix = [share](int a, int b) {
        return static_cast<int>(a * share + b * (1 - share));
    };
    return QColor(
        mix(front.red(), back.red()), mix(front.green(), back.green()), mix(front.blue(), back.blue()));
}

class ThemedIconEngine final : public QIconEngine {
public:
    ThemedIconEngine(const QString &name, Tone tone) : m_name(name), m_tone(tone) {}

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State state) override
    {
        const auto scale = painter->device()->devicePixelRatioF();
        const auto size = (QSizeF(rect.size()) * scale).toSize();
        painter->drawPixmap(rect, pixmap(size, mode, state));
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State /*state*/) override
    {
        const auto colour = colourFor(mode);
        const auto key =
            u"koyeb-icon:%1:%2:%3x%4"_s.arg(m_name, colour.name()).arg(size.width()).arg(size.height());
        QPixmap result;
        if (!QPixmapCache::find(key, &result)) {
            result = render(size, colour);
            QPixmapCache::insert(key, result);
        }
        return result;
    }

    [[nodiscard]] QIconEngine *clone() const override { return new ThemedIconEngine(m_name, m_tone); }

private:
    [[nodiscard]] QColor colourFor(QIcon::Mode mode) const
    {
        const auto palette = QGuiApplication::palette();
        switch (mode) {
        case QIcon::Disabled:
            return palette.color(QPalette::Disabled, QPalette::ButtonText);
        case QIcon::Selected:
            return palette.color(QPalette::HighlightedText);
        default:
            return toneColour(m_tone, palette);
        }
    }

    [[nodiscard]] QPixmap render(const QSize &size, const QColor &colour) const
    {
        QPixmap result(size);
        result.fill(Qt::transparent);
        QFile file(u":/koyeb/icons/%1.svg"_s.arg(m_name));
        if (!file.open(QIODevice::ReadOnly)) {
            return result;
        }
        QSvgRenderer renderer(file.readAll().replace("currentColor", colour.name().toLatin1()));
        QPainter painter(&result);
        renderer.setAspectRatioMode(Qt::KeepAspectRatio);
        renderer.render(&painter);
        return result;
    }

    QString m_name;
    Tone m_tone;
};

} // namespace

bool isDark(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

QColor toneColour(Tone tone, const QPalette &palette)
{
    const auto dark = isDark(palette);
    switch (tone) {
    case Tone::Text:
        return palette.color(QPalette::WindowText);
    case Tone::Muted:
        return blend(palette.color(QPalette::WindowText), palette.color(QPalette::Window), 0.68);
    case Tone::Good:
        return dark ? QColor(0x4a, 0xc2, 0x8d) : QColor(0x1a, 0x7f, 0x52);
    case Tone::Moving:
        return dark ? QColor(0x6c, 0xb2, 0xf5) : QColor(0x1c, 0x6b, 0xb8);
    case Tone::Resting:
        return dark ? QColor(0xb3, 0xa4, 0xe8) : QColor(0x6a, 0x57, 0xb0);
    case Tone::Warning:
        return dark ? QColor(0xe6, 0xb4, 0x50) : QColor(0x94, 0x60, 0x00);
    case Tone::Bad:
        return dark ? QColor(0xf2, 0x8b, 0x82) : QColor(0xb8, 0x2c, 0x2c);
    }
    Q_UNREACHABLE();
}

QIcon themedIcon(const QString &name, Tone tone)
{
    return QIcon(new ThemedIconEngine(name, tone));
}

} // namespace Koyeb::Desktop
