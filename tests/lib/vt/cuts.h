// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTest>
#include <string_view>

/// Gives `receive` the two parts of a stream for each place where it may arrive in two, until one fails the
/// test.
template<typename Receive> void forEachCut(std::string_view stream, Receive receive)
{
    for (std::size_t cut = 0; cut <= stream.size() && !QTest::currentTestFailed(); ++cut) {
        receive(stream.substr(0, cut), stream.substr(cut));
    }
}
