// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/attack_bound.h"

#include "core/privacy/accountant.h"

#include <algorithm>
#include <cmath>

namespace fedcctr::privacy {

double posteriorBound(double epsilon)
{
    return 1 / (1 + std::exp(-epsilon));
}

double guessAtDistance(double deltaAtZero)
{
    return (1 + deltaAtZero) / 2;
}

double gaussianGuess(double mu)
{
    return std::exp(logNormalCdf(mu / 2));
}

double guessBound(double epsilon, double delta)
{
    return posteriorBound(epsilon) + delta * posteriorBound(-epsilon);
}

double truePositiveBound(double epsilon, double delta, double falsePositive)
{
    // e^epsilon may overflow where f is 0.
    const double amplified = falsePositive == 0 ? 0 : std::exp(epsilon) * falsePositive;
    const double upper = 1 - std::exp(-epsilon) * (1 - delta - falsePositive);
    return std::clamp(std::min(amplified + delta, upper), 0.0, 1.0);
}

std::vector<RocPoint> rocBound(double epsilon, double delta, std::size_t points)
{
    std::vector<double> rates{0, 1, 1 - delta};
    // Where the two lines meet: e^eps f + delta = 1 - e^-eps (1 - delta - f).
    const double corner = (1 - delta) / (1 + std::exp(epsilon));
    rates.push_back(corner);
    for (std::size_t i = 1; i <= points; ++i)
        rates.push_back(static_cast<double>(i) / static_cast<double>(points + 1));
    std::ranges::sort(rates);
    std::vector<RocPoint> curve;
    for (const double rate : rates)
        curve.push_back({rate, truePositiveBound(epsilon, delta, rate)});
    return curve;
}

std::vector<RocPoint> gaussianRoc(double mu, std::size_t points)
{
    constexpr double kReach = 6; // Phi(-6) is 1e-9
    std::vector<RocPoint> curve{{0, 0}};
    for (std::size_t i = 0; i < points; ++i) {
        // The attacker says "there" above a threshold, which falls from right to left.
        const double share = points > 1 ? static_cast<double>(i) / static_cast<double>(points - 1) : 0.5;
        const double threshold = mu + kReach - share * (mu + 2 * kReach);
        curve.push_back({std::exp(logNormalCdf(-threshold)), std::exp(logNormalCdf(mu - threshold))});
    }
    curve.push_back({1, 1});
    return curve;
}

} // namespace fedcctr::privacy
