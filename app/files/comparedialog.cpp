// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/comparedialog.h"

#include "common/emptystate.h"
#include "common/errortext.h"
#include "common/spacing.h"
#include "sandbox/remoteentry.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDateTime>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QTreeView>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

namespace {
constexpr int leftOutLines = 3;
constexpr int shortestName = 24; // Characters.
constexpr int rowPadding = 4;

/// Leaves the room of the box also where there is none, so that all names begin at the same place.
class AlignedNames : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        // Else the boxes of neighbouring rows touch.
        return QStyledItemDelegate::sizeHint(option, index) + QSize(0, rowPadding);
    }

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        if (!option->features.testFlag(QStyleOptionViewItem::HasCheckIndicator)) {
            const auto *style = option->widget->style();
            option->features |= QStyleOptionViewItem::HasDecoration;
            option->decorationSize = {
                style->pixelMetric(QStyle::PM_IndicatorWidth, option, option->widget),
                style->pixelMetric(QStyle::PM_IndicatorHeight, option, option->widget)};
        }
    }
};
} // namespace

CompareDialog::CompareDialog(
    const std::shared_ptr<Sandbox> &sandbox, const std::filesystem::path &local, const QByteArray &remote,
    QWidget *parent)
    : QDialog(parent),
      m_sandbox(sandbox),
      m_local(local),
      m_remote(remote),
      m_way(new QComboBox(this)),
      m_removes(
          new QCheckBox(tr("&Mirror: also replace what is newer, and delete what is only there"), this)),
      m_byChecksum(new QCheckBox(tr("Compare &content, not only sizes and times"), this)),
      m_leftOut(new QPlainTextEdit(this)),
      m_faces(new QStackedWidget(this)),
      m_list(new QTreeView(m_faces)),
      m_state(new EmptyState(m_faces)),
      m_summary(new QLabel(this)),
      m_again(nullptr),
      m_start(nullptr)
{
    setWindowTitle(tr("Compare folders"));
    createLayout();
    connect(&m_model, &ComparisonModel::marksChanged, this, &CompareDialog::showTotals);
    connect(m_way, &QComboBox::currentIndexChanged, this, &CompareDialog::applyPlan);
    connect(m_removes, &QCheckBox::toggled, this, &CompareDialog::applyPlan);
    connect(m_byChecksum, &QCheckBox::toggled, this, &CompareDialog::startComparison);
    connect(m_again, &QPushButton::clicked, this, &CompareDialog::startComparison);
    connect(m_start, &QPushButton::clicked, this, &CompareDialog::requestSync);
    startComparison();
}

void CompareDialog::createLayout()
{
    m_list->setModel(&m_model);
    m_list->setItemDelegateForColumn(ComparisonModel::NameColumn, new AlignedNames(m_list));
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setAlternatingRowColors(true);
    m_list->setAccessibleName(tr("Differences"));
    m_list->header()->setStretchLastSection(false);
    m_faces->addWidget(m_state);
    m_faces->addWidget(m_list);
    m_summary->setTextFormat(Qt::PlainText);
    m_summary->setWordWrap(true);

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    m_again = buttons->addButton(tr("Compare again"), QDialogButtonBox::ActionRole);
    m_start = buttons->addButton(tr("Start"), QDialogButtonBox::ActionRole);
    m_again->setAutoDefault(false);
    m_start->setDefault(true);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto *column = new QVBoxLayout(this);
    column->setSpacing(Spacing::normal);
    column->addWidget(createOptions());
    column->addWidget(m_faces, 1);
    column->addWidget(m_summary);
    column->addWidget(buttons);
    const auto em = fontMetrics().height();
    resize(em * 60, em * 36);
}

QWidget *CompareDialog::createOptions()
{
    auto *options = new QWidget(this);
    auto *form = new QFormLayout(options);
    form->setContentsMargins({});
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    const auto addPlace = [&](const QString &label, const QString &path) {
        auto *place = new QLabel(path, options);
        place->setTextFormat(Qt::PlainText);
        place->setWordWrap(true);
        place->setTextInteractionFlags(Qt::TextSelectableByMouse);
        form->addRow(label, place);
    };
    addPlace(tr("This computer:"), displayName(QByteArray::fromStdString(m_local.native())));
    addPlace(tr("Sandbox:"), displayName(m_remote));
    m_way->addItem(
        tr("Upload: change the folder in the sandbox"), static_cast<int>(FolderSyncOrder::Way::Up));
    m_way->addItem(
        tr("Download: change the folder on this computer"), static_cast<int>(FolderSyncOrder::Way::Down));
    form->addRow(tr("&Direction:"), m_way);
    form->addRow(QString(), m_removes);
    form->addRow(QString(), m_byChecksum);
    m_leftOut->setPlainText(u".git/\n"_s);
    m_leftOut->setLayoutDirection(Qt::LeftToRight); // Patterns are.
    m_leftOut->setTabChangesFocus(true);
    m_leftOut->setToolTip(tr("One pattern a line, as in .gitignore files. Compare again to apply them."));
    m_leftOut->setFixedHeight(
        m_leftOut->fontMetrics().lineSpacing() * leftOutLines + 2 * Spacing::close + m_leftOut->frameWidth());
    form->addRow(tr("&Leave out:"), m_leftOut);
    return options;
}

