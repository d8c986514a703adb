// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/ctr.h"

#include "core/base/random.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string>

namespace fedcctr::evaluation {

namespace {

constexpr std::size_t kBins = 10;
constexpr std::uint64_t kBootstrapStream = 0xC7B0;

double logitOf(const CtrSample& sample)
{
    const auto logit = static_cast<double>(sample.logit);
    return std::isnan(logit) ? 0 : std::clamp(logit, -1e6, 1e6);
}

double probability(double logit)
{
    return 1 / (1 + std::exp(-logit));
}

/// Binary cross-entropy of sigmoid(logit), without overflow.
double crossEntropy(double logit, bool label)
{
    const double x = label ? -logit : logit;
    return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
}

/// Ones and zeros at one score, by weight.
struct Tally {
    double ones = 0;
    double zeros = 0;
    double below = 0; ///< pairs that are in order, ties half

    /// Scores must come in rising order, those that are equal at once.
    void add(double onesHere, double zerosHere)
    {
        below += onesHere * (zeros + zerosHere / 2);
        ones += onesHere;
        zeros += zerosHere;
    }

    std::optional<double> auc() const
    {
        return ones > 0 && zeros > 0 ? std::optional(below / (ones * zeros)) : std::nullopt;
    }
};

/// What one user's samples add up to.
struct UserSums {
    double samples = 0;
    double ones = 0;
    double loss = 0;
    double expected = 0;
    double aucWeight = 0; ///< samples, where the user has both labels
    double aucShare = 0; ///< times the user's AUC
};

/// The four figures at given weights of the users.
struct Figures {
    std::optional<double> auc;
    std::optional<double> gauc;
    double logLoss = 0;
    double calibration = 0;
};

class Samples {
public:
    explicit Samples(std::span<const CtrSample> samples)
        : m_samples(samples)
        , m_order(samples.size())
    {
        std::iota(m_order.begin(), m_order.end(), std::size_t{0});
        std::ranges::stable_sort(m_order, {}, [&](std::size_t i) { return logitOf(samples[i]); });
        for (std::size_t begin = 0; begin < samples.size();) {
            std::size_t end = begin;
            while (end < samples.size() && samples[end].user == samples[begin].user)
                m_number.push_back(m_users.size()), ++end;
            m_users.push_back(sumsOf(samples.subspan(begin, end - begin)));
            begin = end;
        }
    }

    std::size_t users() const { return m_users.size(); }

    Figures at(std::span<const double> weights) const
    {
        Figures figures;
        figures.auc = aucAt(weights);
        UserSums all;
        for (std::size_t u = 0; u < m_users.size(); ++u) {
            all.samples += weights[u] * m_users[u].samples;
            all.ones += weights[u] * m_users[u].ones;
            all.loss += weights[u] * m_users[u].loss;
            all.expected += weights[u] * m_users[u].expected;
            all.aucWeight += weights[u] * m_users[u].aucWeight;
            all.aucShare += weights[u] * m_users[u].aucShare;
        }
        if (all.aucWeight > 0)
            figures.gauc = all.aucShare / all.aucWeight;
        figures.logLoss = all.samples > 0 ? all.loss / all.samples : 0;
        figures.calibration = all.ones > 0 ? all.expected / all.ones : 0;
        return figures;
    }

private:
    static UserSums sumsOf(std::span<const CtrSample> own)
    {
        UserSums sums;
        sums.samples = static_cast<double>(own.size());
        for (const CtrSample& sample : own) {
            sums.ones += sample.label ? 1 : 0;
            sums.loss += crossEntropy(logitOf(sample), sample.label);
            sums.expected += probability(logitOf(sample));
        }
        double inOrder = 0;
        for (const CtrSample& one : own)
            for (const CtrSample& zero : own)
                if (one.label && !zero.label)
                    inOrder += logitOf(one) > logitOf(zero) ? 1 : logitOf(one) == logitOf(zero) ? 0.5 : 0;
        const double pairs = sums.ones * (sums.samples - sums.ones);
        if (pairs > 0) {
            sums.aucWeight = sums.samples;
            sums.aucShare = sums.samples * inOrder / pairs;
        }
        return sums;
    }

    std::optional<double> aucAt(std::span<const double> weights) const
    {
        Tally tally;
        for (std::size_t i = 0; i < m_order.size();) {
            const double score = logitOf(m_samples[m_order[i]]);
            double ones = 0;
            double zeros = 0;
            for (; i < m_order.size() && logitOf(m_samples[m_order[i]]) == score; ++i)
                (m_samples[m_order[i]].label ? ones : zeros) += weights[m_number[m_order[i]]];
            tally.add(ones, zeros);
        }
        return tally.auc();
    }

