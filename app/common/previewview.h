// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/hexmodel.h"
#include "common/previewloader.h"

#include <QWidget>

class QLabel;
class QListView;
class QStackedWidget;

namespace Koyeb::Desktop {

class EmptyState;

/// A look at a file of a sandbox: the picture that it is, or the first of its bytes. Nothing can be changed.
class PreviewView : public QWidget {
    Q_OBJECT

public:
    explicit PreviewView(QWidget *parent = nullptr);
    ~PreviewView() override;

    /// Reads the file and shows it.
    void load(const std::shared_ptr<Sandbox> &sandbox, const QByteArray &path);
    /// What is under the picture or the bytes, at its beginning; for buttons of whoever shows this.
    void addToFoot(QWidget *widget);

Q_SIGNALS:
    /// Space was pressed: whoever opened this by it wants to close it so.
    void closeRequested();

protected:
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void createLayout();
    void showPreview(const FilePreview &preview);
    void showFailure(const Error &error);
    void fitImage();

    PreviewLoader m_loader;
    HexModel m_lines;
    QStackedWidget *m_faces;
    EmptyState *m_state;
    QLabel *m_picture;
    QListView *m_hex;
    QLabel *m_note;
    QWidget *m_foot;
    QImage m_image;
};

} // namespace Koyeb::Desktop
