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
    /// What terminals look like now: the same, unless another one is tried.
    [[nodiscard]] TerminalTheme shownTheme(bool isDark) const { return m_triedTheme.value_or(theme(isDark)); }
    [[nodiscard]] bool isOwnTheme(const QString &name) const;
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
    /// Takes one of people's own away; where it was used, the default is from now on.
    void removeTheme(const QString &name);
    /// Shows one that is not remembered, in light and in dark surroundings, until nothing is tried any more.
    void tryTheme(const std::optional<Koyeb::Desktop::TerminalTheme> &theme);
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
    void keepThemes(const QList<TerminalTheme> &own);

    QSettings &m_settings;
    std::optional<TerminalTheme> m_triedTheme;
};

} // namespace Koyeb::Desktop
