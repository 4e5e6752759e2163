// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminaltab.h"

#include "common/card.h"
#include "common/spacing.h"
#include "terminal/terminalview.h"

#include <QEvent>
#include <QFrame>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int deepestLayout = 8; ///< Of one that is read: deeper is not ours.

void shareEvenly(QSplitter *splitter)
{
    splitter->setSizes(QList<int>(splitter->count(), 1'000));
}

[[nodiscard]] QSplitter *createSplitter(Qt::Orientation orientation)
{
    auto *const splitter = new QSplitter(orientation);
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(Spacing::tight);
    return splitter;
}

void collectPanes(QWidget *node, QList<TerminalPane *> &panes)
{
    if (auto *const pane = qobject_cast<TerminalPane *>(node)) {
        panes.append(pane);
    } else if (const auto *const splitter = qobject_cast<QSplitter *>(node)) {
        for (int index = 0; index < splitter->count(); ++index) {
            collectPanes(splitter->widget(index), panes);
        }
    }
}

/// How far the pane `to` is in this direction, as a person sees it; negative: it is not there.
[[nodiscard]] int distance(const QRect &from, const QRect &to, TerminalTab::Direction direction)
{
    using Direction = TerminalTab::Direction;
    const bool isSideways = direction == Direction::Left || direction == Direction::Right;
    int gap = 0;
    switch (direction) {
    case Direction::Left:
        gap = from.left() - to.right();
        break;
    case Direction::Right:
        gap = to.left() - from.right();
        break;
    case Direction::Up:
        gap = from.top() - to.bottom();
        break;
    case Direction::Down:
        gap = to.top() - from.bottom();
        break;
    }
    const int aside = isSideways ? std::abs(from.center().y() - to.center().y())
                                 : std::abs(from.center().x() - to.center().x());
    return gap < 0 ? -1 : gap * 4 + aside;
}

} // namespace

TerminalTab::TerminalTab(MakePane makePane, InputBroadcast *shared, QWidget *parent)
    : QWidget(parent),
      m_makePane(std::move(makePane)),
      m_shared(shared),
      m_column(new QVBoxLayout(this)),
      m_strip(new QFrame(this)),
      m_stripText(new QLabel(m_strip))
{
    m_column->setContentsMargins({});
    m_column->setSpacing(0);
    createStrip();
    connect(&m_own, &InputBroadcast::membersChanged, this, &TerminalTab::showBroadcast);
    if (m_shared != nullptr) {
        connect(m_shared, &InputBroadcast::membersChanged, this, &TerminalTab::showBroadcast);
    }
}

TerminalTab::~TerminalTab()
{
    // Sessions that go tell the groups that they were in, which tell us.
    m_own.disconnect(this);
    if (m_shared != nullptr) {
        m_shared->disconnect(this);
    }
    delete m_root;
}

void TerminalTab::createStrip()
{
    m_strip->setFrameShape(QFrame::StyledPanel);
    m_strip->setAutoFillBackground(true);
    m_stripText->setTextFormat(Qt::PlainText);
    m_stripText->setWordWrap(true);
    auto *const icon = new IconLabel(u"warning"_s, 16, m_strip);
    auto *const stop = new QPushButton(tr("Stop broadcasting"), m_strip);
    stop->setFocusPolicy(Qt::TabFocus);
    connect(stop, &QPushButton::clicked, this, [this] {
        if (m_own.count() > 0) {
            m_own.clear();
        } else if (m_shared != nullptr) {
            m_shared->clear();
        }
        setFocus();
    });
    auto *const row = new QHBoxLayout(m_strip);
    row->setContentsMargins(Spacing::normal, Spacing::tight, Spacing::close, Spacing::tight);
    row->setSpacing(Spacing::close);
    row->addWidget(icon);
    row->addWidget(m_stripText, 1);
    row->addWidget(stop);
    m_column->addWidget(m_strip);
    m_strip->hide();
}

QList<TerminalPane *> TerminalTab::panes() const
{
    QList<TerminalPane *> panes;
    collectPanes(m_root, panes);
    return panes;
}

TerminalPane *TerminalTab::currentPane() const
{
    if (m_current) {
        return m_current;
    }
    const auto all = panes();
    return all.isEmpty() ? nullptr : all.first();
}

TerminalPane *TerminalTab::createPane(const Setup &setup, QWidget *parent)
{
    TerminalPane *const pane = m_makePane(setup, parent);
    pane->view().installEventFilter(this);
    if (isBroadcasting()) {
        m_own.add(&pane->session(), {});
    }
    return pane;
}

bool TerminalTab::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::FocusIn) {
        for (TerminalPane *const pane : panes()) {
            if (&pane->view() == watched) {
                setCurrent(pane);
            }
        }
    }
    return QWidget::eventFilter(watched, event);
}

