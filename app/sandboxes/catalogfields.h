// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/values.h"
#include "core/error.h"

#include <QObject>

class QComboBox;
class QFormLayout;
class QPushButton;

namespace Koyeb::Desktop {

class FieldMessage;

/// Region and instance type of a new sandbox: chosen from the catalog, or typed where it could not be read.
/// What was chosen stays, and is said to be missing where it is; nothing else is ever chosen in its place.
class CatalogFields : public QObject {
    Q_OBJECT

public:
    explicit CatalogFields(QWidget *parent);
    void addTo(QFormLayout *form);

    void choose(const QString &region, const QString &instanceType);
    void showCatalog(const QList<Region> &regions, const QList<InstanceType> &types);
    void showFailure(const Error &error);
    /// What the server said of the field when it refused it; stands until the choice changes.
    void refuseRegion(const QString &sentence);
    void refuseInstanceType(const QString &sentence);

    /// Ids, without blanks around what was typed.
    [[nodiscard]] QString region() const;
    [[nodiscard]] QString instanceType() const;
    /// False where a sandbox cannot be made of the choices; the field says why.
    [[nodiscard]] bool isAcceptable() const { return m_isAcceptable; }

Q_SIGNALS:
    /// A choice, or what there is to choose from.
    void changed();
    /// The catalog is wanted again.
    void retryRequested();

private:
    enum class Catalog { Reading, Known, Failed };

    void takeRegion();
    void takeType();
    void fillTypes();
    void validate();
    void setTyping(bool typing);
    [[nodiscard]] bool validateRegion();
    [[nodiscard]] bool validateInstanceType();
    [[nodiscard]] bool isOffered(const InstanceType &type, const QString &region) const;
    [[nodiscard]] QString typeText(const InstanceType &type, bool offered) const;

    Catalog m_catalog = Catalog::Reading;
    QString m_failure;
    QList<Region> m_regions;
    QList<InstanceType> m_types;
    QComboBox *m_region;
    FieldMessage *m_regionMessage;
    QComboBox *m_type;
    FieldMessage *m_typeMessage;
    QPushButton *m_retry;
    QString m_regionRefusal;
    QString m_typeRefusal;
    bool m_isAcceptable = true;
};

} // namespace Koyeb::Desktop
