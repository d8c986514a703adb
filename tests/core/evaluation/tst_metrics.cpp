// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/metrics.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

using namespace fedcctr::evaluation;

namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

bool near(double x, double y, double tolerance = 1e-12)
{
    return std::abs(x - y) <= tolerance;
}

/// A user whose positive stands at this rank among `negatives`.
UserResult atRank(int rank, int negatives)
{
    std::vector<float> scores;
    for (int i = 1; i <= negatives; ++i)
        scores.push_back(i < rank ? 2.0F : 0.0F);
    return userResult(1.0F, scores);
}

} // namespace

class TestMetrics : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rank()
    {
        QCOMPARE(rankOf(5, std::vector<float>{1, 2, 3}), 1.0);
        QCOMPARE(rankOf(2.5, std::vector<float>{1, 2, 3}), 2.0);
        QCOMPARE(rankOf(0, std::vector<float>{1, 2, 3}), 4.0);
        QCOMPARE(rankOf(2, std::vector<float>{1, 2, 3}), 2.5); // 2 or 3
        QCOMPARE(rankOf(2, std::vector<float>{2, 2, 2}), 2.5); // 1, 2, 3 or 4
        QCOMPARE(rankOf(2, {}), 1.0);
    }

    void notANumberRanksLast()
    {
        QCOMPARE(rankOf(static_cast<double>(kNaN), std::vector<float>{1, 2, -1e30F}), 4.0);
        QCOMPARE(rankOf(-1e30, std::vector<float>{kNaN, kNaN}), 1.0);
        QCOMPARE(rankOf(static_cast<double>(kNaN), std::vector<float>{1, kNaN, kNaN}), 3.0); // 2, 3 or 4
        const float infinity = std::numeric_limits<float>::infinity();
        QCOMPARE(rankOf(static_cast<double>(infinity), std::vector<float>{1, infinity}), 1.5);
        const UserResult broken = userResult(kNaN, std::vector<float>{kNaN, infinity, -infinity});
        QVERIFY(std::isfinite(broken.logLoss) && std::isfinite(broken.auc) && std::isfinite(broken.rank));
    }

    void ndcgOfARank()
    {
        QCOMPARE(ndcg(1, 10), 1.0);
        QVERIFY(near(ndcg(3, 10), 0.5));
        QVERIFY(near(ndcg(2, 2), 0.63092975357145743)); // ln 2 / ln 3
        QVERIFY(near(ndcg(10, 10), 0.28906482631788788)); // ln 2 / ln 11
        QCOMPARE(ndcg(11, 10), 0.0);
        QCOMPARE(ndcg(3, 2), 0.0);
    }

    void aucAndLogLoss()
    {
        // Above 2 of 4, equal to 1: (2 + 1/2) / 4.
        const UserResult result = userResult(1, std::vector<float>{0, 0.5F, 1, 2});
        QVERIFY(near(result.auc, 0.625));
        // ln(1 + e^-1) for the positive, ln(1 + e^x) for the others; 40-digit arithmetic.
        const double expected = (0.31326168751822281 + 0.69314718055994529 + 0.97407698418010669
                                    + 1.3132616875182228 + 2.1269280110429727)
            / 5;
        QVERIFY(near(result.logLoss, expected, 1e-14));
        QCOMPARE(userResult(1, {}).auc, 0.5);
        // No overflow: a wrong logit of 1e4 costs 1e4.
        QVERIFY(near(userResult(-1e4F, {}).logLoss, 1e4, 1e-6));
        QVERIFY(near(userResult(1e4F, std::vector<float>{-1e4F}).logLoss, 0));
    }

    /// Ranks 1, 3 and 12 of 100.
    void meansByHand()
    {
        const std::vector<UserResult> results{atRank(1, 99), atRank(3, 99), atRank(12, 99)};
        const Metrics metrics = summarise(results);
        QCOMPARE(metrics.users, std::size_t{3});
        QVERIFY(near(metrics.ndcg[0], 1.0 / 3));
        QVERIFY(near(metrics.ndcg[1], 1.5 / 3));
        QVERIFY(near(metrics.ndcg[2], 1.5 / 3));
        QVERIFY(near(metrics.mrr[0], 1.0 / 3));
        QVERIFY(near(metrics.mrr[1], (1 + 1.0 / 3) / 3));
        QVERIFY(near(metrics.hr[0], 1.0 / 3));
        QVERIFY(near(metrics.hr[2], 2.0 / 3));
        QVERIFY(near(metrics.auc, (1 + 97.0 / 99 + 88.0 / 99) / 3));
        // Gains 1, 1/2, 0: s^2 = 1/4 with n - 1, so 1.96 * 0.5 / sqrt(3).
        QVERIFY(near(metrics.ndcgError[2], 1.96 * 0.5 / std::sqrt(3.0)));
        QVERIFY(near(metrics.ndcgError[0], 1.96 * std::sqrt(1.0 / 3) / std::sqrt(3.0)));
        QCOMPARE(summarise(std::vector<UserResult>{atRank(1, 99)}).ndcgError[2], 0.0);
        QCOMPARE(summarise({}).users, std::size_t{0});
    }

    /// A scorer that says the same of everything does as chance does, whatever the metric.
    void aConstantScorerScoresAsChance()
    {
        for (const int negatives : {1, 5, 9, 99, 500}) {
            const std::vector<UserResult> results{
                userResult(0, std::vector<float>(static_cast<std::size_t>(negatives), 0.0F))};
            const Metrics found = summarise(results);
            const Metrics chance = randomRanking(negatives);
            QCOMPARE(results[0].rank, 1 + negatives / 2.0);
            for (std::size_t k = 0; k < kCutoffs.size(); ++k) {
                QVERIFY(near(found.ndcg[k], chance.ndcg[k]));
                QVERIFY(near(found.mrr[k], chance.mrr[k]));
                QVERIFY(near(found.hr[k], chance.hr[k]));
            }
            QCOMPARE(found.auc, 0.5);
            QVERIFY(near(found.logLoss, chance.logLoss));
        }
    }

    /// A tie with two others behind one that is better: positions 2, 3 and 4 are equally likely.
    void tiesCountAsTheMeanOverTheirPositions()
    {
        const Metrics metrics =
            summarise(std::vector<UserResult>{userResult(1, std::vector<float>{2, 1, 1, 0, 0})});
        QVERIFY(near(metrics.hr[0], 1.0 / 3));
        QVERIFY(near(metrics.mrr[1], (1.0 / 2 + 1.0 / 3 + 1.0 / 4) / 3));
        QVERIFY(near(metrics.ndcg[0], std::log(2.0) / std::log(3.0) / 3));
        QVERIFY(
            near(metrics.ndcg[2], (std::log(2.0) / std::log(3.0) + 0.5 + std::log(2.0) / std::log(5.0)) / 3));
    }

    void chance()
    {
        // sum over ranks 1 … 10 of 1/log2(rank + 1), over 100.
        QVERIFY(near(randomRanking(99).ndcg[2], 0.0454355933, 1e-9));
        QVERIFY(near(randomRanking(99).hr[2], 0.1));
        QVERIFY(near(randomRanking(99).mrr[1], (1 + 1 / 2.0 + 1 / 3.0 + 1 / 4.0 + 1 / 5.0) / 100));
        QVERIFY(near(randomRanking(3).hr[2], 1)); // four candidates fit into ten places
        QVERIFY(near(randomRanking(99).logLoss, std::log(2.0)));
        // Among 1,000 the same gains are ten times rarer; so are those of the first seven places.
        QVERIFY(near(randomMetric("ndcg@10", 1000), 0.00454355933, 1e-10));
        QVERIFY(near(randomMetric("hr@7", 1000), 0.007));
        QVERIFY(std::isnan(randomMetric("ndcg@10", 0)));
        for (const char* none : {"ndcg", "ndcg@0", "ndcg@x", "recall@5", "@3"})
            QVERIFY2(std::isnan(randomMetric(none, 100)), none);
    }

    /// Every rank once, by the formulas for a single user: the mean is what drawing lots gives.
    void chanceIsTheMeanOverAllRanks()
    {
        for (const int candidates : {1, 2, 7, 100})
            for (const int cutoff : {1, 2, 3, 10, 150}) {
                double gain = 0;
                double reciprocal = 0;
                double hits = 0;
                for (int rank = 1; rank <= candidates; ++rank) {
                    const UserResult result = atRank(rank, candidates - 1);
                    gain += ndcgOf(result, cutoff) / candidates;
                    reciprocal += mrrOf(result, cutoff) / candidates;
                    hits += hrOf(result, cutoff) / candidates;
                }
                const std::string at = '@' + std::to_string(cutoff);
                const auto count = static_cast<std::size_t>(candidates);
                QVERIFY(near(randomMetric("ndcg" + at, count), gain));
                QVERIFY(near(randomMetric("mrr" + at, count), reciprocal));
                QVERIFY(near(randomMetric("hr" + at, count), hits));
            }
    }

    void json()
    {
        const nlohmann::json node = toJson(summarise(std::vector<UserResult>{atRank(1, 99), atRank(50, 99)}));
        for (const char* key : {"ndcg@2", "ndcg@5", "ndcg@10", "mrr@2", "mrr@5", "mrr@10", "hr@2", "hr@5",
                 "hr@10", "auc", "logloss", "n", "ndcg@10_ci95"})
            QVERIFY2(node.contains(key), key);
        QCOMPARE(node["n"].get<int>(), 2);
        QCOMPARE(node["ndcg@10"].get<double>(), 0.5);
        QCOMPARE(node["ndcg@10_ci95"].size(), std::size_t{2});
        QVERIFY(near(node["ndcg@10_ci95"][1].get<double>(), 0.5 + 1.96 * std::sqrt(0.5) / std::sqrt(2.0)));
        QCOMPARE(node["ndcg@10_ci95"][0].get<double>(), 0.0); // not below 0
        const nlohmann::json both = toJson(DomainMetrics{});
        QVERIFY(both.contains("A") && both.contains("B"));
    }
};

std::unique_ptr<QObject> tst_metrics()
{
    return std::make_unique<TestMetrics>();
}
#include "tst_metrics.moc"
