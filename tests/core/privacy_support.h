// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/training_plan.h"
#include "tests/core/golden.h"

#include <QTest>

#include <cmath>
#include <string>
#include <vector>

namespace fedcctr::test {

inline bool near(double found, double expected, double relative, double absolute = 0)
{
    return found == expected || std::abs(found - expected) <= relative * std::abs(expected) + absolute;
}

inline QByteArray difference(const std::string& what, double found, double expected)
{
    return QStringLiteral("%1: %2 instead of %3")
        .arg(QString::fromStdString(what))
        .arg(found, 0, 'g', 17)
        .arg(expected, 0, 'g', 17)
        .toUtf8();
}

/// Rounds with Poisson sampling, one client added or removed: the golden file's z is sigma.
inline privacy::TrainingPlan poissonPlan(double rate)
{
    privacy::TrainingPlan plan;
    plan.adversary = privacy::Adversary::ReleasedModel;
    plan.relation = privacy::Relation::AddRemove;
    plan.sampling = privacy::ClientSampling::Poisson;
    plan.rate = rate;
    return plan;
}

inline privacy::TrainingPlan poissonPlan(double rate, double sigma0, double rounds, double decay = 1)
{
    privacy::TrainingPlan plan = poissonPlan(rate);
    privacy::applySchedule(plan, {sigma0, decay, rounds, 0});
    return plan;
}

/// Rounds without replacement, one client replaced: sigma is twice the golden file's z_replace.
inline privacy::TrainingPlan fixedPlan(double rate, double noise, double rounds, double decay = 1)
{
    privacy::TrainingPlan plan = poissonPlan(rate);
    plan.relation = privacy::Relation::Replace;
    plan.sampling = privacy::ClientSampling::Fixed;
    privacy::applySchedule(plan, {2 * noise, decay, rounds, 0});
    return plan;
}

/// A client that the server sees in all rounds, one replaced.
inline privacy::TrainingPlan localPlan(double sigma0, double rounds, double decay = 1)
{
    privacy::TrainingPlan plan;
    privacy::applySchedule(plan, {sigma0, decay, rounds, rounds});
    return plan;
}

inline std::vector<double> standardOrders()
{
    return golden()["orders_standard"].get<std::vector<double>>();
}

} // namespace fedcctr::test

/// Fails naming the case; further arguments: relative and absolute tolerance.
#define CHECK_NEAR(what, found, expected, ...)                                                               \
    do {                                                                                                     \
        const double foundValue = (found);                                                                   \
        const double expectedValue = (expected);                                                             \
        QVERIFY2(fedcctr::test::near(foundValue, expectedValue, __VA_ARGS__),                                \
            fedcctr::test::difference((what), foundValue, expectedValue).constData());                       \
    } while (false)
