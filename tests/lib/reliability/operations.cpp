// SPDX-License-Identifier: Apache-2.0
#include "operations.h"

namespace Koyeb::Reliability {

using namespace Qt::Literals::StringLiterals;

const QList<Room> &rooms()
{
    static const QList<Room> all{
        {u"The control plane: apps, services, deployments and instances"_s, apiOperations()},
        {u"The control plane: the other resources"_s, resourceOperations()},
        {u"A sandbox's executor"_s, executorOperations()},
        {u"A sandbox's files"_s, fileOperations()},
        {u"Uploads and downloads"_s, transferOperations()},
        {u"A sandbox's processes, ports and life"_s, sandboxOperations()},
    };
    return all;
}

} // namespace Koyeb::Reliability
