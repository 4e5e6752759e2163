// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "notebook.h"
#include "transferfixture.h"

namespace Koyeb::Test {

using namespace Qt::Literals::StringLiterals;

inline constexpr qint64 mebibyte = 1024 * 1024;

/// Two real sandboxes, and what tests of relays between them do again and again.
class RelayFixture {
protected:
    TransferFixture m_from;
    TransferFixture m_to;

    [[nodiscard]] bool start() { return m_from.start() && m_to.start(); }

    [[nodiscard]] RelayOrder order(const QByteArray &source, const QByteArray &target) const
    {
        RelayOrder order;
        order.source = source;
        order.targetDirectory = target;
        order.spool = m_from.fsPath("spool");
        return order;
    }
    [[nodiscard]] Transfer *relay(const RelayOrder &order)
    {
        return m_from.sandbox().copyTo(m_to.sandbox(), order, nullptr);
    }
    /// What is in the spool, and hidden things beside the target.
    [[nodiscard]] QByteArray leftovers(const QByteArray &target)
    {
        const auto hidden = m_to.inSandbox(u"ls -A "_s + shellQuoted(target) + u" | grep '^\\.' ; true"_s);
        return m_from.describeLocal("spool") + hidden;
    }
    void makeTree(const QByteArray &top, qint64 largeBytes = 9 * mebibyte)
    {
        const auto script = u"mkdir -p %1/sub/empty && cd %1 && echo small > 'odd \"name' && chmod 640 odd*\n"
                            "head -c %2 /dev/urandom > sub/large && ln -s ../away sub/link && : > .hidden\n"
                            "mkdir closed && echo in > closed/in && chmod 500 closed\n"
                            "touch -d @1234567890 odd* sub/large .hidden closed/in"_s;
        QCOMPARE(m_from.inSandbox(script.arg(shellQuoted(top)).arg(largeBytes)), ""_ba);
    }
    void verifyNothingIsLeft(const QByteArray &target)
    {
        QCOMPARE(m_from.inSandbox(u"ls -A /tmp | grep '^\\.koyeb'; true"_s), ""_ba);
        QCOMPARE(leftovers(target), ""_ba);
        QCOMPARE(m_to.inSandbox(u"ls -A "_s + shellQuoted(target)), ""_ba);
    }
    void makeTarget(const QByteArray &target)
    {
        QCOMPARE(m_to.inSandbox(u"mkdir -p "_s + shellQuoted(target)), ""_ba);
    }
    [[nodiscard]] bool isAtSource(const QByteArray &path)
    {
        return m_from.inSandbox(u"[ ! -e %1 ] || echo yes"_s.arg(shellQuoted(path))) == "yes\n";
    }
    /// Runs a first attempt until part of a large file has arrived, and pauses it; where it stopped.
    TransferCheckpoint pausedMidway(const RelayOrder &order)
    {
        const std::unique_ptr<Transfer> first(relay(order));
        auto book = std::make_shared<Notebook>();
        first->setNotes(book);
        QEventLoop loop;
        bool isOver = false;
        book->onNote = [&] {
            if (book->checkpoint().partialBytes > 0) {
                isOver = true;
                loop.quit();
            }
        };
        QTimer::singleShot(patienceMs, &loop, &QEventLoop::quit);
        first->start();
        loop.exec();
        first->pause();
        if (!isOver || !QTest::qWaitFor([&] { return !first->isCleaningUp(); }, patienceMs)) {
            return {};
        }
        book->onNote = nullptr;
        return book->checkpoint();
    }
    /// Another attempt from where one stopped.
    [[nodiscard]] TransferOutcome resumed(const RelayOrder &order, const TransferCheckpoint &checkpoint)
    {
        auto *second = relay(order);
        second->setNotes(std::make_shared<Notebook>());
        second->resumeFrom(checkpoint);
        return outcomeOf(second);
    }
    enum class Moment {
        Midway,    ///< Part of a large file has arrived.
        Committing ///< All has arrived.
    };
    /// Runs a relay in which `meddle` happens at that moment.
    [[nodiscard]] TransferOutcome outcomeWith(
        const RelayOrder &order, Moment moment, const std::function<void()> &meddle)
    {
        auto *transfer = relay(order);
        auto book = std::make_shared<Notebook>();
        bool isDone = false;
        book->onNote = [&] {
            const auto &now = book->checkpoint();
            const bool isNow = moment == Moment::Midway ? now.partialBytes > 0 : now.isCommitting;
            if (isNow && !std::exchange(isDone, true)) {
                meddle();
            }
        };
        transfer->setNotes(book);
        auto outcome = outcomeOf(transfer);
        outcome.isFinished = outcome.isFinished && isDone;
        return outcome;
    }
};

} // namespace Koyeb::Test
