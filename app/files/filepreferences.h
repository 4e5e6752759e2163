// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/transferchoices.h"

#include <QByteArray>
#include <QList>
#include <QObject>

class QSettings;

namespace Koyeb::Desktop {

/// What people like of their file lists, remembered: shared by the pages of all sandboxes.
class FilePreferences : public QObject {
    Q_OBJECT

public:
    static constexpr qsizetype maximumBookmarks = 100;

    /// `settings` outlives this object.
    explicit FilePreferences(QSettings &settings, QObject *parent = nullptr);

    [[nodiscard]] bool areHiddenFilesShown() const;
    /// Whether files of this computer are shown beside those of the sandbox.
    [[nodiscard]] bool isLocalPaneShown() const;
    /// How files were moved last, of those that were moved with choices.
    [[nodiscard]] TransferChoices transferChoices() const;
    void setTransferChoices(const TransferChoices &choices);
    /// Directories of a sandbox, in the order in which they were added.
    [[nodiscard]] QList<QByteArray> bookmarks(const QString &sandboxId) const;

public Q_SLOTS:
    void setHiddenFilesShown(bool shown);
    void setLocalPaneShown(bool shown);
    /// Beyond maximumBookmarks the oldest goes.
    void addBookmark(const QString &sandboxId, const QByteArray &directory);
    void removeBookmark(const QString &sandboxId, const QByteArray &directory);
    /// The sandbox is gone.
    void forgetSandbox(const QString &sandboxId);

Q_SIGNALS:
    void hiddenFilesShownChanged(bool shown);
    void localPaneShownChanged(bool shown);
    void bookmarksChanged(const QString &sandboxId);

private:
    void setBookmarks(const QString &sandboxId, const QList<QByteArray> &directories);

    QSettings &m_settings;
};

} // namespace Koyeb::Desktop
