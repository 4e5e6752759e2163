// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "terminal/terminalthemes.h"

#include <QFont>
#include <QObject>

class QSettings;

namespace Koyeb::Desktop {

/// What people like of their terminals, remembered: shared by all of them.
class TerminalPreferences : public QObject {
    Q_OBJECT

public:
    static constexpr qsizetype maximumOwnThemes = 50;

    /// `settings` outlives this object.
    explicit TerminalPreferences(QSettings &settings, QObject *parent = nullptr);

    /// The one for light or for dark surroundings.
    [[nodiscard]] TerminalTheme theme(bool isDark) const;
    /// Those that come with the program, then people's own.
    [[nodiscard]] QList<TerminalTheme> themes() const;
    [[nodiscard]] QFont font() const; ///< The system's fixed-width font unless another was chosen.
    [[nodiscard]] bool isBoldBright() const;
    [[nodiscard]] bool hasLigatures() const;
    [[nodiscard]] bool copiesOnSelect() const;
    /// See TerminalColours::setMinimumContrast().
    [[nodiscard]] double minimumContrast() const;
    /// See Vt::Terminal::Options::ambiguousIsWide; of terminals that are opened from now on.
    [[nodiscard]] bool isAmbiguousWide() const;

public Q_SLOTS:
    /// By name; an unknown one means the default.
    void setTheme(bool isDark, const QString &name);
    /// Replaces one of the same name; the names of the program's own are taken with a number behind them.
    /// Gives the name under which it is there; empty: there are too many.
    QString addTheme(Koyeb::Desktop::TerminalTheme theme);
    void setFont(const QFont &font);
    void setBoldBright(bool isBoldBright);
    void setLigatures(bool hasLigatures);
    void setCopiesOnSelect(bool copies);
    void setMinimumContrast(double ratio);
    void setAmbiguousWide(bool isWide);

Q_SIGNALS:
    void changed();

private:
    void set(const QString &key, const QVariant &value);
    [[nodiscard]] QList<TerminalTheme> ownThemes() const;

    QSettings &m_settings;
};

} // namespace Koyeb::Desktop
