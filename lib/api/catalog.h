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

struct Region {
    QString id;
    QString name;
    QString status;            ///< `AVAILABLE`, `COMING_SOON`
    QString scope;             ///< `continental`, `metropolitan`
    QStringList instanceTypes; ///< Ids of what is on sale there.
    QStringList datacenters = {};
    QStringList coordinates = {}; ///< Longitude and latitude as decimal texts, as the server orders them.
    bool volumesEnabled = false;
    friend bool operator==(const Region &, const Region &) = default;
};

struct Gpu {
    qint64 count = 0;
    QString brand;
    QString name;
    QString memory; ///< `20GB`
    friend bool operator==(const Gpu &, const Gpu &) = default;
};

struct InstanceType {
    QString id;
    QString displayName;
    QString description;
    QString status; ///< `AVAILABLE`, `COMING_SOON`, `RESTRICTED`
    QString type;   ///< `eco`, `standard`, `gpu`
    double vcpuShares = 0;
    QString memory;         ///< `512MB`
    QString disk;           ///< `5GB`
    QString pricePerSecond; ///< Of one instance
    QString priceHourly;
    QString priceMonthly;
    QStringList regions;      ///< Empty: no restriction
    QStringList requirePlan;  ///< Plans that may use it; empty: all
    QStringList serviceTypes; ///< What it can run, as the API names it
    QStringList aliases;
    bool lightSleepEnabled = false;
    bool volumesEnabled = false;
    std::optional<Gpu> gpu;
    friend bool operator==(const InstanceType &, const InstanceType &) = default;
};

enum class Availability { Unknown, Low, Medium, High };

/// How likely an instance of some type can be had.
struct InstanceAvailability {
    Availability overall = Availability::Unknown;
    QMap<QString, Availability> regions; ///< By the region's id.
    friend bool operator==(const InstanceAvailability &, const InstanceAvailability &) = default;
};

/// By the instance type's id.
using CatalogUsage = QMap<QString, InstanceAvailability>;

struct Datacenter {
    QString id; ///< e.g. `par1`
    QString regionId;
    QString domain; ///< `https://<domain>/health` answers, which serves to measure its distance.
    QStringList coordinates;
    QStringList regions;
    bool useGpu = false;
    friend bool operator==(const Datacenter &, const Datacenter &) = default;
};

} // namespace Koyeb
