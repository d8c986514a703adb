// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace fedcctr::privacy {

/// Scores that an attacker gives to simulated releases; higher says "made from the client's own data". Each
/// release was made from either side of a neighbouring pair.
struct MembershipScores {
    std::vector<double> with; ///< the client's own data were used
    std::vector<double> without; ///< the neighbour's
};

/// One threshold of an attack.
struct RocPoint {
    double falsePositive = 0;
    double truePositive = 0;
};

/// Rates at every threshold, from (0, 0) to (1, 1); equal scores move together.
std::vector<RocPoint> rocCurve(const MembershipScores& scores);

double areaUnder(std::span<const RocPoint> roc);

struct Interval {
    double low = 0;
    double high = 1;
};

/// Clopper and Pearson's interval for a rate: `successes` of `trials` seen; each end is missed with
/// probability (1 - confidence) / 2 at most.
Interval clopperPearson(std::size_t successes, std::size_t trials, double confidence);

/// What an attack proves about a mechanism: with probability `confidence`, no (epsilon, delta) guarantee with
/// an epsilon below `epsilon` holds.
struct EmpiricalEpsilon {
    double epsilon = 0; ///< lower bound, 0 if nothing was proved
    double confidence = 0.95;
    double truePositive = 0; ///< of the threshold that proved it, on the scores it was not chosen on
    double falsePositive = 0;
    std::size_t trials = 0; ///< releases of both sides that the rates were measured on
};

/// A threshold and a direction are chosen on the first half of the scores, and the rates measured on the
/// other half: ln((TPR - delta) / FPR) with TPR at its lower and FPR at its upper end, and the same for the
/// complement. The scores of each side must be independent and in random order. Throws Error with fewer than
/// 20 on a side.
EmpiricalEpsilon empiricalEpsilon(const MembershipScores& scores, double delta, double confidence = 0.95);

/// The largest epsilon that n releases on each side can prove, if the attack never fails.
double mostProvable(std::size_t releasesPerSide, double delta, double confidence = 0.95);

/// Logarithm of the likelihood ratio of what was seen under two means and white noise of standard deviation
/// `sigma`: (<x, a - b> - (|a|^2 - |b|^2) / 2) / sigma^2. Spans of equal length.
double logLikelihoodRatio(
    std::span<const float> seen, std::span<const float> with, std::span<const float> without, double sigma);

/// The scores of an attack on one block of coordinates of the release.
struct BlockScores {
    std::string name; ///< e.g. the parameter tensor's
    MembershipScores scores;
};

/// The blocks' empirical epsilons, each at a confidence such that all hold together with the given one
/// (Bonferroni). A block that was left without noise shows here, however little it weighs in the whole.
std::vector<EmpiricalEpsilon> auditBlocks(
    std::span<const BlockScores> blocks, double delta, double confidence = 0.95);

/// How well a ranking of items by what leaks finds the items that a client has.
struct LeakageReport {
    std::size_t held = 0; ///< distinct items of the client
    std::size_t found = 0; ///< of them, among the `held` best ranked
    double precision = 0; ///< found / held; recall is the same number here
    double chance = 0; ///< the precision of a random ranking: held / items
    double auc = 0; ///< chance that a held item ranks above another one
};

/// `scores`: one per item, higher says held; `held`: item numbers, distinct. Ties count as half in auc and
/// are broken against the attacker in `found`.
LeakageReport leakageOf(std::span<const double> scores, std::span<const std::int32_t> held);

} // namespace fedcctr::privacy
