// SPDX-License-Identifier: GPL-3.0-or-later
// A window with a terminal of 120 columns and 40 rows, in which a command runs in a sandbox of a local
// engine: as the application has it, without the rest of its window. terminalpipeline.py measures it.
#include "api/execchannel.h"
#include "core/clock.h"
#include "executor/shellquote.h"
#include "support/localengine.h"
#include "terminal/execlink.h"
#include "terminal/terminalpage.h"
#include "terminal/terminalview.h"

#include <QApplication>
#include <QFile>
#include <QTimer>

#include <cstdio>
#include <memory>
#include <utility>

using namespace Koyeb;
using namespace Koyeb::Desktop;

namespace {

constexpr Vt::Size wantedGrid{120, 40};

/// The font has whole pixels, so that one step from any size leads to the wanted one, or nearly.
void fitPage(TerminalPage &page, const TerminalView &view)
{
    for (int attempt = 0; attempt < 10; ++attempt) {
        const Vt::Size grid = view.gridSize();
        const QRect cell = view.cellRect(0, 0);
        const QSize missing(
            (wantedGrid.columns - grid.columns) * cell.width(),
            (wantedGrid.rows - grid.rows) * cell.height());
        if (missing.isNull()) {
            return;
        }
        page.resize(page.size() + missing);
        QApplication::processEvents();
    }
}

[[nodiscard]] QString commandLine(const QStringList &arguments)
{
    QStringList words;
    for (const QString &argument : arguments) {
        words += shellQuoted(argument.toUtf8());
    }
    return words.join(u' ');
}

/// Writes each second how often a widget was painted in it, one number a line.
class PaintCounter : public QObject {
public:
    PaintCounter(QWidget &widget, const QString &path) : m_file(path)
    {
        widget.installEventFilter(this);
        m_isOpen = m_file.open(QFile::WriteOnly);
        connect(&m_timer, &QTimer::timeout, this, [this] {
            const QByteArray line = QByteArray::number(std::exchange(m_count, 0)) + '\n';
            m_isOpen = m_isOpen && m_file.write(line) == line.size() && m_file.flush();
        });
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.start(std::chrono::seconds(1));
    }

    bool eventFilter(QObject *watched, QEvent *event) override
    {
        m_count += event->type() == QEvent::Paint ? 1 : 0;
        return QObject::eventFilter(watched, event);
    }

private:
    QFile m_file;
    QTimer m_timer;
    int m_count = 0;
    bool m_isOpen = false;
};

} // namespace

int main(int argc, char **argv)
{
    const QApplication application(argc, argv);
    Testing::LocalEngine engine;
    if (!engine.start()) {
        std::fprintf(stderr, "%s\n", qPrintable(engine.errorText()));
        return 1;
    }
    const QJsonObject sandbox = engine.createSandbox(QStringLiteral("bench"));
    const QString serviceId = sandbox.value(QStringLiteral("service_id")).toString();
    if (serviceId.isEmpty()) {
        std::fprintf(stderr, "%s\n", qPrintable(engine.errorText()));
        return 1;
    }
    SystemClock clock;
    ShellOrder order;
    order.commandLine = commandLine(QCoreApplication::arguments().mid(1));
    TerminalHost host;
    host.clock = &clock;
    host.makeLink = [&](const ShellOrder &, QObject *parent) {
        auto channel = std::make_unique<ExecChannel>(clock, engine.url(), engine.token());
        return new ExecLink(std::move(channel), serviceId, order, parent);
    };
    TerminalPage page(host);
    page.resize(1000, 720);
    page.show();
    QApplication::processEvents();
    auto *const view = page.findChild<TerminalView *>();
    if (view == nullptr) {
        std::fputs("there is no terminal\n", stderr);
        return 1;
    }
    fitPage(page, *view);
    view->setFocus();
    const PaintCounter counter(
        *view->viewport(), qEnvironmentVariable("KOYEB_BENCH_FRAMES", QStringLiteral("/dev/null")));
    return QApplication::exec();
}
