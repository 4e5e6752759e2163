// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/externaleditrow.h"

#include "common/errortext.h"
#include "common/icons.h"
#include "common/spacing.h"
#include "editor/pathdialog.h"

#include <QAccessible>
#include <QFile>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMessageBox>
#include <QPushButton>
#include <QTime>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {
constexpr int iconSize = 18;
}

ExternalEditRow::ExternalEditRow(
    const QByteArray &path, const QString &program, const std::filesystem::path &base,
    const ProgramStarter &starter, QWidget *parent)
    : QFrame(parent),
      m_edit(path, base),
      m_program(program),
      m_starter(starter),
      m_icon(new QLabel(this)),
      m_text(new QLabel(this)),
      m_choices(new QWidget(this)),
      m_buttons(new QHBoxLayout(m_choices))
{
    createLayout();
    connectEdit();
}

ExternalEditRow::ExternalEditRow(const LeftEdit &left, const ProgramStarter &starter, QWidget *parent)
    : QFrame(parent),
      m_edit(left),
      m_starter(starter),
      m_isTakenUp(true),
      m_icon(new QLabel(this)),
      m_text(new QLabel(this)),
      m_choices(new QWidget(this)),
      m_buttons(new QHBoxLayout(m_choices))
{
    createLayout();
    connectEdit();
}

ExternalEditRow::~ExternalEditRow() = default;

void ExternalEditRow::connectEdit()
{
    connect(&m_edit, &ExternalEdit::stateChanged, this, &ExternalEditRow::showState);
    connect(&m_edit, &ExternalEdit::fetched, this, [this](bool mightBeRun) { open(mightBeRun); });
    connect(&m_edit, &ExternalEdit::saved, this, [this] {
        m_savedAt = QLocale().toString(QTime::currentTime(), QLocale::ShortFormat);
    });
    showState();
}

void ExternalEditRow::createLayout()
{
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_buttons->setContentsMargins({});
    m_buttons->setSpacing(Spacing::close);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(Spacing::close, Spacing::tight, Spacing::close, Spacing::tight);
    row->addWidget(m_icon);
    row->addWidget(m_text, 1);
    row->addWidget(m_choices);
}

void ExternalEditRow::open()
{
    if (m_isTakenUp && m_program.isEmpty()) {
        Q_EMIT programWanted();
        return;
    }
    if (m_edit.state() != ExternalEdit::State::Fetching &&
        m_edit.state() != ExternalEdit::State::NotFetched) {
        open(m_mightBeRun);
    }
}

// The desktop decides by name and content what "open" means, and for some files it means to run them.
void ExternalEditRow::open(bool mightBeRun)
{
    m_mightBeRun = mightBeRun;
    m_couldNotStart = false;
    if (!mightBeRun || !m_program.isEmpty()) {
        const auto path = QByteArray::fromStdString(m_edit.localFile().native());
        m_couldNotStart = !m_starter(QFile::decodeName(path), m_program);
    }
    showState();
}

QString ExternalEditRow::stateText() const
{
    using State = ExternalEdit::State;
    const QString name = displayName(remoteName(m_edit.path()));
    const auto because = [this](const QString &what) {
        const QString detail = errorText(m_edit.error()).detail;
        return u"%1 %2"_s.arg(errorSentence(m_edit.error(), what), detail).trimmed();
    };
    switch (m_edit.state()) {
    case State::Fetching:
        return tr("Fetching “%1” to be edited…").arg(name);
    case State::NotFetched:
        return because(tr("“%1” could not be fetched to be edited.").arg(name));
    case State::Open:
        break;
    case State::Saving:
        return tr("Saving “%1” to the sandbox…").arg(name);
    case State::NotSaved:
        return because(tr("“%1” could not be saved to the sandbox.").arg(name));
    case State::Changed:
        return tr("Somebody else has changed “%1” in the sandbox. What you saved is not there yet.")
            .arg(name);
    case State::Gone:
        return tr("“%1” is not in the sandbox any more. What you saved is not there yet.").arg(name);
    case State::Exists:
        return tr("There is a file of that name already. What you saved of “%1” is not in the sandbox yet.")
            .arg(name);
    }
    if (m_couldNotStart) {
        return tr("The program to edit “%1” could not be started.").arg(name);
    }
    if (m_mightBeRun && m_program.isEmpty()) {
        return tr("This desktop might run “%1” instead of opening it. Choose a program to edit it with.")
            .arg(name);
    }
    return m_savedAt.isEmpty()
               ? tr("“%1” is open in another program. Each time you save it, it goes to the sandbox.")
                     .arg(name)
               : tr("“%1” is open in another program, and was saved to the sandbox at %2.")
                     .arg(name, m_savedAt);
}

