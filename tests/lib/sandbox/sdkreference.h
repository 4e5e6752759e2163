// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QRegularExpression>
#include <QString>
#include <QStringList>

namespace Koyeb::Test {

/// Reads the SDK's reference, a Markdown document, for what it offers. Items are `Class`, `Class.member` and
/// `Class.method(parameter = default)`; words are what else it sets in code.
class SdkReference {
public:
    explicit SdkReference(const QString &markdown)
    {
        const auto lines = markdown.split(u'\n');
        for (const auto &line : lines) {
            take(line);
        }
        m_items.removeDuplicates();
        m_words.removeDuplicates();
    }

    [[nodiscard]] const QStringList &items() const { return m_items; }
    [[nodiscard]] const QStringList &words() const { return m_words; }

    /// All that a line sets in code.
    [[nodiscard]] static QStringList codeIn(const QString &line)
    {
        static const QRegularExpression code(QStringLiteral("`([^`]+)`"));
        QStringList all;
        auto matches = code.globalMatch(line);
        while (matches.hasNext()) {
            all.append(matches.next().captured(1));
        }
        return all;
    }

private:
    void take(const QString &line)
    {
        static const QRegularExpression listOf(QStringLiteral("^`(\\w+)`(?: fields)?:$"));
        const auto list = listOf.match(line);
        if (line.startsWith(QLatin1String("```"))) {
            m_isProgram = !m_isProgram;
        } else if (m_isProgram || line.isEmpty()) {
            return;
        } else if (line.startsWith(QLatin1String("## "))) {
            beginSection(line.mid(3));
        } else if (!m_isWanted) {
            return;
        } else if (list.hasMatch()) {
            m_listed = list.captured(1);
        } else if (line.at(0).isSpace()) {
            m_words += codeIn(line);
        } else if (
            line.startsWith(QLatin1String("- ")) || line.startsWith(u'`') ||
            line.startsWith(QLatin1String("Async: "))) {
            takeEntry(codeIn(line));
        } else {
            m_listed.clear(); // A heading without marks.
        }
    }

    void beginSection(const QString &heading)
    {
        static const QStringList prose{
            QStringLiteral("Install"), QStringLiteral("Default sandbox image"),
            QStringLiteral("Usage examples")};
        m_isWanted = !prose.contains(heading);
        m_isExports = heading == QLatin1String("Exports");
        m_isCreate = heading.startsWith(QLatin1String("Sandbox.create"));
        m_listed.clear();
        if (const auto names = codeIn(heading); !names.isEmpty()) {
            m_owner = names.first();
        } else {
            m_owner = heading.startsWith(QLatin1String("Async")) ? QStringLiteral("AsyncSandbox")
                                                                 : QStringLiteral("Sandbox");
        }
    }

    void takeEntry(const QStringList &code)
    {
        static const QRegularExpression method(QStringLiteral("^([\\w.]+)\\((.*)\\)(?: -> .*)?$"));
        static const QRegularExpression field(QStringLiteral("^\\w+: "));
        for (qsizetype i = 0; i < code.size(); ++i) {
            const auto &text = code.at(i);
            const auto call = method.match(text);
            if (m_isExports) {
                m_items.append(text);
            } else if (text.startsWith(QLatin1String("__")) && text.endsWith(QLatin1String("__"))) {
                m_items.append(owned(text));
            } else if (i > 0) {
                m_words.append(text); // Said about the entry.
            } else if (call.hasMatch()) {
                takeMethod(call.captured(1), call.captured(2));
            } else if (field.match(text).hasMatch()) {
                m_items.append(
                    m_isCreate ? QStringLiteral("Sandbox.create(%1)").arg(parameter(text))
                               : owned(parameter(text)));
            } else {
                m_words.append(text);
            }
        }
    }

    void takeMethod(const QString &name, const QString &parameters)
    {
        const auto whole = name.contains(u'.') ? name : owned(name);
        m_items.append(whole);
        QString text;
        int depth = 0;
        for (const QChar c : parameters + u',') {
            depth += c == u'[' ? 1 : c == u']' ? -1 : 0;
            if (c != u',' || depth > 0) {
                text += c;
                continue;
            }
            if (!text.isEmpty() && text != QLatin1String("...")) {
                m_items.append(QStringLiteral("%1(%2)").arg(whole, parameter(text.trimmed())));
            }
            text.clear();
        }
    }

    /// Without its type: `timeout = 30` of `timeout: int = 30`.
    [[nodiscard]] static QString parameter(const QString &text)
    {
        static const QRegularExpression typed(QStringLiteral("^(\\w+)(?:: .*?)?( = .*)?$"));
        const auto match = typed.match(text);
        return match.captured(1) + match.captured(2);
    }

    [[nodiscard]] QString owned(const QString &name) const
    {
        return (m_listed.isEmpty() ? m_owner : m_listed) + u'.' + name;
    }

    QStringList m_items;
    QStringList m_words;
    QString m_owner;  ///< The class that a section is about.
    QString m_listed; ///< The one whose members follow within a section.
    bool m_isProgram = false;
    bool m_isWanted = false;
    bool m_isExports = false;
    bool m_isCreate = false;
};

} // namespace Koyeb::Test
