// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/use.h"
#include "core/model/tokens.h"
#include "core/models/idst_cl.h"
#include "core/models/make_model.h"
#include "core/training/evaluate.h"
#include "tests/fixtures/model_support.h"

#include <QTest>

#include <memory>

using namespace fedcctr;
using namespace fedcctr::augment;
using namespace fedcctr::model;
using namespace fedcctr::test;
using data::ItemId;
using torch::Tensor;

namespace {

constexpr std::int32_t kClient = 7;

/// Client 7 likes two items of A and one of B, dislikes one each, and has a profile; nobody else has
/// anything.
Augmentation someAugmentation()
{
    const std::size_t users = smallDataset().userCount();
    Augmentation augmentation;
    augmentation.backend = "a test";
    augmentation.items.resize(smallDataset().items.size());
    augmentation.users.resize(users);
    augmentation.sequences.resize(users);
    augmentation.items[3] = {{"space opera"}, {}, {"robot"}};
    augmentation.users[kClient] = {"25-34", "female", {"slow travel"}};
    augmentation.sequences[kClient] = {{{{100, 101}, {150}}}, {{{102}, {151}}}};
    return augmentation;
}

struct Setting {
    ModelOptions model = tinyModel();
    LossOptions loss;
    federation::FederationOptions federation;
    Workers workers{1};

    Setting()
    {
        model.historyLength = 40;
        loss.sharedNegatives = true;
        loss.negatives = 6;
    }

    training::CohortEngine engine(const IdstCl& idstCl, const Augmentation* augmentation) const
    {
        return {smallDataset(), idstCl, federation, loss, kHost, workers, 9, augmentation};
    }
};

ClientExample drawn(const Setting& setting, const Augmentation* augmentation)
{
    Random random(3);
    return ExampleSource(smallDataset(), setting.model, setting.loss, 4, augmentation).draw(kClient, random);
}

} // namespace

