// SPDX-License-Identifier: Apache-2.0
#include "sdkitems.h"
#include "sdkreference.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QHash>
#include <QSet>
#include <QTest>

#include <algorithm>
#include <optional>

using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

namespace {

/// A test that a row relies on.
struct Proof {
    QString file;
    QString function;
};

/// A line of a table of docs/sdk-parity.md.
struct Row {
    int line = 0;
    QString item; ///< The first cell, its code unmarked.
    QString className;
    QString member; ///< Empty where the class itself, or a free function, is meant.
    QString header;
    QList<Proof> proofs;
    QString fault; ///< Why the line cannot be read as a row; empty when it can.
};

/// A file of the project; nothing when there is none.
std::optional<QString> textOf(const QString &path)
{
    static QHash<QString, std::optional<QString>> read;
    const auto known = read.constFind(path);
    if (known != read.cend()) {
        return *known;
    }
    QFile file(QStringLiteral(PROJECT_FOLDER "/") + path);
    const bool isOpen = file.open(QIODevice::ReadOnly);
    const auto text = isOpen ? std::optional(QString::fromUtf8(file.readAll())) : std::nullopt;
    read.insert(path, text);
    return text;
}

QString withoutComments(QString text)
{
    static const QRegularExpression comment(u"//[^\n]*"_s);
    return text.remove(comment);
}

bool hasWord(const QString &text, const QString &word)
{
    const QRegularExpression whole(u"(?<![\\w~])%1(?!\\w)"_s.arg(QRegularExpression::escape(word)));
    return whole.match(text).hasMatch();
}

/// What a header offers of a class or an enumeration: all between its braces, without what is private.
/// Nothing when it does not define it.
std::optional<QString> publicPartOf(const QString &header, const QString &className)
{
    const QRegularExpression beginning(
        u"\\b(class|struct|enum|enum class)\\s+%1\\b[^;{(]*\\{"_s.arg(className));
    const auto match = beginning.match(header);
    if (!match.hasMatch()) {
        return std::nullopt;
    }
    auto end = match.capturedEnd();
    for (int depth = 1; depth > 0 && end < header.size(); ++end) {
        depth += header.at(end) == u'{' ? 1 : header.at(end) == u'}' ? -1 : 0;
    }
    const auto body = header.mid(match.capturedEnd(), end - match.capturedEnd());
    return body.left(body.indexOf("\nprivate:"_L1));
}

void readOurs(const QString &cell, Row &row)
{
    static const QRegularExpression form(u"^`(\\w+)(?:::(\\w+))?` \\(`(lib/\\w+/\\w+\\.h)`\\)$"_s);
    const auto match = form.match(cell);
    if (!match.hasMatch()) {
        row.fault = u"The second cell is not `Class::member` (`header`)."_s;
    }
    row.className = match.captured(1);
    row.member = match.captured(2);
    row.header = match.captured(3);
}

void readProofs(const QString &cell, Row &row)
{
    static const QRegularExpression form(u"^`(tests/[\\w/]+\\.cpp): (\\w+)`$"_s);
    const auto proofs = cell.split(u", "_s);
    for (const auto &proof : proofs) {
        const auto match = form.match(proof);
        if (!match.hasMatch()) {
            row.fault = u"The third cell is not a list of `file: function`."_s;
        }
        row.proofs.append({match.captured(1), match.captured(2)});
    }
}

QList<Row> readRows(const QString &document)
{
    QList<Row> rows;
    const auto lines = document.split(u'\n');
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const auto &line = lines.at(i);
        if (!line.startsWith(u'|') || line.startsWith("|---"_L1) ||
            line == "| SDK | Ours | Proved by | Differs |"_L1) {
            continue;
        }
        Row row;
        row.line = static_cast<int>(i + 1);
        const auto cells = line.split(u'|');
        if (cells.size() != 6) {
            row.fault = u"There are not four cells."_s;
        } else {
            row.item = cells.at(1).trimmed().remove(u'`');
            readOurs(cells.at(2).trimmed(), row);
            readProofs(cells.at(3).trimmed(), row);
        }
        if (row.fault.isEmpty() && row.item.isEmpty()) {
            row.fault = u"The first cell is empty."_s;
        }
        rows.append(row);
    }
    return rows;
}

/// Why what a row calls ours is not there; empty when it is.
QString faultOfOurs(const Row &row)
{
    const auto header = textOf(row.header);
    if (!header) {
        return u"There is no %1."_s.arg(row.header);
    }
    const auto code = withoutComments(*header);
    const auto offered = publicPartOf(code, row.className);
    if (row.member.isEmpty()) {
        return offered || hasWord(code, row.className)
                   ? QString()
                   : u"%1 does not know %2."_s.arg(row.header, row.className);
    }
    if (!offered) {
        return u"%1 does not define %2."_s.arg(row.header, row.className);
    }
    return hasWord(*offered, row.member) ? QString()
                                         : u"%1 has no public %2."_s.arg(row.className, row.member);
}

