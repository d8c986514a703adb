// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/privacy/accountant.h"
#include "core/privacy/mechanisms.h"
#include "tests/fixtures/privacy_support.h"

#include <algorithm>
#include <memory>
#include <numeric>

using namespace fedcctr;
using namespace fedcctr::privacy;
using namespace fedcctr::test;
using nlohmann::json;

class TestMechanisms : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// 1/z^2 = 1/z_gradient^2 + 1/(2 s_b)^2
    void gradientShare()
    {
        const double gradient = gradientMultiplier(1.5, 4);
        CHECK_NEAR("sum", 1 / (gradient * gradient) + 1.0 / 64, 1 / 2.25, 1e-14);
        QVERIFY_EXCEPTION_THROWN(gradientMultiplier(4, 2), Error);
        QVERIFY_EXCEPTION_THROWN(gradientMultiplier(4, 1.1), Error);
    }

    void clipFollowsTheQuantile()
    {
        CHECK_NEAR("on target", adaptedClip(2, 0.5, 0.2, 0.5), 2, 1e-15);
        CHECK_NEAR("too few below", adaptedClip(2, 0.3, 0.2, 0.5), 2 * std::exp(0.04), 1e-15);
        QVERIFY(adaptedClip(2, 0.9, 0.2, 0.5) < 2);
    }

    /// C squared is the matrix of ones, without a band.
    void squareRoot()
    {
        const std::vector<double> c = squareRootToeplitz(40);
        QCOMPARE(c.size(), std::size_t{40});
        for (std::size_t k = 0; k < c.size(); ++k) {
            double sum = 0;
            for (std::size_t i = 0; i <= k; ++i)
                sum += c[i] * c[k - i];
            CHECK_NEAR("row " + std::to_string(k), sum, 1, 1e-13);
        }
    }

    void columns()
    {
        const std::vector<double> c = squareRootToeplitz(5);
        CHECK_NEAR("whole", columnNormSquared(5, 0, 100),
            std::inner_product(c.begin(), c.end(), c.begin(), 0.0), 1e-14);
        CHECK_NEAR("cut", columnNormSquared(5, 98, 100), 1 + 0.25, 1e-14);
        QCOMPARE(columnNormSquared(5, 100, 100), 0.0);
        CHECK_NEAR("three apart", bandedSensitivity(5, 100, 3, 7),
            std::sqrt(3 * columnNormSquared(5, 0, 100)), 1e-14);
        CHECK_NEAR("no more than fit", bandedSensitivity(5, 10, 9, 5),
            std::sqrt(2 * columnNormSquared(5, 0, 10)), 1e-14);
        QVERIFY_EXCEPTION_THROWN(bandedSensitivity(5, 100, 3, 4), Error);
    }

    /// A band of one is independent noise.
    void independentNoise()
    {
        const std::vector<double> errors = prefixErrors(1, 30);
        for (std::size_t t = 0; t < errors.size(); ++t)
            CHECK_NEAR("round", errors[t], std::sqrt(static_cast<double>(t) + 1), 1e-14);
    }

    void trees()
    {
        for (const auto& [rounds, depth] : std::vector<std::pair<int, int>>{
                 {1, 1}, {2, 2}, {3, 2}, {4, 3}, {7, 3}, {8, 4}, {1000, 10}, {1023, 10}, {1024, 11}})
            QCOMPARE(treeDepth(rounds), depth);
    }

    void againstGolden()
    {
        NEEDS_GOLDEN();
        const json& groups = golden()["groups"];
        for (const json& row : groups["adaptive_clipping_split"]) {
            if (row["valid"].get<bool>())
                CHECK_NEAR(
                    row["id"], gradientMultiplier(row["z"], row["count_stddev"]), row["z_gradient"], 1e-10);
            else
                QVERIFY_EXCEPTION_THROWN(gradientMultiplier(row["z"], row["count_stddev"]), Error);
        }
        for (const json& row : groups["adaptive_clipping_step"])
            CHECK_NEAR(row["id"],
                adaptedClip(row["clip"], row["noisy_fraction_below"], row["lr"], row["target_quantile"]),
                row["new_clip"], 1e-10);
        for (const json& row : groups["dpftrl_tree"]) {
            QCOMPARE(treeDepth(row["steps"]), row["depth"].get<int>());
            const double z = row["z"];
            const double muSquared = treeDepth(row["steps"]) / (z * z);
            CHECK_NEAR(row["id"], gaussianExactEpsilon(muSquared, row["delta"]), row["eps_exact"], 1e-7);
            CHECK_NEAR(row["id"], gaussianRenyiEpsilon(muSquared, row["delta"], standardOrders()).epsilon,
                row["eps_rdp_dp_accounting"], 1e-6);
        }
        for (const json& row : groups["secure_aggregation_noise"]) {
            const double survivors = row["survivors"];
            const double noise = survivingNoise(row["sigma_client_over_theta"], survivors);
            CHECK_NEAR(row["id"], noise, row["z_sum_add_remove"], 1e-12);
            CHECK_NEAR(row["id"], noise / 2, row["z_sum_replace"], 1e-12);
            CHECK_NEAR(row["id"], noise / survivors, row["std_of_mean_over_theta"], 1e-12);
        }
    }

    void bandedAgainstGolden()
    {
        NEEDS_GOLDEN();
        for (const json& row : golden()["groups"]["dpftrl_banded_sqrt_toeplitz"]) {
            const int band = row["band"];
            const int rounds = row["steps"];
            const std::vector<double> c = squareRootToeplitz(band);
            const std::vector<double> first = row["coeff_first5"];
            for (std::size_t k = 0; k < first.size(); ++k)
                CHECK_NEAR(row["id"], k < c.size() ? c[k] : 0, first[k], 1e-8);
            const double sensitivity =
                bandedSensitivity(band, rounds, row["participations"], row["min_separation"]);
            CHECK_NEAR(row["id"], sensitivity, row["sensitivity"], 1e-8);
            const std::vector<double> errors = prefixErrors(band, rounds);
            CHECK_NEAR(row["id"], errors.back(), row["prefix_error_last"], 1e-8);
            CHECK_NEAR(row["id"], *std::ranges::max_element(errors), row["prefix_error_max"], 1e-8);
            const double squares = std::inner_product(errors.begin(), errors.end(), errors.begin(), 0.0);
            CHECK_NEAR(row["id"], std::sqrt(squares / rounds), row["prefix_error_rms"], 1e-8);
            for (const auto& [key, epsilon] : std::vector<std::pair<std::string, double>>{
                     {"sigma_for_eps1.0_delta1e-5", 1}, {"sigma_for_eps3.0_delta1e-5", 3}})
                CHECK_NEAR(
                    row["id"], sensitivity / std::sqrt(gaussianExactBudget(epsilon, 1e-5)), row[key], 1e-8);
        }
    }
};

std::unique_ptr<QObject> tst_mechanisms()
{
    return std::make_unique<TestMechanisms>();
}
#include "tst_mechanisms.moc"
