// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace Koyeb::Desktop {

/// The face of a page that has nothing to show: what would be here, and the button that changes that. Also
/// the face of waiting.
class EmptyState : public QWidget {
    Q_OBJECT

public:
    explicit EmptyState(QWidget *parent = nullptr);

    struct Content {
        QString iconName;
        QString title;
        QString explanation;
        QString actionText; ///< Empty: no button.
    };
    void setContent(const Content &content);
    /// Shows that something is under way below the texts, without a button.
    void setBusy(const QString &iconName, const QString &title, const QString &explanation);

Q_SIGNALS:
    void actionRequested();

protected:
    void changeEvent(QEvent *event) override;

private:
    void present(const Content &content);
    void applyColours();

    QString m_iconName;
    QLabel *m_icon;
    QLabel *m_title;
    QLabel *m_explanation;
    QProgressBar *m_progress;
    QPushButton *m_action;
};

} // namespace Koyeb::Desktop
