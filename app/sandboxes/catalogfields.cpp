// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandboxes/catalogfields.h"

#include "common/errortext.h"
#include "common/fieldmessage.h"
#include "sandboxes/formrows.h"

#include <QComboBox>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QSignalBlocker>

#include <algorithm>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr auto available = "AVAILABLE"_L1;

/// The id of what is chosen or typed.
[[nodiscard]] QString idIn(const QComboBox *box)
{
    const QString text = box->currentText();
    const bool isListed = box->currentIndex() >= 0 && text == box->itemText(box->currentIndex());
    return isListed ? box->currentData().toString() : text.trimmed();
}

/// Chooses the entry with this id, which is added when it is not there.
void chooseIn(QComboBox *box, const QString &id)
{
    int index = box->findData(id);
    if (index < 0) {
        box->addItem(id, id);
        index = box->count() - 1;
    }
    box->setCurrentIndex(index);
}

template<typename T> [[nodiscard]] auto findId(const QList<T> &items, const QString &id)
{
    return std::find_if(items.cbegin(), items.cend(), [&id](const T &item) { return item.id == id; });
}

[[nodiscard]] QString regionText(const Region &region)
{
    return u"%1 (%2)"_s.arg(region.name, region.id);
}

} // namespace

CatalogFields::CatalogFields(QWidget *parent)
    : QObject(parent),
      m_region(new QComboBox(parent)),
      m_regionMessage(new FieldMessage(m_region, parent)),
      m_type(new QComboBox(parent)),
      m_typeMessage(new FieldMessage(m_type, parent)),
      m_retry(new QPushButton(tr("Retry"), parent))
{
    m_region->setAccessibleName(tr("Region"));
    m_type->setAccessibleName(tr("Instance type"));
    for (auto *box : {m_region, m_type}) {
        box->setInsertPolicy(QComboBox::NoInsert);
    }
    m_retry->setAccessibleDescription(tr("Reads the list of regions and instance types again"));
    m_retry->setAutoDefault(false);
    m_retry->hide();
    connect(m_region, &QComboBox::currentTextChanged, this, &CatalogFields::takeRegion);
    connect(m_type, &QComboBox::currentTextChanged, this, &CatalogFields::takeType);
    connect(m_retry, &QPushButton::clicked, this, [this] {
        m_catalog = Catalog::Reading;
        validate();
        Q_EMIT retryRequested();
    });
}

void CatalogFields::addTo(QFormLayout *form)
{
    addFieldRow(form, tr("&Region"), m_region, m_regionMessage);
    addFieldRow(form, tr("Instance &type"), m_type, m_typeMessage, m_retry);
}

void CatalogFields::choose(const QString &region, const QString &instanceType)
{
    const QSignalBlocker quietRegion(m_region);
    const QSignalBlocker quietType(m_type);
    chooseIn(m_region, region);
    chooseIn(m_type, instanceType);
    m_regionRefusal.clear();
    m_typeRefusal.clear();
    fillTypes();
    validate();
}

void CatalogFields::showCatalog(const QList<Region> &regions, const QList<InstanceType> &types)
{
    const QString chosen = region();
    const QString chosenType = instanceType();
    m_catalog = Catalog::Known;
    m_regions = regions;
    m_types = types;
    const QSignalBlocker quietRegion(m_region);
    const QSignalBlocker quietType(m_type);
    setTyping(false);
    m_region->clear();
    for (const auto &region : regions) {
        if (region.status == available || region.id == chosen) {
            m_region->addItem(regionText(region), region.id);
        }
    }
    chooseIn(m_region, chosen);
    chooseIn(m_type, chosenType);
    fillTypes();
    validate();
    Q_EMIT changed();
}

void CatalogFields::showFailure(const Error &error)
{
    m_catalog = Catalog::Failed;
    m_failure = errorSentence(error, tr("The list of regions and instance types could not be read.")) + u' ' +
                tr("You can type them, or go on with these.");
    const QSignalBlocker quietRegion(m_region);
    const QSignalBlocker quietType(m_type);
    setTyping(m_types.isEmpty());
    validate();
}

void CatalogFields::refuseRegion(const QString &sentence)
{
    m_regionRefusal = sentence;
    validate();
}

void CatalogFields::refuseInstanceType(const QString &sentence)
{
    m_typeRefusal = sentence;
    validate();
}

QString CatalogFields::region() const
{
    return idIn(m_region);
}

