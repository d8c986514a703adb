// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/diff.h"
#include "core/augment/placeholders.h"
#include "core/augment/prompts.h"
#include "core/augment/template.h"
#include "core/augment/values.h"
#include "core/data/demo.h"
#include "core/data/history.h"
#include "tests/fixtures/json_support.h"
#include "tests/fixtures/support.h"

#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace fedcctr;
using namespace fedcctr::augment;
using nlohmann::json;
using Ids = std::vector<data::ItemId>;
namespace fs = std::filesystem;

namespace {

/// One user: A0 B3 A1, then the held-out A2 (validation) and B4 (test).
data::Dataset toy()
{
    data::Dataset dataset;
    dataset.domainNames = {"Food", "Kitchen"};
    dataset.itemsInA = 3;
    dataset.items = {{"a0", "Green Tea", "Drinks;Tea", "Ito En"}, {"a1", "Black\n Tea", "", ""},
        {"a2", "Oolong", "", ""}, {"b3", "", "", ""}, {"b4", "Tea Ball", "Kitchen", ""}};
    dataset.users = {"u0"};
    dataset.allEvents = {{0, 0, data::Role::Train}, {1, 3, data::Role::Train}, {2, 1, data::Role::Train},
        {3, 2, data::Role::Validation}, {4, 4, data::Role::Test}};
    dataset.eventOffsets = {0, 5};
    return dataset;
}

std::vector<ItemFeatures> toyFeatures()
{
    std::vector<ItemFeatures> features(5);
    features[0] = {{"tea"}, {"calm"}, {"green", "japan", "leaf", "cup", "hot", "sixth"}};
    return features;
}

/// The members of a JSON value as dotted paths; lists count by their entries' members.
void addPaths(const json& value, const std::string& prefix, QStringList& paths)
{
    for (const auto& member : value.items()) {
        const std::string path = prefix + member.key();
        if (member.value().is_object()) {
            addPaths(member.value(), path + '.', paths);
            continue;
        }
        paths += QString::fromStdString(path);
        if (member.value().is_array() && !member.value().empty())
            addPaths(member.value().front(), path + '.', paths);
    }
}

QStringList pathsOf(const json& values)
{
    QStringList paths;
    addPaths(values, "", paths);
    paths.sort();
    return paths;
}

QStringList offeredPaths(Stage stage)
{
    QStringList paths;
    for (const Placeholder& one : placeholders(stage))
        if (!one.path.ends_with(".number"))
            paths += QString::fromStdString(one.path);
    paths.sort();
    return paths;
}

QString render(Stage stage, const json& values)
{
    return QString::fromStdString(Template::parse(defaultTemplate(stage), stage).render(values));
}

QString shown(const std::vector<DiffLine>& lines)
{
    QString text;
    for (const DiffLine& line : lines)
        text += QString::fromLatin1(line.kind == DiffLine::Kind::Same ? " "
                        : line.kind == DiffLine::Kind::Added          ? "+"
                                                                      : "-")
            + QString::fromStdString(line.text) + u'|';
    return text;
}

} // namespace

