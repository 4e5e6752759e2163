// SPDX-License-Identifier: GPL-3.0-or-later
#include "accounts/welcomepage.h"

#include "common/card.h"
#include "common/headings.h"
#include "common/icons.h"
#include "common/spacing.h"

#include <QHBoxLayout>
#include <QIcon>
#include <QLabel>
#include <QPushButton>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int logoSize = 64;
constexpr int cardIconSize = 32;
constexpr int cardWidth = 300;

struct Way {
    QString iconName;
    QString title;
    QString explanation;
    QString buttonText;
};

QPushButton *addCard(const Way &way, QBoxLayout *row, QWidget *parent)
{
    auto *card = new Card(parent);
    card->setFixedWidth(cardWidth);
    auto *icon = new IconLabel(way.iconName, cardIconSize, card);
    auto *button = new QPushButton(way.buttonText, card);
    button->setAccessibleDescription(way.explanation);

    auto *column = new QVBoxLayout(card);
    column->setContentsMargins(Spacing::section, Spacing::section, Spacing::section, Spacing::section);
    column->setSpacing(Spacing::close);
    column->addWidget(icon);
    column->addWidget(createSectionTitle(way.title, card));
    column->addWidget(new MutedLabel(way.explanation, card), 1, Qt::AlignTop);
    column->addSpacing(Spacing::close);
    column->addWidget(button);
    row->addWidget(card);
    return button;
}

} // namespace

WelcomePage::WelcomePage(QWidget *parent) : QWidget(parent)
{
    auto *logo = new QLabel(this);
    logo->setPixmap(
        QIcon(u":/koyeb/icons/koyeb-desktop.svg"_s).pixmap(QSize(logoSize, logoSize), devicePixelRatioF()));
    auto *subtitle = new MutedLabel(tr("Sandboxes in the cloud and on this computer."), this);

    auto *cards = new QHBoxLayout;
    cards->setSpacing(Spacing::section);
    cards->addStretch();
    auto *local = addCard(
        {u"computer"_s, tr("On this computer"),
         tr("Sandboxes run here, shut off from your files. No account, no cost, nothing leaves this "
            "computer."),
         tr("Try it on this computer")},
        cards, this);
    auto *cloud = addCard(
        {u"cloud"_s, tr("On Koyeb"),
         tr("Sandboxes run in the cloud, in the region and the size that you choose. You need an API "
            "token."),
         tr("Sign in to Koyeb")},
        cards, this);
    cards->addStretch();

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(Spacing::page, Spacing::page, Spacing::page, Spacing::page);
    column->setSpacing(Spacing::close);
    column->addStretch(2);
    column->addWidget(logo, 0, Qt::AlignHCenter);
    column->addSpacing(Spacing::close);
    column->addWidget(createPageTitle(tr("Welcome to Koyeb Desktop"), this), 0, Qt::AlignHCenter);
    subtitle->setWordWrap(false);
    column->addWidget(subtitle, 0, Qt::AlignHCenter);
    column->addSpacing(Spacing::section);
    column->addLayout(cards);
    column->addStretch(3);

    connect(local, &QPushButton::clicked, this, &WelcomePage::localRequested);
    connect(cloud, &QPushButton::clicked, this, &WelcomePage::signInRequested);
}

} // namespace Koyeb::Desktop
