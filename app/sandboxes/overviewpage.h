// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/sandboxstore.h"

#include <QTimer>
#include <QWidget>

class QGridLayout;
class QLabel;

namespace Koyeb::Desktop {

class IconLabel;

/// What is known of a sandbox, at a glance.
class OverviewPage : public QWidget {
    Q_OBJECT

public:
    explicit OverviewPage(QWidget *parent = nullptr);

    void setRecord(const SandboxRecord &record);

private:
    void createStatus();
    void createFacts();
    [[nodiscard]] QLabel *addFact(QGridLayout *grid, const QString &title);
    [[nodiscard]] QLabel *addId(QGridLayout *grid, const QString &title);
    void showTimes();

    SandboxRecord m_record;
    IconLabel *m_statusIcon = nullptr;
    QLabel *m_statusWord = nullptr;
    QLabel *m_statusSentence = nullptr;
    QLabel *m_messages = nullptr;
    QWidget *m_status = nullptr;
    QWidget *m_facts = nullptr;
    QLabel *m_image = nullptr;
    QLabel *m_region = nullptr;
    QLabel *m_instanceType = nullptr;
    QLabel *m_sleep = nullptr;
    QLabel *m_app = nullptr;
    QLabel *m_id = nullptr;
    QLabel *m_deployment = nullptr;
    QLabel *m_created = nullptr;
    QLabel *m_updated = nullptr;
    QTimer m_minutes; // "3 minutes ago" grows old.
};

} // namespace Koyeb::Desktop
