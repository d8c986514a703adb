// SPDX-License-Identifier: GPL-3.0-or-later
// How long the accountants take to answer for one configuration: what a slider in the window waits for.
#include "core/privacy/guarantee.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

namespace {

using namespace fedcctr::privacy;

constexpr int kRepeats = 9;

/// Median milliseconds of a call.
template <typename Call> double milliseconds(Call call)
{
    std::vector<double> times;
    for (int i = 0; i < kRepeats; ++i) {
        const auto start = std::chrono::steady_clock::now();
        call();
        times.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    }
    std::ranges::nth_element(times, times.begin() + kRepeats / 2);
    return times[kRepeats / 2];
}

TrainingPlan decaying(ClientSampling sampling, double rounds)
{
    TrainingPlan plan;
    plan.adversary = Adversary::ReleasedModel;
    plan.sampling = sampling;
    plan.rate = 0.01;
    applySchedule(plan, {8, 0.997, rounds, 10});
    return plan;
}

} // namespace

int main()
{
    std::printf(
        "| plan (sigma0 8 theta, R 0.997, q 0.01) | all but pld, ms | with pld, ms |\n| --- | --- | --- |\n");
    for (const ClientSampling sampling : {ClientSampling::Poisson, ClientSampling::Fixed})
        for (const double rounds : {100.0, 1000.0}) {
            const TrainingPlan plan = decaying(sampling, rounds);
            const double quick = milliseconds([&] { spendUnderAll(plan, 1e-5, false); });
            const double whole = milliseconds([&] { spendUnderAll(plan, 1e-5, true); });
            std::printf(
                "| %s, %.0f rounds | %.1f | %.1f |\n", nameOf(sampling).c_str(), rounds, quick, whole);
        }
    return 0;
}
