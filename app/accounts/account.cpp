// SPDX-License-Identifier: GPL-3.0-or-later
#include "accounts/account.h"

#include <QCoreApplication>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

QUrl tokenPage()
{
    return QUrl(u"https://app.koyeb.com/user/settings/api"_s);
}

QUrl defaultApiHost()
{
    return QUrl(u"https://app.koyeb.com"_s);
}

Account localAccount()
{
    return {
        .id = u"local"_s,
        .kind = AccountKind::Local,
        .host = {},
        .displayName = QCoreApplication::translate("Koyeb::Desktop::Account", "This computer")};
}

} // namespace Koyeb::Desktop
