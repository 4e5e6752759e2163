// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "terminal/inputbroadcast.h"
#include "terminal/terminalpane.h"

#include <QJsonObject>
#include <QPointer>

#include <functional>

class QBoxLayout;
class QFrame;
class QLabel;
class QSplitter;

namespace Koyeb::Desktop {

/// Terminals side by side and above each other. Which of them one was in last is the current one.
class TerminalTab : public QWidget {
    Q_OBJECT

public:
    using Setup = TerminalPane::Setup;
    using MakePane = std::function<TerminalPane *(const Setup &setup, QWidget *parent)>;
    /// What a pane is, for the layout that is kept, and the way back.
    struct Codec {
        std::function<QJsonObject(const Setup &setup)> write;
        std::function<Setup(const QJsonObject &json)> read;
    };
    enum class Direction { Left, Right, Up, Down };
    static constexpr int maximumPanes = 16;

    /// Empty at first. `shared` reaches beyond this tab; it may be null, and outlives it.
    TerminalTab(MakePane makePane, InputBroadcast *shared, QWidget *parent = nullptr);
    ~TerminalTab() override;

    [[nodiscard]] QList<TerminalPane *> panes() const; ///< From left to right, from top to bottom.
    [[nodiscard]] TerminalPane *currentPane() const;
    /// A new one beside or below the current one; the first one takes all the room. Null: too many.
    TerminalPane *addPane(const Setup &setup, Qt::Orientation orientation = Qt::Horizontal);
    void closePane(TerminalPane *pane);
    /// Goes to the next pane in this direction, if there is one.
    void focusPane(Direction direction);

    /// Whether what is typed in one pane goes to all of this tab.
    [[nodiscard]] bool isBroadcasting() const { return m_own.count() > 0; }
    void setBroadcasting(bool broadcasting);
    [[nodiscard]] InputBroadcast *sharedBroadcast() const { return m_shared; }

    [[nodiscard]] QString name() const { return m_name; } ///< As a person chose it; empty: none.
    void setName(const QString &name);
    [[nodiscard]] int colour() const { return m_colour; } ///< Of tabColours; -1: none.
    void setColour(int colour);

    /// The panes, their sizes, which is the current one, name and colour. As it was restored until it is
    /// shown: before that nothing has its size.
    [[nodiscard]] QJsonObject layoutJson(const Codec &codec) const;
    /// Makes the panes of a layout, in an empty tab. False: it describes none.
    bool restoreLayout(const QJsonObject &json, const Codec &codec);

Q_SIGNALS:
    void currentPaneChanged();
    void paneAdded(Koyeb::Desktop::TerminalPane *pane);
    /// Name, colour, panes: what layoutJson() tells but for sizes.
    void changed();
    /// The last pane was closed.
    void emptied();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void createStrip();
    TerminalPane *createPane(const Setup &setup, QWidget *parent);
    void setCurrent(TerminalPane *pane);
    void dissolve(QSplitter *splitter);
    void showBroadcast();
    [[nodiscard]] QJsonObject nodeJson(const QWidget *node, const Codec &codec) const;
    [[nodiscard]] QWidget *restoreNode(const QJsonObject &json, const Codec &codec, int depth);

    MakePane m_makePane;
    InputBroadcast m_own;
    InputBroadcast *m_shared;
    QBoxLayout *m_column;
    QWidget *m_root = nullptr; ///< A pane, or a splitter of them.
    QFrame *m_strip;
    QLabel *m_stripText;
    QPointer<TerminalPane> m_current;
    QString m_name;
    int m_colour = -1;
    QJsonObject m_unseen; ///< The panes of a layout, until they have their sizes.
};

} // namespace Koyeb::Desktop
