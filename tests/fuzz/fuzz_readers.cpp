// SPDX-License-Identifier: GPL-3.0-or-later
// The readers that need no torch: importers, answers of language models, templates, settings.
#include "core/augment/answer.h"
#include "core/augment/answer_json.h"
#include "core/augment/template.h"
#include "core/augment/values.h"
#include "core/base/error.h"
#include "core/data/demo.h"
#include "core/data/import_options.h"
#include "core/data/importers/amazon.h"
#include "core/data/importers/csv.h"
#include "core/data/importers/csv_preview.h"
#include "core/data/importers/importers.h"
#include "core/settings/json_text.h"
#include "core/sweeps/sweep.h"
#include "tests/fuzz/harness.h"

#include <iostream>
#include <nlohmann/json.hpp>

namespace {

using namespace fedcctr;
using fuzz::Material;
using fuzz::require;
using fuzz::Target;
namespace fs = std::filesystem;

/// What a dataset is good for after an import: it must be kept and read whole.
void checkKept(const data::Dataset& dataset, const fs::path& folder)
{
    fs::remove_all(folder);
    data::save(dataset, folder);
    const data::Dataset read = data::load(folder);
    require(read.users == dataset.users && read.allEvents.size() == dataset.allEvents.size(),
        "the dataset that was kept is another one");
}

data::ImportOptions options(std::uint64_t number)
{
    data::ImportOptions options;
    options.name = "fuzz";
    options.evaluationNegatives = 1;
    options.skipBadRows = number % 2 == 0;
    return options;
}

/// Looks at a file as the import's assistant does. A file that the preview refuses is refused.
void lookAt(const fs::path& file)
{
    const data::Preview seen = data::preview(file, 8);
    for (const std::vector<std::string>& row : seen.rows)
        require(row.size() == seen.columns.size(), "a preview's row has other columns");
    if (seen.format == "csv" && seen.part == data::SourcePart::Interactions)
        data::valuesOfColumn(file, seen.columns.front(), 10, {});
}

std::string csvRows(char separator, const std::string& end)
{
    std::string text;
    const auto line = [&](std::initializer_list<std::string> fields) {
        std::string row;
        for (const std::string& field : fields)
            row += (row.empty() ? "" : std::string(1, separator)) + field;
        text += row + end;
    };
    line({"user", "item", "domain", "timestamp"});
    for (int user = 0; user < 3; ++user)
        for (int i = 0; i < 4; ++i)
            for (const std::string domain : {"food", "kitchen"})
                line({"u" + std::to_string(user), domain[0] + std::to_string((user + i) % 6), domain,
                    std::to_string(1'600'000'000 + 60 * i + user)});
    return text;
}

constexpr const char* kItems =
    "item,domain,title,categories,creator\nf0,food,\"Tea, green\",Food;Tea,A&amp;B\n"
    "k1,kitchen,\"A \"\"kettle\"\"\nof <b>steel</b>\",,\n";

Target csvTarget(const fuzz::Scratch& scratch)
{
    Material material{{csvRows(',', "\n"), csvRows(';', "\r\n"), csvRows('\t', "\r"), kItems,
                          "\xEF\xBB\xBFsep=;\n" + csvRows(';', "\n"),
                          "user,item,domain,seq\nu0,f0,food,1\nu0,k0,kitchen,2\n"},
        {"\"", "\"\"", ",", ";", "\t", "|", "\r", "\r\n", "\xEF\xBB\xBF", "\xFF\xFE", "sep=|\n",
            "1600000000123", "2020-09-13T12:26:40.5Z", "2020-02-30", "-1", "1e9", "1.6e9", "nan",
            "9223372036854775807", "-9223372036854775808.5", "&eacute;", "<br>", "<!--", "\x1f\x8b\x08",
            "user", "seq", "timestamp"}};
    return {"csv", std::move(material), [&scratch](const std::string& input, std::uint64_t number) {
                const fs::path tried = scratch.file("tried.csv", input);
                lookAt(tried);
                const std::array files{scratch.path() / "good.csv", tried};
                const data::Dataset dataset = data::importCsv(
                    number % 3 == 0 ? std::span(files).last(1) : std::span(files), options(number));
                if (number % 8 == 0)
                    checkKept(dataset, scratch.path() / "csv");
                return true;
            }};
}

std::string reviews(const std::string& letter, bool is2023)
{
    std::string text;
    for (int user = 0; user < 3; ++user)
        for (int i = 0; i < 4; ++i) {
            const std::string item = letter + std::to_string((user + i) % 6);
            const int time = 1'600'000'000 + 60 * i + user;
            text += is2023
                ? R"({"rating": 5.0, "user_id": "U)" + std::to_string(user) + R"(", "parent_asin": ")" + item
                    + R"(", "timestamp": )" + std::to_string(time) + "123}\n"
                : R"({"reviewerID": "U)" + std::to_string(user) + R"(", "asin": ")" + item
                    + R"(", "helpful": [1, 2], "reviewText": "a \"b\" é", "unixReviewTime": )"
                    + std::to_string(time) + "}\n";
        }
    return text;
}

