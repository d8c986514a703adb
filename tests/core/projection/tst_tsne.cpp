// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/projection/frames.h"
#include "core/projection/quadtree.h"
#include "core/projection/separation.h"

#include <QTest>

#include <cmath>
#include <memory>
#include <numeric>

using namespace fedcctr;
using namespace fedcctr::projection;

namespace {

/// Three clouds of unit deviation whose centres are `distance` apart, one after the other.
Matrix clouds(std::size_t each, double distance, std::size_t width = 8, std::uint64_t seed = 3)
{
    Random random(seed);
    Matrix points(3 * each, width);
    for (std::size_t i = 0; i < points.rows; ++i)
        for (std::size_t c = 0; c < width; ++c)
            points.at(i, c) = random.normal() + (c == i / each ? distance : 0);
    return points;
}

Matrix plane(std::size_t count, double scale, std::uint64_t seed = 5)
{
    Random random(seed);
    Matrix points(count, 2);
    for (double& value : points.values)
        value = scale * random.normal();
    return points;
}

double silhouetteOfThirds(const Matrix& y)
{
    std::vector<Matrix> groups;
    for (std::size_t g = 0; g < 3; ++g) {
        groups.emplace_back(y.rows / 3, y.columns);
        for (std::size_t i = 0; i < y.rows / 3; ++i)
            for (std::size_t c = 0; c < y.columns; ++c)
                groups.back().at(i, c) = y.at(g * y.rows / 3 + i, c);
    }
    return silhouette(groups);
}

Matrix finished(const Matrix& points, const TsneOptions& options)
{
    Tsne tsne(points, options);
    while (!tsne.isDone())
        tsne.step();
    return tsne.coordinates();
}

double largestStep(const Matrix& x, const Matrix& y)
{
    double most = 0;
    for (std::size_t i = 0; i < x.rows; ++i)
        most = std::max(most, std::sqrt(squaredDistance(x.row(i), y.row(i))));
    return most;
}

} // namespace

