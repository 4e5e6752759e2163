// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandboxes/newsandboxdialog.h"

#include "common/fieldmessage.h"
#include "common/spacing.h"
#include "sandboxes/catalogfields.h"
#include "sandboxes/environmenttable.h"
#include "sandboxes/formrows.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int fieldWidth = 380;
constexpr int longestSleepMinutes = 24 * 60;
/// A part of the name of the app that is made for the sandbox, which may have 63 characters.
constexpr int longestName = 40;

} // namespace

NewSandboxDialog::NewSandboxDialog(const QString &accountName, QWidget *parent)
    : QDialog(parent),
      m_madeUpName(sandboxName({})),
      m_name(new QLineEdit(this)),
      m_nameMessage(new FieldMessage(m_name, this)),
      m_image(new QLineEdit(this)),
      m_imageMessage(new FieldMessage(m_image, this)),
      m_catalog(new CatalogFields(this)),
      m_environment(new EnvironmentTable(this)),
      m_environmentMessage(new FieldMessage(m_environment, this)),
      m_sleep(new QSpinBox(this)),
      m_sleepMessage(new FieldMessage(m_sleep, this)),
      m_formMessage(new FieldMessage(this, this))
{
    setWindowTitle(tr("New sandbox: %1", "name of the account").arg(accountName));
    createFields();
    createLayout();
    connectFields();
    setOptions({});
}

void NewSandboxDialog::createFields()
{
    m_name->setPlaceholderText(m_madeUpName);
    m_name->setAccessibleName(tr("Name"));
    m_name->setMaxLength(longestName);
    m_image->setAccessibleName(tr("Image"));
    m_sleep->setAccessibleName(tr("Sleep when idle, after minutes"));
    m_sleep->setRange(0, longestSleepMinutes);
    m_sleep->setSpecialValueText(tr("Never"));
    m_sleep->setPrefix(tr("After ", "… minutes"));
    m_sleep->setSuffix(tr(" min", "After … minutes"));
}

void NewSandboxDialog::createLayout()
{
    m_name->setMinimumWidth(fieldWidth);
    auto *form = new QFormLayout;
    form->setHorizontalSpacing(Spacing::section);
    form->setVerticalSpacing(Spacing::normal);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    addFieldRow(form, tr("&Name"), m_name, m_nameMessage);
    addFieldRow(form, tr("&Image"), m_image, m_imageMessage);
    m_catalog->addTo(form);
    addFieldRow(form, tr("&Environment"), m_environment, m_environmentMessage);
    m_sleep->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    addFieldRow(form, tr("&Sleep when idle"), m_sleep, m_sleepMessage);

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
    column->addWidget(m_formMessage);
    column->addWidget(buttons);
}

void NewSandboxDialog::connectFields()
{
    connect(m_name, &QLineEdit::textChanged, this, [this] { takeChange(Field::Name); });
    connect(m_image, &QLineEdit::textChanged, this, [this] { takeChange(Field::Image); });
    connect(m_environment, &EnvironmentTable::changed, this, [this] { takeChange(Field::Environment); });
    connect(m_sleep, &QSpinBox::valueChanged, this, [this] { takeChange(Field::Sleep); });
    connect(m_catalog, &CatalogFields::changed, this, [this] { takeChange(Field::Form); });
    connect(m_catalog, &CatalogFields::retryRequested, this, &NewSandboxDialog::catalogRequested);
}

void NewSandboxDialog::takeChange(Field field)
{
    m_refusals.remove(field);
    validate();
}

void NewSandboxDialog::setOptions(const SandboxOptions &options)
{
    m_name->setText(options.name);
    m_image->setText(options.image);
    m_catalog->choose(options.region, options.instanceType);
    m_sleep->setValue(
        static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(options.idleTimeout).count()));
    m_environment->setVariables(options.environment);
    m_refusals.clear();
    validate();
}