Target amazonTarget(const fuzz::Scratch& scratch)
{
    Material material{
        {reviews("F", false), reviews("F", true),
            R"({"asin": "F0", "title": "Salt &amp; <b>Pepper</b>", "category": ["Food", ["Tea"]], "price": NaN})"
            "\n{'asin': 'K1', 'title': u'Kettle \\xe9', 'salesRank': {'Home': 12L}, 'related': None}\n"},
        {"{", "}", "[", "]", "(", ")", "'", "\"", "\\", "\\u", "\\ud83d\\ude00", "\\x", "\\U0010ffff", "NaN",
            "-Infinity", "null", "None", "u'", "b\"", ": ", ", ", "&#128;", "&#x110000;", "<script>",
            "</span>", "<a href='>'>", "\"title\": ", "\"timestamp\": ", "-62135596800000", "1e400",
            "Decimal('1')"}};
    return {"amazon", std::move(material), [&scratch](const std::string& input, std::uint64_t number) {
                const fs::path tried = scratch.file("tried.json", input);
                lookAt(tried);
                const std::array files{number % 2 == 0 ? scratch.path() / "Food.json" : tried,
                    scratch.path() / "Kitchen.json", number % 2 == 0 ? tried : scratch.path() / "meta.json"};
                const data::Dataset dataset = data::importAmazon(files, options(number / 2));
                if (number % 8 == 0)
                    checkKept(dataset, scratch.path() / "amazon");
                return true;
            }};
}

Target answerTarget()
{
    Material material{
        {R"({"genres": ["Tea"], "themes": [], "keywords": ["Green Teas", "pyramid bags"]})",
            R"(Sure! {"age": "25-34", "gender": "unknown", "interests": ["tea", "cooking at home"]} Hope it helps.)",
            "<think>Perhaps {}?</think>```json\n{\"liked_A\": [1, 2], \"liked_B\": [\"3\"], \"disliked_A\": "
            "[], "
            "\"disliked_B\": [4]}\n```"},
        {"{", "}", "[", "]", "\"", "\\", "\\u0000", "\\ud800", "null", "1e999", "-1", "2147483648", "<think>",
            "</think>", "```", "\"liked_A\": ", "\"genres\": ", "\"age\": ", "\xC3", "[[[[", "{{{{"}};
    return {"answer", std::move(material), [](const std::string& input, std::uint64_t) {
                using namespace augment;
                const Candidates candidates{
                    std::vector<data::ItemId>{3, 1, 4}, std::vector<data::ItemId>{9, 8, 7}};
                const auto item = checkItem(input);
                const auto user = checkUser(input);
                const auto sequence = checkSequence(input, candidates);
                for (const auto* rejected : {&item.rejected, &user.rejected, &sequence.rejected})
                    if (!rejected->empty())
                        require(!repairMessage(*rejected).empty(), "nothing is said of a rejection");
                // What was taken is kept in the store, and must come back.
                require(!item.usable || itemFeaturesFrom(toJson(item.value)) == item.value, "other features");
                require(!user.usable || userProfileFrom(toJson(user.value)) == user.value, "another profile");
                require(!sequence.usable || sequenceExtensionFrom(toJson(sequence.value)) == sequence.value,
                    "another extension");
                return item.usable || user.usable || sequence.usable;
            }};
}

