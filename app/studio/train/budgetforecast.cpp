// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/train/budgetforecast.h"

#include "core/federation/forecast.h"

#include <exception>

namespace fedcctr::studio {

namespace {

constexpr int kPoints = 200;

} // namespace

std::vector<QPointF> forecastBudget(const runs::RunConfig& settings, int clients)
{
    // Of another version: there is no forecast, and the run itself tells what it spends.
    if (!settings.others.empty())
        return {};
    const settings::Config& config = settings.config;
    if (config.federation.client == federation::Client::Silo)
        return {}; // each market draws its own users
    try {
        federation::ForecastRequest request{config.federation, config.privacy};
        request.seed = config.run.seed;
        request.points = kPoints;
        std::vector<QPointF> points;
        if (const auto found = federation::forecast(request, static_cast<std::size_t>(clients)))
            for (const federation::SpentPoint& spent : found->spent)
                points.emplace_back(spent.round, spent.epsilon);
        return points;
    } catch (const std::exception&) {
        return {};
    }
}

} // namespace fedcctr::studio
