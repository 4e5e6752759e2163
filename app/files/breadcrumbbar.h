// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QCompleter;
class QHBoxLayout;
class QLineEdit;
class QStackedLayout;
class QStringListModel;
class QToolButton;

namespace Koyeb::Desktop {

/// Shows a remote path as a row of buttons, one for each directory on the way, and as text to be edited. When
/// there is little room the first ones hide in a menu.
class BreadcrumbBar : public QWidget {
    Q_OBJECT

public:
    explicit BreadcrumbBar(QWidget *parent = nullptr);

    void setPath(const QByteArray &path);
    [[nodiscard]] const QByteArray &path() const { return m_path; }

    [[nodiscard]] QSize minimumSizeHint() const override;

public Q_SLOTS:
    /// The directories in `directory`, for whoever types a path; ignored when another one is typed meanwhile.
    void setCompletions(const QByteArray &directory, const QList<QByteArray> &names);
    /// Turns the buttons into a line of text until a path is entered or Escape is pressed.
    void editPath();

Q_SIGNALS:
    /// A directory was clicked or entered.
    void pathChosen(const QByteArray &path);
    /// While a path is typed: what is in `directory` would help.
    void completionsWanted(const QByteArray &directory);
    /// By the keyboard, which now belongs elsewhere.
    void editingEnded();

protected:
    void resizeEvent(QResizeEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void createLayout();
    void createSegments();
    [[nodiscard]] QToolButton *createSegment(const QByteArray &path, const QString &text);
    void fitSegments();
    void enterEditedPath();
    void endEditing();
    void wantCompletions(const QString &text);

    QByteArray m_path;
    QStackedLayout *m_faces;
    QWidget *m_buttons;
    QHBoxLayout *m_row;
    QToolButton *m_overflow;
    QList<QToolButton *> m_segments;
    QLineEdit *m_editor;
    QStringListModel *m_completions;
    QCompleter *m_completer;
    QString m_completedText; // What was typed of the directory for which there are completions.
    QByteArray m_completedDirectory;
};

} // namespace Koyeb::Desktop