class TestTsne : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyRowHasThePerplexity()
    {
        Random random(1);
        for (const double perplexity : {2.0, 15.0, 30.0})
            for (int row = 0; row < 50; ++row) {
                std::vector<double> squared(99);
                for (double& d : squared)
                    d = 1000 * random.uniform();
                std::vector<double> share(99);
                conditionalRow(squared, perplexity, share);
                QVERIFY(std::abs(perplexityOf(share) - perplexity) < 1e-4);
                QVERIFY(std::abs(std::accumulate(share.begin(), share.end(), 0.0) - 1) < 1e-12);
                const auto nearest = std::ranges::min_element(squared) - squared.begin();
                QVERIFY(std::ranges::max_element(share) - share.begin() == nearest);
            }
    }

    /// Distances so large that exp(-d²) is 0, and equal ones.
    void hardRows()
    {
        std::vector<double> share(4);
        conditionalRow(std::vector<double>{1e8, 1e8 + 1, 1e8 + 2, 1e8 + 3}, 2, share);
        QVERIFY(std::abs(perplexityOf(share) - 2) < 1e-4);
        conditionalRow(std::vector<double>{5, 5, 5, 5}, 2, share);
        for (const double each : share)
            QVERIFY(std::abs(each - 0.25) < 1e-12);
    }

    void affinitiesAreSymmetricAndSumToOne()
    {
        const Matrix points = clouds(20, 4);
        for (const std::size_t neighbours : {std::size_t{0}, std::size_t{15}}) {
            const Affinities p = affinities(points, 5, neighbours);
            QVERIFY(std::abs(std::accumulate(p.value.begin(), p.value.end(), 0.0) - 1) < 1e-12);
            Matrix dense(60, 60);
            for (std::size_t i = 0; i < 60; ++i)
                for (std::size_t k = p.rowStart[i]; k < p.rowStart[i + 1]; ++k)
                    dense.at(i, p.neighbour[k]) = p.value[k];
            for (std::size_t i = 0; i < 60; ++i) {
                QCOMPARE(dense.at(i, i), 0.0);
                for (std::size_t j = 0; j < 60; ++j)
                    QVERIFY(std::abs(dense.at(i, j) - dense.at(j, i)) < 1e-15);
            }
        }
    }

    void perplexityMustFit()
    {
        QVERIFY_THROWS_EXCEPTION(Error, affinities(clouds(10, 1), 9.7, 0));
        QCOMPARE(affinities(clouds(10, 1), 9.6, 0).points(), std::size_t{30});
    }

    /// Central differences; the step's error is of order h², so 1e-6 relative to the largest entry.
    void gradientIsTheSlopeOfTheDivergence()
    {
        const Affinities p = affinities(clouds(5, 3), 4, 0);
        Matrix y = plane(15, 1);
        const Matrix gradient = tsneGradient(p, y, 1, 0);
        constexpr double kStep = 1e-5;
        for (std::size_t k = 0; k < y.values.size(); ++k) {
            const double kept = y.values[k];
            y.values[k] = kept + kStep;
            const double up = tsneDivergence(p, y, 0);
            y.values[k] = kept - kStep;
            const double down = tsneDivergence(p, y, 0);
            y.values[k] = kept;
            QVERIFY(std::abs((up - down) / (2 * kStep) - gradient.values[k]) < 1e-7);
        }
    }

    /// Two points at distance 1: q is 1/2 for each order, whatever; p too, so the divergence is 0 and so is
    /// the gradient.
    void twoPoints()
    {
        const Affinities p{{0, 1, 2}, {1, 0}, {0.5, 0.5}};
        Matrix y(2, 2);
        y.values = {0, 0, 1, 0};
        QVERIFY(std::abs(tsneDivergence(p, y, 0)) < 1e-15);
        for (const double value : tsneGradient(p, y, 1, 0).values)
            QVERIFY(std::abs(value) < 1e-15);
        // Exaggerated 3 times: 4 (3/2 - 1/2) 1/2 = 2, towards each other.
        QVERIFY(std::abs(tsneGradient(p, y, 3, 0).at(0, 0) + 2) < 1e-12);
    }

    void squaresAreExactAtThetaZeroAndNearBeyond()
    {
        Matrix y = plane(300, 3);
        y.at(7, 0) = y.at(8, 0); // two points at one place
        y.at(7, 1) = y.at(8, 1);
        const QuadTree tree(y);
        for (std::size_t i = 0; i < y.rows; ++i) {
            double z = 0;
            double x = 0;
            for (std::size_t j = 0; j < y.rows; ++j)
                if (j != i) {
                    const double w = 1 / (1 + squaredDistance(y.row(i), y.row(j)));
                    z += w;
                    x += w * w * (y.at(i, 0) - y.at(j, 0));
                }
            const QuadTree::Force exact = tree.repulsion(y.at(i, 0), y.at(i, 1), 0);
            QVERIFY(std::abs(exact.weight - z) < 1e-9);
            QVERIFY(std::abs(exact.sum[0] - x) < 1e-9);
            const QuadTree::Force near = tree.repulsion(y.at(i, 0), y.at(i, 1), 0.5);
            QVERIFY(std::abs(near.weight - z) < 0.08 * z);
        }
        const Affinities p = affinities(clouds(100, 3), 10, 0);
        const Matrix exact = tsneGradient(p, y, 1, 0);
        const Matrix near = tsneGradient(p, y, 1, 0.5);
        double difference = 0;
        double size = 0;
        for (std::size_t k = 0; k < exact.values.size(); ++k) {
            difference += std::pow(exact.values[k] - near.values[k], 2);
            size += std::pow(exact.values[k], 2);
        }
        QVERIFY(std::sqrt(difference / size) < 0.05);
    }

    void divergenceFallsAndClustersPart()
    {
        for (const TsneStart start : {TsneStart::Pca, TsneStart::Random}) {
            TsneOptions options;
            options.perplexity = 15;
            options.iterations = 400;
            options.start = start;
            Tsne tsne(clouds(40, 10), options);
            const double before = tsne.divergence();
            double middle = 0;
            while (!tsne.isDone()) {
                tsne.step();
                if (tsne.iteration() == 150)
                    middle = tsne.divergence();
            }
            QVERIFY(middle < before);
            QVERIFY(tsne.divergence() < middle);
            QVERIFY2(tsne.divergence() < 0.6, qPrintable(QString::number(tsne.divergence())));
            QVERIFY(silhouetteOfThirds(tsne.coordinates()) > 0.7);
        }
    }

    void oneCloudStaysOne()
    {
        TsneOptions options;
        options.perplexity = 15;
        options.iterations = 300;
        QVERIFY(silhouetteOfThirds(finished(clouds(40, 0), options)) < 0.1);
    }

    void sameSeedSamePicture()
    {
        TsneOptions options;
        options.perplexity = 5;
        options.iterations = 120;
        options.start = TsneStart::Random;
        const Matrix points = clouds(15, 3);
        const Matrix first = finished(points, options);
        QCOMPARE(finished(points, options), first);
        options.seed = 2;
        QVERIFY(finished(points, options) != first);
    }

    void equalPointsPart()
    {
        TsneOptions options;
        options.perplexity = 3;
        options.iterations = 200;
        const Matrix y = finished(Matrix(12, 4), options);
        for (const double value : y.values)
            QVERIFY(std::isfinite(value));
    }

    void manyPointsByNeighbours()
    {
        TsneOptions options;
        options.perplexity = 20;
        options.iterations = 100;
        Tsne tsne(clouds(700, 12, 5), options);
        QVERIFY(!tsne.isExact());
        QVERIFY(tsne.pairs().value.size() < 2100 * 2 * 60);
        while (!tsne.isDone())
            tsne.step();
        QVERIFY(silhouetteOfThirds(tsne.coordinates()) > 0.3);
    }

    /// Turned by 30 degrees and mirrored and moved: comes back exactly.
    void alignmentUndoesTurnsAndMirrors()
    {
        const Matrix fixed = plane(20, 2);
        for (const bool mirror : {false, true}) {
            Matrix moving = fixed;
            for (std::size_t i = 0; i < moving.rows; ++i) {
                const double x = fixed.at(i, 0);
                const double y = mirror ? -fixed.at(i, 1) : fixed.at(i, 1);
                moving.at(i, 0) = std::cos(0.5) * x - std::sin(0.5) * y + 10;
                moving.at(i, 1) = std::sin(0.5) * x + std::cos(0.5) * y - 4;
            }
            alignTo(fixed, moving);
            QVERIFY(largestStep(fixed, moving) < 1e-12);
        }
    }

    /// No turn by a small angle comes nearer, and distances inside the frame are kept.
    void alignmentIsTheBest()
    {
        const Matrix fixed = plane(30, 1, 8);
        Matrix moving = plane(30, 1, 9);
        const double inside = squaredDistance(moving.row(0), moving.row(1));
        alignTo(fixed, moving);
        QVERIFY(std::abs(squaredDistance(moving.row(0), moving.row(1)) - inside) < 1e-10);
        const auto distance = [&](double angle) {
            const std::vector<double> centre = centroid(moving);
            double sum = 0;
            for (std::size_t i = 0; i < moving.rows; ++i) {
                const double x = moving.at(i, 0) - centre[0];
                const double y = moving.at(i, 1) - centre[1];
                const double turned[2] = {std::cos(angle) * x - std::sin(angle) * y + centre[0],
                    std::sin(angle) * x + std::cos(angle) * y + centre[1]};
                sum += squaredDistance(fixed.row(i), turned);
            }
            return sum;
        };
        QVERIFY(distance(0) < distance(0.01));
        QVERIFY(distance(0) < distance(-0.01));
    }

    /// Clouds that part slowly: the picture follows, and no frame turns or mirrors.
    void framesMoveWithoutJumps()
    {
        std::vector<Matrix> series;
        for (const double distance : {0.0, 1.5, 3.0, 6.0, 9.0})
            series.push_back(clouds(30, distance));
        TsneOptions options;
        options.perplexity = 15;
        options.iterations = 300;
        int reports = 0;
        const auto frames = alignedFrames(
            series, Projection::Tsne, options, 50, [&](const FrameProgress&) { ++reports; }, {});
        QCOMPARE(frames.size(), series.size());
        QVERIFY(reports > 10);
        QVERIFY(silhouetteOfThirds(frames.front()) < 0.1);
        QVERIFY(silhouetteOfThirds(frames.back()) > 0.6);
        for (std::size_t f = 1; f < frames.size(); ++f) {
            Matrix aligned = frames[f];
            alignTo(frames[f - 1], aligned);
            QVERIFY(largestStep(aligned, frames[f]) < 1e-9);
        }
    }

    void aStandingSeriesStandsStill()
    {
        TsneOptions options;
        options.perplexity = 10;
        options.iterations = 600;
        const std::vector<Matrix> series(3, clouds(30, 8));
        const auto frames =
            alignedFrames(series, Projection::Tsne, options, 100, [](const FrameProgress&) {}, {});
        double extent = 0;
        for (const double value : frames[0].values)
            extent = std::max(extent, std::abs(value));
        QVERIFY(largestStep(frames[1], frames[2]) < 0.1 * extent);
        const auto flat = alignedFrames(series, Projection::Pca, options, 1, [](const FrameProgress&) {}, {});
        QVERIFY(largestStep(flat[0], flat[2]) < 1e-9);
    }

    void stopsWhenAsked()
    {
        std::stop_source stop;
        int seen = 0;
        const std::vector<Matrix> series(2, clouds(30, 2));
        TsneOptions options;
        options.perplexity = 10;
        const auto frames = alignedFrames(
            series, Projection::Tsne, options, 1,
            [&](const FrameProgress& progress) {
                seen = progress.iteration;
                if (progress.iteration == 20)
                    stop.request_stop();
            },
            stop.get_token());
        QVERIFY(frames.empty());
        QCOMPARE(seen, 20);
    }
};

std::unique_ptr<QObject> tst_tsne()
{
    return std::make_unique<TestTsne>();
}
#include "tst_tsne.moc"