void TerminalTab::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_unseen = {};
}

void TerminalTab::setCurrent(TerminalPane *pane)
{
    setFocusProxy(pane);
    if (m_current != pane) {
        m_current = pane;
        Q_EMIT currentPaneChanged();
    }
}

TerminalPane *TerminalTab::addPane(const Setup &setup, Qt::Orientation orientation)
{
    if (panes().size() >= maximumPanes) {
        return nullptr;
    }
    TerminalPane *const beside = currentPane();
    TerminalPane *const pane = createPane(setup, this);
    if (beside == nullptr) {
        m_root = pane;
        m_column->addWidget(pane, 1);
    } else {
        // "Right" is right, also where splitters have their first part there.
        const bool isFirst = orientation == Qt::Horizontal && layoutDirection() == Qt::RightToLeft;
        auto *const around = qobject_cast<QSplitter *>(beside->parentWidget());
        if (around != nullptr && around->orientation() == orientation) {
            around->insertWidget(around->indexOf(beside) + (isFirst ? 0 : 1), pane);
            shareEvenly(around);
        } else {
            auto *const splitter = createSplitter(orientation);
            if (around != nullptr) {
                const QList<int> sizes = around->sizes();
                around->replaceWidget(around->indexOf(beside), splitter);
                around->setSizes(sizes);
            } else {
                delete m_column->replaceWidget(beside, splitter);
                m_root = splitter;
            }
            splitter->addWidget(beside);
            splitter->insertWidget(isFirst ? 0 : 1, pane);
            splitter->show();
            beside->show();
            shareEvenly(splitter);
        }
        pane->show();
    }
    setCurrent(pane);
    Q_EMIT paneAdded(pane);
    Q_EMIT changed();
    return pane;
}

void TerminalTab::closePane(TerminalPane *pane)
{
    const auto before = panes();
    const auto index = before.indexOf(pane);
    if (index < 0) {
        return;
    }
    m_own.remove(&pane->session());
    if (m_shared != nullptr) {
        m_shared->remove(&pane->session());
    }
    auto *const around = qobject_cast<QSplitter *>(pane->parentWidget());
    pane->view().removeEventFilter(this);
    pane->hide();
    pane->setParent(nullptr);
    pane->deleteLater(); // The button or key that asked for it may be inside.
    if (around == nullptr) {
        m_root = nullptr;
        m_current = nullptr;
        Q_EMIT emptied();
        return;
    }
    dissolve(around);
    const auto left = panes();
    TerminalPane *const next = left.at(std::min(index, left.size() - 1));
    setCurrent(next);
    next->setFocus();
    Q_EMIT changed();
}

/// A splitter with one part gives its place to it.
void TerminalTab::dissolve(QSplitter *splitter)
{
    if (splitter->count() > 1) {
        return;
    }
    QWidget *const part = splitter->widget(0);
    if (auto *const around = qobject_cast<QSplitter *>(splitter->parentWidget())) {
        const QList<int> sizes = around->sizes();
        around->replaceWidget(around->indexOf(splitter), part);
        around->setSizes(sizes);
    } else {
        delete m_column->replaceWidget(splitter, part);
        m_root = part;
    }
    part->show();
    splitter->setParent(nullptr);
    splitter->deleteLater();
}

void TerminalTab::focusPane(Direction direction)
{
    const TerminalPane *const from = currentPane();
    if (from == nullptr) {
        return;
    }
    const auto rectOf = [this](const QWidget *pane) {
        return QRect(pane->mapTo(this, QPoint()), pane->size());
    };
    TerminalPane *nearest = nullptr;
    int shortest = 0;
    for (TerminalPane *const pane : panes()) {
        const int way = pane == from ? -1 : distance(rectOf(from), rectOf(pane), direction);
        if (way >= 0 && (nearest == nullptr || way < shortest)) {
            nearest = pane;
            shortest = way;
        }
    }
    if (nearest != nullptr) {
        nearest->setFocus();
    }
}

void TerminalTab::setBroadcasting(bool broadcasting)
{
    if (broadcasting == isBroadcasting()) {
        return;
    }
    if (!broadcasting) {
        m_own.clear();
        return;
    }
    for (TerminalPane *const pane : panes()) {
        if (m_shared != nullptr) {
            m_shared->remove(&pane->session()); // One group at a time, so that nothing arrives twice.
        }
        m_own.add(&pane->session(), {});
    }
}