class TestPrompts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// What the templates may name is what the values hold, neither more nor less.
    void valuesHoldWhatIsOffered()
    {
        const data::Dataset dataset = toy();
        const auto features = toyFeatures();
        QCOMPARE(pathsOf(itemValues(dataset, 0)), offeredPaths(Stage::Item));
        QCOMPARE(pathsOf(userValues(dataset, 0, features)), offeredPaths(Stage::User));
        QCOMPARE(pathsOf(sequenceValues(dataset, 0, features, {}, {Ids{2}, Ids{4}})),
            offeredPaths(Stage::Sequence));
    }

    void itemValuesAreTidy()
    {
        const json first = itemValues(toy(), 0);
        COMPARE_JSON(first["item"],
            (json{{"title", "Green Tea"}, {"categories", "Drinks, Tea"}, {"creator", "Ito En"},
                {"domain", "Food"}}));
        COMPARE_JSON(first["domain_B"], json("Kitchen"));
        COMPARE_JSON(itemValues(toy(), 1)["item"]["title"], json("Black Tea"));
        COMPARE_JSON(itemValues(toy(), 3)["item"]["domain"], json("Kitchen"));
    }

    void longTextsAreCut()
    {
        data::Dataset dataset = toy();
        dataset.items[0].title = "äääää bbbb";
        PromptLimits limits;
        limits.textLength = 10;
        COMPARE_JSON(itemValues(dataset, 0, limits)["item"]["title"], json("äääää bbbb"));
        limits.textLength = 4;
        COMPARE_JSON(itemValues(dataset, 0, limits)["item"]["title"], json("ääää…"));
        dataset.items[0].title = "bad \xFF byte";
        COMPARE_JSON(itemValues(dataset, 0)["item"]["title"], json("bad \xEF\xBF\xBD byte"));
    }

    /// Training events only, oldest first, with stage 1's words.
    void historyOfTrainingEvents()
    {
        const auto features = toyFeatures();
        const json values = userValues(toy(), 0, features);
        QCOMPARE(values["history"].size(), std::size_t{3});
        COMPARE_JSON(values["history"][0]["title"], json("Green Tea"));
        COMPARE_JSON(values["history"][0]["keywords"], json("green, japan, leaf, cup, hot"));
        COMPARE_JSON(values["history"][1]["domain"], json("Kitchen"));
        COMPARE_JSON(values["history"][2]["title"], json("Black Tea"));
        COMPARE_JSON(values["history"][2]["genres"], json(""));
        COMPARE_JSON(values["genders"], json(R"("unknown", "female", "male", "other")"));

        PromptLimits limits;
        limits.history = 1;
        const json newest = userValues(toy(), 0, {}, limits);
        QCOMPARE(newest["history"].size(), std::size_t{1});
        COMPARE_JSON(newest["history"][0]["title"], json("Black Tea"));
    }

    /// No held-out title gets into a prompt by way of the history, for any user.
    void nothingHeldOutInHistories()
    {
        data::Dataset dataset = data::generateDemo({.users = 60, .items = 80, .seed = 3}).dataset;
        for (std::size_t item = 0; item < dataset.items.size(); ++item)
            dataset.items[item].title = "title " + std::to_string(item) + " end";
        for (std::size_t user = 0; user < dataset.userCount(); ++user) {
            const auto training = data::trainingEvents(dataset, user);
            const json history = userValues(dataset, user, {})["history"];
            COMPARE_JSON(history, sequenceValues(dataset, user, {}, {}, {})["history"]);
            const std::size_t count = std::min<std::size_t>(training.size(), 20);
            QCOMPARE(history.size(), count);
            for (std::size_t i = 0; i < count; ++i)
                COMPARE_JSON(history[i]["title"],
                    json("title " + std::to_string(training[training.size() - count + i].item) + " end"));
        }
    }

    void profilesInPrompts()
    {
        const UserProfile known{"25-34", "female", {"tea", "bread"}};
        const json values = sequenceValues(toy(), 0, {}, known, {Ids{2, 0}, Ids{4}});
        COMPARE_JSON(
            values["profile"], (json{{"age", "25-34"}, {"gender", "female"}, {"interests", "tea, bread"}}));
        COMPARE_JSON(values["candidates_A"][0]["title"], json("Oolong"));
        const json unknown = sequenceValues(toy(), 0, {}, UserProfile{}, {});
        COMPARE_JSON(unknown["profile"], (json{{"age", ""}, {"gender", ""}, {"interests", ""}}));
    }

    void defaultsAreGood()
    {
        for (const Stage stage : kStages) {
            const std::string text = defaultTemplate(stage);
            QVERIFY2(faultsOf(text, stage).empty(), nameOf(stage).c_str());
            QVERIFY(text.find("Answer with one JSON object and nothing else.") != std::string::npos);
            QVERIFY(text.size() < 2500);
        }
    }

    /// The example in a default template is an answer that is accepted without a word of blame.
    void examplesAreAccepted()
    {
        const data::Dataset dataset = toy();
        const Candidates four{Ids{0, 1, 2, 0}, Ids{3, 4, 3, 4}};
        const auto item = checkItem(render(Stage::Item, itemValues(dataset, 0)).toStdString());
        QVERIFY(item.usable && item.rejected.empty() && !item.value.empty());
        const auto user = checkUser(render(Stage::User, userValues(dataset, 0, {})).toStdString());
        QVERIFY(user.usable && user.rejected.empty() && !user.value.empty());
        const auto sequence = checkSequence(
            render(Stage::Sequence, sequenceValues(dataset, 0, {}, {}, four)).toStdString(), four);
        QVERIFY(sequence.usable && sequence.rejected.empty() && !sequence.value.empty());
    }

    void defaultsRendered()
    {
        const auto features = toyFeatures();
        const QString item = render(Stage::Item, itemValues(toy(), 0));
        QVERIFY(item.contains(
            "Product of the shop Food:\nTitle: Green Tea\nCategories: Drinks, Tea\nBy: Ito En\n\n"));
        QVERIFY(render(Stage::Item, itemValues(toy(), 3)).contains("Title: (not known)\n\nFill"));

        const QString user = render(Stage::User, userValues(toy(), 0, features));
        QVERIFY2(
            user.contains("newest last:\n1. Food: Green Tea | tea | calm | green, japan, leaf, cup, hot\n"
                          "2. Kitchen: (title not known)\n3. Food: Black Tea\n\nFill"),
            qPrintable(user));
        for (const char* age : kAges)
            QVERIFY(user.contains(QStringLiteral("\"%1\"").arg(QString::fromUtf8(age))));

        const QString sequence = render(Stage::Sequence,
            sequenceValues(toy(), 0, features, {"25-34", "unknown", {"tea"}}, {Ids{2, 0}, Ids{4}}));
        QVERIFY(sequence.contains("Interests: tea\nAge: 25-34\nChosen so far"));
        QVERIFY(sequence.contains("candidates from Food:\n1. Oolong\n2. Green Tea | tea | green, japan"));
        QVERIFY(sequence.contains("candidates from Kitchen:\n1. Tea Ball\n\nFill"));
        QVERIFY(!sequence.contains("Gender:"));
        QVERIFY(!sequence.contains("{{"));
    }

    void editedTemplates()
    {
        const QTemporaryDir directory;
        const fs::path dataset = directory.path().toStdString();
        QVERIFY(!isEdited(dataset, Stage::User));
        QCOMPARE(loadTemplate(dataset, Stage::User), defaultTemplate(Stage::User));

        const std::string edited = "mine {{#each histori\n";
        saveTemplate(dataset, Stage::User, edited);
        QVERIFY(isEdited(dataset, Stage::User));
        QVERIFY(!isEdited(dataset, Stage::Item));
        QCOMPARE(loadTemplate(dataset, Stage::User), edited);
        QCOMPARE(readFile(dataset / "prompts" / "user.txt"), edited);

        restoreDefault(dataset, Stage::User);
        QVERIFY(!isEdited(dataset, Stage::User));
        restoreDefault(dataset, Stage::User);

        saveTemplate(dataset, Stage::Item, "x");
        saveTemplate(dataset, Stage::Item, defaultTemplate(Stage::Item));
        QVERIFY(!fs::exists(templateFile(dataset, Stage::Item)));
    }

    void templatesThatCannotBeKept()
    {
        const QTemporaryDir directory;
        const fs::path dataset = directory.path().toStdString();
        writeFileAtomically(dataset / "prompts", "in the way");
        VERIFY_MESSAGE(test::errorOf([&] { saveTemplate(dataset, Stage::Item, "x"); }), "prompts");
        fs::remove(dataset / "prompts");
        fs::create_directories(templateFile(dataset, Stage::Item));
        VERIFY_MESSAGE(test::errorOf([&] { loadTemplate(dataset, Stage::Item); }), "item.txt", "directory");
    }

    void differences_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("after");
        QTest::addColumn<QString>("expected");
        QTest::newRow("nothing") << ""
                                 << ""
                                 << "";
        QTest::newRow("same") << "a\nb\n"
                              << "a\nb"
                              << " a| b|";
        QTest::newRow("line ends") << "a\r\nb\r\n"
                                   << "a\nb\n"
                                   << " a| b|";
        QTest::newRow("added") << "a\nc\n"
                               << "a\nb\nc\nd\n"
                               << " a|+b| c|+d|";
        QTest::newRow("removed") << "a\nb\nc\n"
                                 << "b\n"
                                 << "-a| b|-c|";
        QTest::newRow("changed") << "a\nb\nc\n"
                                 << "a\nx\nc\n"
                                 << " a|-b|+x| c|";
        QTest::newRow("all new") << ""
                                 << "a\n\nb"
                                 << "+a|+|+b|";
        QTest::newRow("moved") << "a\nb\nc\nd\n"
                               << "c\na\nb\nd\n"
                               << "+c| a| b|-c| d|";
        QTest::newRow("repeated lines") << "x\nx\ny\n"
                                        << "x\ny\n"
                                        << " x|-x| y|";
    }
    void differences()
    {
        QFETCH(const QString, before);
        QFETCH(const QString, after);
        QTEST(shown(lineDiff(before.toStdString(), after.toStdString())), "expected");
    }

    /// A pasted book does not stop the page.
    void hugeDifference()
    {
        std::string before = "head\n";
        std::string after = "head\n";
        for (int i = 0; i < 10000; ++i) {
            before += "b" + std::to_string(i) + '\n';
            after += "a" + std::to_string(i) + '\n';
        }
        const auto lines = lineDiff(before, after);
        QCOMPARE(lines.size(), std::size_t{20001});
        QVERIFY(lines[1].kind == DiffLine::Kind::Removed && lines.back().kind == DiffLine::Kind::Added);
    }
};

std::unique_ptr<QObject> tst_prompts()
{
    return std::make_unique<TestPrompts>();
}
#include "tst_prompts.moc"
