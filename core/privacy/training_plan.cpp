// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/training_plan.h"

#include "core/base/error.h"

#include <cmath>
#include <sstream>
#include <string>

namespace fedcctr::privacy {

namespace {

[[noreturn]] void reject(const std::string& name, double found, const std::string& wanted)
{
    std::ostringstream text;
    text << name << " is " << found << ", but has to be " << wanted;
    throw Error(text.str());
}

bool isCount(double number)
{
    constexpr double kMost = 1e15; // all whole numbers up to here are doubles
    return number >= 0 && number <= kMost && number == std::floor(number);
}

void check(const ScheduleShape& shape)
{
    if (!(shape.sigma0 >= 0) || std::isinf(shape.sigma0))
        reject("sigma_0", shape.sigma0, "a number from 0");
    if (!(shape.decay > 0 && shape.decay <= 1))
        reject("the decay R", shape.decay, "in (0, 1]");
    if (!isCount(shape.rounds))
        reject("the number of rounds", shape.rounds, "a whole number from 0");
    constexpr double kMostLevels = 1e7;
    if (shape.decay < 1 && shape.rounds > kMostLevels)
        reject("the number of rounds", shape.rounds, "at most 1e7 when the noise decays");
    if (!isCount(shape.participations))
        reject("the number of participations", shape.participations, "a whole number from 0");
    if (shape.participations > shape.rounds)
        reject("the number of participations", shape.participations, "at most that of the rounds");
}

} // namespace

void applySchedule(TrainingPlan& plan, const ScheduleShape& shape)
{
    check(shape);
    plan.rounds.clear();
    plan.participations.clear();
    if (shape.decay == 1) {
        if (shape.rounds > 0)
            plan.rounds.push_back({shape.sigma0, shape.rounds});
        if (shape.participations > 0)
            plan.participations.push_back({shape.sigma0, shape.participations});
        return;
    }
    const auto rounds = static_cast<long>(shape.rounds);
    plan.rounds.reserve(static_cast<std::size_t>(rounds));
    for (long round = 0; round < rounds; ++round)
        plan.rounds.push_back({shape.sigma0 * std::pow(shape.decay, static_cast<double>(round)), 1});
    plan.participations.assign(
        plan.rounds.end() - static_cast<long>(shape.participations), plan.rounds.end());
}

} // namespace fedcctr::privacy
