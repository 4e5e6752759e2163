// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apiclient.h"
#include "core/result.h"

#include <QCoroTask>

namespace Koyeb {

/// What deleting a sandbox takes with it.
struct DeletionPlan {
    QString serviceId;         ///< The sandbox's id.
    QString serviceName;       ///< The sandbox's name.
    QString appId;             ///< Of the app that it is in.
    QString appName;           ///< Of the app that it is in.
    QStringList otherServices; ///< Names of the app's other services, which stay, and with them the app.
    bool appGoesToo = false;   ///< The app holds nothing else and is removed when it is empty.
};

/// Looks up what a deletion would take.
QCoro::Task<Result<DeletionPlan>> planDeletion(ApiClient &api, QString serviceId, std::stop_token stop);

/// Deletes the sandbox, waits until it is gone, then its app if `plan.appGoesToo` and it is still there and
/// still empty. Others' services are never deleted.
QCoro::Task<Result<void>> deleteSandbox(
    ApiClient &api, Clock &clock, DeletionPlan plan, std::stop_token stop);

/// Deletes what a creation may have left of which it could not be told: the app that was made for it, and the
/// sandbox in it. Both are found by their names. Success also when there is nothing; Conflict when the app
/// holds something else, which stays; Unsupported without a name, as where the app was not made for it.
QCoro::Task<Result<void>> deleteLeftover(
    ApiClient &api, Clock &clock, QString appName, QString sandboxName, std::stop_token stop);

} // namespace Koyeb
