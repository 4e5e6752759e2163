// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/downloadplan.h"

namespace Koyeb {

/// So many links on the way to something, as the kernel takes them: then it is a loop, whatever it looks
/// like.
inline constexpr int maximumLinksOnWay = 40;
/// So much is found behind links to folders, until no more of those are followed: a few folders full of links
/// to each other make more of it than anybody can mean.
inline constexpr qsizetype maximumItemsBehindLinks = 200'000;

/// Invalid with ENOENT: there is nothing that the link leads to, or it may not be looked at.
[[nodiscard]] Error linkLeadsNowhere();
/// Invalid with ELOOP: the link leads to a folder that it is in, or to itself.
[[nodiscard]] Error linkLeadsBack();
/// Invalid with EMLINK.
[[nodiscard]] Error linksLeadToTooMuch();

/// Puts in the place of the links of a plan what they lead to, and what is in that; what `selection` leaves
/// out is not followed, and null leaves out nothing. Links that lead nowhere, or back, become problems.
/// `shell` and `plan` outlive the call.
QCoro::Task<Result<void>> followLinks(
    SandboxShell &shell, QByteArray source, SandboxTools tools,
    std::shared_ptr<const TransferSelection> selection, DownloadPlan &plan, std::stop_token stop);

} // namespace Koyeb