class TestAugmentedTraining : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Liked items stand in front, and every prefix counts them.
    void sequencesAreExtended()
    {
        const Setting setting;
        const Augmentation augmentation = someAugmentation();
        const ClientExample plain = drawn(setting, nullptr);
        const ClientExample extended = drawn(setting, &augmentation);
        QCOMPARE(extended.liked[0], 2);
        QCOMPARE(extended.liked[1], 1);
        std::vector<ItemId> expected{100, 101};
        expected.insert(expected.end(), plain.a.begin(), plain.a.end());
        QCOMPARE(extended.a, expected);
        QCOMPARE(extended.b.front(), 150);
        QCOMPARE(extended.merged, plain.merged);
        for (std::size_t d = 0; d < 2; ++d) {
            QCOMPARE(extended.targets[d].size(), plain.targets[d].size());
            for (std::size_t t = 0; t < plain.targets[d].size(); ++t) {
                QCOMPARE(extended.targets[d][t].prefixA, plain.targets[d][t].prefixA + 2);
                QCOMPARE(extended.targets[d][t].prefixB, plain.targets[d][t].prefixB + 1);
                QCOMPARE(extended.targets[d][t].prefixM, plain.targets[d][t].prefixM);
            }
        }
    }

    /// Real events go first: where they fill L, no liked item is left.
    void realEventsGoFirst()
    {
        std::vector<ItemId> sequence{1, 2, 3};
        QCOMPARE(putInFront(sequence, {8, 9}, 4), 1);
        QCOMPARE(sequence, (std::vector<ItemId>{8, 1, 2, 3}));
        QCOMPARE(putInFront(sequence, {8, 9}, 4), 0);
        QCOMPARE(sequence.size(), std::size_t{4});
    }

    void dislikedAreNegatives()
    {
        Setting setting;
        const Augmentation augmentation = someAugmentation();
        const ClientExample shared = drawn(setting, &augmentation);
        QCOMPARE(shared.negatives[0].front(), 102);
        QCOMPARE(shared.negatives[0].size(), std::size_t{6});
        setting.loss.sharedNegatives = false;
        const ClientExample own = drawn(setting, &augmentation);
        QCOMPARE(own.negatives[1].size(), 6 * own.targets[1].size());
        for (std::size_t t = 0; t < own.targets[1].size(); ++t)
            QCOMPARE(own.negatives[1][6 * t], 151);
    }

    void profileTokensNameOnlyWhatIsKnown()
    {
        QVERIFY(profileTokens({}, 512).empty());
        QCOMPARE(profileTokens({"25-34", "unknown", {"slow travel", "travel"}}, 512).size(), std::size_t{3});
    }

    /// Autograd through extension, IDRA between the views, and the profile, against finite differences.
    void gradient()
    {
        Setting setting;
        setting.loss.lambda1 = 0.7;
        setting.loss.alphaA = 2;
        const Augmentation augmentation = someAugmentation();
        const IdstCl model(smallDataset(), setting.model, kHost, true, augmentation.items);
        const auto engine = setting.engine(model, &augmentation);
        const Parameters parameters = shaken(model.initialise(2));
        const training::ClientUpdate found =
            engine.single(parameters, kClient, 3, weightsOf(model, setting.loss));
        const std::vector<std::int32_t> client{kClient};
        const auto lossAt = [&](const Parameters& at) {
            return totalOf(engine.run(at, client, 3, 1e9, weightsOf(model, setting.loss)).loss,
                weightsOf(model, setting.loss));
        };
        // Along the gradient itself the slope is its norm.
        const double length = normOf(found);
        constexpr double kStep = 2e-3;
        Parameters up = parameters.clone();
        addScaled(up, found, kStep / length);
        Parameters down = parameters.clone();
        addScaled(down, found, -kStep / length);
        const double slope = (lossAt(up) - lossAt(down)) / (2 * kStep);
        QVERIFY2(std::abs(slope / length - 1) < 0.02, qPrintable(QString::number(slope / length)));
        // The profile's table takes part: four words were used.
        const std::vector<std::string> names = model.names();
        const auto table = std::ranges::find(names, "profile.tokens") - names.begin();
        const Tensor rows = found[static_cast<std::size_t>(table)].abs().sum(1);
        QCOMPARE((rows > 0).sum().item<std::int64_t>(), std::int64_t{4});
    }

    /// IDRA compares the extended sequence with the original one: without dropout the two differ only where
    /// something was added, and with a margin that never rests the difference shows.
    void idraTiesTheTwoViews()
    {
        Setting setting;
        setting.loss.alphaA = 2;
        setting.loss.alphaB = 2;
        const IdstCl model(smallDataset(), setting.model, kHost);
        const Parameters parameters = shaken(model.initialise(2));
        const std::vector<std::int32_t> client{kClient};
        const auto idraWith = [&](const Augmentation* augmentation) {
            return setting.engine(model, augmentation)
                .run(parameters, client, 3, 1e9, weightsOf(model, setting.loss))
                .loss[2];
        };
        const Augmentation augmentation = someAugmentation();
        const double same = idraWith(nullptr);
        const double differing = idraWith(&augmentation);
        QVERIFY(std::abs(same - differing) > 1e-4);
    }

    /// What was rejected throughout leaves a training as it was, bit for bit.
    void anEmptyAugmentationChangesNothing()
    {
        const Setting setting;
        Augmentation empty = someAugmentation();
        empty.items.assign(empty.items.size(), {});
        empty.users.assign(empty.users.size(), {});
        empty.sequences.assign(empty.sequences.size(), {});
        const Augmentation used = usedPart(empty, {});
        QVERIFY(used.items.empty() && used.users.empty() && used.sequences.empty());
        const IdstCl model(smallDataset(), setting.model, kHost);
        const Parameters parameters = model.initialise(2);
        const std::vector<std::int32_t> clients{3, kClient, 11};
        QVERIFY(sameBits(
            setting.engine(model, nullptr).run(parameters, clients, 3, 1, weightsOf(model, setting.loss)).sum,
            setting.engine(model, &used).run(parameters, clients, 3, 1, weightsOf(model, setting.loss)).sum));
    }

    void partsCanBeLeftOut()
    {
        AugmentUse use;
        use.negatives = false;
        use.profiles = false;
        const Augmentation used = usedPart(someAugmentation(), use);
        QVERIFY(used.users.empty());
        QCOMPARE(used.sequences[kClient].liked[0].size(), std::size_t{2});
        QVERIFY(used.sequences[kClient].disliked[0].empty());
        use.sequences = false;
        QVERIFY(usedPart(someAugmentation(), use).sequences.empty());
    }

    /// Both architectures read the features: an item without them keeps its words, an item with them has
    /// more.
    void itemFeaturesJoinTheText_data()
    {
        QTest::addColumn<std::string>("architecture");
        QTest::addColumn<int>("features");
        QTest::addRow("tokens") << std::string("idst-cl") << static_cast<int>(Features::Tokens);
        QTest::addRow("text") << std::string("idst-cl") << static_cast<int>(Features::Text);
        QTest::addRow("private head") << std::string("private-head") << static_cast<int>(Features::Text);
    }

    void itemFeaturesJoinTheText()
    {
        QFETCH(std::string, architecture);
        QFETCH(int, features);
        ModelOptions options = tinyModel();
        options.architecture = architecture;
        options.features = static_cast<Features>(features);
        const auto vectorsWith = [&](const Augmentation& augmentation) {
            const auto model = makeModel(smallDataset(), options, {}, augmentation, kHost);
            const Parameters parameters = shaken(model->initialise(2));
            return model->ranker(parameters)->itemVectors();
        };
        Augmentation augmentation;
        augmentation.items.resize(smallDataset().items.size());
        augmentation.items[3].keywords = {smallDataset().items[60].title}; // words that others have, too
        const Tensor difference = (vectorsWith({}) - vectorsWith(augmentation)).abs().sum(1);
        QVERIFY(difference[3].item<double>() > 1e-3);
        if (options.features == Features::Tokens)
            QCOMPARE((difference > 0).sum().item<std::int64_t>(), std::int64_t{1});
    }

    /// The same history and profile at evaluation: the scores move, and only with the client's own.
    void evaluationReadsIt()
    {
        const Setting setting;
        const Augmentation augmentation = someAugmentation();
        const IdstCl model(smallDataset(), setting.model, kHost, true);
        const Parameters parameters = shaken(model.initialise(2));
        training::EvaluationRequest request;
        const auto lossOf = [&](std::int32_t user, const Augmentation* with) {
            request.users = {user};
            request.augmentation = with;
            const auto metrics =
                training::evaluate(model, parameters, smallDataset(), setting.workers, kHost, request);
            return metrics[0].logLoss + metrics[1].logLoss;
        };
        QVERIFY2(lossOf(kClient, nullptr) != lossOf(kClient, &augmentation),
            qPrintable(QString::number(lossOf(kClient, nullptr), 'g', 15)));
        QCOMPARE(lossOf(8, nullptr), lossOf(8, &augmentation));
    }
};

std::unique_ptr<QObject> tst_augmented_training()
{
    return std::make_unique<TestAugmentedTraining>();
}
#include "tst_augmented_training.moc"
