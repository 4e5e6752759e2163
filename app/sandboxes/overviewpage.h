// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandboxes/sandboxcircumstances.h"

#include <QTimer>
#include <QWidget>

class QGridLayout;
class QLabel;
class QPushButton;

namespace Koyeb::Desktop {

class IconLabel;

/// What is known of a sandbox, at a glance.
class OverviewPage : public QWidget {
    Q_OBJECT

public:
    explicit OverviewPage(QWidget *parent = nullptr);

    void setRecord(const SandboxRecord &record);
    void setCircumstances(const SandboxCircumstances &circumstances);

Q_SIGNALS:
    void wakeRequested();

private:
    void createStatus();
    void createFacts();
    [[nodiscard]] QLabel *addFact(QGridLayout *grid, const QString &title);
    [[nodiscard]] QLabel *addId(QGridLayout *grid, const QString &title);
    void showStatus();
    void showTimes();

    SandboxRecord m_record;
    SandboxCircumstances m_circumstances;
    IconLabel *m_statusIcon = nullptr;
    QLabel *m_statusWord = nullptr;
    QLabel *m_statusSentence = nullptr;
    QLabel *m_age = nullptr;
    QLabel *m_messages = nullptr;
    QPushButton *m_wake = nullptr;
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
