// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/budgetforecast.h"

#include "core/experiment/config.h"
#include "core/experiment/run_notes.h"
#include "core/federation/forecast.h"

#include <QJsonDocument>

#include <exception>
#include <nlohmann/json.hpp>

namespace fedcctr::studio {

namespace {

constexpr int kPoints = 200;

experiment::Config configFrom(const QJsonObject& json)
{
    nlohmann::json document = nlohmann::json::parse(QJsonDocument(json).toJson().toStdString());
    // A run's own config.json may be given as it is.
    for (const std::string_view own : experiment::kRunNotes)
        document.erase(std::string(own));
    experiment::Config config;
    experiment::readJson(config, document, "the run");
    return config;
}

} // namespace

std::vector<QPointF> forecastBudget(const QJsonObject& json, int clients)
{
    try {
        const experiment::Config config = configFrom(json);
        federated::ForecastRequest request{config.federation, config.privacy};
        request.seed = config.run.seed;
        request.points = kPoints;
        std::vector<QPointF> points;
        if (const auto found = federated::forecast(request, static_cast<std::size_t>(clients)))
            for (const federated::SpentPoint& spent : found->spent)
                points.emplace_back(spent.round, spent.epsilon);
        return points;
    } catch (const std::exception&) {
        // Settings of another version: there is no forecast, and the run itself tells what it spends.
        return {};
    }
}

} // namespace fedcctr::studio
