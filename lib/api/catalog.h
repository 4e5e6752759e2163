// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QMap>
#include <QString>
#include <QStringList>

#include <optional>

// What can be rented where, and for how much. Prices are decimal texts in USD; sizes are texts in decimal
// units.
namespace Koyeb {

/// A part of the world in which something can be rented.
struct Region {
    QString id;                   ///< e.g. `na`, `fra`
    QString name;                 ///< For people, English.
    QString status;               ///< `AVAILABLE`, `COMING_SOON`
    QString scope;                ///< `continental`, `metropolitan`
    QStringList instanceTypes;    ///< Ids of what is on sale there.
    QStringList datacenters = {}; ///< Ids.
    QStringList coordinates = {}; ///< Longitude and latitude as decimal texts, as the server orders them.
    bool volumesEnabled = false;  ///< Whether volumes can be had there.
    friend bool operator==(const Region &, const Region &) = default;
};

/// Graphics processors of an instance type.
struct Gpu {
    qint64 count = 0; ///< Of each instance.
    QString brand;    ///< e.g. `NVIDIA`
    QString name;     ///< e.g. `RTX 4000`
    QString memory;   ///< `20GB`
    friend bool operator==(const Gpu &, const Gpu &) = default;
};

/// A size of machine that can be rented.
struct InstanceType {
    QString id;                     ///< e.g. `micro`
    QString displayName;            ///< For people, English.
    QString description;            ///< For people, English.
    QString status;                 ///< `AVAILABLE`, `COMING_SOON`, `RESTRICTED`
    QString type;                   ///< `eco`, `standard`, `gpu`
    double vcpuShares = 0;          ///< Virtual processors; a fraction where they are shared.
    QString memory;                 ///< `512MB`
    QString disk;                   ///< `5GB`
    QString pricePerSecond;         ///< Of one instance
    QString priceHourly;            ///< Of one instance
    QString priceMonthly;           ///< Of one instance
    QStringList regions;            ///< Empty: no restriction
    QStringList requirePlan;        ///< Plans that may use it; empty: all
    QStringList serviceTypes;       ///< What it can run, as the API names it
    QStringList aliases;            ///< Other ids that mean the same.
    bool lightSleepEnabled = false; ///< Whether it can sleep lightly.
    bool volumesEnabled = false;    ///< Whether it can have volumes.
    std::optional<Gpu> gpu;         ///< Unset: it has none.
    friend bool operator==(const InstanceType &, const InstanceType &) = default;
};

/// How likely something can be had.
enum class Availability { Unknown, Low, Medium, High };

/// How likely an instance of some type can be had.
struct InstanceAvailability {
    Availability overall = Availability::Unknown; ///< Wherever it may be.
    QMap<QString, Availability> regions;          ///< By the region's id.
    friend bool operator==(const InstanceAvailability &, const InstanceAvailability &) = default;
};

/// By the instance type's id.
using CatalogUsage = QMap<QString, InstanceAvailability>;

/// A building with machines.
struct Datacenter {
    QString id;              ///< e.g. `par1`
    QString regionId;        ///< Of the region that it is in.
    QString domain;          ///< `https://<domain>/health` answers, which serves to measure its distance.
    QStringList coordinates; ///< As Region::coordinates.
    QStringList regions;     ///< Ids of all regions that it serves.
    bool useGpu = false;     ///< Whether it has some.
    friend bool operator==(const Datacenter &, const Datacenter &) = default;
};

} // namespace Koyeb
