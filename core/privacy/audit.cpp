// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/audit.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

namespace fedcctr::privacy {

namespace {

constexpr std::size_t kLeastScores = 20;

/// ln P(X <= k) of a binomial distribution.
double logBinomialCdf(std::size_t k, std::size_t n, double p)
{
    if (p <= 0 || k >= n)
        return 0;
    if (p >= 1)
        return -std::numeric_limits<double>::infinity();
    const double trials = static_cast<double>(n);
    std::vector<double> terms;
    for (std::size_t i = 0; i <= k; ++i) {
        const double x = static_cast<double>(i);
        terms.push_back(std::lgamma(trials + 1) - std::lgamma(x + 1) - std::lgamma(trials - x + 1)
            + x * std::log(p) + (trials - x) * std::log1p(-p));
    }
    const double most = *std::ranges::max_element(terms);
    return most + std::log(std::accumulate(terms.begin(), terms.end(), 0.0, [most](double sum, double term) {
        return sum + std::exp(term - most);
    }));
}

/// Largest rate at which `successes` or fewer still have the given probability.
double upperRate(std::size_t successes, std::size_t trials, double probability)
{
    if (successes >= trials)
        return 1;
    double low = static_cast<double>(successes) / static_cast<double>(trials);
    double high = 1;
    for (int step = 0; step < 100; ++step) {
        const double middle = (low + high) / 2;
        (logBinomialCdf(successes, trials, middle) > std::log(probability) ? low : high) = middle;
    }
    return high;
}

/// Fires when the score is at least the threshold, or when it is below.
struct Rule {
    double threshold = 0;
    bool whenAbove = true;

    bool operator()(double score) const { return (score >= threshold) == whenAbove; }
};

std::size_t hits(std::span<const double> scores, const Rule& rule)
{
    return static_cast<std::size_t>(std::ranges::count_if(scores, rule));
}

/// ln((P - delta) / Q) for the event "rule fires" under the side that should fire more often.
double provedBy(std::size_t fired, std::size_t of, std::size_t firedOther, std::size_t ofOther, double delta,
    double confidence)
{
    // Each rate misses its bound with half of the error probability.
    const double low = clopperPearson(fired, of, confidence).low;
    const double high = clopperPearson(firedOther, ofOther, confidence).high;
    return low > delta && high > 0 ? std::log((low - delta) / high) : 0;
}

struct Halves {
    std::span<const double> choose;
    std::span<const double> measure;
};

Halves halved(const std::vector<double>& scores)
{
    const std::span<const double> all(scores);
    return {all.first(all.size() / 2), all.subspan(all.size() / 2)};
}

/// An attack: the rule, and whether it should fire on "with" (else on "without").
struct Attack {
    Rule rule;
    bool onWith = true;
};

/// About what provedBy() will say of these rates: the choice of the attack need not be exact, only the
/// measurement after it.
double promise(double truePositive, std::size_t of, double falsePositive, std::size_t ofOther, double delta)
{
    const auto spread = [](double rate, std::size_t count) {
        return 2 * std::sqrt(rate * (1 - rate) / static_cast<double>(count)) + 4 / static_cast<double>(count);
    };
    const double low = truePositive - spread(truePositive, of);
    const double high = falsePositive + spread(falsePositive, ofOther);
    return low > delta ? std::log((low - delta) / high) : -1;
}

Attack bestAttack(std::span<const double> withScores, std::span<const double> withoutScores, double delta)
{
    std::vector<double> sortedWith(withScores.begin(), withScores.end());
    std::vector<double> sortedWithout(withoutScores.begin(), withoutScores.end());
    std::ranges::sort(sortedWith);
    std::ranges::sort(sortedWithout);
    const auto shareAbove = [](const std::vector<double>& sorted, double value) {
        return static_cast<double>(sorted.end() - std::ranges::lower_bound(sorted, value))
            / static_cast<double>(sorted.size());
    };
    std::vector<double> all = sortedWith;
    all.insert(all.end(), sortedWithout.begin(), sortedWithout.end());
    std::ranges::sort(all);
    Attack best;
    double most = -2;
    for (std::size_t i = 0; i + 1 < all.size(); ++i) {
        const double t =
            all[i] / 2 + all[i + 1] / 2; // between two scores: what is like them falls on their side
        for (const bool whenAbove : {true, false}) {
            const auto share = [&](const std::vector<double>& sorted) {
                return whenAbove ? shareAbove(sorted, t) : 1 - shareAbove(sorted, t);
            };
            const double with = share(sortedWith);
            const double without = share(sortedWithout);
            const double onWith = promise(with, sortedWith.size(), without, sortedWithout.size(), delta);
            const double onWithout = promise(without, sortedWithout.size(), with, sortedWith.size(), delta);
            if (std::max(onWith, onWithout) > most) {
                most = std::max(onWith, onWithout);
                best = {{t, whenAbove}, onWith >= onWithout};
            }
        }
    }
    return best;
}

} // namespace

std::vector<RocPoint> rocCurve(const MembershipScores& scores)
{
    std::vector<std::pair<double, bool>> all;
    for (const double score : scores.with)
        all.emplace_back(score, true);
    for (const double score : scores.without)
        all.emplace_back(score, false);
    std::ranges::sort(all, [](const auto& x, const auto& y) { return x.first > y.first; });
    std::vector<RocPoint> curve{{0, 0}};
    std::size_t with = 0;
    std::size_t without = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        ++(all[i].second ? with : without);
        if (i + 1 == all.size() || all[i + 1].first != all[i].first)
            curve.push_back({static_cast<double>(without) / static_cast<double>(scores.without.size()),
                static_cast<double>(with) / static_cast<double>(scores.with.size())});
    }
    return curve;
}