QString CatalogFields::instanceType() const
{
    return idIn(m_type);
}

void CatalogFields::setTyping(bool typing)
{
    for (auto *box : {m_region, m_type}) {
        box->setEditable(typing);
        if (typing) {
            box->setCompleter(nullptr); // It would turn what is typed into what is listed.
        }
    }
}

void CatalogFields::takeRegion()
{
    m_regionRefusal.clear();
    {
        const QSignalBlocker quiet(m_type);
        fillTypes();
    }
    validate();
    Q_EMIT changed();
}

void CatalogFields::takeType()
{
    m_typeRefusal.clear();
    validate();
    Q_EMIT changed();
}

/// Offers the types of the chosen region, and the one that was chosen even where it is not among them.
void CatalogFields::fillTypes()
{
    if (m_types.isEmpty()) {
        return;
    }
    const QString chosen = instanceType();
    m_type->clear();
    for (const auto &type : std::as_const(m_types)) {
        const bool offered = isOffered(type, region());
        if (offered || type.id == chosen) {
            m_type->addItem(typeText(type, offered), type.id);
        }
    }
    chooseIn(m_type, chosen);
}

bool CatalogFields::isOffered(const InstanceType &type, const QString &region) const
{
    return type.status == available && (type.regions.isEmpty() || type.regions.contains(region));
}

QString CatalogFields::typeText(const InstanceType &type, bool offered) const
{
    const QLocale locale;
    bool hasPrice = false;
    const double price = type.priceHourly.toDouble(&hasPrice);
    const QString facts = tr("%1: %2 vCPU, %3", "type, number, memory")
                              .arg(type.displayName.isEmpty() ? type.id : type.displayName)
                              .arg(locale.toString(type.vcpuShares), type.memory);
    if (!offered) {
        return tr("%1, not offered here", "type with its facts").arg(facts);
    }
    if (!hasPrice) {
        return facts;
    }
    return price > 0 ? tr("%1, $%2 an hour", "type with its facts, price")
                           .arg(facts, locale.toString(price, 'f', 4))
                     : tr("%1, free", "type with its facts").arg(facts);
}

void CatalogFields::validate()
{
    const bool regionIsFine = validateRegion();
    const bool typeIsFine = validateInstanceType();
    m_isAcceptable = regionIsFine && typeIsFine;
    m_retry->setVisible(m_catalog == Catalog::Failed);
}

bool CatalogFields::validateRegion()
{
    const QString chosen = region();
    if (chosen.isEmpty()) {
        m_regionMessage->showProblem(tr("A region is needed, e.g. na, eu or fra."));
        return false;
    }
    const auto known = findId(m_regions, chosen);
    if (known != m_regions.cend() && known->status != available) {
        m_regionMessage->showProblem(
            tr("%1 is not open for sandboxes yet. Choose another region.").arg(known->name));
        return false;
    }
    if (!m_regionRefusal.isEmpty()) {
        m_regionMessage->showProblem(m_regionRefusal);
    } else if (!m_regions.isEmpty() && known == m_regions.cend()) {
        m_regionMessage->showHint(
            tr("The server does not list the region “%1”, and may refuse it.").arg(chosen));
    } else {
        m_regionMessage->showHint({});
    }
    return true;
}

bool CatalogFields::validateInstanceType()
{
    const QString chosen = instanceType();
    if (chosen.isEmpty()) {
        m_typeMessage->showProblem(tr("An instance type is needed, e.g. nano, micro or small."));
        return false;
    }
    const auto known = findId(m_types, chosen);
    if (known != m_types.cend() && !isOffered(*known, region())) {
        m_typeMessage->showProblem(tr("“%1” is not offered in this region. Choose another type or region.")
                                       .arg(known->displayName.isEmpty() ? chosen : known->displayName));
        return false;
    }
    if (!m_typeRefusal.isEmpty()) {
        m_typeMessage->showProblem(m_typeRefusal);
    } else if (m_catalog == Catalog::Reading) {
        m_typeMessage->showHint(tr("Reading regions and instance types…"));
    } else if (m_catalog == Catalog::Failed) {
        m_typeMessage->showProblem(m_failure);
    } else if (known == m_types.cend()) {
        m_typeMessage->showHint(tr("The server does not list the type “%1”, and may refuse it.").arg(chosen));
    } else {
        m_typeMessage->showHint({});
    }
    return true;
}

} // namespace Koyeb::Desktop
