// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/idst_cl.h"
#include "core/training/cohort.h"
#include "tests/fixtures/model_support.h"

#include <QTest>

#include <memory>
#include <numeric>

using namespace fedcctr;
using namespace fedcctr::federation;
using namespace fedcctr::training;
using namespace fedcctr::model;
using namespace fedcctr::test;
using torch::Tensor;

namespace {

/// A model with an engine at hand; more clients than one shard holds.
struct Setting {
    ModelOptions options = tinyModel();
    LossOptions loss;
    FederationOptions federation;
    int threads = 1;

    CohortEngine engine(const IdstCl& model, const Workers& workers) const
    {
        return CohortEngine(smallDataset(), model, federation, loss, kHost, workers, 9);
    }
};

std::vector<std::int32_t> someClients()
{
    std::vector<std::int32_t> clients;
    for (std::int32_t id = 1; id < 40; id += 2)
        clients.push_back(id);
    return clients;
}

/// The sum over the clients alone, each clipped (Eq. 24: divided by max(1, norm / theta)).
ClientUpdate sumOfSingles(const CohortEngine& engine, const Parameters& parameters,
    const std::vector<std::int32_t>& clients, double theta, const std::vector<double>& weights,
    std::vector<double>& norms)
{
    ClientUpdate sum = parameters.zerosLike();
    for (const std::int32_t client : clients) {
        const ClientUpdate one = engine.single(parameters, client, 3, weights);
        norms.push_back(normOf(one));
        addScaled(sum, one, 1 / std::max(1.0, norms.back() / theta));
    }
    return sum;
}

} // namespace

