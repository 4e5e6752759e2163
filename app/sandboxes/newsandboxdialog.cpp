// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandboxes/newsandboxdialog.h"

#include "common/errortext.h"
#include "common/fieldmessage.h"
#include "common/headings.h"
#include "common/spacing.h"
#include "sandboxes/environmenttable.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QRegularExpression>
#include <QSpinBox>
#include <QVBoxLayout>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int fieldWidth = 380;
constexpr int longestSleepMinutes = 24 * 60;

/// Chooses the entry with this id, which is added when it is not there.
void choose(QComboBox *box, const QString &id)
{
    int index = box->findData(id);
    if (index < 0) {
        box->addItem(id, id);
        index = box->count() - 1;
    }
    box->setCurrentIndex(index);
}

/// A field and the line about it as one row of the form.
[[nodiscard]] QVBoxLayout *withMessage(QWidget *field, FieldMessage *message)
{
    auto *column = new QVBoxLayout;
    column->setSpacing(Spacing::tight);
    column->addWidget(field);
    column->addWidget(message);
    return column;
}

/// A row whose field is not alone in it: QFormLayout finds the buddy of a label only where it is.
void addRow(QFormLayout *form, const QString &text, QWidget *field, QLayout *column)
{
    auto *label = new QLabel(text);
    label->setBuddy(field);
    form->addRow(label, column);
}

} // namespace

NewSandboxDialog::NewSandboxDialog(const QString &accountName, QWidget *parent)
    : QDialog(parent),
      m_name(new QLineEdit(this)),
      m_nameMessage(new FieldMessage(m_name, this)),
      m_image(new QLineEdit(this)),
      m_imageMessage(new FieldMessage(m_image, this)),
      m_region(new QComboBox(this)),
      m_instanceType(new QComboBox(this)),
      m_catalogMessage(new FieldMessage(m_instanceType, this)),
      m_environment(new EnvironmentTable(this)),
      m_environmentMessage(new FieldMessage(m_environment, this)),
      m_sleep(new QSpinBox(this))
{
    setWindowTitle(tr("New sandbox: %1", "name of the account").arg(accountName));
    createFields();
    createLayout();
    setOptions({});
}

void NewSandboxDialog::createFields()
{
    m_name->setPlaceholderText(tr("Made up when left empty"));
    m_name->setAccessibleName(tr("Name"));
    m_name->setMaxLength(40);
    m_image->setAccessibleName(tr("Image"));
    m_region->setAccessibleName(tr("Region"));
    m_instanceType->setAccessibleName(tr("Instance type"));
    m_sleep->setAccessibleName(tr("Sleep when idle, after minutes"));
    m_sleep->setRange(0, longestSleepMinutes);
    m_sleep->setSpecialValueText(tr("Never"));
    m_sleep->setPrefix(tr("After ", "… minutes"));
    m_sleep->setSuffix(tr(" min", "After … minutes"));
    m_catalogMessage->showHint(tr("Reading regions and instance types…"));
    for (const auto *edit : {m_name, m_image}) {
        connect(edit, &QLineEdit::textChanged, this, &NewSandboxDialog::validate);
    }
    connect(m_environment, &EnvironmentTable::changed, this, &NewSandboxDialog::validate);
    connect(m_region, &QComboBox::currentIndexChanged, this, &NewSandboxDialog::showTypes);
}

void NewSandboxDialog::createLayout()
{
    m_name->setMinimumWidth(fieldWidth);
    auto *form = new QFormLayout;
    form->setHorizontalSpacing(Spacing::section);
    form->setVerticalSpacing(Spacing::normal);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    addRow(form, tr("&Name"), m_name, withMessage(m_name, m_nameMessage));
    addRow(form, tr("&Image"), m_image, withMessage(m_image, m_imageMessage));
    form->addRow(tr("&Region"), m_region);
    addRow(form, tr("Instance &type"), m_instanceType, withMessage(m_instanceType, m_catalogMessage));
    addRow(form, tr("&Environment"), m_environment, withMessage(m_environment, m_environmentMessage));
    m_sleep->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    form->addRow(tr("&Sleep when idle"), m_sleep);

    auto *buttons = new QDialogButtonBox(this);
    m_create = buttons->addButton(tr("Create"), QDialogButtonBox::AcceptRole);
    m_create->setDefault(true);
    buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        Q_EMIT createRequested(options());
        accept();
    });

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(Spacing::page, Spacing::page, Spacing::page, Spacing::section);
    column->setSpacing(Spacing::section);
    column->addLayout(form);
    column->addWidget(buttons);
}