    std::span<const CtrSample> m_samples;
    std::vector<std::size_t> m_order; ///< by rising logit
    std::vector<std::size_t> m_number; ///< of a sample's user
    std::vector<UserSums> m_users;
};

std::optional<Interval> percentiles(std::vector<double> values)
{
    if (values.empty())
        return std::nullopt;
    std::ranges::sort(values);
    const auto at = [&](double share) {
        return values[static_cast<std::size_t>(std::lround(share * static_cast<double>(values.size() - 1)))];
    };
    return Interval{at(0.025), at(0.975)};
}

/// Bootstrap over users: a user's samples are drawn together, since they are not independent.
void addIntervals(const Samples& samples, int resamples, std::uint64_t seed, CtrMetrics& metrics)
{
    Random random(seed, {kBootstrapStream});
    std::array<std::vector<double>, 4> drawn;
    for (int i = 0; i < resamples; ++i) {
        std::vector<double> weights(samples.users(), 0);
        for (std::size_t k = 0; k < samples.users(); ++k)
            weights[static_cast<std::size_t>(random.below(samples.users()))] += 1;
        const Figures figures = samples.at(weights);
        if (figures.auc)
            drawn[0].push_back(*figures.auc);
        if (figures.gauc)
            drawn[1].push_back(*figures.gauc);
        drawn[2].push_back(figures.logLoss);
        drawn[3].push_back(figures.calibration);
    }
    if (metrics.auc)
        metrics.auc->interval = percentiles(std::move(drawn[0]));
    if (metrics.gauc)
        metrics.gauc->interval = percentiles(std::move(drawn[1]));
    metrics.logLoss.interval = percentiles(std::move(drawn[2]));
    metrics.calibration.interval = percentiles(std::move(drawn[3]));
}

std::vector<ReliabilityBin> reliabilityOf(std::span<const CtrSample> samples)
{
    std::array<ReliabilityBin, kBins> bins;
    for (const CtrSample& sample : samples) {
        const double p = probability(logitOf(sample));
        ReliabilityBin& bin = bins[std::min(kBins - 1, static_cast<std::size_t>(p * kBins))];
        bin.expected += p;
        bin.observed += sample.label ? 1 : 0;
        ++bin.samples;
    }
    std::vector<ReliabilityBin> filled;
    for (ReliabilityBin& bin : bins) {
        if (bin.samples == 0)
            continue;
        bin.expected /= static_cast<double>(bin.samples);
        bin.observed /= static_cast<double>(bin.samples);
        filled.push_back(bin);
    }
    return filled;
}

} // namespace

CtrMetrics ctrMetrics(std::span<const CtrSample> samples, int resamples, std::uint64_t seed)
{
    CtrMetrics metrics;
    metrics.samples = samples.size();
    metrics.positives = static_cast<std::size_t>(std::ranges::count(samples, true, &CtrSample::label));
    if (samples.empty())
        return metrics;
    const Samples all(samples);
    const Figures figures = all.at(std::vector<double>(all.users(), 1));
    if (figures.auc)
        metrics.auc = CtrFigure{*figures.auc, {}};
    if (figures.gauc)
        metrics.gauc = CtrFigure{*figures.gauc, {}};
    metrics.logLoss.value = figures.logLoss;
    metrics.calibration.value = figures.calibration;
    metrics.reliability = reliabilityOf(samples);
    if (resamples > 0)
        addIntervals(all, resamples, seed, metrics);
    return metrics;
}

void addTo(nlohmann::json& json, const CtrMetrics& metrics)
{
    const auto add = [&](const std::string& name, const std::optional<CtrFigure>& figure) {
        if (!figure)
            return;
        json[name] = figure->value;
        if (figure->interval)
            json[name + "_ci95"] = {figure->interval->low, figure->interval->high};
    };
    if (metrics.samples == 0)
        return;
    add("ctr_auc", metrics.auc);
    add("ctr_gauc", metrics.gauc);
    add("ctr_logloss", metrics.logLoss);
    add("ctr_calibration", metrics.calibration);
    json["ctr_n"] = metrics.samples;
    for (const ReliabilityBin& bin : metrics.reliability)
        json["ctr_reliability"].push_back({bin.expected, bin.observed, bin.samples});
}

} // namespace fedcctr::evaluation
