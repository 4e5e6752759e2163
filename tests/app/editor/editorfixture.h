// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "../files/sandboxfixture.h"
#include "editor/codeview.h"

#include <QLabel>
#include <QPushButton>
#include <QtTest>

#include <algorithm>

namespace Koyeb::Test {

constexpr int editorPatienceMs = 30'000;

/// A sandbox with files to edit.
class EditorFixture : public SandboxFixture {
public:
    void put(const QByteArray &path, const QByteArray &content)
    {
        const auto written = await(sandbox()->files().write(path, content, {}));
        QVERIFY2(written && *written, path.constData());
    }
    [[nodiscard]] QByteArray get(const QByteArray &path)
    {
        const auto content = await(sandbox()->files().read(path, {}));
        return content && *content ? **content : QByteArray("no such file");
    }
    [[nodiscard]] static RemoteEntry file(const QByteArray &name, quint32 mode = 0644)
    {
        RemoteEntry entry;
        entry.name = name;
        entry.type = RemoteEntry::Type::File;
        entry.mode = mode;
        return entry;
    }
};

/// The visible button with this text within a widget, or null.
[[nodiscard]] inline QPushButton *buttonIn(const QWidget &widget, const QString &text)
{
    const auto buttons = widget.findChildren<QPushButton *>();
    const auto found = std::find_if(buttons.begin(), buttons.end(), [&text](const QPushButton *button) {
        return button->isVisible() && button->text().remove(u'&') == text;
    });
    return found == buttons.end() ? nullptr : *found;
}

/// Whether a visible label says this.
[[nodiscard]] inline bool saysIn(const QWidget &widget, const QString &text)
{
    const auto labels = widget.findChildren<QLabel *>();
    return std::any_of(labels.begin(), labels.end(), [&text](const QLabel *label) {
        return label->isVisible() && label->text().contains(text);
    });
}

} // namespace Koyeb::Test
