// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/calibration.h"
#include "core/privacy/options.h"

#include <QJsonObject>
#include <QStringList>

#include <functional>

namespace fedcctr::studio {

/// What the Privacy lab works out from the other knobs.
enum class Unknown { Nothing, Sigma0, Rounds, Epsilon };

/// In how many rounds the client in question takes part.
enum class Attendance {
    Expected, ///< rho T, rounded up
    WorstCase, ///< all of them
    Own, ///< LabKnobs::participations
};

/// The knobs of the Privacy lab. A value.
struct LabKnobs {
    double epsilon = 1; ///< budget
    double delta = 1e-5;
    double sigma0 = 2; ///< in clip norms
    double decay = 0.997; ///< R
    double rate = 0.01; ///< rho
    int rounds = 600; ///< T
    double clipNorm = 1; ///< theta
    int clients = 2238; ///< N
    double order = 2; ///< zeta of Eq. 27
    int participations = 6;
    Attendance attendance = Attendance::Expected;
    privacy::Adversary adversary = privacy::Adversary::Local;
    privacy::NeighbouringRelation relation = privacy::NeighbouringRelation::Replace;
    privacy::ClientSampling sampling = privacy::ClientSampling::Poisson;
    privacy::Schedule schedule = privacy::Schedule::AdaLdp; ///< Static or AdaLdp
    std::string accountant = "eq27"; ///< whose epsilon is the budget
    Unknown unknown = Unknown::Nothing;

    bool operator==(const LabKnobs&) const = default;

    /// Rounds with the client, in this attendance.
    int charged() const;

    /// Share of the clients that a round draws: a whole number of them, where it is not each one's own coin.
    double drawnRate() const;

    /// Clients in a round, on average.
    double cohort() const { return drawnRate() * clients; }
};

inline constexpr int kMostLabRounds = 10'000;

/// The training as this accountant sees it: zeta applies to some only.
privacy::CalibrationProblem problemOf(const LabKnobs& knobs, const std::string& accountant);

/// "local", "aggregate", "released model".
QString adversaryName(privacy::Adversary adversary);

/// An epsilon with what belongs to it: "ε 0.998 (Eq. 27 as printed; no δ; local)".
QString epsilonWords(double epsilon, const QString& accountant, double delta, const QString& adversary);
QString epsilonWords(double epsilon, const LabKnobs& knobs, const std::string& accountant);

/// A number as the page shows it, with so many digits.
QString labNumber(double value, int digits = 3);

/// For state.json; what is missing or out of range keeps its value.
QJsonObject toJson(const LabKnobs& knobs);
LabKnobs knobsFromJson(const QJsonObject& json, LabKnobs knobs = {});

/// "key=value" for the Experiment page and the engine.
QStringList assignments(const LabKnobs& knobs);

/// From a run's settings ("privacy.epsilon", …), as far as the lab has a knob for them.
LabKnobs knobsFromSettings(const std::function<QString(const QString&)>& setting, LabKnobs knobs = {});

} // namespace fedcctr::studio
