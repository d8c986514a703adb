// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/settings/config.h"
#include "core/settings/config_table.h"
#include "core/settings/presets.h"
#include "tests/fixtures/support.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

using namespace fedcctr;
using namespace fedcctr::settings;
using fedcctr::test::errorOf;
using nlohmann::json;

namespace {

/// A value of the field that is allowed and not the default.
json otherThanDefault(const Field& field)
{
    switch (field.type) {
    case FieldType::Bool:
        return !std::get<bool>(field.fallback());
    case FieldType::Integer: {
        const auto fallback = static_cast<double>(std::get<std::int64_t>(field.fallback()));
        return static_cast<std::int64_t>(fallback == field.most ? field.least : field.most);
    }
    case FieldType::Number: {
        const double fallback = std::get<double>(field.fallback());
        return fallback == field.most ? field.least : (fallback + field.most) / 2;
    }
    case FieldType::Choice: {
        const auto fallback = static_cast<std::size_t>(std::get<std::int64_t>(field.fallback()));
        return field.choices.at((fallback + 1) % field.choices.size());
    }
    case FieldType::Text:
        return std::get<std::string>(field.fallback()) + "x";
    }
    return {};
}

json nested(const Field& field, const json& value)
{
    return {{field.section(), {{field.key.substr(field.section().size() + 1), value}}}};
}

QString readError(const json& document)
{
    Config config;
    return errorOf([&] { readJson(config, document, "settings.json"); });
}

QString setError(const char* assignment)
{
    Config config;
    return errorOf([&] { setFromText(config, assignment); });
}

} // namespace

