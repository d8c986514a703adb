// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/mechanisms.h"
#include "core/training/noise.h"
#include "tests/fixtures/model_support.h"

#include <QTest>

#include <memory>

using namespace fedcctr;
using namespace fedcctr::federation;
using namespace fedcctr::training;
using namespace fedcctr::test;
using torch::Tensor;

namespace {

privacy::NoiseSource seeded(std::uint64_t seed)
{
    return privacy::NoiseSource::reproducible(seed);
}

/// Shapes of a model: a table, a matrix, a bias shorter than a vector register, a single number.
ClientUpdate zeros()
{
    ClientUpdate update;
    update.tensors = {torch::zeros({200, 30}), torch::zeros({5}), torch::zeros({1}), torch::zeros({200, 30}),
        torch::zeros({400, 9})};
    return update;
}

std::vector<double> values(const ClientUpdate& update)
{
    std::vector<double> all;
    for (const Tensor& tensor : update.tensors)
        for (std::int64_t i = 0; i < tensor.numel(); ++i)
            all.push_back(static_cast<double>(tensor.data_ptr<float>()[i]));
    return all;
}

/// sqrt(n) times the largest distance between the empirical and the normal distribution function; above 1.95
/// with probability 0.001 if the values are N(0, deviation^2).
double kolmogorov(std::vector<double> sample, double deviation)
{
    std::ranges::sort(sample);
    const auto n = static_cast<double>(sample.size());
    double most = 0;
    for (std::size_t i = 0; i < sample.size(); ++i) {
        const double expected = 0.5 * std::erfc(-sample[i] / deviation / std::sqrt(2.0));
        most = std::max(
            {most, expected - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - expected});
    }
    return std::sqrt(n) * most;
}

double variance(const std::vector<double>& sample)
{
    double square = 0;
    for (const double value : sample)
        square += value * value;
    return square / static_cast<double>(sample.size());
}

/// Five deviations of a sample variance of a normal distribution.
double slack(std::size_t count)
{
    return 5 * std::sqrt(2 / static_cast<double>(count));
}

double correlation(const std::vector<double>& x, const std::vector<double>& y)
{
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
        sum += x[i] * y[i];
    return sum / static_cast<double>(x.size()) / std::sqrt(variance(x) * variance(y));
}

} // namespace

