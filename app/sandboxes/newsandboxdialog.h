// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "sandbox/definition.h"

#include <QDialog>
#include <QHash>

class QLineEdit;
class QPushButton;
class QSpinBox;

namespace Koyeb::Desktop {

class CatalogFields;
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
    /// Says what the server refused, each at its field; the form holds the options that were refused.
    void showRefusal(const Error &error);
    void showCatalog(const QList<Region> &regions, const QList<InstanceType> &types);
    /// The catalog could not be read; ids can be typed.
    void showCatalogFailure(const Error &error);
    /// Has a name also where none was given: the one that the form shows.
    [[nodiscard]] SandboxOptions options() const;

Q_SIGNALS:
    void createRequested(const Koyeb::SandboxOptions &options);
    /// The catalog is wanted again.
    void catalogRequested();

private:
    /// Fields with a line of their own about what was refused; the catalog's have their own ways.
    enum class Field { Name, Image, Environment, Sleep, Form };

    void createFields();
    void createLayout();
    void connectFields();
    void takeChange(Field field);
    void refuse(const FieldError &refused);
    void validate();
    /// `problem` is ours and keeps the form from being sent; a refusal is the server's; a hint is neither.
    void say(Field field, FieldMessage *message, const QString &problem, const QString &hint = {});

    QString m_madeUpName;
    QHash<Field, QString> m_refusals;
    QLineEdit *m_name;
    FieldMessage *m_nameMessage;
    QLineEdit *m_image;
    FieldMessage *m_imageMessage;
    CatalogFields *m_catalog;
    EnvironmentTable *m_environment;
    FieldMessage *m_environmentMessage;
    QSpinBox *m_sleep;
    FieldMessage *m_sleepMessage;
    FieldMessage *m_formMessage;
    QPushButton *m_create = nullptr;
};

} // namespace Koyeb::Desktop