void NewSandboxDialog::showRefusal(const Error &error)
{
    for (const auto &refused : error.fields) {
        refuse(refused);
    }
    validate();
}

void NewSandboxDialog::refuse(const FieldError &refused)
{
    const QString sentence = tr("The server refused it: %1").arg(refused.description);
    const auto path = refused.field.split(u'.');
    // Before the definition's own fields the path has "definition", but for those of the request itself.
    const QString field = path.constFirst() == "definition"_L1 ? path.value(1) : path.constFirst();
    if (field == "regions"_L1) {
        m_catalog->refuseRegion(sentence);
    } else if (field == "instance_types"_L1) {
        m_catalog->refuseInstanceType(sentence);
    } else if (field == "name"_L1) {
        m_refusals[Field::Name] = sentence;
    } else if (field == "docker"_L1) {
        m_refusals[Field::Image] = sentence;
    } else if (field == "scalings"_L1) {
        m_refusals[Field::Sleep] = sentence;
    } else if (field == "env"_L1) {
        const auto variables = m_environment->variables();
        const qsizetype index = path.value(2).toLongLong();
        const QString name = index >= 0 && index < variables.size() ? variables.at(index).key : QString();
        m_refusals[Field::Environment] =
            name.isEmpty() ? sentence
                           : tr("The server refused “%1”: %2", "name of a variable, the server's words")
                                 .arg(name, refused.description);
    } else {
        m_refusals[Field::Form] =
            tr("The server refused “%1”: %2", "name of a field that the form does not have")
                .arg(refused.field, refused.description);
    }
}

void NewSandboxDialog::showCatalog(const QList<Region> &regions, const QList<InstanceType> &types)
{
    m_catalog->showCatalog(regions, types);
}

void NewSandboxDialog::showCatalogFailure(const Error &error)
{
    m_catalog->showFailure(error);
}

SandboxOptions NewSandboxDialog::options() const
{
    SandboxOptions options;
    const QString name = m_name->text().trimmed();
    options.name = name.isEmpty() ? m_madeUpName : name;
    options.image = m_image->text().trimmed();
    options.region = m_catalog->region();
    options.instanceType = m_catalog->instanceType();
    options.environment = m_environment->variables();
    options.idleTimeout = std::chrono::minutes(m_sleep->value());
    return options;
}

void NewSandboxDialog::validate()
{
    const QString name = m_name->text().trimmed();
    // What the control plane would not take is turned into a name that it takes: here nobody would see it.
    const bool nameIsFine = name.isEmpty() || sandboxName(name) == name;
    say(Field::Name, m_nameMessage,
        nameIsFine
            ? QString()
            : tr("A name has at least three characters: small letters, digits, dots and hyphens, with a "
                 "letter or digit at both ends."),
        name.isEmpty() ? tr("Left empty, the sandbox is called %1.").arg(m_madeUpName) : QString());
    const bool imageIsFine = !m_image->text().trimmed().isEmpty();
    say(Field::Image, m_imageMessage,
        imageIsFine ? QString() : tr("An image is needed, e.g. koyeb/sandbox or ubuntu."));
    const QString problem = m_environment->problem();
    say(Field::Environment, m_environmentMessage, problem);
    say(Field::Sleep, m_sleepMessage, {},
        m_sleep->value() > 0
            ? tr("After it has slept it starts anew: what was made or changed in it is gone.")
            : QString());
    say(Field::Form, m_formMessage, {});
    m_create->setEnabled(nameIsFine && imageIsFine && problem.isEmpty() && m_catalog->isAcceptable());
}

void NewSandboxDialog::say(Field field, FieldMessage *message, const QString &problem, const QString &hint)
{
    const QString refusal = m_refusals.value(field);
    if (!problem.isEmpty()) {
        message->showProblem(problem);
    } else if (!refusal.isEmpty()) {
        message->showProblem(refusal);
    } else {
        message->showHint(hint);
    }
}

} // namespace Koyeb::Desktop
