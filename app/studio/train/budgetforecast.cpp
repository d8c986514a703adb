// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/train/budgetforecast.h"

#include "core/federation/forecast.h"
#include "core/settings/config.h"

#include <QJsonDocument>

#include <exception>
#include <nlohmann/json.hpp>

namespace fedcctr::studio {

namespace {

constexpr int kPoints = 200;

settings::Config configFrom(const QJsonObject& json)
{
    const nlohmann::json document = nlohmann::json::parse(QJsonDocument(json).toJson().toStdString());
    settings::Config config;
    settings::readJson(config, document, "the run");
    return config;
}

} // namespace

std::vector<QPointF> forecastBudget(const QJsonObject& json, int clients)
{
    try {
        const settings::Config config = configFrom(json);
        federation::ForecastRequest request{config.federation, config.privacy};
        request.seed = config.run.seed;
        request.points = kPoints;
        std::vector<QPointF> points;
        if (const auto found = federation::forecast(request, static_cast<std::size_t>(clients)))
            for (const federation::SpentPoint& spent : found->spent)
                points.emplace_back(spent.round, spent.epsilon);
        return points;
    } catch (const std::exception&) {
        // Settings of another version: there is no forecast, and the run itself tells what it spends.
        return {};
    }
}

} // namespace fedcctr::studio