/// Why a test proves nothing: it is not there, or its file is not built. Empty when it does.
QString faultOfProof(const Proof &proof)
{
    const auto test = textOf(proof.file);
    if (!test) {
        return u"There is no %1."_s.arg(proof.file);
    }
    const auto slots = withoutComments(test->mid(test->indexOf("Q_SLOTS:"_L1)));
    const QRegularExpression slot(u"\\bvoid\\s+%1\\(\\)"_s.arg(proof.function));
    if (!slot.match(slots).hasMatch()) {
        return u"%1 has no test %2."_s.arg(proof.file, proof.function);
    }
    const QFileInfo file(proof.file);
    const auto build = textOf(file.path() + u"/CMakeLists.txt"_s);
    return build && hasWord(*build, file.fileName()) ? QString() : u"%1 is not built."_s.arg(proof.file);
}

} // namespace

/// What docs/sdk-parity.md says of the SDK's items is so, and it forgets none.
class TestSdkParity : public QObject {
    Q_OBJECT

    QList<Row> m_rows;
    QSet<QString> m_items;

    /// A file of the contract, where that is at hand.
    [[nodiscard]] static std::optional<QString> contractText(const QString &name)
    {
        const auto folder =
            qEnvironmentVariable("KOYEB_CONTRACT", QStringLiteral(PROJECT_FOLDER "/../shared/contract"));
        QFile file(QDir(folder).filePath(name));
        return file.open(QIODevice::ReadOnly) ? std::optional(QString::fromUtf8(file.readAll()))
                                              : std::nullopt;
    }

    /// Calls of the asynchronous half count as the others', and those of the executor as exec()'s.
    [[nodiscard]] bool hasRow(const QString &item) const
    {
        const auto call = u"SandboxExecutor.__call__("_s;
        return m_items.contains(item) || (item.startsWith("Async"_L1) && hasRow(item.mid(5))) ||
               (item.startsWith(call) && hasRow(u"Sandbox.exec("_s + item.mid(call.size())));
    }
    [[nodiscard]] bool isMentioned(const QString &word) const
    {
        return std::any_of(
            m_items.cbegin(), m_items.cend(), [&word](const QString &item) { return hasWord(item, word); });
    }

private Q_SLOTS:
    void initTestCase()
    {
        const auto document = textOf(u"docs/sdk-parity.md"_s);
        QVERIFY(document);
        m_rows = readRows(*document);
        for (const auto &row : std::as_const(m_rows)) {
            m_items.insert(row.item);
        }
    }

    void everyRowNamesWhatIsThere()
    {
        QStringList faults;
        for (const auto &row : std::as_const(m_rows)) {
            QStringList found{row.fault};
            if (row.fault.isEmpty()) {
                found.append(faultOfOurs(row));
                for (const auto &proof : row.proofs) {
                    found.append(faultOfProof(proof));
                }
            }
            found.removeAll(QString());
            for (const auto &fault : std::as_const(found)) {
                faults.append(u"line %1, %2: %3"_s.arg(row.line).arg(row.item, fault));
            }
        }
        QVERIFY2(faults.isEmpty(), qUtf8Printable(faults.join(u'\n')));
    }

    void noItemHasTwoRows()
    {
        QSet<QString> seen;
        for (const auto &row : std::as_const(m_rows)) {
            QVERIFY2(!seen.contains(row.item), qUtf8Printable(row.item));
            seen.insert(row.item);
        }
    }

    void everyItemHasARow()
    {
        const auto items = QString::fromUtf8(sdkItems).split(u'\n', Qt::SkipEmptyParts);
        const QSet<QString> known(items.cbegin(), items.cend());
        QCOMPARE(known.size(), items.size());
        const auto missing = QStringList((known - m_items).values());
        QVERIFY2(missing.isEmpty(), qUtf8Printable(u"without a row: "_s + missing.join(u"; "_s)));
        const auto unknown = QStringList((m_items - known).values());
        QVERIFY2(unknown.isEmpty(), qUtf8Printable(u"not an item of the SDK: "_s + unknown.join(u"; "_s)));
    }

    void everyItemOfTheReferenceHasARow()
    {
        const auto text = contractText(u"python-sdk-reference.md"_s);
        if (!text) {
            QSKIP("The contract's files are not here; the list above stands for its reference.");
        }
        const SdkReference reference(*text);
        QStringList missing;
        for (const auto &item : reference.items()) {
            if (!hasRow(item)) {
                missing.append(item);
            }
        }
        for (const auto &word : reference.words()) {
            if (!isMentioned(word)) {
                missing.append(word);
            }
        }
        QVERIFY2(missing.isEmpty(), qUtf8Printable(missing.join(u'\n')));
        // And it was read: three in four rows come from there.
        const auto isOfReference = [&reference](const QString &item) {
            return reference.items().contains(item);
        };
        QVERIFY(std::count_if(m_items.cbegin(), m_items.cend(), isOfReference) * 4 > m_items.size() * 3);
    }

    void whatIsNewerThanTheReferenceHasARow()
    {
        const auto text = contractText(u"README.md"_s);
        if (!text) {
            QSKIP("The contract's files are not here; the list above stands for what they call newer.");
        }
        const auto from = text->indexOf("Newer than the reference"_L1);
        QVERIFY(from >= 0);
        const auto words = SdkReference::codeIn(text->mid(from));
        QVERIFY(!words.isEmpty());
        for (const auto &word : words) {
            QVERIFY2(isMentioned(word), qUtf8Printable(word));
        }
    }
};

QTEST_GUILESS_MAIN(TestSdkParity)
#include "test_sdkparity.moc"
