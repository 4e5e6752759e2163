// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <QJsonObject>
#include <QString>

#include <chrono>
#include <optional>

namespace Koyeb::Reliability {

/// Something that the engine is told to do wrong.
struct Fault {
    /// Where it meets a request.
    enum class Place {
        Request,    ///< One that the engine has read, at least in part.
        Connection, ///< One that was accepted and not read.
        Port        ///< Nobody listens.
    };
    /// What is wrong with an answer that says that all is well.
    enum class Damage { None, NotJson, WrongTypes };

    QString name; ///< Short, for the table.
    QString meaning;
    QJsonObject instruction;            ///< The members of a fault of docs/local-engine.md.
    std::optional<ErrorKind> seen = {}; ///< How it fails one attempt; unset: not by itself.
    Damage damage = Damage::None;
    Place place = Place::Request;
    bool isSilent = false; ///< The client learns of it only by waiting.
    /// How long the server asks the client to wait.
    std::optional<std::chrono::seconds> asksFor = {};
    bool isAlways = false; ///< Every attempt meets it; otherwise the first.

    /// Whether the request is carried out though its answer does not arrive whole.
    [[nodiscard]] bool isCarriedOut() const;
    /// Whether an operation could fail by it.
    [[nodiscard]] bool isHarmful() const { return seen || damage != Damage::None; }
    /// Whether Qt itself sends a repeatable request again, which the library does not see.
    [[nodiscard]] bool breaksConnection() const { return instruction.contains(QLatin1String("reset")); }
    /// Whether the request is carried out and nothing of the answer arrives.
    [[nodiscard]] bool performs() const { return instruction.contains(QLatin1String("perform")); }
};

/// All of them.
[[nodiscard]] const QList<Fault> &faults();

} // namespace Koyeb::Reliability
