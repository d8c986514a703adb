// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/layers.h"
#include "core/nn/losses.h"
#include "tests/fixtures/model_support.h"

#include <torch/csrc/autograd/autograd.h>

#include <QTest>

#include <memory>

using namespace fedcctr;
using namespace fedcctr::model;
using torch::Tensor;

namespace {

using Vector = std::vector<double>;

Tensor tensor(const Vector& values, std::vector<std::int64_t> shape)
{
    return torch::tensor(values, torch::kFloat64).reshape(shape);
}

double sim(const Vector& x, const Vector& y)
{
    double product = 0;
    double xx = 0;
    double yy = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        product += x[i] * y[i];
        xx += x[i] * x[i];
        yy += y[i] * y[i];
    }
    return product / std::sqrt(xx * yy);
}

/// Random vectors of one user's targets, also as a tensor [1, 1, T, d].
struct Views {
    std::vector<Vector> rows;
    Tensor asTensor;

    Views(std::size_t targets, std::size_t width, std::uint64_t seed)
    {
        Random random(seed);
        Vector flat;
        for (std::size_t t = 0; t < targets; ++t) {
            rows.emplace_back();
            for (std::size_t i = 0; i < width; ++i) {
                rows.back().push_back(random.normal());
                flat.push_back(rows.back().back());
            }
        }
        asTensor = tensor(flat, {1, 1, static_cast<std::int64_t>(targets), static_cast<std::int64_t>(width)});
    }
};

/// Eq. 18 as printed, over the given targets; no log-sum-exp.
double cdrdByHand(
    const Views& a, const Views& b, const Views& m, double tau, const std::vector<std::size_t>& targets)
{
    double denominator = 0;
    for (const std::size_t j : targets)
        denominator += std::exp(sim(a.rows[j], b.rows[j]) / tau);
    double sum = 0;
    for (const std::size_t i : targets)
        sum -=
            std::log((std::exp(sim(m.rows[i], a.rows[i]) / tau) + std::exp(sim(m.rows[i], b.rows[i]) / tau))
                / denominator);
    return sum / static_cast<double>(targets.size());
}

bool near(double found, double expected, double tolerance = 1e-10)
{
    return std::abs(found - expected) <= tolerance * (1 + std::abs(expected));
}

/// Autograd against central differences, double precision, every coordinate.
template <typename Loss> void checkGradient(Tensor x, const Loss& loss)
{
    Tensor leaf = x.clone().requires_grad_();
    const Tensor gradient = torch::autograd::grad({loss(leaf).sum()}, {leaf})[0].contiguous();
    const torch::NoGradGuard noGrad;
    constexpr double kStep = 1e-6;
    for (std::int64_t i = 0; i < x.numel(); ++i) {
        double& value = x.data_ptr<double>()[i];
        const double start = value;
        value = start + kStep;
        const double above = loss(x).sum().template item<double>();
        value = start - kStep;
        const double below = loss(x).sum().template item<double>();
        value = start;
        QVERIFY(near(gradient.data_ptr<double>()[i], (above - below) / (2 * kStep), 1e-7));
    }
}

} // namespace

