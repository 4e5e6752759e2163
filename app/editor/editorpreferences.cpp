// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/editorpreferences.h"

#include <QSettings>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {
const auto programKey = u"editor/program"_s;
}

QString EditorPreferences::program() const
{
    return m_settings.value(programKey).toString();
}

void EditorPreferences::setProgram(const QString &program)
{
    m_settings.setValue(programKey, program);
}

} // namespace Koyeb::Desktop
