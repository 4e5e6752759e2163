// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "files/hexmodel.h"
#include "files/previewloader.h"

#include <QDialog>

class QLabel;
class QListView;
class QStackedWidget;

namespace Koyeb::Desktop {

class EmptyState;

/// A look at a file: the picture that it is, or its bytes. Space closes it, as it opened it.
class PreviewDialog : public QDialog {
    Q_OBJECT

public:
    PreviewDialog(const std::shared_ptr<Sandbox> &sandbox, const QByteArray &path, QWidget *parent = nullptr);
    ~PreviewDialog() override;

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
    QImage m_image;
};

} // namespace Koyeb::Desktop
