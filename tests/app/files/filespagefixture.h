// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "files/filespage.h"
#include "files/remotefileview.h"
#include "sandboxfixture.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QDropEvent>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QtTest>

#include <algorithm>

namespace Koyeb::Test {

using namespace Qt::Literals::StringLiterals;
using Desktop::RemoteFileView;

/// What another program offers: raw bytes, as they come from outside.
class ForeignData : public QMimeData {
public:
    explicit ForeignData(const QByteArray &uriList) : m_uriList(uriList) {}

    [[nodiscard]] QStringList formats() const override { return {u"text/uri-list"_s}; }
    [[nodiscard]] bool hasFormat(const QString &format) const override { return format == formats().first(); }

protected:
    [[nodiscard]] QVariant retrieveData(const QString &format, QMetaType) const override
    {
        return hasFormat(format) ? QVariant(m_uriList) : QVariant();
    }

private:
    QByteArray m_uriList;
};

/// A visible page on a directory of the sandbox, with a QtTest check for each step.
struct FilesPageView : Desktop::FilesPage {
    explicit FilesPageView(const std::shared_ptr<Sandbox> &sandbox)
    {
        resize(900, 500);
        show();
        setSandbox(sandbox);
    }

    [[nodiscard]] RemoteFileView &list() const { return *findChild<RemoteFileView *>(); }
    [[nodiscard]] QString names() const
    {
        QStringList shown;
        for (int row = 0; row < list().model()->rowCount(); ++row) {
            shown.append(list().model()->index(row, 0).data().toString());
        }
        return shown.join(u' ');
    }
    [[nodiscard]] QModelIndex indexOf(const QString &name) const
    {
        return list().model()->match(list().model()->index(0, 0), Qt::DisplayRole, name).value(0);
    }
    void select(const QString &name) const { list().setCurrentIndex(indexOf(name)); }
    [[nodiscard]] QString selected() const
    {
        return list().currentIndex().siblingAtColumn(0).data().toString();
    }
    [[nodiscard]] bool shows(const QString &text) const
    {
        const auto labels = findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&](const QLabel *label) {
            return label->isVisible() && label->text().contains(text);
        });
    }
    void trigger(const QString &text) const
    {
        for (QAction *action : actions()) {
            if (action->text() == text) {
                QVERIFY2(action->isEnabled(), qPrintable(text));
                action->trigger();
                return;
            }
        }
        QFAIL(qPrintable(text + u" is no action"_s));
    }
    [[nodiscard]] bool isEnabled(const QString &text) const
    {
        const auto all = actions() + list().actions();
        return std::any_of(all.begin(), all.end(), [&](const QAction *action) {
            return action->text() == text && action->isEnabled();
        });
    }
    /// Goes to another directory and waits until it is listed.
    void walkTo(const QByteArray &target)
    {
        goTo(target);
        QTRY_VERIFY_WITH_TIMEOUT(list().acceptDrops(), 20'000);
    }
    /// Holds something over a place of the list and drops it there; whether it was taken.
    [[nodiscard]] bool takes(
        const QMimeData &offered, const QPoint &position, Qt::KeyboardModifiers modifiers = {}) const
    {
        QWidget *target = list().viewport();
        const auto actions = Qt::CopyAction | Qt::MoveAction;
        QDragEnterEvent enter(position, actions, &offered, Qt::LeftButton, modifiers);
        QApplication::sendEvent(target, &enter);
        QDragMoveEvent move(position, actions, &offered, Qt::LeftButton, modifiers);
        QApplication::sendEvent(target, &move);
        if (!move.isAccepted()) {
            return false;
        }
        QDropEvent event(position, actions, &offered, Qt::LeftButton, modifiers);
        QApplication::sendEvent(target, &event);
        return event.isAccepted();
    }
    void drop(const QByteArray &uriList, const QPoint &position) const
    {
        QVERIFY(takes(ForeignData(uriList), position));
    }
    /// Presses a button of the question that is open.
    void answer(const QString &button) const
    {
        const auto buttons = findChildren<QAbstractButton *>();
        const auto found =
            std::find_if(buttons.begin(), buttons.end(), [&](const QAbstractButton *candidate) {
                return candidate->isVisible() && candidate->text() == button;
            });
        QVERIFY2(found != buttons.end(), qPrintable(button));
        (*found)->click();
    }
};

/// A sandbox, and pages on directories of it.
class FilesPageFixture : public SandboxFixture {
public:
    /// A fresh directory with these files (or folders, with a slash), shown in a page.
    std::unique_ptr<FilesPageView> openPage(const QStringList &content = {})
    {
        m_directory = "/tmp/files-" + QByteArray::number(++m_lastDirectory);
        QString script = u"mkdir %1 && cd %1"_s.arg(directoryText());
        for (const QString &name : content) {
            script += name.endsWith(u'/') ? u" && mkdir %1"_s.arg(name) : u" && echo x > %1"_s.arg(name);
        }
        const QByteArray output = run(script);
        auto page = std::make_unique<FilesPageView>(sandbox());
        page->goTo(m_directory);
        const bool isListed = QTest::qWaitFor(
            [&] {
                return page->list().accessibleName() == u"Files in "_s + directoryText() &&
                       page->list().acceptDrops();
            },
            20'000);
        if (!isListed || !output.isEmpty()) {
            qWarning() << "could not show" << m_directory << output;
        }
        return page;
    }

    [[nodiscard]] const QByteArray &directory() const { return m_directory; }
    [[nodiscard]] QString directoryText() const { return QString::fromLatin1(m_directory); }
    /// What a script says that runs in the last directory.
    [[nodiscard]] QByteArray runThere(const QString &script)
    {
        return run(u"cd %1 && { "_s.arg(directoryText()) + script + u"\n}"_s);
    }

private:
    QByteArray m_directory;
    int m_lastDirectory = 0;
};

} // namespace Koyeb::Test
