// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "files/filetypes.h"
#include "sandbox/files.h"

#include <QDialog>
#include <QHash>

#include <array>

class QCheckBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace Koyeb::Desktop {

/// All that is known of one or several entries of a directory. Permissions can be changed, as a grid or in
/// octal; of several entries those alone that the person has touched. Checksums are found on demand.
class PropertiesDialog : public QDialog {
    Q_OBJECT

public:
    /// `entries` is not empty.
    PropertiesDialog(const QByteArray &directory, const QList<RemoteEntry> &entries, QWidget *parent);

public Q_SLOTS:
    /// Answers to checksumRequested(); those for other paths are not looked at.
    void showChecksum(const QByteArray &path, const QByteArray &digits);
    void showChecksumFailure(const QByteArray &path, const Koyeb::Error &error);

Q_SIGNALS:
    void modeChangeRequested(const QList<QByteArray> &paths, const Koyeb::ModeChange &change);
    void checksumRequested(const QByteArray &path);

private:
    void addFacts(QFormLayout &form);
    void addFact(QFormLayout &form, const QString &title, const QString &value);
    void addPermissions(QFormLayout &form);
    void addChecksums(QFormLayout &form);
    [[nodiscard]] QLayout *createGrid();
    [[nodiscard]] QString commonText(QString (*text)(const RemoteEntry &)) const;
    void showOctal();
    void takeOctal(const QString &digits);
    void requestChecksums();
    void requestNextChecksum();
    void addChecksumLine(const QString &line);
    [[nodiscard]] ModeChange modeChange() const;
    void apply();

    QByteArray m_directory;
    QList<RemoteEntry> m_entries;
    QList<RemoteEntry> m_changeable; // Links have no permissions of their own.
    FileTypes m_types;
    std::array<QCheckBox *, 12> m_bits{}; // From the highest, 04000, on.
    QLineEdit *m_octal = nullptr;
    QCheckBox *m_recursive = nullptr;
    QPushButton *m_findChecksums = nullptr;
    QPlainTextEdit *m_checksums = nullptr;
    QList<QByteArray> m_wantedChecksums; // The first one is being found.
};

} // namespace Koyeb::Desktop