void CompareDialog::startComparison()
{
    m_scope.restart();
    m_model.setDifferences({});
    m_state->setBusy(u"search"_s, tr("Comparing…"), tr("Nothing is changed."));
    m_faces->setCurrentWidget(m_state);
    m_summary->clear();
    m_again->setEnabled(false);
    compare(m_scope.token());
}

QCoro::Task<void> CompareDialog::compare(std::stop_token stop)
{
    m_comparedAtSeconds = QDateTime::currentSecsSinceEpoch();
    FolderComparisonOrder order;
    order.local = m_local;
    order.remote = m_remote;
    order.leftOut = IgnorePatterns(m_leftOut->toPlainText().toUtf8());
    order.byChecksum = m_byChecksum->isChecked();
    const auto comparison = co_await compareFolders(m_sandbox->executor(), m_disk, order, stop);
    if (stop.stop_requested()) {
        co_return;
    }
    m_again->setEnabled(true);
    if (comparison) {
        showComparison(*comparison);
        co_return;
    }
    const auto text = errorText(comparison.error());
    const bool isNoFolder = comparison.error().kind == ErrorKind::Conflict;
    m_state->setContent(
        {u"warning"_s,
         tr("The folders could not be compared."),
         isNoFolder ? tr("One of the two is not a folder.") : u"%1 %2"_s.arg(text.reason, text.remedy),
         {}});
}

void CompareDialog::showComparison(const FolderComparison &comparison)
{
    // Of what could not be looked at nobody knows whether it is there.
    const auto unknown = static_cast<int>(comparison.problems.size());
    m_removes->setEnabled(unknown == 0);
    if (unknown > 0) {
        m_removes->setChecked(false);
    }
    m_model.setPlan(static_cast<FolderSyncOrder::Way>(m_way->currentData().toInt()), m_removes->isChecked());
    m_model.setDifferences(comparison.differences);
    if (comparison.differences.isEmpty()) {
        const auto same = static_cast<int>(comparison.sameFiles);
        m_state->setContent(
            {u"check"_s,
             tr("The folders do not differ."),
             tr("%n file(s) are the same.", nullptr, same),
             {}});
    } else {
        m_faces->setCurrentWidget(m_list);
        fitColumns();
    }
    if (unknown > 0) {
        m_summary->setText(
            m_summary->text() + u' ' +
            tr("%n could not be looked at, so that nothing can be deleted.", "files or folders", unknown));
    }
}

/// The name gets what the others leave, but never too little to be told.
void CompareDialog::fitColumns()
{
    auto left = m_list->viewport()->width();
    for (int column = ComparisonModel::NameColumn + 1; column < ComparisonModel::ColumnCount; ++column) {
        m_list->resizeColumnToContents(column);
        left -= m_list->columnWidth(column);
    }
    m_list->setColumnWidth(
        ComparisonModel::NameColumn, std::max(left, fontMetrics().averageCharWidth() * shortestName));
}

void CompareDialog::applyPlan()
{
    m_model.setPlan(static_cast<FolderSyncOrder::Way>(m_way->currentData().toInt()), m_removes->isChecked());
    fitColumns();
}

void CompareDialog::showTotals()
{
    const auto totals = m_model.totals();
    m_start->setEnabled(totals.copied + totals.removed > 0);
    const auto size = QLocale().formattedDataSize(totals.bytes);
    QString text = m_model.rowCount() == 0
                       ? QString()
                       : tr("%n item(s) are copied, %1.", nullptr, totals.copied).arg(size);
    if (totals.removed > 0) {
        text += u' ' + tr("Once that went well, %n item(s) are deleted.", nullptr, totals.removed);
    }
    m_summary->setText(text);
    m_start->setText(
        totals.removed > 0 ? tr("Start, and delete %n item(s)", nullptr, totals.removed) : tr("Start"));
}

void CompareDialog::requestSync()
{
    FolderSyncOrder order;
    order.local = m_local;
    order.remote = m_remote;
    order.comparedAtSeconds = m_comparedAtSeconds;
    m_model.fill(order);
    Q_EMIT syncRequested(order);
    accept();
}

} // namespace Koyeb::Desktop
