// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/data/demo.h"
#include "core/data/history.h"
#include "core/training/prior.h"
#include "tests/fixtures/support.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <memory>

using namespace fedcctr;
using namespace fedcctr::training;
using namespace fedcctr::test;

namespace {

privacy::NoiseSource seeded(std::uint64_t seed)
{
    return privacy::NoiseSource::reproducible(seed);
}

const data::Dataset& demo()
{
    static const data::Dataset kDataset = data::generateDemo({.users = 60, .items = 110, .seed = 5}).dataset;
    return kDataset;
}

} // namespace

class TestPrior : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Without noise: each client's items at 1 / sqrt(how many it has), scaled so that all sums together are
    /// the number of distinct pairs of client and item.
    void sumsWithoutNoise()
    {
        std::vector<double> expected(demo().items.size(), 0);
        double scaled = 0;
        double pairs = 0;
        for (std::size_t user = 0; user < demo().userCount(); ++user) {
            const auto items = data::trainingItems(demo(), user);
            for (const data::ItemId item : items)
                expected[static_cast<std::size_t>(item)] += 1 / std::sqrt(static_cast<double>(items.size()));
            scaled += std::sqrt(static_cast<double>(items.size()));
            pairs += static_cast<double>(items.size());
        }
        const std::vector<double> found =
            privatePopularity(demo(), 0, privacy::Adversary::Aggregate, seeded(1));
        for (std::size_t i = 0; i < found.size(); ++i)
            QVERIFY(std::abs(found[i] - expected[i] * pairs / scaled) < 1e-9);
    }

    /// With noise far above the counts, what passes the threshold of two deviations is its share of a normal
    /// distribution, 2.3 %; under `local` the deviation is sqrt(N) times larger.
    void noiseIsCutAtTwoDeviations()
    {
        std::size_t above = 0;
        double largest = 0;
        double largestLocal = 0;
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            for (const double value :
                privatePopularity(demo(), 1e6, privacy::Adversary::Aggregate, seeded(seed))) {
                above += value > 0 ? 1U : 0U;
                largest = std::max(largest, value);
            }
            for (const double value : privatePopularity(demo(), 1e6, privacy::Adversary::Local, seeded(seed)))
                largestLocal = std::max(largestLocal, value);
        }
        const double count = 20 * static_cast<double>(demo().items.size());
        QVERIFY(std::abs(static_cast<double>(above) / count - 0.02275) < 5 * std::sqrt(0.02275 / count));
        QVERIFY(std::abs(largestLocal / largest / std::sqrt(60.0) - 1) < 1e-4);
    }

    void seedsDecide()
    {
        const auto at = [](std::uint64_t seed) {
            return privatePopularity(demo(), 1, privacy::Adversary::Aggregate, seeded(seed));
        };
        QCOMPARE(at(3), at(3));
        QVERIFY(at(3) != at(4));
    }

    void fromAFile()
    {
        const QTemporaryDir directory;
        const std::filesystem::path file = pathIn(directory.path(), "popularity.csv");
        model::ModelOptions options;
        options.prior = model::Prior::File;
        options.priorFile = file.string();
        writeFileAtomically(file, "item,count\n" + demo().items[3].id + ",99\nstranger,5\n");
        const std::vector<float> prior = popularityPrior(demo(), options, {}, seeded(1));
        QCOMPARE(prior.size(), demo().items.size());
        QVERIFY(std::abs(prior[3] - std::log(100.0F)) < 1e-5F);
        QCOMPARE(prior[4], 0.0F);
        writeFileAtomically(file, demo().items[3].id + ",9\n" + demo().items[4].id + ",many\n");
        VERIFY_MESSAGE(errorOf([&] { popularityPrior(demo(), options, {}, seeded(1)); }), "popularity.csv:2",
            "item,count");
        writeFileAtomically(file, "stranger,5\n");
        VERIFY_MESSAGE(
            errorOf([&] { popularityPrior(demo(), options, {}, seeded(1)); }), "popularity.csv", "no item");
        options.priorFile.clear();
        VERIFY_MESSAGE(
            errorOf([&] { popularityPrior(demo(), options, {}, seeded(1)); }), "model.prior_file", "none");
        options.prior = model::Prior::None;
        QVERIFY(popularityPrior(demo(), options, {}, seeded(1)).empty());
    }
};

std::unique_ptr<QObject> tst_prior()
{
    return std::make_unique<TestPrior>();
}
#include "tst_prior.moc"
