// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/propertiesdialog.h"

#include "common/errortext.h"
#include "common/timetext.h"
#include "files/entrytext.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QFormLayout>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpressionValidator>
#include <QSignalBlocker>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

namespace {

constexpr int bitCount = 12;
constexpr int specialBitCount = 3;

quint32 maskOf(size_t bit)
{
    return 04000U >> bit;
}

} // namespace

PropertiesDialog::PropertiesDialog(
    const QByteArray &directory, const QList<RemoteEntry> &entries, QWidget *parent)
    : QDialog(parent), m_directory(directory), m_entries(entries)
{
    std::copy_if(
        entries.begin(), entries.end(), std::back_inserter(m_changeable),
        [](const RemoteEntry &entry) { return entry.type != RemoteEntry::Type::SymbolicLink && entry.mode; });
    setWindowTitle(
        entries.size() == 1 ? tr("Properties of %1").arg(displayName(entries.first().name))
                            : tr("Properties of %n items", nullptr, static_cast<int>(entries.size())));
    auto *column = new QVBoxLayout(this);
    auto *form = new QFormLayout;
    column->addLayout(form);
    addFacts(*form);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    if (!m_changeable.isEmpty()) {
        addPermissions(*form);
        auto *change = buttons->addButton(tr("Change permissions"), QDialogButtonBox::AcceptRole);
        change->setAutoDefault(false);
        connect(buttons, &QDialogButtonBox::accepted, this, &PropertiesDialog::apply);
    }
    addChecksums(*form);
    column->addStretch();
    column->addWidget(buttons);
    buttons->button(QDialogButtonBox::Close)->setDefault(true);
}

void PropertiesDialog::addFacts(QFormLayout &form)
{
    const QLocale locale;
    const RemoteEntry &first = m_entries.first();
    const bool isSingle = m_entries.size() == 1;
    if (isSingle) {
        addFact(form, tr("Name:"), displayName(first.name));
        addFact(form, tr("Type:"), m_types.name(first));
    } else {
        const auto folders = std::count_if(m_entries.begin(), m_entries.end(), [](const auto &entry) {
            return entry.type == RemoteEntry::Type::Directory;
        });
        const auto others = m_entries.size() - folders;
        addFact(
            form, tr("Selected:"),
            tr("%n folder(s)", nullptr, static_cast<int>(folders)) + u", "_s +
                tr("%n other(s)", "things that are no folders", static_cast<int>(others)));
    }
    addFact(form, tr("In:", "a directory"), displayName(m_directory));
    if (isSingle && first.type == RemoteEntry::Type::SymbolicLink) {
        addFact(form, tr("Leads to:", "a symbolic link"), displayName(first.linkTarget));
    }
    qint64 bytes = 0;
    bool hasFiles = false;
    for (const RemoteEntry &entry : std::as_const(m_entries)) {
        if (entry.type == RemoteEntry::Type::File && entry.sizeBytes) {
            hasFiles = true;
            bytes += *entry.sizeBytes;
        }
    }
    if (hasFiles) {
        const QString title = isSingle ? tr("Size:") : tr("Size of the files:");
        const QString size = locale.formattedDataSize(bytes);
        const bool isExact = bytes < 1024; // It is said in bytes already.
        addFact(form, title, isExact ? size : tr("%1 (%2 bytes)").arg(size, locale.toString(bytes)));
    }
    if (isSingle && first.modifiedAt.isValid()) {
        addFact(form, tr("Modified:"), exactTime(first.modifiedAt));
    }
    addFact(form, tr("Owner:"), commonText([](const RemoteEntry &entry) { return entry.owner; }));
    addFact(form, tr("Group:"), commonText([](const RemoteEntry &entry) { return entry.group; }));
}

void PropertiesDialog::addFact(QFormLayout &form, const QString &title, const QString &value)
{
    if (value.isEmpty()) {
        return;
    }
    auto *label = new QLabel(this);
    label->setTextFormat(Qt::PlainText); // Names are hostile.
    label->setText(value);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    label->setAccessibleName(title + u' ' + value);
    form.addRow(title, label);
}

