// SPDX-License-Identifier: Apache-2.0
#include "local/agent/boundport.h"

namespace Koyeb::Local {

std::string BoundPort::current() const
{
    const std::lock_guard lock(m_mutex);
    return m_port;
}

BoundPort::BindResult BoundPort::bind(const std::string &port)
{
    const std::lock_guard lock(m_mutex);
    if (!m_port.empty())
        return BindResult::AlreadyBound;
    m_port = port;
    return BindResult::Bound;
}

void BoundPort::unbind()
{
    const std::lock_guard lock(m_mutex);
    m_port.clear();
}

} // namespace Koyeb::Local
