// SPDX-License-Identifier: GPL-3.0-or-later
// What is told about settings: why one does not matter, what it does, and what is wrong in which line.
#include "core/models/specs/registry.h"
#include "core/settings/config_table.h"
#include "core/settings/explanations.h"
#include "core/settings/json_text.h"
#include "core/settings/model_list.h"
#include "core/settings/presets.h"
#include "core/settings/relevance.h"

#include <QTest>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

using namespace fedcctr;
using namespace fedcctr::settings;

namespace {

Config with(std::initializer_list<const char*> assignments)
{
    Config config;
    for (const char* assignment : assignments)
        setFromText(config, assignment);
    return config;
}

bool matters(const Config& config, const char* key, bool augmented = true)
{
    return inactiveReason(config, key, augmented).empty();
}

} // namespace

class TestSettingsTexts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// What a model says of itself, and what its settings and tensors tell.
    void everyModelSaysWhatDataItNeeds()
    {
        const std::string lr = dataNeeds(model::modelInfo("lr"));
        QVERIFY2(lr.starts_with("no history")
                && lr.find("a row of its own for every user") != std::string::npos
                && lr.find("user profiles") == std::string::npos,
            lr.c_str());
        const std::string full = dataNeeds(model::modelInfo("idst-cl"));
        QVERIFY2(full.find("of both domains") != std::string::npos
                && full.ends_with("item features, user profiles, longer sequences and disliked items"),
            full.c_str());
        QVERIFY(full.find("for every user") == std::string::npos);
        for (const model::ModelInfo* info : model::models()) {
            const std::string words =
                info->name + ": " + info->title + "\n  " + info->summary + "\n  source: " + info->citation;
            QVERIFY2(modelList().find(words) != std::string::npos, words.c_str());
        }
    }

    void jsonComesBackInTheTablesOrder()
    {
        const Config config = loadPreset("paper");
        const std::string text = jsonText(config);
        Config read;
        QVERIFY(readJsonText(read, text).empty());
        QCOMPARE(toJson(read).dump(), toJson(config).dump());
        std::size_t before = 0;
        for (const Field& field : fields()) {
            if (field.section() != "loss")
                continue;
            const std::size_t at = text.find('"' + field.key.substr(5) + '"');
            QVERIFY2(at != std::string::npos && at > before, field.key.c_str());
            before = at;
        }
    }

    void errorsByLine()
    {
        Config config;
        const std::string text = "{\n"
                                 "  \"loss\": {\n"
                                 "    \"lambda1\": 3,\n"
                                 "    \"lambda9\": 0.1\n"
                                 "  },\n"
                                 "  \"federation.rounds\": \"many\"\n"
                                 "}\n";
        const auto found = readJsonText(config, text);
        QCOMPARE(found.size(), std::size_t(3));
        QCOMPARE(found[0].line, 3);
        QVERIFY(found[0].text.find("loss.lambda1") != std::string::npos);
        QVERIFY(found[0].text.find("from 0 to 1") != std::string::npos);
        QCOMPARE(found[1].line, 4);
        QVERIFY(found[1].text.find("loss.lambda9") != std::string::npos);
        QCOMPARE(found[2].line, 6);
        QCOMPARE(toJson(config).dump(), toJson(Config{}).dump());
    }

    void combinationsHaveALineToo()
    {
        Config config;
        const auto found = readJsonText(config, "{\n\"model\": {\n\n\"heads\": 7}}");
        QCOMPARE(found.size(), std::size_t(1));
        QCOMPARE(found[0].line, 4);
        QCOMPARE(config.model.heads, Config{}.model.heads);
    }

    void whatIsNoJson()
    {
        Config config;
        QCOMPARE(readJsonText(config, "{\n \"loss\": {\n  \"lambda1\": 0.3,,\n }\n}").front().line, 3);
        QCOMPARE(readJsonText(config, "[1]").size(), std::size_t(1));
        QCOMPARE(readJsonText(config, "").size(), std::size_t(1));
    }

    void aRunsOwnFileMayBeRead()
    {
        Config config;
        QVERIFY(
            readJsonText(config, R"({"dataset": "/x", "version": "1", "started": "y", "loss": {"tau": 0.2}})")
                .empty());
        QCOMPARE(config.loss.tau, 0.2);
        QVERIFY(
            readJsonText(config, R"({"provenance": {"dataset": "/x"}, "settings": {"loss": {"tau": 0.3}}})")
                .empty());
        QCOMPARE(config.loss.tau, 0.3);
        const auto found = readJsonText(config,
            "{\"provenance\": {},\n \"settings\": {\n\"loss\": {\"tau\": \"x\"},\n \"los\": {\"a\": 1}}}");
        QCOMPARE(found.size(), std::size_t(2));
        QCOMPARE(found[0].line, 3);
        QCOMPARE(found[1].line, 4);
        QCOMPARE(readJsonText(config, "{\n\"settings\": 3}").front().line, 2);
        QCOMPARE(config.loss.tau, 0.3);
    }

    void settingsThatCannotMatter()
    {
        QVERIFY(matters(Config{}, "privacy.epsilon"));
        const Config quiet = with({"privacy.schedule=none"});
        for (const char* key :
            {"privacy.epsilon", "privacy.delta", "privacy.decay_rate", "privacy.accountant"})
            QVERIFY2(!matters(quiet, key), key);
        QVERIFY(inactiveReason(quiet, "privacy.epsilon").find("privacy.schedule") != std::string::npos);
        QVERIFY(matters(quiet, "privacy.clip_norm")); // clipping goes on without noise
        QVERIFY(matters(quiet, "privacy.schedule"));
        QVERIFY(!matters(with({"privacy.schedule=static"}), "privacy.decay_rate"));
        QVERIFY(!matters(Config{}, "privacy.clip_quantile"));
        QVERIFY(matters(with({"privacy.clipping=adaptive"}), "privacy.clip_quantile"));
        QVERIFY(!matters(with({"federation.mode=central", "privacy.schedule=none"}), "privacy.clip_norm"));

        QVERIFY(matters(Config{}, "loss.tau"));
        QVERIFY(!matters(with({"loss.lambda2=0"}), "loss.tau"));
        QVERIFY(matters(with({"loss.lambda2=0"}), "loss.lambda2"));
        QVERIFY(!matters(with({"loss.idra=false"}), "loss.lambda1"));
        QVERIFY(matters(with({"loss.idra=false"}), "loss.idra"));

        QVERIFY(!matters(Config{}, "federation.local_learning_rate"));
        QVERIFY(matters(with({"federation.local_steps=3"}), "federation.local_learning_rate"));
        QVERIFY(!matters(with({"federation.optimizer=sgd"}), "federation.weight_decay"));

        const Config head = with({"model.architecture=private-head"});
        for (const char* key : {"model.heads", "model.mlp", "loss.lambda1", "augment.profiles"})
            QVERIFY2(!matters(head, key), key);
        for (const char* key :
            {"model.text_width", "model.history", "model.catalogue_order", "model.architecture"})
            QVERIFY2(matters(head, key), key);
        QVERIFY(!matters(Config{}, "model.catalogue_order"));
        QVERIFY(!matters(with({"model.scorer=dot"}), "model.mlp"));
        QVERIFY(!matters(with({"model.combine=sum"}), "model.position_width"));

        QVERIFY(matters(head, "model.vectors") && !matters(Config{}, "model.vectors"));
        const Config encoded = with({"model.architecture=private-head", "model.vectors=mini"});
        QVERIFY(!matters(encoded, "model.text_width") && matters(encoded, "model.vectors"));

        QVERIFY(matters(Config{}, "augment.items"));
        QVERIFY(!matters(Config{}, "augment.items", false));
    }

    /// A reason names the setting that decides, so that the reader can go there.
    void reasonsNameTheSettingThatDecides()
    {
        for (const char* change : {"privacy.schedule=none", "privacy.schedule=static", "loss.lambda1=0",
                 "model.architecture=private-head", "model.scorer=dot", "federation.optimizer=sgd"}) {
            const Config config = with({change});
            for (const Field& field : fields()) {
                const std::string reason = inactiveReason(config, field.key);
                if (reason.empty())
                    continue;
                QVERIFY2(reason.ends_with('.'), reason.c_str());
                const bool names = std::ranges::any_of(fields(),
                    [&](const Field& other) { return reason.find(other.key) != std::string::npos; });
                QVERIFY2(names, reason.c_str());
            }
        }
    }

    void everySettingIsExplained()
    {
        for (const Field& field : fields()) {
            const Explanation& more = explanationOf(field.key);
            if (field.type == FieldType::Number || field.type == FieldType::Integer) {
                QVERIFY2(more.key == field.key, field.key.c_str());
                QVERIFY2(!more.low.empty() && !more.high.empty() && !more.paper.empty(), field.key.c_str());
            }
        }
        QCOMPARE(explanationOf("privacy.decay_rate").formula, std::string("σ(t+1) = R σ(t)"));
        QVERIFY(explanationOf("no.such").paper.empty());
    }

    void presetsOfThePaper()
    {
        const Config books = loadPreset("paper-book-movie");
        QCOMPARE(books.loss.lambda1, 0.3);
        QCOMPARE(books.loss.lambda2, 0.5);
        QCOMPARE(books.loss.tau, 0.1);
        QCOMPARE(books.privacy.epsilon, 1.0);
        QCOMPARE(books.privacy.decayRate, 0.997);
        QCOMPARE(books.federation.rate, 0.01);
        const Config food = loadPreset("paper-food-kitchen");
        QCOMPARE(food.loss.alphaA, 0.5);
        QCOMPARE(food.loss.alphaB, 2.0);
        QCOMPARE(food.model.historyLength, 20);
        QCOMPARE(food.model.mlp, std::string("512-256-128"));
    }
};

std::unique_ptr<QObject> tst_settings_texts()
{
    return std::make_unique<TestSettingsTexts>();
}
#include "tst_settings_texts.moc"