class TestCohort : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void cohortIsTheSumOfItsClients_data()
    {
        QTest::addColumn<int>("attention");
        QTest::addColumn<double>("dropout");
        QTest::addColumn<int>("localSteps");
        QTest::addColumn<bool>("shared");
        QTest::addColumn<int>("scorer");
        for (const int attention : {0, 1})
            for (const double dropout : {0.0, 0.3})
                for (const int steps : {1, 3})
                    QTest::addRow("attention %d, dropout %.1f, steps %d", attention, dropout, steps)
                        << attention << dropout << steps << (steps == 3)
                        << (attention ^ (steps == 3 ? 1 : 0));
    }

    /// Float32, sums in another order: 1e-5.
    void cohortIsTheSumOfItsClients()
    {
        QFETCH(int, attention);
        QFETCH(double, dropout);
        QFETCH(int, localSteps);
        QFETCH(bool, shared);
        QFETCH(int, scorer);
        Setting setting;
        setting.options.attention = static_cast<Attention>(attention);
        setting.options.scorer = static_cast<Scorer>(scorer);
        setting.options.dropout = dropout;
        setting.options.historyDropout = dropout;
        setting.loss.sharedNegatives = shared;
        setting.federation.localSteps = localSteps;
        setting.federation.localTargets = 4;
        const Workers workers(1);
        const IdstCl model(smallDataset(), setting.options, kHost);
        const CohortEngine engine = setting.engine(model, workers);
        const Parameters parameters = shaken(model.initialise(1));
        const std::vector<std::int32_t> clients = someClients();

        // Without clipping, then clipped at the median norm, so that some clients are and some are not.
        std::vector<double> norms;
        const ClientUpdate free =
            sumOfSingles(engine, parameters, clients, 1e9, weightsOf(model, setting.loss), norms);
        QVERIFY(relativeDistance(
                    engine.run(parameters, clients, 3, 1e9, weightsOf(model, setting.loss)).sum, free)
            < 1e-5);
        std::vector<double> sorted = norms;
        std::ranges::sort(sorted);
        const double theta = sorted[sorted.size() / 2] * 1.000001;
        std::vector<double> again;
        const ClientUpdate clipped =
            sumOfSingles(engine, parameters, clients, theta, weightsOf(model, setting.loss), again);
        const CohortResult result = engine.run(parameters, clients, 3, theta, weightsOf(model, setting.loss));
        QVERIFY(relativeDistance(result.sum, clipped) < 1e-5);
        QVERIFY(relativeDistance(result.sum, free) > 1e-2);
        QCOMPARE(result.norms.size(), clients.size());
        for (std::size_t k = 0; k < clients.size(); ++k)
            QVERIFY(std::abs(result.norms[k] / norms[k] - 1) < 1e-5);
    }

    void everyUploadIsAtMostTheta()
    {
        const Setting setting;
        const Workers workers(1);
        const IdstCl model(smallDataset(), setting.options, kHost);
        const CohortEngine engine = setting.engine(model, workers);
        const Parameters parameters = shaken(model.initialise(1));
        for (const double theta : {1e-3, 0.05, 0.5})
            for (const std::int32_t client : someClients()) {
                const CohortResult one =
                    engine.run(parameters, std::span(&client, 1), 0, theta, weightsOf(model, setting.loss));
                QVERIFY(one.norms[0] > theta);
                // As long as theta, to the precision of float32.
                QVERIFY(std::abs(normOf(one.sum) / theta - 1) < 1e-5);
            }
    }

    /// Tensor by tensor to theta / sqrt(m): a tensor is shortened only if it is too long itself.
    void perLayerClipping()
    {
        const Setting setting;
        const IdstCl model(smallDataset(), setting.options, kHost);
        const Workers workers(1);
        const CohortEngine engine = setting.engine(model, workers);
        const Parameters parameters = model.initialise(1);
        const std::vector<std::int32_t> client{7};
        const ClientUpdate raw = engine.single(parameters, 7, 3, weightsOf(model, setting.loss));
        const double theta = normOf(raw);
        const double share = theta / std::sqrt(static_cast<double>(raw.size()));
        const ClientUpdate clipped = engine
                                         .run(parameters, client, 3, theta, weightsOf(model, setting.loss),
                                             privacy::Clipping::PerLayer)
                                         .sum;
        QVERIFY(normOf(clipped) <= theta * 1.00001);
        int shortened = 0;
        for (std::size_t i = 0; i < raw.size(); ++i) {
            const double before = raw[i].norm().item<double>();
            const double after = clipped[i].norm().item<double>();
            QVERIFY(std::abs(after - std::min(before, share)) < 1e-5 * theta);
            shortened += before > share ? 1 : 0;
        }
        QVERIFY(shortened > 0 && shortened < static_cast<int>(raw.size()));
    }

    void aShortUploadIsLeftAlone()
    {
        const Setting setting;
        const Workers workers(1);
        const IdstCl model(smallDataset(), setting.options, kHost);
        const CohortEngine engine = setting.engine(model, workers);
        const Parameters parameters = shaken(model.initialise(1));
        const std::int32_t client = 6;
        const CohortResult one =
            engine.run(parameters, std::span(&client, 1), 0, 1e6, weightsOf(model, setting.loss));
        QVERIFY(
            relativeDistance(one.sum, engine.single(parameters, client, 0, weightsOf(model, setting.loss)))
            < 1e-6);
        QVERIFY(std::abs(one.norms[0] - normOf(one.sum)) < 1e-5 * one.norms[0]);
    }

    void threadsDoNotChangeABit()
    {
        Setting setting;
        setting.options.dropout = 0.2;
        const IdstCl model(smallDataset(), setting.options, kHost);
        const Parameters parameters = shaken(model.initialise(1));
        std::vector<std::int32_t> everyone(smallDataset().userCount());
        std::iota(everyone.begin(), everyone.end(), 0);
        for (const Mode mode : {Mode::Federated, Mode::Central}) {
            setting.federation.mode = mode;
            const Workers one(1);
            const Workers two(2);
            const Workers five(5);
            const CohortResult expected =
                setting.engine(model, one).run(parameters, everyone, 2, 0.5, weightsOf(model, setting.loss));
            for (const Workers* workers : {&two, &five}) {
                const CohortResult found =
                    setting.engine(model, *workers)
                        .run(parameters, everyone, 2, 0.5, weightsOf(model, setting.loss));
                QVERIFY(sameBits(found.sum, expected.sum));
                QCOMPARE(found.norms, expected.norms);
                QCOMPARE(found.loss, expected.loss);
            }
        }
    }

    /// In central mode the sum over users: the mean gradient times the users, without clipping.
    void centralMeanIsTheAverage()
    {
        Setting setting;
        setting.federation.mode = Mode::Central;
        const Workers workers(1);
        const IdstCl model(smallDataset(), setting.options, kHost);
        const CohortEngine engine = setting.engine(model, workers);
        const Parameters parameters = shaken(model.initialise(1));
        std::vector<std::int32_t> users(37); // one whole shard and a smaller one
        std::iota(users.begin(), users.end(), 0);
        const CohortResult central = engine.run(parameters, users, 3, 1e-6, weightsOf(model, setting.loss));
        std::vector<double> norms;
        const ClientUpdate expected =
            sumOfSingles(engine, parameters, users, 1e9, weightsOf(model, setting.loss), norms);
        QVERIFY(relativeDistance(central.sum, expected) < 1e-5);
        QVERIFY(central.norms.empty());
        setting.federation.mode = Mode::Federated;
        const CohortResult federated =
            setting.engine(model, workers).run(parameters, users, 3, 1e9, weightsOf(model, setting.loss));
        for (std::size_t i = 0; i < 4; ++i)
            QVERIFY(std::abs(central.loss[i] - federated.loss[i]) < 1e-6);
    }

    void nobodySendsNothing()
    {
        const Setting setting;
        const Workers workers(1);
        const IdstCl model(smallDataset(), setting.options, kHost);
        const Parameters parameters = model.initialise(1);
        const CohortResult result =
            setting.engine(model, workers).run(parameters, {}, 0, 1, weightsOf(model, setting.loss));
        QCOMPARE(normOf(result.sum), 0.0);
        QVERIFY(result.norms.empty());
    }

    /// The upload is the gradient of the loss that the round reports, tensor by tensor along its own
    /// direction. In float32: the loss is about 2 with a rounding error of 2e-7, which the step of 1e-3 makes
    /// 1e-4 of derivative; the curvature at tau = 0.1 adds up to a percent. 2 % separates this from any wrong
    /// factor or missing term.
    void uploadIsTheGradientOfTheReportedLoss()
    {
        Setting setting;
        const Workers workers(1);
        const IdstCl model(smallDataset(), setting.options, kHost);
        const CohortEngine engine = setting.engine(model, workers);
        const Parameters parameters = shaken(model.initialise(1));
        const std::int32_t client = 8;
        const auto lossAt = [&](const Parameters& point) {
            return totalOf(
                engine.run(point, std::span(&client, 1), 4, 1, weightsOf(model, setting.loss)).loss,
                weightsOf(model, setting.loss));
        };
        const ClientUpdate gradient = engine.single(parameters, client, 4, weightsOf(model, setting.loss));
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            // Along the gradient of one tensor, where the derivative is its norm.
            ClientUpdate direction = parameters.zerosLike();
            direction[i].copy_(gradient[i]);
            const double length = normOf(direction);
            if (length < 0.02)
                continue;
            const double step = 1e-3;
            Parameters above = parameters.clone();
            addScaled(above, direction, step / length);
            Parameters below = parameters.clone();
            addScaled(below, direction, -step / length);
            const double expected = (lossAt(above) - lossAt(below)) / (2 * step);
            QVERIFY2(std::abs(length / expected - 1) < 0.02,
                qPrintable(
                    QStringLiteral("tensor %1: %2, by differences %3").arg(i).arg(length).arg(expected)));
        }
    }

    /// One local step sends the gradient; several send eta_local times the sum of the gradients on the way.
    /// With a tiny rate the gradients hardly change, but every step draws other examples: compare two steps
    /// with themselves at half the rate.
    void severalLocalStepsSendTheDifference()
    {
        Setting setting;
        const Workers workers(1);
        const IdstCl model(smallDataset(), setting.options, kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const auto upload = [&](int steps, double rate) {
            setting.federation.localSteps = steps;
            setting.federation.localLearningRate = rate;
            return setting.engine(model, workers).single(parameters, 5, 1, weightsOf(model, setting.loss));
        };
        // In float32 a difference of parameters of size 1 is good to 1e-7 a coordinate, 1e-5 over all; the
        // uploads are some 1e-3 long.
        const ClientUpdate one = upload(3, 1e-3);
        const ClientUpdate half = upload(3, 5e-4);
        QVERIFY2(std::abs(normOf(one) / normOf(half) - 2) < 0.1,
            qPrintable(QString::number(normOf(one) / normOf(half))));
        const ClientUpdate gradient = upload(1, 1e-2);
        const double ratio = normOf(one) / (1e-3 * normOf(gradient));
        QVERIFY2(ratio > 1.5 && ratio < 4.5, qPrintable(QString::number(ratio)));
        QVERIFY(relativeDistance(upload(1, 1e-2), upload(1, 1.0)) < 1e-9);
    }

    void anEmptyTableIsAllowed()
    {
        Setting setting;
        setting.options.positionWidth = 0;
        setting.options.idWidth = 8;
        const Workers workers(1);
        const IdstCl model(smallDataset(), setting.options, kHost);
        const std::vector<std::int32_t> clients{1, 2, 3};
        const CohortResult result =
            setting.engine(model, workers)
                .run(model.initialise(1), clients, 0, 1, weightsOf(model, setting.loss));
        QVERIFY(normOf(result.sum) > 0);
    }
};

std::unique_ptr<QObject> tst_cohort()
{
    return std::make_unique<TestCohort>();
}
#include "tst_cohort.moc"
