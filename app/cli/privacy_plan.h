// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/arguments.h"
#include "core/privacy/calibration.h"
#include "core/privacy/guarantee.h"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fedcctr::cli {

inline constexpr std::array kAdversaries{
    privacy::Adversary::Local, privacy::Adversary::Aggregate, privacy::Adversary::ReleasedModel};

/// The options that describe a training to an accountant.
std::vector<OptionSpec> planOptions();

/// "--mechanism-noise 1 2 3" as three options, since an option of Arguments takes one value.
std::vector<std::string> spreadNoise(std::span<const std::string> words);

/// The training that the options describe. Throws Error naming the option that does not fit.
privacy::TrainingPlan planOf(const Arguments& arguments);

/// The same in parts, for calibration: adversary, relation and sampling, but no rounds.
privacy::TrainingPlan planWithoutRounds(const Arguments& arguments);

/// --sigma0, --decay, --rounds and --participations; sigma in clip norms. `roundsKnown` false: the rounds are
/// solved for and limit nothing yet.
privacy::ScheduleShape shapeOf(const Arguments& arguments, bool roundsKnown);

double clipOf(const Arguments& arguments);
double deltaOf(const Arguments& arguments);
std::optional<double> orderOf(const Arguments& arguments);

/// The accountant of that name. Throws Error naming the option and the known ones.
const privacy::AccountantInfo& accountantOf(std::string_view option, const std::string& word);

} // namespace fedcctr::cli