QString PropertiesDialog::commonText(QString (*text)(const RemoteEntry &)) const
{
    const QString common = text(m_entries.first());
    const bool isCommon = std::all_of(
        m_entries.begin(), m_entries.end(), [&](const auto &entry) { return text(entry) == common; });
    return isCommon ? displayName(common.toUtf8()) : tr("different");
}

void PropertiesDialog::addPermissions(QFormLayout &form)
{
    form.addRow(tr("Permissions:"), createGrid());
    m_octal = new QLineEdit(this);
    m_octal->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_octal->setValidator(new QRegularExpressionValidator(QRegularExpression(u"[0-7]{0,4}"_s), m_octal));
    m_octal->setPlaceholderText(tr("different"));
    m_octal->setFixedWidth(m_octal->fontMetrics().horizontalAdvance(u"0"_s) * 16);
    form.addRow(tr("&Octal:"), m_octal);
    connect(m_octal, &QLineEdit::textEdited, this, &PropertiesDialog::takeOctal);
    const bool hasFolder = std::any_of(m_changeable.begin(), m_changeable.end(), [](const auto &entry) {
        return entry.type == RemoteEntry::Type::Directory;
    });
    if (hasFolder) {
        m_recursive = new QCheckBox(tr("Change also everything in folders"), this);
        m_recursive->setToolTip(
            tr("The right to execute is given to folders, and to files that have it already."));
        form.addRow(QString(), m_recursive);
    }
    showOctal();
}

QLayout *PropertiesDialog::createGrid()
{
    auto *grid = new QGridLayout;
    const QStringList columns{tr("Read"), tr("Write"), tr("Execute")};
    const QStringList rows{tr("Owner"), tr("Group"), tr("Others")};
    const QStringList specials{tr("Set user"), tr("Set group"), tr("Sticky")};
    for (int i = 0; i < 3; ++i) {
        grid->addWidget(new QLabel(columns[i], this), 0, i + 1);
        grid->addWidget(new QLabel(rows[i], this), i + 1, 0);
    }
    grid->addWidget(new QLabel(tr("Special"), this), 4, 0);
    for (int bit = 0; bit < bitCount; ++bit) {
        const bool isSpecial = bit < specialBitCount;
        const int row = isSpecial ? 4 : bit / 3;
        auto *box = new QCheckBox(isSpecial ? specials[bit] : QString(), this);
        box->setAccessibleName(isSpecial ? specials[bit] : rows[row - 1] + u": "_s + columns[bit % 3]);
        const quint32 mask = maskOf(static_cast<size_t>(bit));
        const auto having = std::count_if(m_changeable.begin(), m_changeable.end(), [&](const auto &entry) {
            return (*entry.mode & mask) != 0;
        });
        // What differs stays as it is until it is touched.
        box->setTristate(having != 0 && having != m_changeable.size());
        box->setCheckState(
            having == 0 ? Qt::Unchecked
                        : (having == m_changeable.size() ? Qt::Checked : Qt::PartiallyChecked));
        connect(box, &QCheckBox::stateChanged, this, &PropertiesDialog::showOctal);
        grid->addWidget(box, row, bit % 3 + 1);
        m_bits[static_cast<size_t>(bit)] = box;
    }
    grid->setColumnStretch(4, 1);
    return grid;
}

void PropertiesDialog::showOctal()
{
    if (!m_octal) {
        return;
    }
    quint32 mode = 0;
    for (size_t bit = 0; bit < m_bits.size(); ++bit) {
        if (m_bits[bit]->checkState() == Qt::PartiallyChecked) {
            m_octal->clear();
            return;
        }
        mode |= m_bits[bit]->isChecked() ? maskOf(bit) : 0;
    }
    if (m_octal->text().toUInt(nullptr, 8) != mode || m_octal->text().isEmpty()) {
        m_octal->setText(permissionsDigits(mode));
    }
}

void PropertiesDialog::takeOctal(const QString &digits)
{
    if (digits.size() < 3) {
        return; // On the way to something else.
    }
    const quint32 mode = digits.toUInt(nullptr, 8);
    for (size_t bit = 0; bit < m_bits.size(); ++bit) {
        const QSignalBlocker blocker(m_bits[bit]);
        m_bits[bit]->setChecked((mode & maskOf(bit)) != 0);
    }
}