double areaUnder(std::span<const RocPoint> roc)
{
    double area = 0;
    for (std::size_t i = 1; i < roc.size(); ++i)
        area += (roc[i].falsePositive - roc[i - 1].falsePositive)
            * (roc[i].truePositive + roc[i - 1].truePositive) / 2;
    return area;
}

Interval clopperPearson(std::size_t successes, std::size_t trials, double confidence)
{
    const double missed = (1 - confidence) / 2;
    return {1 - upperRate(trials - successes, trials, missed), upperRate(successes, trials, missed)};
}

EmpiricalEpsilon empiricalEpsilon(const MembershipScores& scores, double delta, double confidence)
{
    if (std::min(scores.with.size(), scores.without.size()) < kLeastScores)
        throw Error(
            "membership test: needs at least " + std::to_string(kLeastScores) + " releases on each side");
    const Halves with = halved(scores.with);
    const Halves without = halved(scores.without);
    const Attack attack = bestAttack(with.choose, without.choose, delta);
    const std::size_t firedWith = hits(with.measure, attack.rule);
    const std::size_t firedWithout = hits(without.measure, attack.rule);

    EmpiricalEpsilon result;
    result.confidence = confidence;
    result.trials = with.measure.size() + without.measure.size();
    const double rateWith = static_cast<double>(firedWith) / static_cast<double>(with.measure.size());
    const double rateWithout =
        static_cast<double>(firedWithout) / static_cast<double>(without.measure.size());
    result.truePositive = attack.onWith ? rateWith : rateWithout;
    result.falsePositive = attack.onWith ? rateWithout : rateWith;
    result.epsilon = std::max(0.0,
        attack.onWith ? provedBy(
            firedWith, with.measure.size(), firedWithout, without.measure.size(), delta, confidence)
                      : provedBy(firedWithout, without.measure.size(), firedWith, with.measure.size(), delta,
                          confidence));
    return result;
}

double mostProvable(std::size_t releasesPerSide, double delta, double confidence)
{
    const std::size_t measured = releasesPerSide - releasesPerSide / 2;
    return std::max(0.0, provedBy(measured, measured, 0, measured, delta, confidence));
}

double logLikelihoodRatio(
    std::span<const float> seen, std::span<const float> with, std::span<const float> without, double sigma)
{
    double sum = 0;
    for (std::size_t i = 0; i < seen.size(); ++i) {
        const double a = with[i];
        const double b = without[i];
        sum += (a - b) * (seen[i] - (a + b) / 2);
    }
    return sum / (sigma * sigma);
}

std::vector<EmpiricalEpsilon> auditBlocks(
    std::span<const BlockScores> blocks, double delta, double confidence)
{
    const double each = 1 - (1 - confidence) / static_cast<double>(std::max<std::size_t>(1, blocks.size()));
    std::vector<EmpiricalEpsilon> results;
    for (const BlockScores& block : blocks)
        results.push_back(empiricalEpsilon(block.scores, delta, each));
    return results;
}

LeakageReport leakageOf(std::span<const double> scores, std::span<const std::int32_t> held)
{
    std::vector<char> isHeld(scores.size(), 0);
    for (const std::int32_t item : held)
        isHeld[static_cast<std::size_t>(item)] = 1;
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t x, std::size_t y) {
        return scores[x] != scores[y] ? scores[x] > scores[y] : isHeld[x] < isHeld[y];
    });
    LeakageReport report;
    report.held = held.size();
    for (std::size_t i = 0; i < held.size(); ++i)
        report.found += isHeld[order[i]] != 0 ? 1U : 0U;
    report.chance = static_cast<double>(held.size()) / static_cast<double>(scores.size());
    report.precision =
        held.empty() ? 0 : static_cast<double>(report.found) / static_cast<double>(held.size());
    MembershipScores sides;
    for (std::size_t i = 0; i < scores.size(); ++i)
        (isHeld[i] != 0 ? sides.with : sides.without).push_back(scores[i]);
    report.auc = sides.with.empty() || sides.without.empty() ? 0.5 : areaUnder(rocCurve(sides));
    return report;
}

} // namespace fedcctr::privacy
