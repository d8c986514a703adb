// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/noise_source.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>

using namespace fedcctr::privacy;

namespace {

constexpr std::size_t kCount = 1'000'000;

std::vector<double> sample(std::uint64_t seed, const NoiseStream& stream)
{
    return NoiseSource::reproducible(seed).normals(kCount, stream);
}

double moment(const std::vector<double>& values, int power)
{
    double sum = 0;
    for (const double value : values)
        sum += std::pow(value, power);
    return sum / static_cast<double>(values.size());
}

double correlation(const std::vector<double>& x, const std::vector<double>& y)
{
    double sum = 0;
    for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i)
        sum += x[i] * y[i];
    return sum / static_cast<double>(std::min(x.size(), y.size()));
}

} // namespace

class TestNoiseSource : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// RFC 8439, 2.3.2: first words of the key stream with key 00 … 1f, nonce 000000090000004a00000000 and
    /// block 1; the nonce is little-endian words here as there.
    void theCipherIsThatOfTheStandard()
    {
        NoiseSource::Key key;
        for (std::size_t i = 0; i < key.size(); ++i)
            key[i] = static_cast<std::uint8_t>(i);
        const NoiseStream stream{static_cast<NoisePurpose>(0x09000000), 0x4a000000, 0};
        const auto nonce = stream.nonce();
        QCOMPARE(nonce[3], std::uint8_t{0x09});
        QCOMPARE(nonce[7], std::uint8_t{0x4a});
        // Words 0 to 3 of that block make the ninth and tenth normal of the stream (block 0 makes eight).
        const std::vector<double> normals = NoiseSource(key).normals(10, stream);
        const std::uint64_t first = 0x15593bd1e4e7f110;
        const std::uint64_t second = 0xc47120a31fdd0f50;
        const double radius = std::sqrt(-2 * std::log(static_cast<double>((first >> 11) + 1) * 0x1p-53));
        const double angle = static_cast<double>(second >> 11) * 0x1p-53 * 2 * M_PI;
        QVERIFY(std::abs(normals[8] - radius * std::cos(angle)) < 1e-12);
        QVERIFY(std::abs(normals[9] - radius * std::sin(angle)) < 1e-12);
    }

    /// Within five deviations: mean 0, variance 1, skewness 0, fourth moment 3.
    void moments()
    {
        const std::vector<double> values = sample(1, {NoisePurpose::Upload, 3, 7});
        const double n = kCount;
        QVERIFY(std::abs(moment(values, 1)) < 5 / std::sqrt(n));
        QVERIFY(std::abs(moment(values, 2) - 1) < 5 * std::sqrt(2 / n));
        QVERIFY(std::abs(moment(values, 3)) < 5 * std::sqrt(15 / n));
        QVERIFY(std::abs(moment(values, 4) - 3) < 5 * std::sqrt(96 / n));
    }

    /// Shares beyond 2, 3, 4 and 4.5 deviations, both sides, within five deviations of a binomial's.
    void tails()
    {
        std::vector<double> values;
        for (std::uint32_t round = 0; round < 4; ++round) {
            const auto more = sample(9, {NoisePurpose::Upload, round, 0});
            values.insert(values.end(), more.begin(), more.end());
        }
        const auto n = static_cast<double>(values.size());
        for (const double bound : {2.0, 3.0, 4.0, 4.5})
            for (const double side : {-1.0, 1.0}) {
                const auto beyond = std::ranges::count_if(values, [&](double v) { return side * v > bound; });
                const double expected = n * 0.5 * std::erfc(bound / std::sqrt(2.0));
                QVERIFY2(std::abs(static_cast<double>(beyond) - expected) < 5 * std::sqrt(expected),
                    qPrintable(QString::number(bound)));
            }
    }

    /// Streams that differ in one part of their name by one, and seeds that do.
    void neighboursAreIndependent()
    {
        const std::vector<double> base = sample(5, {NoisePurpose::Upload, 3, 7});
        const double limit = 5 / std::sqrt(static_cast<double>(kCount));
        for (const NoiseStream& other :
            {NoiseStream{NoisePurpose::Upload, 4, 7}, NoiseStream{NoisePurpose::Upload, 3, 8},
                NoiseStream{NoisePurpose::Upload, 7, 3}, NoiseStream{NoisePurpose::ClipCount, 3, 7}})
            QVERIFY(std::abs(correlation(base, sample(5, other))) < limit);
        QVERIFY(std::abs(correlation(base, sample(6, {NoisePurpose::Upload, 3, 7}))) < limit);
        // Seeds that agree in their low 32 bits.
        QVERIFY(
            std::abs(correlation(base, sample(5 + (std::uint64_t{1} << 32), {NoisePurpose::Upload, 3, 7})))
            < limit);
        // Within a stream: neighbours, pairs of one transform, squares of pairs.
        for (const std::size_t lag : {std::size_t{1}, std::size_t{2}, std::size_t{8}}) {
            const std::vector<double> later(base.begin() + static_cast<std::ptrdiff_t>(lag), base.end());
            QVERIFY(std::abs(correlation(base, later)) < limit);
        }
        double squares = 0;
        for (std::size_t i = 0; i + 1 < base.size(); i += 2)
            squares += (base[i] * base[i] - 1) * (base[i + 1] * base[i + 1] - 1);
        QVERIFY(std::abs(squares / (kCount / 2)) < 5 * 2 / std::sqrt(kCount / 2.0));
    }

    /// Ten million (round, tensor) pairs have ten million names, and no two streams begin alike.
    void everyPairHasAStreamOfItsOwn()
    {
        std::vector<std::array<std::uint8_t, 12>> nonces;
        nonces.reserve(10'000'000);
        for (std::uint32_t round = 0; round < 100'000; ++round)
            for (std::uint32_t tensor = 0; tensor < 100; ++tensor)
                nonces.push_back(NoiseStream{NoisePurpose::Upload, round, tensor}.nonce());
        std::ranges::sort(nonces);
        QVERIFY(std::ranges::adjacent_find(nonces) == nonces.end());
        const NoiseSource source = NoiseSource::reproducible(1);
        std::set<std::uint64_t> first;
        for (std::uint32_t round = 0; round < 500; ++round)
            for (std::uint32_t tensor = 0; tensor < 57; ++tensor)
                first.insert(source.bits({NoisePurpose::Upload, round, tensor}));
        QCOMPARE(first.size(), std::size_t{500 * 57});
    }

    /// Whatever is asked for first, and in whatever pieces.
    void piecesMakeTheWhole()
    {
        const NoiseSource source = NoiseSource::reproducible(2);
        const NoiseStream stream{NoisePurpose::Upload, 1, 2};
        std::vector<float> whole(5001, 1.0F);
        source.add(whole, 0, 0.5, stream);
        for (const std::size_t cut : {std::size_t{8}, std::size_t{512}, std::size_t{4096}}) {
            std::vector<float> pieces(5001, 1.0F);
            const std::span all(pieces);
            source.add(all.subspan(cut), cut, 0.5, stream);
            source.add(all.first(cut), 0, 0.5, stream);
            QVERIFY(pieces == whole);
        }
        const std::vector<double> normals = source.normals(5001, stream);
        for (std::size_t i = 0; i < whole.size(); ++i)
            QVERIFY(std::abs(static_cast<double>(whole[i]) - 1 - 0.5 * normals[i]) < 1e-6);
    }

    void secretKeysDiffer()
    {
        const NoiseSource::Key first = NoiseSource::secretKey();
        const NoiseSource::Key second = NoiseSource::secretKey();
        QVERIFY(first != second);
        const NoiseStream stream{NoisePurpose::Upload, 0, 0};
        QVERIFY(NoiseSource(first).bits(stream) != NoiseSource(second).bits(stream));
        QCOMPARE(NoiseSource(first).bits(stream), NoiseSource(first).bits(stream));
    }
};

std::unique_ptr<QObject> tst_noise_source()
{
    return std::make_unique<TestNoiseSource>();
}
#include "tst_noise_source.moc"