ModeChange PropertiesDialog::modeChange() const
{
    const bool recursive = m_recursive && m_recursive->isChecked();
    ModeChange change;
    change.recursive = recursive;
    for (size_t bit = 0; bit < m_bits.size(); ++bit) {
        const quint32 mask = maskOf(bit);
        const bool wanted = m_bits[bit]->isChecked();
        const bool isSo = std::all_of(m_changeable.begin(), m_changeable.end(), [&](const auto &entry) {
            return ((*entry.mode & mask) != 0) == wanted;
        });
        // Of what is in folders nothing is known, so everything is told; but special bits of files there stay
        // unless they are touched.
        const bool isTold = !isSo || (recursive && bit >= specialBitCount);
        if (m_bits[bit]->checkState() != Qt::PartiallyChecked && isTold) {
            (wanted ? change.set : change.clear) |= mask;
        }
    }
    return change;
}

void PropertiesDialog::apply()
{
    const ModeChange change = modeChange();
    if ((change.set | change.clear) != 0) {
        QList<QByteArray> paths;
        for (const RemoteEntry &entry : std::as_const(m_changeable)) {
            paths.append(joinRemotePath(m_directory, entry.name));
        }
        Q_EMIT modeChangeRequested(paths, change);
    }
    accept();
}

void PropertiesDialog::addChecksums(QFormLayout &form)
{
    const bool hasFiles = std::any_of(m_entries.begin(), m_entries.end(), [](const RemoteEntry &entry) {
        return entry.type == RemoteEntry::Type::File;
    });
    if (!hasFiles) {
        return;
    }
    m_findChecksums = new QPushButton(tr("Find"), this);
    m_findChecksums->setAccessibleName(tr("Find SHA-256"));
    m_findChecksums->setAutoDefault(false);
    connect(m_findChecksums, &QPushButton::clicked, this, &PropertiesDialog::requestChecksums);
    m_checksums = new QPlainTextEdit(this);
    m_checksums->setReadOnly(true);
    m_checksums->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_checksums->setAccessibleName(tr("SHA-256"));
    m_checksums->setTabChangesFocus(true);
    const int lines = m_entries.size() == 1 ? 2 : 5;
    m_checksums->setFixedHeight(m_checksums->fontMetrics().lineSpacing() * lines + 16);
    m_checksums->setMinimumWidth(m_checksums->fontMetrics().horizontalAdvance(u'0') * 68);
    m_checksums->hide();
    form.addRow(tr("SHA-256:"), m_findChecksums);
    form.addRow(m_checksums);
}

void PropertiesDialog::requestChecksums()
{
    m_findChecksums->setEnabled(false);
    m_checksums->clear();
    m_checksums->setPlaceholderText(tr("Reading…"));
    m_checksums->show();
    m_wantedChecksums.clear();
    for (const RemoteEntry &entry : std::as_const(m_entries)) {
        if (entry.type == RemoteEntry::Type::File) {
            m_wantedChecksums.append(joinRemotePath(m_directory, entry.name));
        }
    }
    requestNextChecksum();
}

// One after the other: the answer for a small file does not wait for that of a large one longer than it must.
void PropertiesDialog::requestNextChecksum()
{
    if (m_wantedChecksums.isEmpty()) {
        m_findChecksums->setEnabled(true);
    } else {
        Q_EMIT checksumRequested(m_wantedChecksums.first());
    }
}

void PropertiesDialog::showChecksum(const QByteArray &path, const QByteArray &digits)
{
    if (path == m_wantedChecksums.value(0)) {
        addChecksumLine(QString::fromLatin1(digits));
    }
}

void PropertiesDialog::showChecksumFailure(const QByteArray &path, const Error &error)
{
    if (path == m_wantedChecksums.value(0)) {
        addChecksumLine(errorSentence(error, {}));
    }
}

void PropertiesDialog::addChecksumLine(const QString &line)
{
    const QByteArray path = m_wantedChecksums.takeFirst();
    const QString name = m_entries.size() == 1 ? QString() : u"  "_s + displayName(remoteName(path));
    m_checksums->appendPlainText(line + name);
    requestNextChecksum();
}

} // namespace Koyeb::Desktop
