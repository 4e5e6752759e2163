// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "sandbox/definition.h"

#include <QDialog>

class QComboBox;
class QFormLayout;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace Koyeb::Desktop {

class EnvironmentTable;
class FieldMessage;

/// The form of a new sandbox. Every field has a default; regions and types come from the catalog once it is
/// there.
class NewSandboxDialog : public QDialog {
    Q_OBJECT

public:
    explicit NewSandboxDialog(const QString &accountName, QWidget *parent = nullptr);

    /// Fills the form, e.g. to try again what failed.
    void setOptions(const SandboxOptions &options);
    void showCatalog(const QList<Region> &regions, const QList<InstanceType> &types);
    /// The catalog could not be read; the defaults can still be used.
    void showCatalogFailure(const Error &error);
    [[nodiscard]] SandboxOptions options() const;

Q_SIGNALS:
    void createRequested(const Koyeb::SandboxOptions &options);

private:
    void createFields();
    void createLayout();
    void showTypes();
    void validate();
    [[nodiscard]] QString instanceTypeText(const InstanceType &type) const;

    QList<InstanceType> m_types;
    QLineEdit *m_name;
    FieldMessage *m_nameMessage;
    QLineEdit *m_image;
    FieldMessage *m_imageMessage;
    QComboBox *m_region;
    QComboBox *m_instanceType;
    FieldMessage *m_catalogMessage;
    EnvironmentTable *m_environment;
    FieldMessage *m_environmentMessage;
    QSpinBox *m_sleep;
    QPushButton *m_create = nullptr;
};

} // namespace Koyeb::Desktop
