// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/accountant.h"
#include "core/training/noise.h"
#include "core/training/upload_audit.h"
#include "tests/fixtures/model_support.h"

#include <QTest>

#include <memory>

using namespace fedcctr;
using namespace fedcctr::federation;
using namespace fedcctr::training;
using namespace fedcctr::privacy;
using namespace fedcctr::test;

namespace {

constexpr double kDelta = 1e-5;
constexpr std::size_t kUploads = 1000;

ClientUpdate blank()
{
    ClientUpdate update;
    update.tensors = {torch::zeros({12, 8}), torch::zeros({8}), torch::zeros({40, 4})};
    return update;
}

std::vector<std::string> names()
{
    return {"head.weight", "head.bias", "items"};
}

/// What a test of the noise proves about one upload at this sigma (in clip norms), strongest block first.
double proved(double sigma, const NoiseMechanism& mechanism)
{
    const auto blocks = canaryScores(blank(), names(), 1, sigma, kUploads, 7, mechanism);
    double most = 0;
    for (const EmpiricalEpsilon& found : auditBlocks(blocks, kDelta))
        most = std::max(most, found.epsilon);
    return most;
}

} // namespace

/// The whole pipeline's noise against the claim made for it.
class TestNoiseAudit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void staysBelowTheClaim()
    {
        for (const double sigma : {0.8, 2.0, 5.0, 20.0}) {
            const double claim = gaussianExactEpsilon(4 / (sigma * sigma), kDelta);
            const double found = proved(sigma, freshNoise);
            QVERIFY2(found <= claim,
                qPrintable(QStringLiteral("sigma %1: %2 above %3").arg(sigma).arg(found).arg(claim)));
        }
        // The test is not blind: where the claim is weak, much is proved.
        QVERIFY(proved(0.8, freshNoise) > 1);
    }

    void aBlockWithoutNoiseIsSeen()
    {
        for (const std::size_t bare : {std::size_t{0}, std::size_t{1}, std::size_t{2}})
            for (const double sigma : {2.0, 5.0, 20.0}) {
                const double claim = gaussianExactEpsilon(4 / (sigma * sigma), kDelta);
                const double found = proved(sigma,
                    [bare](ClientUpdate& sum, double std, const privacy::NoiseSource& source, int round) {
                        const torch::Tensor before = sum[bare].clone();
                        addNoise(sum, std, source, round);
                        sum[bare].copy_(before);
                    });
                QVERIFY2(found > std::min(claim, 3.5),
                    qPrintable(QStringLiteral("block %1, sigma %2: %3, claim %4")
                                   .arg(bare)
                                   .arg(sigma)
                                   .arg(found)
                                   .arg(claim)));
                if (sigma >= 5)
                    QVERIFY(found > claim);
            }
    }

    /// Half of the promised noise is seen too.
    void tooLittleNoiseIsSeen()
    {
        const double found =
            proved(2, [](ClientUpdate& sum, double std, const privacy::NoiseSource& source, int round) {
                addNoise(sum, std / 6, source, round);
            });
        QVERIFY(found > gaussianExactEpsilon(4.0 / 25, kDelta));
    }

    /// The same random numbers in two rounds would cancel.
    void repeatedNoiseIsSeen()
    {
        const double claim = gaussianExactEpsilon(4.0 / 25, kDelta);
        const double found =
            proved(5, [](ClientUpdate& sum, double std, const privacy::NoiseSource& source, int) {
                addNoise(sum, std, source, 0);
            });
        QVERIFY2(found > claim, qPrintable(QString::number(found)));
    }
};

std::unique_ptr<QObject> tst_noise_audit()
{
    return std::make_unique<TestNoiseAudit>();
}
#include "tst_noise_audit.moc"
