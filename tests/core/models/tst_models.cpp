// SPDX-License-Identifier: GPL-3.0-or-later
// What all models share: the list, the contract, and what settings say of them.
#include "core/models/specs/registry.h"
#include "core/settings/config.h"
#include "core/settings/config_table.h"
#include "tests/core/models/contract.h"
#include "tests/fixtures/support.h"

#include <QTest>

#include <memory>
#include <set>

using namespace fedcctr;
using namespace fedcctr::model;
using namespace fedcctr::test;

class TestModels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyModelKeepsTheContract_data()
    {
        QTest::addColumn<std::string>("name");
        QTest::addColumn<int>("features");
        QTest::addColumn<bool>("shared");
        QTest::addColumn<bool>("softmax");
        for (const ModelInfo* info : models())
            for (const Features features : {Features::None, Features::Tokens, Features::Text})
                QTest::addRow("%s, features %d", info->name.c_str(), static_cast<int>(features))
                    << info->name << static_cast<int>(features) << (features != Features::None)
                    << (features == Features::Text);
    }

    void everyModelKeepsTheContract()
    {
        QFETCH(std::string, name);
        QFETCH(int, features);
        QFETCH(bool, shared);
        QFETCH(bool, softmax);
        Contract contract;
        contract.options = tinyModel();
        contract.options.architecture = name;
        contract.options.file = FEDCCTR_SOURCE_DIR "/tests/fixtures/own_gru.pt";
        contract.options.features = static_cast<Features>(features);
        contract.loss.sharedNegatives = shared;
        contract.loss.ranking = softmax ? RankingLoss::SampledSoftmax : RankingLoss::BinaryCrossEntropy;
        checkContract(contract);
    }

    void namesAreDistinctAndKnown()
    {
        std::set<std::string> names;
        for (const ModelInfo* info : models()) {
            QVERIFY(names.insert(info->name).second);
            QVERIFY(&modelInfo(info->name) == info);
            QVERIFY(!info->title.empty() && !info->citation.empty() && !info->summary.empty());
            for (const std::string& key : info->settings)
                QCOMPARE(settings::field(key).key, key);
            for (const OwnField& field : info->fields)
                QCOMPARE(field.section(), info->name);
            for (const TermInfo& term : info->terms)
                QCOMPARE(settings::field(term.weightKey).key, term.weightKey);
        }
        VERIFY_MESSAGE(errorOf([] { modelInfo("idst"); }), "model.architecture", "idst-cl", "bst");
    }
};

std::unique_ptr<QObject> tst_models()
{
    return std::make_unique<TestModels>();
}
#include "tst_models.moc"