void ExternalEditRow::showState()
{
    using State = ExternalEdit::State;
    // Not at once: one of them may be what led here.
    const auto old = m_choices->findChildren<QPushButton *>(QString(), Qt::FindDirectChildrenOnly);
    for (QPushButton *button : old) {
        button->hide();
        m_buttons->removeWidget(button);
        button->deleteLater();
    }
    const State state = m_edit.state();
    const bool isBad = state == State::NotFetched || state == State::NotSaved || m_couldNotStart;
    const bool isQuestion = state == State::Changed || state == State::Gone || state == State::Exists;
    if (state == State::NotFetched || state == State::NotSaved) {
        addButton(tr("Retry"), [this] { m_edit.retry(); });
    }
    if (isQuestion) {
        addButton(state == State::Gone ? tr("Save again") : tr("Overwrite"), [this] { m_edit.overwrite(); });
        addButton(tr("Save as…"), [this] { requestSaveAs(); });
    }
    if (state == State::Open && (m_couldNotStart || (m_mightBeRun && m_program.isEmpty()))) {
        addButton(tr("Choose program…"), [this] { Q_EMIT programWanted(); });
    }
    addButton(tr("Stop"), [this] { requestStop(); });
    const QString text = stateText();
    m_text->setText(text);
    setAccessibleName(text);
    const QIcon icon = isBad        ? themedIcon(u"error"_s, Tone::Bad)
                       : isQuestion ? themedIcon(u"warning"_s, Tone::Warning)
                                    : themedIcon(u"external"_s, Tone::Muted);
    m_icon->setPixmap(icon.pixmap(QSize(iconSize, iconSize), devicePixelRatioF()));
    if (isBad || isQuestion) {
        QAccessibleEvent alert(this, QAccessible::Alert);
        QAccessible::updateAccessibility(&alert);
    }
}

void ExternalEditRow::addButton(const QString &text, const std::function<void()> &action)
{
    auto *button = new QPushButton(text, m_choices);
    m_buttons->addWidget(button);
    connect(button, &QPushButton::clicked, this, action);
    button->show();
}

void ExternalEditRow::requestSaveAs()
{
    askForRemotePath(this, m_edit.path(), [this](const QByteArray &path) { m_edit.saveAs(path); });
}

void ExternalEditRow::requestStop()
{
    if (!m_edit.isUnsaved()) {
        Q_EMIT stopRequested();
        return;
    }
    auto *question = new QMessageBox(
        QMessageBox::Warning, tr("Stop editing"),
        tr("What you saved of “%1” is not in the sandbox. The copy on this computer goes, too.")
            .arg(displayName(remoteName(m_edit.path()))),
        QMessageBox::Cancel, this);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setTextFormat(Qt::PlainText);
    auto *stop = question->addButton(tr("Drop it and stop"), QMessageBox::DestructiveRole);
    question->setDefaultButton(QMessageBox::Cancel);
    connect(stop, &QAbstractButton::clicked, this, &ExternalEditRow::stopRequested);
    question->open();
}

} // namespace Koyeb::Desktop
