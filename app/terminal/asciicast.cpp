// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/asciicast.h"

#include "vt/terminal.h"

#include <QIODevice>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

using Seconds = std::chrono::duration<double>;

[[nodiscard]] Vt::Size confined(int columns, int rows)
{
    return {
        std::clamp(columns, Vt::Terminal::smallestSize.columns, Vt::Terminal::largestSize.columns),
        std::clamp(rows, Vt::Terminal::smallestSize.rows, Vt::Terminal::largestSize.rows)};
}

[[nodiscard]] std::optional<Vt::Size> sizeOf(const QString &data)
{
    static const QRegularExpression form(u"\\A(\\d{1,5})x(\\d{1,5})\\z"_s);
    const auto match = form.match(data);
    if (!match.hasMatch()) {
        return {};
    }
    return confined(match.captured(1).toInt(), match.captured(2).toInt());
}

} // namespace

AsciicastWriter::AsciicastWriter(QIODevice &device, Vt::Size size, qint64 unixSeconds, const QString &title)
    : m_device(device)
{
    QJsonObject header{
        {u"version"_s, 2},
        {u"width"_s, size.columns},
        {u"height"_s, size.rows},
        {u"timestamp"_s, unixSeconds},
        {u"env"_s, QJsonObject{{u"TERM"_s, u"xterm-256color"_s}}}};
    if (!title.isEmpty()) {
        header.insert(u"title"_s, title);
    }
    m_device.write(QJsonDocument(header).toJson(QJsonDocument::Compact) + '\n');
}

void AsciicastWriter::writeOutput(std::chrono::microseconds time, const QByteArray &bytes)
{
    const QString text = m_decoder.decode(bytes);
    if (!text.isEmpty()) {
        writeEvent(time, 'o'_L1, text);
    }
}

void AsciicastWriter::writeResize(std::chrono::microseconds time, Vt::Size size)
{
    writeEvent(time, 'r'_L1, u"%1x%2"_s.arg(size.columns).arg(size.rows));
}

void AsciicastWriter::writeEvent(std::chrono::microseconds time, QLatin1Char code, const QString &data)
{
    constexpr int digits = 6;
    const QByteArray text = QJsonDocument(QJsonArray{QString(code), data}).toJson(QJsonDocument::Compact);
    // As asciinema writes it; a JSON number of Qt's may have an exponent.
    m_device.write('[' + QByteArray::number(Seconds(time).count(), 'f', digits) + ", " + text.mid(1) + '\n');
}

Result<Asciicast> Asciicast::parse(const QByteArray &file)
{
    const QList<QByteArray> lines = file.split('\n');
    const QJsonObject header = QJsonDocument::fromJson(lines.constFirst()).object();
    if (header.value("version"_L1).toInt() != 2) {
        return failure(ErrorKind::Invalid, u"The file is not a recording of asciinema, version 2."_s);
    }
    Asciicast cast;
    cast.size = confined(header.value("width"_L1).toInt(80), header.value("height"_L1).toInt(24));
    const double idle = header.value("idle_time_limit"_L1).toDouble(Seconds(longestPause).count());
    const double longest = std::clamp(idle, 0.0, Seconds(longestPause).count());
    double before = 0;
    Seconds time{0};
    for (qsizetype number = 1; number < lines.size(); ++number) {
        if (lines.at(number).trimmed().isEmpty()) {
            continue;
        }
        const QJsonArray event = QJsonDocument::fromJson(lines.at(number)).array();
        const double at = event.at(0).toDouble(-1);
        if (event.size() != 3 || !event.at(1).isString() || !event.at(2).isString() || !std::isfinite(at) ||
            at < 0) {
            if (number + 1 == lines.size()) {
                break;
            }
            return failure(
                ErrorKind::Invalid, u"Line %1 of the recording is not an event."_s.arg(number + 1));
        }
        time += Seconds(std::clamp(at - before, 0.0, longest));
        before = std::max(before, at);
        Event read;
        read.time = std::chrono::duration_cast<std::chrono::microseconds>(time);
        const QString code = event.at(1).toString();
        if (code == "o"_L1) {
            read.output = event.at(2).toString().toUtf8();
        } else if (code == "r"_L1) {
            read.size = sizeOf(event.at(2).toString());
        }
        if (read.size || !read.output.isEmpty()) {
            cast.events.append(read);
        }
    }
    return cast;
}

} // namespace Koyeb::Desktop
