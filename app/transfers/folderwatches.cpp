// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/folderwatches.h"

#include <QSettings>

#include <algorithm>
#include <utility>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

const auto listKey = u"transfers/watches"_s;
constexpr int maximumKept = 100;

QString encoded(const QByteArray &bytes)
{
    return QString::fromLatin1(bytes.toPercentEncoding("/"));
}

QByteArray decoded(const QVariant &text)
{
    return QByteArray::fromPercentEncoding(text.toString().toLatin1());
}

bool isAbsolute(const QByteArray &path)
{
    return path.startsWith('/') && !path.contains('\0');
}

} // namespace

FolderWatches::FolderWatches(QSettings *settings, QObject *parent) : QObject(parent), m_settings(settings) {}

FolderWatches::~FolderWatches() = default;

void FolderWatches::add(
    Clock &clock, const FolderWatchOrder &order, const QString &sandboxName, bool outlivesProgram)
{
    auto *added = append(clock, order, order.sandbox->access().serviceId, sandboxName, outlivesProgram);
    Q_EMIT listChanged();
    added->start();
    keep();
}

FolderWatch *FolderWatches::append(
    Clock &clock, const FolderWatchOrder &order, const QString &sandboxId, const QString &sandboxName,
    bool outlivesProgram)
{
    Entry entry{++m_lastId, sandboxId, sandboxName, nullptr, outlivesProgram};
    makeWatch(entry, clock, order);
    m_entries.push_back(std::move(entry));
    return m_entries.back().watch.get();
}

void FolderWatches::makeWatch(Entry &entry, Clock &clock, const FolderWatchOrder &order)
{
    entry.watch = std::make_unique<FolderWatch>(clock, order);
    connect(
        entry.watch.get(), &FolderWatch::changed, this, [this, id = entry.id] { Q_EMIT entryChanged(id); });
    connect(
        entry.watch.get(), &FolderWatch::sent, this,
        [this, sandboxId = entry.sandboxId, directory = order.remote] {
            Q_EMIT remoteDirectoryTouched(sandboxId, directory);
        });
}

void FolderWatches::keep()
{
    if (!m_settings) {
        return;
    }
    m_settings->remove(listKey);
    m_settings->beginWriteArray(listKey);
    int index = 0;
    for (const auto &entry : m_entries) {
        if (!entry.outlivesProgram) {
            continue;
        }
        const auto &order = entry.watch->order();
        m_settings->setArrayIndex(index++);
        m_settings->setValue(u"sandbox"_s, entry.sandboxId);
        m_settings->setValue(u"name"_s, entry.sandboxName);
        m_settings->setValue(u"local"_s, encoded(QByteArray::fromStdString(order.local.native())));
        m_settings->setValue(u"remote"_s, encoded(order.remote));
        m_settings->setValue(u"leaveOut"_s, encoded(order.leftOut));
        m_settings->setValue(u"removes"_s, order.removes);
        m_settings->setValue(u"paused"_s, entry.watch->state() == FolderWatch::State::Paused);
    }
    m_settings->endArray();
}

void FolderWatches::restore(Clock &clock)
{
    if (!m_settings) {
        return;
    }
    const int count = std::min(m_settings->beginReadArray(listKey), maximumKept);
    QList<FolderWatch *> paused;
    QList<FolderWatch *> restored;
    for (int index = 0; index < count; ++index) {
        m_settings->setArrayIndex(index);
        const QString sandboxId = m_settings->value(u"sandbox"_s).toString();
        const QByteArray local = decoded(m_settings->value(u"local"_s));
        FolderWatchOrder order;
        order.local = local.toStdString();
        order.remote = decoded(m_settings->value(u"remote"_s));
        order.leftOut = decoded(m_settings->value(u"leaveOut"_s));
        order.removes = m_settings->value(u"removes"_s).toBool();
        if (sandboxId.isEmpty() || !isAbsolute(local) || !isAbsolute(order.remote)) {
            continue; // The file may have been edited.
        }
        restored.append(append(clock, order, sandboxId, m_settings->value(u"name"_s).toString(), true));
        if (m_settings->value(u"paused"_s).toBool()) {
            paused.append(restored.last());
        }
    }
    m_settings->endArray();
    if (restored.isEmpty()) {
        return;
    }
    Q_EMIT listChanged();
    for (FolderWatch *watch : std::as_const(restored)) {
        watch->start();
        if (paused.contains(watch)) {
            watch->pause();
        }
    }
}

bool FolderWatches::wantsSandbox(const QString &sandboxId) const
{
    return std::any_of(m_entries.begin(), m_entries.end(), [&](const Entry &entry) {
        return entry.sandboxId == sandboxId && !entry.watch->order().sandbox;
    });
}

void FolderWatches::followDeployment(const QString &sandboxId, const QString &deploymentId)
{
    for (const auto &entry : m_entries) {
        const auto &sandbox = entry.watch->order().sandbox;
        if (entry.sandboxId == sandboxId && sandbox && sandbox->access().deploymentId != deploymentId) {
            entry.watch->setSandbox(nullptr);
        }
    }
}

void FolderWatches::setSandbox(const QString &sandboxId, const std::shared_ptr<Sandbox> &sandbox)
{
    for (const auto &entry : m_entries) {
        if (entry.sandboxId == sandboxId) {
            entry.watch->setSandbox(sandbox);
        }
    }
}

void FolderWatches::leaveSandbox(const QString &sandboxId, Clock &clock)
{
    for (auto &entry : m_entries) {
        if (entry.sandboxId != sandboxId || !entry.outlivesProgram) {
            continue;
        }
        const bool isPaused = entry.watch->state() == FolderWatch::State::Paused;
        auto order = entry.watch->order();
        order.sandbox = nullptr;
        makeWatch(entry, clock, order); // Anew: what ends may use what goes.
        entry.watch->start();
        if (isPaused) {
            entry.watch->pause();
        }
    }
    const auto size = m_entries.size();
    std::erase_if(m_entries, [&](const Entry &entry) {
        return entry.sandboxId == sandboxId && !entry.outlivesProgram;
    });
    if (m_entries.size() != size) {
        Q_EMIT listChanged();
    }
}

void FolderWatches::closeSandbox(const QString &sandboxId)
{
    const auto size = m_entries.size();
    m_entries.erase(
        std::remove_if(
            m_entries.begin(), m_entries.end(),
            [&](const Entry &entry) { return entry.sandboxId == sandboxId; }),
        m_entries.end());
    if (m_entries.size() != size) {
        Q_EMIT listChanged();
        keep();
    }
}

FolderWatch *FolderWatches::find(quint64 id) const
{
    const auto found =
        std::find_if(m_entries.begin(), m_entries.end(), [id](const Entry &entry) { return entry.id == id; });
    return found == m_entries.end() ? nullptr : found->watch.get();
}

void FolderWatches::pause(quint64 id)
{
    if (auto *watch = find(id)) {
        watch->pause();
        keep();
    }
}

void FolderWatches::resume(quint64 id)
{
    if (auto *watch = find(id)) {
        watch->resume();
        keep();
    }
}

void FolderWatches::stop(quint64 id)
{
    const auto found =
        std::find_if(m_entries.begin(), m_entries.end(), [id](const Entry &entry) { return entry.id == id; });
    if (found != m_entries.end()) {
        m_entries.erase(found);
        Q_EMIT listChanged();
        keep();
    }
}

} // namespace Koyeb::Desktop