class TestLosses : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Two targets, one of them padding, two negatives: the mean of -ln s(1), -ln(1 - s(0)), -ln(1 - s(-2)).
    void binaryCrossEntropyByHand()
    {
        const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
        const Tensor positive = tensor({1, 500}, {1, 1, 2});
        const Tensor negative = tensor({0, -2, 300, 400}, {1, 1, 2, 2});
        const double expected =
            -(std::log(sigmoid(1)) + std::log(1 - sigmoid(0)) + std::log(1 - sigmoid(-2))) / 3;
        QVERIFY(
            near(binaryCrossEntropy(positive, negative, tensor({1, 0}, {1, 1, 2})).item<double>(), expected));
        const double second = (0 + 300.0 + 400.0) / 3;
        QVERIFY(near(binaryCrossEntropy(positive, negative, tensor({1, 1}, {1, 1, 2})).item<double>(),
            (expected + second) / 2, 1e-9));
        QCOMPARE(binaryCrossEntropy(positive, negative, tensor({0, 0}, {1, 1, 2})).item<double>(), 0.0);
    }

    void softmaxByHand()
    {
        const Tensor positive = tensor({1, 7}, {1, 1, 2});
        const Tensor negative = tensor({0, -2, 7, 7}, {1, 1, 2, 2});
        const double first = -std::log(std::exp(1.0) / (std::exp(1.0) + 1 + std::exp(-2.0)));
        QVERIFY(near(sampledSoftmax(positive, negative, tensor({1, 0}, {1, 1, 2})).item<double>(), first));
        QVERIFY(near(sampledSoftmax(positive, negative, tensor({1, 1}, {1, 1, 2})).item<double>(),
            (first + std::log(3.0)) / 2));
        QCOMPARE(sampledSoftmax(positive, negative, tensor({0, 0}, {1, 1, 2})).item<double>(), 0.0);
    }

    void idraByHand()
    {
        const Views x(4, 3, 1);
        const Views y(4, 3, 2);
        for (const double alpha : {0.0, 0.5, 2.0}) {
            double expected = 0;
            for (const std::size_t i : {0U, 2U, 3U})
                expected += std::max(0.0, alpha - sim(x.rows[i], y.rows[i])) / 3;
            const Tensor mask = tensor({1, 0, 1, 1}, {1, 1, 4});
            QVERIFY(near(idra(x.asTensor, y.asTensor, alpha, mask).item<double>(), expected));
        }
        // The margin lets similar views rest.
        QCOMPARE(idra(x.asTensor, x.asTensor, 0.5, torch::ones({1, 1, 4})).item<double>(), 0.0);
        QVERIFY(near(idra(x.asTensor, x.asTensor, 2, torch::ones({1, 1, 4})).item<double>(), 1));
        QVERIFY(near(idra(x.asTensor, -x.asTensor, 0.5, torch::ones({1, 1, 4})).item<double>(), 1.5));
    }

    void cdrdByHandAndMasked()
    {
        const Views a(4, 5, 1);
        const Views b(4, 5, 2);
        const Views m(4, 5, 3);
        for (const double tau : {0.1, 0.5, 1.0}) {
            const Tensor all = torch::ones({1, 1, 4}, torch::kFloat64);
            QVERIFY(near(cdrd(a.asTensor, b.asTensor, m.asTensor, tau, all).item<double>(),
                ::cdrdByHand(a, b, m, tau, {0, 1, 2, 3})));
            const Tensor some = tensor({1, 0, 0, 1}, {1, 1, 4});
            QVERIFY(near(cdrd(a.asTensor, b.asTensor, m.asTensor, tau, some).item<double>(),
                ::cdrdByHand(a, b, m, tau, {0, 3})));
        }
        QCOMPARE(cdrd(a.asTensor, b.asTensor, m.asTensor, 0.1, torch::zeros({1, 1, 4})).item<double>(), 0.0);
    }

    /// Users stand beside each other: each has its own denominator.
    void usersDoNotMix()
    {
        const Views a(4, 5, 1);
        const Views b(4, 5, 2);
        const Views m(4, 5, 3);
        const auto split = [](const Views& x) { return x.asTensor.reshape({2, 1, 2, 5}); };
        const Tensor both = cdrd(split(a), split(b), split(m), 0.2, torch::ones({2, 1, 2}));
        QVERIFY(near(both[0].item<double>(), ::cdrdByHand(a, b, m, 0.2, {0, 1}), 1e-6));
        QVERIFY(near(both[1].item<double>(), ::cdrdByHand(a, b, m, 0.2, {2, 3}), 1e-6));
    }

    void cosineOfVectors()
    {
        const Tensor x = tensor({3, 4, 0, 0, 1, 1}, {3, 2});
        const Tensor y = tensor({4, 3, 1, 1, -2, -2}, {3, 2});
        const Tensor found = cosine(x, y);
        QVERIFY(near(found[0].item<double>(), 24.0 / 25));
        QCOMPARE(found[1].item<double>(), 0.0);
        QVERIFY(near(found[2].item<double>(), -1));
    }

    /// Float32, the lowest temperatures, vectors from nothing to huge, logits far out: finite values and
    /// gradients.
    void finiteAtTheExtremes()
    {
        for (const double size : {0.0, 1e-20, 1e-6, 1.0, 1e6}) {
            for (const double tau : {0.01, 0.1}) {
                Random random(1);
                Tensor h = torch::zeros({2, 3, 4, 6});
                for (std::int64_t i = 0; i < h.numel(); ++i)
                    h.data_ptr<float>()[i] = static_cast<float>(size * random.normal());
                Tensor leaf = h.requires_grad_();
                Tensor mask = torch::ones({2, 3, 4});
                mask[0][1].zero_();
                mask[1][2][3] = 0;
                const Tensor contrast = cdrd(leaf, -leaf, leaf, tau, mask) + idra(leaf, leaf, 0.5, mask);
                const Tensor gradient = torch::autograd::grad({contrast.sum()}, {leaf})[0];
                QVERIFY(torch::isfinite(contrast).all().item<bool>());
                QVERIFY(torch::isfinite(gradient).all().item<bool>());
                QCOMPARE(contrast[0][1].item<double>(), 0.0);
            }
            Tensor logits = torch::full({1, 1, 2}, -size).requires_grad_();
            const Tensor negatives = torch::full({1, 1, 2, 3}, size);
            for (const Tensor& loss : {binaryCrossEntropy(logits, negatives, torch::ones({1, 1, 2})),
                     sampledSoftmax(logits, negatives, torch::ones({1, 1, 2}))}) {
                const Tensor gradient = torch::autograd::grad({loss.sum()}, {logits}, {}, true)[0];
                QVERIFY(torch::isfinite(loss).all().item<bool>());
                QVERIFY(torch::isfinite(gradient).all().item<bool>());
            }
        }
    }

    void gradients()
    {
        const Views a(4, 3, 1);
        const Views b(4, 3, 2);
        const Views m(4, 3, 3);
        const Tensor mask = tensor({1, 0, 1, 1}, {1, 1, 4});
        checkGradient(
            a.asTensor, [&](const Tensor& x) { return cdrd(x, b.asTensor, m.asTensor, 0.3, mask); });
        checkGradient(
            b.asTensor, [&](const Tensor& x) { return cdrd(a.asTensor, x, m.asTensor, 0.3, mask); });
        checkGradient(
            m.asTensor, [&](const Tensor& x) { return cdrd(a.asTensor, b.asTensor, x, 0.3, mask); });
        checkGradient(a.asTensor, [&](const Tensor& x) { return idra(x, b.asTensor, 0.5, mask); });
        checkGradient(b.asTensor, [&](const Tensor& x) { return idra(a.asTensor, x, 2.0, mask); });
        const Tensor positive = tensor({0.3, -1, 2, 0.1}, {1, 1, 4});
        const Tensor negative = tensor({0.5, -0.2, 1, 2, -1, 0.7, 0, 0.4}, {1, 1, 4, 2});
        checkGradient(positive, [&](const Tensor& x) { return binaryCrossEntropy(x, negative, mask); });
        checkGradient(negative, [&](const Tensor& x) { return binaryCrossEntropy(positive, x, mask); });
        checkGradient(positive, [&](const Tensor& x) { return sampledSoftmax(x, negative, mask); });
        checkGradient(negative, [&](const Tensor& x) { return sampledSoftmax(positive, x, mask); });
    }

    /// Eq. 13 for two positions and one head: softmax(q k / sqrt(2)) v, the first position not seeing the
    /// second.
    void attentionByHand()
    {
        const Tensor q = tensor({1, 2, 0.5, -1}, {1, 1, 2, 2});
        const Tensor k = tensor({0.3, 0.1, -0.4, 0.8}, {1, 1, 2, 2});
        const Tensor v = tensor({5, 6, 7, 9}, {1, 1, 2, 2});
        const Tensor out = attention(q, k, v, causalBias(2, q.options()));
        QVERIFY(near(out[0][0][0][0].item<double>(), 5) && near(out[0][0][0][1].item<double>(), 6));
        const double first = std::exp((0.5 * 0.3 - 0.1) / std::sqrt(2.0));
        const double second = std::exp((0.5 * -0.4 - 0.8) / std::sqrt(2.0));
        QVERIFY(near(out[0][0][1][0].item<double>(), (5 * first + 7 * second) / (first + second)));
        QVERIFY(near(out[0][0][1][1].item<double>(), (6 * first + 9 * second) / (first + second)));
    }

    void layerNormByHand()
    {
        const Tensor out = layerNorm(
            tensor({1, 2, 3, 6}, {1, 1, 4}), tensor({1, 1, 2, 1}, {1, 4}), tensor({0, 5, 0, 0}, {1, 4}));
        const double deviation = std::sqrt(3.5 + 1e-5); // mean 3, variance (4 + 1 + 0 + 9) / 4
        const Vector expected{-2 / deviation, -1 / deviation + 5, 0, 3 / deviation};
        for (std::int64_t i = 0; i < 4; ++i)
            QVERIFY(near(out[0][0][i].item<double>(), expected[static_cast<std::size_t>(i)]));
    }

    void linearAndGatherByHand()
    {
        const Tensor out = linear(tensor({1, 2, 3, 4}, {2, 1, 2}),
            tensor({1, 0, 2, 1, 1, 1, -1, 0}, {2, 2, 2}), tensor({10, 20, 30, 40}, {2, 2}));
        QVERIFY(torch::equal(out, tensor({15, 22, 29, 43}, {2, 1, 2})));
        const Tensor rows = gatherRows(
            tensor({1, 2, 3, 4, 5, 6, 7, 8}, {2, 2, 2}), torch::tensor({1, 0, 1, 1}).reshape({2, 2}));
        QVERIFY(torch::equal(rows, tensor({3, 4, 1, 2, 7, 8, 7, 8}, {2, 2, 2})));
    }

    /// A share of zeros within five deviations, the rest scaled so that the mean stays; its own stream per
    /// group and call.
    void dropout()
    {
        Dropout dropout(0.3, {1, 2});
        const Tensor x = torch::ones({2, 100, 100});
        const Tensor first = dropout(x);
        const Tensor second = dropout(x);
        for (const Tensor& y : {first, second})
            for (const std::int64_t group : {0, 1}) {
                const double zeros = (y[group] == 0).to(torch::kFloat64).mean().item<double>();
                QVERIFY(std::abs(zeros - 0.3) < 5 * std::sqrt(0.3 * 0.7 / 1e4));
                QVERIFY(std::abs(y[group].max().item<double>() - 1 / 0.7) < 1e-6);
            }
        QVERIFY(!torch::equal(first, second));
        QVERIFY(!torch::equal(first[0], first[1]));
        Dropout again(0.3, {1, 2});
        QVERIFY(torch::equal(again(x), first));
        Dropout alone(0.3, {2});
        QVERIFY(torch::equal(alone(torch::ones({1, 100, 100}))[0], first[1]));
        Dropout none;
        QVERIFY(torch::equal(none(x), x));
        Dropout rows(0.3, {1, 2});
        const Tensor blanked = rows.rows(torch::ones({2, 1, 5000, 3}), 0.2);
        QVERIFY(torch::equal(blanked.amin(3), blanked.amax(3))); // whole rows
        QVERIFY(std::abs(blanked.mean().item<double>() - 0.8) < 5 * std::sqrt(0.2 * 0.8 / 1e4));
    }

    void splitDropoutIgnoresThePaddingOfParts()
    {
        Dropout shortParts(0.5, {1});
        Dropout longParts(0.5, {1});
        Dropout three = shortParts.split(3);
        Dropout alsoThree = longParts.split(3);
        const Tensor x = three(torch::ones({1, 3, 40})).reshape({3, 40});
        const Tensor y = alsoThree(torch::ones({1, 3, 70})).reshape({3, 70});
        QVERIFY(torch::equal(x, y.narrow(1, 0, 40)));
        QVERIFY(!torch::equal(x[0], x[1]));
        Dropout next = shortParts.split(3);
        QVERIFY(!torch::equal(next(torch::ones({1, 3, 40})).reshape({3, 40}), x));
    }
};

std::unique_ptr<QObject> tst_losses()
{
    return std::make_unique<TestLosses>();
}
#include "tst_losses.moc"
