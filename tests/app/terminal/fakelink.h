// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "terminal/terminallink.h"

#include <QList>
#include <QPointer>

/// The other end of a terminal in the hands of a test: it writes down what it is told.
class FakeLink : public Koyeb::Desktop::TerminalLink {
    Q_OBJECT

public:
    using TerminalLink::TerminalLink;

    [[nodiscard]] bool outlivesConnection() const override { return keepsProcess; }
    void start(Koyeb::Vt::Size size) override { starts.append(size); }
    void sendInput(const QByteArray &bytes) override { input += bytes; }
    [[nodiscard]] qint64 unsentBytes() const override { return unsent; }
    void resize(Koyeb::Vt::Size size) override { resizes.append(size); }
    void close() override { isClosed = true; }
    void setReadPaused(bool paused) override { pauses.append(paused); }

    /// The program writes.
    void print(const QByteArray &bytes) { Q_EMIT outputReceived(bytes); }

    QList<Koyeb::Vt::Size> starts;
    QList<Koyeb::Vt::Size> resizes;
    QList<bool> pauses;
    QByteArray input;
    qint64 unsent = 0;
    bool isClosed = false;
    bool keepsProcess = false;
};

/// Makes links and remembers them.
struct FakeLinks {
    [[nodiscard]] auto factory()
    {
        return [this](QObject *parent) {
            auto *const link = new FakeLink(parent);
            made.append(link);
            return link;
        };
    }
    [[nodiscard]] FakeLink *last() const { return made.isEmpty() ? nullptr : made.last().data(); }

    QList<QPointer<FakeLink>> made;
};
