// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QFrame>

class QLabel;
class QPushButton;
class QToolButton;

namespace Koyeb::Desktop {

/// A strip at the top of a page that says what happened, why, and what to do. Hidden until something fails.
class ErrorBanner : public QFrame {
    Q_OBJECT

public:
    explicit ErrorBanner(QWidget *parent = nullptr);

    /// Shows a failure. `what` is a complete sentence: "The ports could not be read." Cancelled errors are
    /// not failures and change nothing.
    void showError(const QString &what, const Error &error);
    /// Shows a sentence that is not about an Error, without Retry.
    void showMessage(const QString &sentence);
    /// Whether Retry is offered for errors that another try may cure; on by default.
    void setRetryOffered(bool offered) { m_retryOffered = offered; }

    [[nodiscard]] QString text() const;

Q_SIGNALS:
    /// Retry was pressed; the banner has hidden itself.
    void retryRequested();

protected:
    void changeEvent(QEvent *event) override;

private:
    void present(const QString &sentence, const QString &detail);
    void applyColours();

    QLabel *m_icon;
    QLabel *m_text;
    QLabel *m_detail;
    QPushButton *m_retry;
    QToolButton *m_dismiss;
    bool m_retryOffered = true;
};

} // namespace Koyeb::Desktop