Target templateTarget()
{
    Material material{
        {augment::defaultTemplate(augment::Stage::Item), augment::defaultTemplate(augment::Stage::User),
            augment::defaultTemplate(augment::Stage::Sequence)},
        {"{{", "}}", "{{{{", "{{#each history}}", "{{/each}}", "{{#if item.title}}", "{{else}}", "{{/if}}",
            "{{number}}", "{{item.title}}", "{{history.title}}", "{{ }}", "\xC3", "\n", "#each", "#if"}};
    auto demo = std::make_shared<const data::Dataset>(
        data::generateDemo({.users = 3, .items = 60, .seed = 1}).dataset);
    return {
        "template", std::move(material), [demo](const std::string& input, std::uint64_t number) {
            using namespace augment;
            const Stage stage = std::array{Stage::Item, Stage::User, Stage::Sequence}[number % 3];
            const bool faulty = !faultsOf(input, stage).empty();
            const Candidates candidates{std::vector<data::ItemId>{0, 1}, std::vector<data::ItemId>{60, 61}};
            try {
                const Template good = Template::parse(input, stage);
                require(!faulty, "a template with faults was taken");
                good.render(stage == Stage::Item ? itemValues(*demo, 0)
                        : stage == Stage::User   ? userValues(*demo, 0, {})
                                                 : sequenceValues(*demo, 0, {}, {}, candidates));
                return true;
            } catch (const Error&) {
                require(faulty, "a template without faults was refused");
                return false;
            }
        }};
}

Target configTarget()
{
    Material material{
        {settings::jsonText({}), R"({"preset": "demo", "loss": {"lambda1": 0.5}, "run": {"seed": 7}})",
            "loss.lambda1=0.25", "privacy.epsilon=0:0.1:1", "loss.lambda1=0.1,0.2"},
        {"{", "}", "[", ":", ",", "null", "true", "-1", "1e400", "1e-400", "NaN", "18446744073709551616",
            "\"adaldp\"", "\"loss.lambda1\": ", "\"model\": ", "\\u0000", "=", "0:0:1", "0:1e-300:1", "nan",
            "inf"}};
    return {"config", std::move(material), [](const std::string& input, std::uint64_t number) {
                using namespace settings;
                using sweeps::parseAxis;
                Config config;
                if (number % 2 == 0) {
                    const bool good = readJsonText(config, input).empty();
                    Config again;
                    require(!good || readJsonText(again, jsonText(config)).empty(),
                        "good settings do not come back");
                    return good;
                }
                const std::string line = input.substr(0, input.find('\n'));
                parseAxis(line);
                setFromText(config, line);
                return true;
            }};
}

} // namespace

int main(int argc, char** argv)
{
    const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    try {
        const fuzz::Scratch scratch;
        scratch.file("good.csv", csvRows(',', "\n"));
        scratch.file("Food.json", reviews("F", false));
        scratch.file("Kitchen.json", reviews("K", true));
        scratch.file("meta.json",
            R"({"asin": "K1", "title": "Kettle"})"
            "\n");
        const std::array targets{
            csvTarget(scratch), amazonTarget(scratch), answerTarget(), templateTarget(), configTarget()};
        return fuzz::run(targets, words);
    } catch (const std::exception& error) {
        std::cerr << error.what() << std::endl;
        return 2;
    }
}
