// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/federation/forecast.h"
#include "core/privacy/guarantee.h"
#include "core/runs/parameter_count.h"

#include <optional>
#include <stop_token>

namespace fedcctr::runs {

/// Which client a forecast is about.
enum class Participation : std::uint8_t {
    All, ///< every client alike: all pay for every round
    Expected, ///< one that takes part as often as the average client, at even distances
    WorstCase, ///< one that is drawn as often as the sampling can draw it
};

struct CurvePoint {
    double round = 0; ///< from 1
    double value = 0;
};

/// One client followed through the planned rounds by the run's own ledger.
struct BudgetForecast {
    Participation participation = Participation::All;
    int uploads = 0; ///< rounds that are charged to it, within the planned ones
    int refused = 0; ///< planned round, from 1, that its budget does not allow any more; 0: none
    /// Rounds until then, counted beyond the planned ones too; `atLeast` if the search was given up.
    int lasts = 0;
    bool atLeast = false;
    std::vector<CurvePoint> spent; ///< epsilon under the accountant that governs
    std::vector<privacy::Spend> atEnd; ///< under every accountant that applies
};

/// What a configuration means for a dataset, computed without training.
struct RunForecast {
    double clientsPerRound = 0; ///< expected; under cyclic sampling of the largest group
    double uploadsPerClient = 0; ///< expected, while its budget lasts
    std::optional<std::int64_t> parameters;
    double memory = 0; ///< bytes of the parameters, their optimiser's moments, best copy and averaged upload
    std::optional<double> halfLife; ///< rounds in which sigma halves; none if it stays
    std::vector<CurvePoint> sigma; ///< sigma_t / theta of what the adversary sees
    std::vector<BudgetForecast> budgets; ///< All, or Expected and WorstCase; empty without noise
    /// Rounds that are done before all budgets are spent, as the run itself will draw its clients (another
    /// draw where that is secret); the planned ones where there is no noise or it would take long to play.
    int rounds = 0;
    std::optional<federation::SignalForecast> signal; ///< over these rounds
    std::vector<std::string> warnings; ///< what may be so, and should not
    std::vector<std::string> problems; ///< as settings::problems(), and what the ledger or the model refuses
};

/// Takes milliseconds to seconds, by the rounds and the accountant; after a stop the rest is empty.
RunForecast runForecast(
    const settings::Config& config, const Population& population, const std::stop_token& stop = {});

} // namespace fedcctr::runs