class TestConfig : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyFieldComesBack()
    {
        QVERIFY(fields().size() >= 50);
        for (const Field& field : fields()) {
            const json value = otherThanDefault(field);
            Config config;
            readJson(config, nested(field, value), "test");
            QVERIFY2(field.read(config) != field.fallback(), field.key.c_str());
            const json written = toJson(config);
            QVERIFY(written.at(field.section()).at(field.key.substr(field.section().size() + 1)) == value);
            Config again;
            readJson(again, written, "test");
            QCOMPARE(toJson(again).dump(), written.dump());
            // The one field alone has changed.
            for (const Field& other : fields())
                if (other.key != field.key)
                    QVERIFY2(other.read(config) == other.fallback(),
                        (field.key + " changes " + other.key).c_str());
        }
    }

    void everyFieldIsSetFromText()
    {
        for (const Field& field : fields()) {
            const json value = otherThanDefault(field);
            Config fromText;
            setFromText(
                fromText, field.key + "=" + (value.is_string() ? value.get<std::string>() : value.dump()));
            Config fromJson;
            readJson(fromJson, {{field.key, value}}, "test"); // dotted
            QCOMPARE(toJson(fromText).dump(), toJson(fromJson).dump());
            QVERIFY2(field.read(fromText) != field.fallback(), field.key.c_str());
        }
    }

    void defaultsAreInsideTheirRanges()
    {
        std::set<std::string> keys;
        for (const Field& field : fields()) {
            QVERIFY2(keys.insert(field.key).second, field.key.c_str());
            QVERIFY2(field.key.find('.') != std::string::npos, field.key.c_str());
            QVERIFY2(!field.label.empty() && !field.help.empty(), field.key.c_str());
            if (field.type == FieldType::Integer || field.type == FieldType::Number) {
                QVERIFY2(field.least < field.most && field.step > 0, field.key.c_str());
                const Value value = field.fallback();
                const double number = field.type == FieldType::Integer
                    ? static_cast<double>(std::get<std::int64_t>(value))
                    : std::get<double>(value);
                QVERIFY2(number >= field.least && number <= field.most, field.key.c_str());
                QVERIFY2(!field.logarithmic || field.least >= 0, field.key.c_str());
            } else if (field.type == FieldType::Choice) {
                QVERIFY2(
                    static_cast<std::size_t>(std::get<std::int64_t>(field.fallback())) < field.choices.size(),
                    field.key.c_str());
            }
        }
        validate(Config{});
    }

    /// The words stand in the order of the enumerations.
    void choiceWords()
    {
        const auto word = [](const char* assignment) {
            Config config;
            setFromText(config, assignment);
            return config;
        };
        QCOMPARE(word("model.attention=causal").model.attention, model::Attention::Causal);
        QCOMPARE(word("model.attention=bidirectional").model.attention, model::Attention::Bidirectional);
        QCOMPARE(word("model.pooling=mean").model.pooling, model::Pooling::Mean);
        QCOMPARE(word("model.pooling=last").model.pooling, model::Pooling::Last);
        QCOMPARE(word("model.scorer=mlp").model.scorer, model::Scorer::Mlp);
        QCOMPARE(word("model.scorer=dot").model.scorer, model::Scorer::Dot);
        QCOMPARE(word("model.combine=concat").model.combine, model::Combine::Concat);
        QCOMPARE(word("model.combine=sum").model.combine, model::Combine::Sum);
        QCOMPARE(word("model.features=none").model.features, model::Features::None);
        QCOMPARE(word("model.features=tokens").model.features, model::Features::Tokens);
        QCOMPARE(word("model.features=text").model.features, model::Features::Text);
        QCOMPARE(word("loss.ranking=bce").loss.ranking, model::RankingLoss::BinaryCrossEntropy);
        QCOMPARE(word("loss.ranking=softmax").loss.ranking, model::RankingLoss::SampledSoftmax);
        QCOMPARE(word("privacy.schedule=none").privacy.schedule, privacy::Schedule::None);
        QCOMPARE(word("privacy.schedule=static").privacy.schedule, privacy::Schedule::Static);
        QCOMPARE(word("privacy.schedule=adaldp").privacy.schedule, privacy::Schedule::AdaLdp);
        QCOMPARE(word("privacy.accountant=eq27").privacy.accountant, std::string("eq27"));
        QCOMPARE(word("privacy.accountant=rdp").privacy.accountant, std::string("rdp"));
        QCOMPARE(word("privacy.charge=every-round").privacy.charge, privacy::Charge::EveryRound);
        QCOMPARE(word("privacy.charge=participation").privacy.charge, privacy::Charge::Participation);
        QCOMPARE(word("federation.mode=federated").federation.mode, federation::Mode::Federated);
        QCOMPARE(word("federation.mode=central").federation.mode, federation::Mode::Central);
        QCOMPARE(word("federation.sampling=poisson").federation.sampling, federation::Sampling::Poisson);
        QCOMPARE(word("federation.sampling=fixed").federation.sampling, federation::Sampling::Fixed);
        QCOMPARE(word("federation.optimizer=sgd").federation.optimizer, federation::ServerOptimizer::Sgd);
        QCOMPARE(word("federation.optimizer=adamw").federation.optimizer, federation::ServerOptimizer::AdamW);
        QCOMPARE(word("federation.learning_rate_schedule=constant").federation.learningRateSchedule,
            federation::LearningRateSchedule::Constant);
        QCOMPARE(word("federation.learning_rate_schedule=cosine").federation.learningRateSchedule,
            federation::LearningRateSchedule::Cosine);
    }

    void unknownKeys()
    {
        VERIFY_MESSAGE(setError("loss.lamda1=0.2"), "loss.lamda1", "did you mean loss.lambda1?");
        VERIFY_MESSAGE(
            readError({{"loss", {{"lamda1", 0.2}}}}), "settings.json", "loss.lamda1", "loss.lambda1");
        VERIFY_MESSAGE(readError({{"loss.lamda1", 0.2}}), "settings.json", "loss.lamda1", "loss.lambda1");
        VERIFY_MESSAGE(
            readError({{"zebra", {{"crossing", 1}}}}), "settings.json", "zebra.crossing", "unknown");
        VERIFY_MESSAGE(readError({{"zebra", 1}}), "settings.json", "zebra", "unknown");
        VERIFY_MESSAGE(errorOf([] { field("privacy.epsilo"); }), "privacy.epsilon");
        QCOMPARE(field("privacy.epsilon").symbol, std::string("ε"));
    }

    void ranges()
    {
        VERIFY_MESSAGE(
            setError("loss.lambda1=-1"), "loss.lambda1: '-1' is not allowed; give a number from 0 to 1");
        VERIFY_MESSAGE(setError("loss.lambda1=1.0001"), "loss.lambda1", "from 0 to 1");
        VERIFY_MESSAGE(setError("loss.lambda1=nan"), "loss.lambda1", "'nan'");
        VERIFY_MESSAGE(setError("loss.lambda1=inf"), "loss.lambda1", "'inf'");
        VERIFY_MESSAGE(
            setError("federation.rounds=0"), "federation.rounds", "a whole number from 1 to 1000000");
        VERIFY_MESSAGE(setError("federation.rounds=99999999999999999999"), "federation.rounds");
        VERIFY_MESSAGE(
            readError({{"loss", {{"lambda1", -1}}}}), "settings.json: loss.lambda1: -1 is not allowed");
        VERIFY_MESSAGE(readError({{"federation", {{"rounds", 18446744073709551615U}}}}), "federation.rounds",
            "18446744073709551615");
        for (const char* edge : {"loss.lambda1=0", "loss.lambda1=1", "federation.rounds=1", "run.seed=0"})
            QCOMPARE(setError(edge), QString());
    }

    void types()
    {
        VERIFY_MESSAGE(readError({{"loss", {{"lambda1", "0.3"}}}}), "loss.lambda1", "\"0.3\"", "a number");
        VERIFY_MESSAGE(
            readError({{"federation", {{"rounds", 2.5}}}}), "federation.rounds", "2.5", "a whole number");
        VERIFY_MESSAGE(readError({{"loss", {{"idra", 1}}}}), "loss.idra", "true or false");
        VERIFY_MESSAGE(
            readError({{"model", {{"scorer", "tree"}}}}), "model.scorer", "'tree'", "one of mlp dot");
        VERIFY_MESSAGE(readError({{"model", {{"scorer", 1}}}}), "model.scorer", "one of mlp dot");
        VERIFY_MESSAGE(readError({{"run", {{"device", 3}}}}), "run.device", "a text");
        VERIFY_MESSAGE(readError({{"loss", {{"lambda1", nullptr}}}}), "loss.lambda1", "null");
        VERIFY_MESSAGE(readError({{"loss", {{"lambda1", json::array({1})}}}}), "loss.lambda1");
        VERIFY_MESSAGE(readError(json::array({1, 2})), "settings.json", "one JSON object");
        VERIFY_MESSAGE(readError({{"loss", 3}}), "loss");
        VERIFY_MESSAGE(setError("loss.lambda1=0.3x"), "loss.lambda1", "'0.3x'");
        VERIFY_MESSAGE(setError("loss.lambda1="), "loss.lambda1");
        VERIFY_MESSAGE(setError("federation.rounds=2.5"), "federation.rounds", "a whole number");
        VERIFY_MESSAGE(setError("model.scorer=tree"), "model.scorer", "'tree'", "mlp dot");
        VERIFY_MESSAGE(setError("loss.idra=perhaps"), "loss.idra", "true or false");
        VERIFY_MESSAGE(setError("loss.lambda1"), "key=value");
        // Whole numbers are numbers.
        Config config;
        readJson(config, {{"loss", {{"lambda1", 1}}}}, "");
        QCOMPARE(config.loss.lambda1, 1.0);
        for (const auto& [text, value] : std::map<std::string, bool>{
                 {"true", true}, {"on", true}, {"1", true}, {"false", false}, {"off", false}, {"0", false}}) {
            setFromText(config, "loss.idra=" + text);
            QCOMPARE(config.loss.idra, value);
        }
    }

    void aRefusedValueChangesNothing()
    {
        Config config;
        const json before = toJson(config);
        errorOf([&] { setFromText(config, "loss.lambda1=7"); });
        QCOMPARE(toJson(config).dump(), before.dump());
    }

    void presetAndSummaryAreWords()
    {
        Config config;
        readJson(config, {{"preset", "mine"}, {"summary", "A sentence."}}, "");
        QCOMPARE(config.preset, std::string("mine"));
        QVERIFY(toJson(config).at("preset") == "mine");
        QVERIFY(!readError({{"preset", 5}}).isEmpty());
    }

    void whatNoSingleFieldCanTell()
    {
        const auto error = [](std::initializer_list<const char*> assignments) {
            Config config;
            for (const char* assignment : assignments)
                setFromText(config, assignment);
            return errorOf([&] { validate(config); });
        };
        VERIFY_MESSAGE(error({"model.heads=3"}), "model.heads", "3 does not divide", "64");
        VERIFY_MESSAGE(
            error({"model.combine=sum", "model.id_width=20", "model.heads=8"}), "model.heads", "20");
        QCOMPARE(error({"model.combine=sum", "model.id_width=24", "model.heads=8", "model.feature_width=5"}),
            QString());
        for (const char* mlp : {"model.mlp=", "model.mlp=512-", "model.mlp=-512", "model.mlp=512--2",
                 "model.mlp=0", "model.mlp=12x", "model.mlp=512,256", "model.mlp=99999999"})
            VERIFY_MESSAGE(error({mlp}), "model.mlp", "512-256-128");
        for (const char* mlp : {"model.mlp=1", "model.mlp=64-32"})
            QCOMPARE(error({mlp}), QString());
        for (const char* device :
            {"run.device=gpu", "run.device=cuda:", "run.device=cuda:x", "run.device=cuda:-1"})
            VERIFY_MESSAGE(error({device}), "run.device", "cuda:n");
        for (const char* device :
            {"run.device=auto", "run.device=cpu", "run.device=cuda", "run.device=cuda:1"})
            QCOMPARE(error({device}), QString());
        VERIFY_MESSAGE(error({"federation.mode=central"}), "privacy.schedule", "federation.mode");
        QCOMPARE(error({"federation.mode=central", "privacy.schedule=none"}), QString());
    }

    /// Trust model, mechanism and sampler that do not go together, each with the remedy.
    void whatTheMechanismsNeed()
    {
        Config banded;
        banded.privacy.schedule = privacy::Schedule::Static;
        banded.privacy.adversary = privacy::Adversary::Aggregate;
        banded.privacy.correlation = privacy::Correlation::Banded;
        banded.privacy.band = 4;
        banded.federation.sampling = federation::Sampling::Cyclic;
        banded.federation.rate = 0.25;
        validate(banded);
        const auto refused = [](Config config, auto change) {
            change(config);
            return errorOf([&] { validate(config); });
        };
        VERIFY_MESSAGE(refused(banded, [](Config& c) { c.privacy.adversary = privacy::Adversary::Local; }),
            "privacy.correlation", "aggregate");
        VERIFY_MESSAGE(
            refused(banded, [](Config& c) { c.privacy.adversary = privacy::Adversary::ReleasedModel; }),
            "privacy.correlation", "aggregate");
        VERIFY_MESSAGE(refused(banded, [](Config& c) { c.federation.rate = 0.3; }), "privacy.band", "1/4");
        VERIFY_MESSAGE(
            refused(banded, [](Config& c) { c.federation.sampling = federation::Sampling::Fixed; }),
            "privacy.band", "cyclic");
        VERIFY_MESSAGE(refused(banded, [](Config& c) { c.privacy.schedule = privacy::Schedule::AdaLdp; }),
            "privacy.correlation", "static");
        VERIFY_MESSAGE(refused(banded, [](Config& c) { c.privacy.clipping = privacy::Clipping::Adaptive; }),
            "privacy.clipping", "whole");
        VERIFY_MESSAGE(refused(banded, [](Config& c) { c.privacy.dropout = 0.1; }), "privacy.dropout", "0");

        const Config plain;
        VERIFY_MESSAGE(
            refused(plain, [](Config& c) { c.privacy.dropout = 0.1; }), "privacy.dropout", "aggregate");
        VERIFY_MESSAGE(refused(plain,
                           [](Config& c) {
                               c.privacy.clipping = privacy::Clipping::Adaptive;
                               c.privacy.clipCountNoise = 1;
                           }),
            "privacy.clip_count_noise", "gradient");
        VERIFY_MESSAGE(
            refused(plain, [](Config& c) { c.privacy.adversary = privacy::Adversary::ReleasedModel; }),
            "privacy.charge", "every-round");
        VERIFY_MESSAGE(refused(plain, [](Config& c) { c.privacy.histogramNoise = 5; }),
            "privacy.histogram_noise", "model.prior");
        VERIFY_MESSAGE(refused(plain, [](Config& c) { c.model.prior = model::Prior::Histogram; }),
            "model.prior", "private-head");
        VERIFY_MESSAGE(refused(plain,
                           [](Config& c) {
                               c.model.architecture = "private-head";
                               c.model.prior = model::Prior::Histogram;
                           }),
            "privacy.histogram_noise", "noise");
    }

    /// What other clients' events tell the model is refused beside noise, each setting by its name.
    void whatOtherClientsKnow()
    {
        const auto error = [](std::initializer_list<const char*> assignments) {
            Config config;
            for (const char* assignment : assignments)
                setFromText(config, assignment);
            return errorOf([&] { validate(config); });
        };
        VERIFY_MESSAGE(error({"idst-cl.wide=popularity"}), "idst-cl.wide", "none", "privacy.schedule");
        VERIFY_MESSAGE(error({"idst-cl.wide=neighbours"}), "idst-cl.wide", "none", "privacy.schedule");
        VERIFY_MESSAGE(error({"idst-cl.shrinkage=10"}), "idst-cl.shrinkage", "0", "privacy.schedule");
        QCOMPARE(
            error({"idst-cl.wide=neighbours", "idst-cl.shrinkage=10", "privacy.schedule=none"}), QString());
        QCOMPARE(error({"idst-cl.wide=neighbours", "model.architecture=bst"}), QString());
    }

    void presetsLoad()
    {
        const std::vector<PresetInfo> all = presets();
        QVERIFY(all.size() >= 2);
        const json defaults = toJson(Config{});
        for (const PresetInfo& preset : all) {
            QVERIFY2(preset.summary.ends_with('.') && preset.summary.size() > 20, preset.name.c_str());
            const Config config = loadPreset(preset.name);
            QCOMPARE(errorOf([&] { validate(config); }), QString());
            QCOMPARE(config.preset, preset.name);
            json changed = toJson(config);
            changed["preset"] = defaults.at("preset");
            QVERIFY2(changed != defaults, preset.name.c_str());
        }
        VERIFY_MESSAGE(errorOf([] { loadPreset("nonsense"); }), "nonsense", "central");
    }

    void presetsFromFiles()
    {
        const QTemporaryDir directory;
        const std::filesystem::path file = test::pathIn(directory.path(), "own.json");
        writeFileAtomically(file, "{\"loss\": {\"tau\": 0.25}} // with a comment\n");
        QCOMPARE(loadPreset(file.string()).loss.tau, 0.25);
        writeFileAtomically(file, "{\"loss\": {\"tau\": 0.25}");
        VERIFY_MESSAGE(errorOf([&] { loadPreset(file.string()); }), "own.json", "is not JSON");
        writeFileAtomically(file, "{\"loss\": {\"tau\": 1e999}}");
        VERIFY_MESSAGE(errorOf([&] { loadPreset(file.string()); }), "own.json", "too large");
        VERIFY_MESSAGE(errorOf([&] { loadPreset("/nowhere/at/all.json"); }), "/nowhere/at/all.json");
    }

    void tableOfSettings()
    {
        const std::string table = settingsTable();
        for (const Field& field : fields())
            QVERIFY2(table.find("| `" + field.key + "` |") != std::string::npos, field.key.c_str());
        QCOMPARE(static_cast<std::size_t>(std::ranges::count(table, '\n')), fields().size() + 2);
    }
};

std::unique_ptr<QObject> tst_config()
{
    return std::make_unique<TestConfig>();
}
#include "tst_config.moc"