void TerminalTab::showBroadcast()
{
    bool isShared = false;
    for (TerminalPane *const pane : panes()) {
        const bool inShared = m_shared != nullptr && m_shared->contains(&pane->session());
        isShared = isShared || inShared;
        pane->setBroadcastShown(inShared || m_own.contains(&pane->session()));
    }
    if (m_own.count() > 0) {
        m_stripText->setText(
            tr("What you type goes to all %n terminal(s) of this tab.", nullptr, m_own.count()));
    } else if (isShared) {
        m_stripText->setText(
            tr("What you type in a framed terminal goes to %n terminal(s): %1.", nullptr, m_shared->count())
                .arg(m_shared->labels().join(tr(", ", "between names of sandboxes"))));
    }
    m_strip->setVisible(m_own.count() > 0 || isShared);
}

void TerminalTab::setName(const QString &name)
{
    if (m_name != name) {
        m_name = name;
        Q_EMIT changed();
    }
}

void TerminalTab::setColour(int colour)
{
    if (m_colour != colour) {
        m_colour = colour;
        Q_EMIT changed();
    }
}

QJsonObject TerminalTab::layoutJson(const Codec &codec) const
{
    const QJsonObject panes = m_unseen.isEmpty() ? nodeJson(m_root, codec) : m_unseen;
    return {{u"name"_s, m_name}, {u"colour"_s, m_colour}, {u"panes"_s, panes}};
}

QJsonObject TerminalTab::nodeJson(const QWidget *node, const Codec &codec) const
{
    if (const auto *const pane = qobject_cast<const TerminalPane *>(node)) {
        QJsonObject json = codec.write(pane->setup());
        if (!json.isEmpty() && pane == m_current) {
            json.insert(u"current"_s, true);
        }
        return json;
    }
    const auto *const splitter = qobject_cast<const QSplitter *>(node);
    if (splitter == nullptr) {
        return {};
    }
    QJsonArray parts;
    QJsonArray sizes;
    const QList<int> pixels = splitter->sizes();
    for (int index = 0; index < splitter->count(); ++index) {
        parts.append(nodeJson(splitter->widget(index), codec));
        sizes.append(pixels.at(index));
    }
    const bool isSideBySide = splitter->orientation() == Qt::Horizontal;
    return {{u"split"_s, isSideBySide ? u"columns"_s : u"rows"_s}, {u"parts"_s, parts}, {u"sizes"_s, sizes}};
}

bool TerminalTab::restoreLayout(const QJsonObject &json, const Codec &codec)
{
    const QJsonObject panesJson = json.value(u"panes"_s).toObject();
    m_root = restoreNode(panesJson, codec, 0);
    if (m_root == nullptr) {
        return false;
    }
    m_unseen = panesJson;
    m_column->addWidget(m_root, 1);
    m_name = json.value(u"name"_s).toString();
    m_colour = json.value(u"colour"_s).toInt(-1);
    const auto all = panes();
    TerminalPane *const current = m_current ? m_current.data() : all.first();
    m_current = nullptr;
    setCurrent(current);
    for (TerminalPane *const pane : all) {
        Q_EMIT paneAdded(pane);
    }
    return true;
}

QWidget *TerminalTab::restoreNode(const QJsonObject &json, const Codec &codec, int depth)
{
    if (json.isEmpty() || depth > deepestLayout) {
        return nullptr;
    }
    if (!json.contains(u"split"_s)) {
        TerminalPane *const pane = createPane(codec.read(json), this);
        if (json.value(u"current"_s).toBool()) {
            m_current = pane;
        }
        return pane;
    }
    const bool isSideBySide = json.value(u"split"_s).toString() == u"columns"_s;
    auto *const splitter = createSplitter(isSideBySide ? Qt::Horizontal : Qt::Vertical);
    QList<int> sizes;
    const QJsonArray parts = json.value(u"parts"_s).toArray();
    for (qsizetype index = 0; index < std::min<qsizetype>(parts.size(), maximumPanes); ++index) {
        if (QWidget *const part = restoreNode(parts.at(index).toObject(), codec, depth + 1)) {
            splitter->addWidget(part);
            sizes.append(std::clamp(json.value(u"sizes"_s).toArray().at(index).toInt(1), 1, 100'000));
        }
    }
    if (splitter->count() < 2) {
        QWidget *const part = splitter->widget(0);
        if (part != nullptr) {
            part->setParent(this);
        }
        delete splitter;
        return part;
    }
    splitter->setSizes(sizes);
    return splitter;
}

} // namespace Koyeb::Desktop