class TestNoise : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyCoordinateChanges()
    {
        ClientUpdate update = zeros();
        addNoise(update, 0.5, seeded(1), 0);
        for (const double value : values(update))
            QVERIFY(value != 0);
    }

    void distribution()
    {
        for (const double deviation : {1e-3, 2.5, 1e4}) {
            ClientUpdate update = zeros();
            addNoise(update, deviation, seeded(11), 3);
            const std::vector<double> sample = values(update);
            QVERIFY2(kolmogorov(sample, deviation) < 1.95,
                qPrintable(QString::number(kolmogorov(sample, deviation))));
            QVERIFY(std::abs(variance(sample) / (deviation * deviation) - 1) < slack(sample.size()));
        }
    }

    /// The shortest tensors too: over 4000 rounds.
    void shortTensors()
    {
        std::vector<double> sample;
        for (int round = 0; round < 4000; ++round) {
            ClientUpdate update;
            update.tensors = {torch::zeros({1}), torch::zeros({1, 2})};
            addNoise(update, 3, seeded(5), round);
            for (const double value : values(update))
                sample.push_back(value);
        }
        QVERIFY(kolmogorov(sample, 3) < 1.95);
        QVERIFY(std::abs(variance(sample) / 9 - 1) < slack(sample.size()));
    }

    /// One draw of K times the variance in place of K draws: both follow N(0, K sigma^2), by the same tests.
    void oneDrawStandsForMany()
    {
        constexpr int kClients = 22;
        constexpr double kSigma = 0.7;
        const double deviation = kSigma * std::sqrt(static_cast<double>(kClients));
        ClientUpdate separate = zeros();
        for (int client = 0; client < kClients; ++client)
            addNoise(separate, kSigma, seeded(100 + static_cast<std::uint64_t>(client)), 0);
        ClientUpdate together = zeros();
        addNoise(together, deviation, seeded(7), 0);
        for (const ClientUpdate* update : {&separate, &together}) {
            const std::vector<double> sample = values(*update);
            QVERIFY(kolmogorov(sample, deviation) < 1.95);
            QVERIFY(std::abs(variance(sample) / (deviation * deviation) - 1) < slack(sample.size()));
        }
    }

    void sameSeedSameNoise()
    {
        ClientUpdate first = zeros();
        ClientUpdate second = zeros();
        addNoise(first, 1, seeded(3), 5);
        addNoise(second, 1, seeded(3), 5);
        QVERIFY(sameBits(first, second));
        QVERIFY(!torch::equal(first[0], first[3])); // the same shape, another draw
    }

    /// A tensor longer than what one worker fills at a time.
    void sameNoiseForAnyNumberOfThreads()
    {
        const auto drawn = [](int threads) {
            ClientUpdate update = zeros();
            update.tensors = {torch::zeros({70'001, 3})};
            const model::Workers workers(threads);
            addNoise(update, 1.5, seeded(3), 5, threads > 0 ? &workers : nullptr);
            return update;
        };
        const ClientUpdate alone = drawn(0);
        for (const int threads : {1, 2, 5})
            QVERIFY(sameBits(drawn(threads), alone));
        // Seams between stretches show neither in neighbours nor in the distribution.
        QVERIFY(kolmogorov(values(alone), 1.5) < 1.95);
    }

    /// Rows of a table that do not lie one after another are reached too.
    void aViewIsFilled()
    {
        ClientUpdate update;
        const Tensor whole = torch::zeros({10, 8});
        update.tensors = {whole.narrow(1, 2, 3)};
        addNoise(update, 1, seeded(1), 0);
        QCOMPARE((whole != 0).sum().item<std::int64_t>(), std::int64_t{30});
    }

    /// Any two seeds or rounds: no correlation beyond five deviations, and on the average that of chance.
    void independence()
    {
        std::vector<std::vector<double>> noise;
        for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 256U, 65536U})
            for (const int round : {0, 1, 2, 3, 256, 65536}) {
                ClientUpdate update = zeros();
                addNoise(update, 1, seeded(seed), round);
                noise.push_back(values(update));
            }
        const auto n = static_cast<double>(noise.front().size());
        double squares = 0;
        int pairs = 0;
        for (std::size_t i = 0; i < noise.size(); ++i)
            for (std::size_t j = 0; j < i; ++j, ++pairs) {
                const double r = correlation(noise[i], noise[j]);
                QVERIFY2(std::abs(r) < 5 / std::sqrt(n), qPrintable(QStringLiteral("%1 %2").arg(i).arg(j)));
                squares += n * r * r;
            }
        QCOMPARE(pairs, 630);
        // Of chi squared with as many degrees of freedom.
        QVERIFY2(std::abs(squares / pairs - 1) < slack(static_cast<std::size_t>(pairs)),
            qPrintable(QString::number(squares / pairs)));
    }

    /// Within one draw: a tensor against another of its shape, and each value against its neighbours.
    void independenceWithinADraw()
    {
        ClientUpdate update = zeros();
        addNoise(update, 1, seeded(3), 5);
        const auto flat = [](const Tensor& tensor) {
            ClientUpdate one;
            one.tensors = {tensor.contiguous()};
            return values(one);
        };
        const std::vector<double> first = flat(update[0]);
        QVERIFY(std::abs(correlation(first, flat(update[3]))) < 5 / std::sqrt(6000.0));
        for (const std::vector<double>& sample : {first, flat(update[4])})
            for (std::size_t lag = 1; lag <= 64; ++lag) {
                const std::vector<double> early(sample.begin(), sample.end() - static_cast<long>(lag));
                const std::vector<double> late(sample.begin() + static_cast<long>(lag), sample.end());
                QVERIFY2(
                    std::abs(correlation(early, late)) < 5 / std::sqrt(static_cast<double>(early.size())),
                    qPrintable(QString::number(lag)));
            }
    }

    void itIsAdded()
    {
        ClientUpdate update = zeros();
        update[0].fill_(40);
        ClientUpdate noise = zeros();
        addNoise(noise, 1, seeded(3), 5);
        addNoise(update, 1, seeded(3), 5);
        QVERIFY((update[0] - noise[0] - 40).abs().max().item<double>() < 1e-5);
        QVERIFY(torch::equal(update[4], noise[4]));
    }

    void noneWithoutDeviation()
    {
        ClientUpdate update = zeros();
        addNoise(update, 0, seeded(3), 5);
        QVERIFY(sameBits(update, zeros()));
    }

    /// By definition C y = z: sums of c_k y_{t-k} give back the white noise of addNoise().
    void bandedNoiseSolvesItsEquation()
    {
        constexpr int kBand = 4;
        const std::vector<double> c = privacy::squareRootToeplitz(kBand);
        BandedNoise banded(kBand, seeded(9));
        std::vector<ClientUpdate> y;
        for (int t = 0; t < 12; ++t) {
            y.push_back(zeros());
            banded.add(y.back(), 1, t);
            ClientUpdate back = zeros();
            for (std::size_t k = 0; k < c.size() && k < y.size(); ++k)
                addScaled(back, y[y.size() - 1 - k], c[k]);
            ClientUpdate white = zeros();
            addNoise(white, 1, seeded(9), t);
            for (std::size_t i = 0; i < white.size(); ++i)
                QVERIFY((white[i] - back[i]).abs().max().item<double>() < 1e-5);
        }
    }

    /// The variance of a sum over all rounds is what prefixErrors() says, far below that of white noise.
    void bandedNoiseCancelsInSums()
    {
        constexpr int kRounds = 64;
        BandedNoise banded(kRounds, seeded(3));
        ClientUpdate sum = zeros();
        for (int t = 0; t < kRounds; ++t)
            banded.add(sum, 2, t);
        const double expected = 2 * privacy::prefixErrors(kRounds, kRounds).back();
        const std::vector<double> sample = values(sum);
        QVERIFY(std::abs(variance(sample) / (expected * expected) - 1) < slack(sample.size()));
        QVERIFY(expected < 2 * std::sqrt(64.0) / 4);
    }

    /// Each round's own noise is larger than white noise, by what noiseDeviations() says.
    void bandedNoiseOfARound()
    {
        BandedNoise banded(6, seeded(4));
        const std::vector<double> expected = privacy::noiseDeviations(6, 10);
        QCOMPARE(expected[0], 1.0);
        QVERIFY(std::abs(expected[1] - std::sqrt(1.25)) < 1e-15); // 1, -1/2
        for (int t = 0; t < 10; ++t) {
            ClientUpdate update = zeros();
            banded.add(update, 3, t);
            const double deviation = 3 * expected[static_cast<std::size_t>(t)];
            const std::vector<double> sample = values(update);
            QVERIFY(std::abs(variance(sample) / (deviation * deviation) - 1) < slack(sample.size()));
        }
    }

    void bandedNoiseSkipsLikeAResumedRun()
    {
        BandedNoise whole(5, seeded(3));
        ClientUpdate last = zeros();
        for (int t = 0; t < 9; ++t) {
            last = zeros();
            whole.add(last, 1, t);
        }
        BandedNoise resumed(5, seeded(3));
        ClientUpdate same = zeros();
        resumed.add(same, 1, 8);
        QVERIFY(sameBits(last, same));
    }

    void normByHand()
    {
        ClientUpdate update = zeros();
        update[0][3][4] = 3;
        update[2][0] = -4;
        update[4][7][8] = 12;
        QCOMPARE(norm(update), 13.0);
    }
};

std::unique_ptr<QObject> tst_noise()
{
    return std::make_unique<TestNoise>();
}
#include "tst_noise.moc"
