// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/transfertext.h"

#include "sandbox/remoteentry.h"
#include "transfers/transfererrors.h"

#include <QCoreApplication>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

namespace {

constexpr qsizetype maximumProblemsShown = 10;

class TransferTexts {
    Q_DECLARE_TR_FUNCTIONS(Koyeb::Desktop::TransferTexts)

public:
    static QString direction(TransferDirection direction);
    static QString finished(const TransferRecord &record);
    static QString failureReason(const TransferRecord &record);
    static QString interruptionReason(const TransferRecord &record);
    static QStringList problems(const TransferRecord &record);
    static QString state(const TransferRecord &record);
};

QString withDetail(const ErrorText &text, const QString &what)
{
    const QString sentence = errorSentence(text, what);
    return text.detail.isEmpty() ? sentence : u"%1 (%2)"_s.arg(sentence, text.detail);
}

QString TransferTexts::direction(TransferDirection direction)
{
    switch (direction) {
    case TransferDirection::Upload:
        return tr("Upload", "direction of a transfer");
    case TransferDirection::Download:
        return tr("Download", "direction of a transfer");
    case TransferDirection::Between:
        return tr("Between sandboxes", "direction of a transfer");
    }
    Q_UNREACHABLE();
}

QString TransferTexts::finished(const TransferRecord &record)
{
    const auto problems = static_cast<int>(record.problems.size());
    if (problems > 0) {
        return tr("Done, %n problem(s)", "state of a transfer", problems);
    }
    const auto leftOut = static_cast<int>(record.progress.leftOutFiles);
    return leftOut == 0 ? tr("Done", "state of a transfer")
                        : tr("Done, %n left as it was", "state of a transfer; files of a folder", leftOut);
}

QString TransferTexts::state(const TransferRecord &record)
{
    switch (record.state) {
    case TransferState::Waiting:
        return tr("Waiting", "state of a transfer");
    case TransferState::Running:
        return tr("Running", "state of a transfer");
    case TransferState::AwaitingSandbox:
        return tr("Waiting for the sandbox", "state of a transfer");
    case TransferState::Interrupted:
        return tr("Interrupted", "state of a transfer"); // The line below the list says the rest.
    case TransferState::Paused:
        return tr("Paused", "state of a transfer");
    case TransferState::TargetExists:
        return tr("Exists already", "state of a transfer");
    case TransferState::Finished:
        return finished(record);
    case TransferState::Skipped:
        return tr("Skipped", "state of a transfer");
    case TransferState::Failed:
        return tr("Failed: %1", "state of a transfer; a sentence that says why")
            .arg(transferErrorText(record.error, record.direction).reason);
    case TransferState::Cancelled:
        return tr("Cancelled", "state of a transfer");
    }
    Q_UNREACHABLE();
}

QString TransferTexts::failureReason(const TransferRecord &record)
{
    QString what = tr("“%1” could not be uploaded.");
    if (record.direction == TransferDirection::Download) {
        what = tr("“%1” could not be downloaded.");
    } else if (record.direction == TransferDirection::Between) {
        what = tr("“%1” could not be brought into the other sandbox.");
    }
    return withDetail(transferErrorText(record.error, record.direction), what.arg(record.name));
}

QString TransferTexts::interruptionReason(const TransferRecord &record)
{
    return tr("“%1” was interrupted: %2 It goes on by itself from where it stopped.")
        .arg(record.name, transferErrorText(record.error, record.direction).reason);
}

QStringList TransferTexts::problems(const TransferRecord &record)
{
    QStringList lines;
    for (const TransferProblem &problem : record.problems.mid(0, maximumProblemsShown)) {
        const QString name = displayName(problem.path);
        const QString what = problem.isMoved ? tr("“%1” is not as it is at its source.").arg(name)
                                             : tr("“%1” was left out.").arg(name);
        lines.append(withDetail(transferErrorText(problem.error, record.direction), what));
    }
    const auto others = static_cast<int>(record.problems.size() - lines.size());
    if (others > 0) {
        lines.append(tr("%n more could not be moved.", "files", others));
    }
    return lines;
}

} // namespace

QString directionText(TransferDirection direction)
{
    return TransferTexts::direction(direction);
}

QString directionIcon(TransferDirection direction)
{
    switch (direction) {
    case TransferDirection::Upload:
        return u"upload"_s;
    case TransferDirection::Download:
        return u"download"_s;
    case TransferDirection::Between:
        return u"between"_s;
    }
    Q_UNREACHABLE();
}

QString stateText(const TransferRecord &record)
{
    return TransferTexts::state(record);
}

QString reasonText(const TransferRecord &record)
{
    switch (record.state) {
    case TransferState::Failed:
        return TransferTexts::failureReason(record);
    case TransferState::Interrupted:
        return TransferTexts::interruptionReason(record);
    default:
        return TransferTexts::problems(record).join(u'\n');
    }
}

QString timeLeftText(std::chrono::seconds timeLeft)
{
    const auto seconds = timeLeft.count();
    const auto twoDigits = [](qint64 number) {
        return u"%1"_s.arg(number, 2, 10, QLatin1Char('0'));
    };
    const auto hours = seconds / 3600;
    const auto minutes = seconds / 60 % 60;
    return hours > 0 ? u"%1:%2:%3"_s.arg(hours).arg(twoDigits(minutes), twoDigits(seconds % 60))
                     : u"%1:%2"_s.arg(minutes).arg(twoDigits(seconds % 60));
}

double doneFraction(const TransferRecord &record)
{
    if (record.state == TransferState::Finished) {
        return 1;
    }
    constexpr double almost = 0.99; // What is sent is still to be compared and moved to its place.
    const TransferProgress &progress = record.progress;
    if (progress.totalBytes <= 0) {
        return record.state == TransferState::Running ? -1 : 0;
    }
    return qBound(
        0.0, static_cast<double>(progress.doneBytes) / static_cast<double>(progress.totalBytes), almost);
}

} // namespace Koyeb::Desktop
