// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/privacy/accountant.h"
#include "core/privacy/audit.h"

#include <QTest>

#include <cmath>
#include <memory>

using namespace fedcctr;
using namespace fedcctr::privacy;

namespace {

/// Scores N(+-mu/2, 1): the likelihood ratio of a Gaussian mechanism with sensitivity over sigma = mu.
MembershipScores gaussianScores(double mu, std::size_t each, std::uint64_t seed)
{
    Random random(seed, {1});
    MembershipScores scores;
    for (std::size_t i = 0; i < each; ++i) {
        scores.with.push_back(mu / 2 + random.normal());
        scores.without.push_back(-mu / 2 + random.normal());
    }
    return scores;
}

} // namespace

class TestAudit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Closed forms: no success of n has the upper end 1 - (alpha/2)^(1/n); 5 of 10 from tables.
    void intervalOfARate()
    {
        const Interval none = clopperPearson(0, 20, 0.95);
        QCOMPARE(none.low, 0.0);
        QVERIFY(std::abs(none.high - (1 - std::pow(0.025, 1.0 / 20))) < 1e-10);
        const Interval all = clopperPearson(20, 20, 0.95);
        QCOMPARE(all.high, 1.0);
        QVERIFY(std::abs(all.low - std::pow(0.025, 1.0 / 20)) < 1e-10);
        const Interval half = clopperPearson(5, 10, 0.95);
        QVERIFY(std::abs(half.low - 0.1871) < 1e-4);
        QVERIFY(std::abs(half.high - 0.8129) < 1e-4);
    }

    void curve()
    {
        const std::vector<RocPoint> roc = rocCurve({{3, 2, 2}, {2, 1}});
        QCOMPARE(roc.size(), std::size_t{4});
        QCOMPARE(roc[1].truePositive, 1.0 / 3);
        QCOMPARE(roc[1].falsePositive, 0.0);
        QCOMPARE(roc[2].truePositive, 1.0);
        QCOMPARE(roc[2].falsePositive, 0.5);
        // Pairs won: 3 beats both, each 2 beats the 1 and ties the 2.
        QVERIFY(std::abs(areaUnder(roc) - (2 + 1.5 + 1.5) / 6) < 1e-15);
    }

    /// A scalar Gaussian's area under the curve is Phi(mu / sqrt 2).
    void areaOfAGaussian()
    {
        const double area = areaUnder(rocCurve(gaussianScores(1.5, 20000, 3)));
        QVERIFY(std::abs(area - std::exp(logNormalCdf(1.5 / std::sqrt(2.0)))) < 0.01);
    }

    void staysBelowTheTruth()
    {
        for (const double mu : {0.1, 0.3, 1.0, 2.0})
            for (std::uint64_t seed = 1; seed <= 5; ++seed) {
                const double claim = gaussianExactEpsilon(mu * mu, 1e-5);
                const EmpiricalEpsilon found = empiricalEpsilon(gaussianScores(mu, 1000, seed), 1e-5, 0.999);
                QVERIFY2(found.epsilon <= claim,
                    qPrintable(QStringLiteral("mu %1: %2 above %3").arg(mu).arg(found.epsilon).arg(claim)));
            }
    }

    void proofNeedsTrialsAndSees()
    {
        const EmpiricalEpsilon strong = empiricalEpsilon(gaussianScores(20, 1000, 1), 1e-5);
        QVERIFY(std::abs(strong.epsilon - mostProvable(1000, 1e-5)) < 1e-9);
        QVERIFY(strong.epsilon > 4.5 && strong.epsilon < 6);
        QCOMPARE(strong.truePositive, 1.0);
        QCOMPARE(strong.falsePositive, 0.0);
        QVERIFY(empiricalEpsilon(gaussianScores(2, 1000, 1), 1e-5).epsilon > 0.5);
        QVERIFY(empiricalEpsilon(gaussianScores(20, 50, 1), 1e-5).epsilon < strong.epsilon);
        QVERIFY_EXCEPTION_THROWN(empiricalEpsilon({{1, 2}, {3, 4}}, 1e-5), Error);
    }

    /// An attack that ranks the wrong way round is an attack all the same.
    void bothDirections()
    {
        MembershipScores scores = gaussianScores(20, 500, 2);
        std::swap(scores.with, scores.without);
        QVERIFY(empiricalEpsilon(scores, 1e-5).epsilon > 3);
    }

    void likelihoodRatio()
    {
        const std::vector<float> seen{1, 0};
        const std::vector<float> with{1, 0};
        const std::vector<float> without{0, 2};
        // ln of exp(-|x-a|^2/2s^2) / exp(-|x-b|^2/2s^2) = (|x-b|^2 - |x-a|^2) / 2 s^2 = (1 + 4) / 8
        QVERIFY(std::abs(logLikelihoodRatio(seen, with, without, 2) - 5.0 / 8) < 1e-12);
    }

    void blocksShareTheError()
    {
        const std::vector<BlockScores> blocks{
            {"sound", gaussianScores(0.2, 1000, 1)}, {"bare", gaussianScores(50, 1000, 2)}};
        const std::vector<EmpiricalEpsilon> found = auditBlocks(blocks, 1e-5, 0.95);
        QCOMPARE(found[0].confidence, 0.975);
        QVERIFY(found[0].epsilon < gaussianExactEpsilon(0.04, 1e-5));
        QVERIFY(found[1].epsilon > 4);
    }

    void leakage()
    {
        const std::vector<double> scores{0.1, 5, 0.3, 4, 0.2, 0.3};
        const std::vector<std::int32_t> held{1, 2};
        const LeakageReport report = leakageOf(scores, held);
        QCOMPARE(report.held, std::size_t{2});
        QCOMPARE(report.found, std::size_t{1});
        QCOMPARE(report.precision, 0.5);
        QCOMPARE(report.chance, 2.0 / 6);
        // Item 1 beats all four others, item 2 beats two, loses to item 3 and ties with item 5.
        QVERIFY(std::abs(report.auc - (4 + 2.5) / 8) < 1e-15);
        const std::vector<double> flat(6, 1.0);
        QCOMPARE(leakageOf(flat, held).auc, 0.5);
        QCOMPARE(leakageOf(flat, held).found, std::size_t{0});
    }
};

std::unique_ptr<QObject> tst_audit()
{
    return std::make_unique<TestAudit>();
}
#include "tst_audit.moc"
