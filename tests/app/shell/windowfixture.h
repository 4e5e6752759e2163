// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "accounts/accountregistry.h"
#include "accounts/accountsessions.h"
#include "accounts/localenginehost.h"
#include "accounts/tokenstore.h"
#include "common/emptystate.h"
#include "sandboxes/deletedialog.h"
#include "sandboxes/newsandboxdialog.h"
#include "shell/mainwindow.h"

#include <QAction>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

namespace Koyeb::Desktop::Test {

constexpr int patienceMs = 60'000;

/// The whole application but its main(), with settings of its own and no keychain.
struct Application {
    explicit Application(const QString &folder)
        : settings(folder + QStringLiteral("/settings.ini"), QSettings::IniFormat),
          registry(settings),
          tokens(clock, QStringLiteral("test")),
          engine(clock, LocalEngineHost::findProgram()),
          accounts(clock, registry, tokens, engine)
    {
        accounts.openKnown();
        window = std::make_unique<MainWindow>(MainWindow::Services{
            .clock = clock, .accounts = accounts, .tokens = tokens, .settings = settings});
        window->show();
    }

    SystemClock clock;
    QSettings settings;
    AccountRegistry registry;
    TokenStore tokens;
    LocalEngineHost engine;
    AccountSessions accounts;
    std::unique_ptr<MainWindow> window;
};

/// An application in its window, looked at and worked with as people do.
class WindowFixture {
public:
    void begin()
    {
        qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("XDG_STATE_HOME", m_folder->path().toLocal8Bit());
        qputenv("XDG_CACHE_HOME", m_folder->path().toLocal8Bit());
        m_application = std::make_unique<Application>(m_folder->path());
    }
    void startAgain()
    {
        m_application.reset();
        m_application = std::make_unique<Application>(m_folder->path());
    }
    void end() { m_application.reset(); }

    [[nodiscard]] Application &application() const { return *m_application; }
    [[nodiscard]] MainWindow &window() const { return *m_application->window; }
    [[nodiscard]] QString folder() const { return m_folder->path(); }

    void create(const QString &name) const
    {
        action(QStringLiteral("New sandbox"))->trigger();
        auto *dialog = window().findChild<NewSandboxDialog *>();
        QVERIFY(dialog);
        for (auto *edit : dialog->findChildren<QLineEdit *>()) {
            if (edit->accessibleName() == QLatin1String("Name")) {
                edit->setText(name);
            }
        }
        button(QStringLiteral("Create"), dialog)->click();
    }

    /// Waits until the open dialog knows what goes, and agrees.
    void confirmDeletion() const
    {
        QPointer<DeleteDialog> dialog = window().findChild<DeleteDialog *>();
        QVERIFY(dialog);
        auto *confirm = button(QStringLiteral("Delete"), dialog);
        QTRY_VERIFY_WITH_TIMEOUT(confirm->isEnabled(), patienceMs);
        confirm->click();
        QTRY_VERIFY(!dialog);
    }

    /// The visible button with this text, or null.
    [[nodiscard]] QPushButton *button(const QString &text, const QWidget *within = nullptr) const
    {
        const QWidget *parent = within ? within : &window();
        for (auto *candidate : parent->findChildren<QPushButton *>()) {
            if (candidate->text() == text && candidate->isVisible()) {
                return candidate;
            }
        }
        return nullptr;
    }

    /// Of the window itself; its pages have actions of the same names.
    [[nodiscard]] QAction *action(const QString &text) const
    {
        for (auto *candidate : window().findChildren<QAction *>(Qt::FindDirectChildrenOnly)) {
            if (candidate->text() == text) {
                return candidate;
            }
        }
        qFatal("There is no such action: %s", qPrintable(text));
    }

    [[nodiscard]] QTreeView *tree() const
    {
        for (auto *view : window().findChildren<QTreeView *>()) {
            if (view->accessibleName() == QLatin1String("Sandboxes")) {
                return view;
            }
        }
        qFatal("There is no tree of sandboxes.");
    }

    /// What a screen reader says of each sandbox of the first account.
    [[nodiscard]] QStringList sandboxLines() const
    {
        QStringList lines;
        for (const auto &index : sandboxRows(tree()->model()->index(0, 0))) {
            lines.append(index.data(Qt::AccessibleTextRole).toString());
        }
        return lines;
    }

    /// Chooses the sandbox of this name of the first account.
    void choose(const QString &name) const
    {
        for (const auto &index : sandboxRows(tree()->model()->index(0, 0))) {
            if (index.data().toString() == name) {
                tree()->setCurrentIndex(index);
                return;
            }
        }
        QFAIL(qPrintable(name));
    }

    [[nodiscard]] bool shows(const QString &title) const
    {
        const auto faces = window().findChildren<EmptyState *>();
        return std::any_of(faces.begin(), faces.end(), [&title](const auto *face) {
            return face->isVisible() && face->accessibleName() == title;
        });
    }

    template<typename Page> [[nodiscard]] Page *page() const
    {
        for (auto *candidate : window().template findChildren<Page *>()) {
            if (candidate->isVisible()) {
                return candidate;
            }
        }
        return nullptr;
    }

    [[nodiscard]] QTabWidget *tabs() const
    {
        for (auto *candidate : window().findChildren<QTabWidget *>()) {
            if (candidate->isVisible() &&
                candidate->accessibleName() == QLatin1String("Pages of the sandbox")) {
                return candidate;
            }
        }
        return nullptr;
    }

    [[nodiscard]] static bool hasLabel(const QWidget *within, const QString &text)
    {
        const auto labels = within->findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&text](const auto *label) {
            return label->isVisible() && label->text().contains(text);
        });
    }

private:
    [[nodiscard]] static QModelIndexList sandboxRows(const QModelIndex &parent)
    {
        QModelIndexList rows;
        for (int row = 0; row < parent.model()->rowCount(parent); ++row) {
            const auto index = parent.model()->index(row, 0, parent);
            const auto kind = index.data(SandboxTreeModel::NodeKindRole).value<SandboxTreeModel::NodeKind>();
            rows += kind == SandboxTreeModel::NodeKind::App ? sandboxRows(index) : QModelIndexList{index};
        }
        return rows;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Application> m_application;
};

} // namespace Koyeb::Desktop::Test