void NewSandboxDialog::setOptions(const SandboxOptions &options)
{
    m_name->setText(options.name);
    m_image->setText(options.image);
    choose(m_region, options.region);
    choose(m_instanceType, options.instanceType);
    m_sleep->setValue(
        static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(options.idleTimeout).count()));
    m_environment->setVariables(options.environment);
    validate();
}

void NewSandboxDialog::showCatalog(const QList<Region> &regions, const QList<InstanceType> &types)
{
    const auto chosen = options();
    m_types = types;
    m_catalogMessage->showHint({});
    const QSignalBlocker quiet(m_region);
    m_region->clear();
    for (const auto &region : regions) {
        if (region.status == "AVAILABLE"_L1) {
            m_region->addItem(u"%1 (%2)"_s.arg(region.name, region.id), region.id);
        }
    }
    choose(m_region, chosen.region);
    showTypes();
}

void NewSandboxDialog::showTypes()
{
    if (m_types.isEmpty()) {
        return;
    }
    const QString chosen = m_instanceType->currentData().toString();
    const QString region = m_region->currentData().toString();
    m_instanceType->clear();
    for (const auto &type : std::as_const(m_types)) {
        const bool isHere = type.regions.isEmpty() || type.regions.contains(region);
        if (isHere && type.status == "AVAILABLE"_L1) {
            m_instanceType->addItem(instanceTypeText(type), type.id);
        }
    }
    const int index = m_instanceType->findData(chosen);
    m_instanceType->setCurrentIndex(std::max(index, 0));
}

QString NewSandboxDialog::instanceTypeText(const InstanceType &type) const
{
    const QLocale locale;
    bool hasPrice = false;
    const double price = type.priceHourly.toDouble(&hasPrice);
    const QString facts = tr("%1: %2 vCPU, %3", "type, number, memory")
                              .arg(type.displayName.isEmpty() ? type.id : type.displayName)
                              .arg(locale.toString(type.vcpuShares), type.memory);
    if (!hasPrice) {
        return facts;
    }
    return price > 0 ? tr("%1, $%2 an hour", "type with its facts, price")
                           .arg(facts, locale.toString(price, 'f', 4))
                     : tr("%1, free", "type with its facts").arg(facts);
}

void NewSandboxDialog::showCatalogFailure(const Error &error)
{
    m_catalogMessage->showProblem(
        errorSentence(error, tr("The list of regions and types could not be read.")));
}

SandboxOptions NewSandboxDialog::options() const
{
    SandboxOptions options;
    options.name = m_name->text().trimmed();
    options.image = m_image->text().trimmed();
    options.region = m_region->currentData().toString();
    options.instanceType = m_instanceType->currentData().toString();
    options.environment = m_environment->variables();
    options.idleTimeout = std::chrono::minutes(m_sleep->value());
    return options;
}

void NewSandboxDialog::validate()
{
    static const QRegularExpression validName(u"^[-.a-z0-9]{3,}$"_s);
    const QString name = m_name->text().trimmed();
    const bool nameIsFine = name.isEmpty() || validName.match(name).hasMatch();
    m_nameMessage->showProblem(
        nameIsFine ? QString()
                   : tr("A name has at least three characters: small letters, digits, dots and hyphens."));
    const bool imageIsFine = !m_image->text().trimmed().isEmpty();
    m_imageMessage->showProblem(
        imageIsFine ? QString() : tr("An image is needed, e.g. koyeb/sandbox or ubuntu."));
    const QString problem = m_environment->problem();
    m_environmentMessage->showProblem(problem);
    if (m_create) {
        m_create->setEnabled(nameIsFine && imageIsFine && problem.isEmpty());
    }
}

} // namespace Koyeb::Desktop
