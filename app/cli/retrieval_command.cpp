// SPDX-License-Identifier: GPL-3.0-or-later
// fedcctr data retrieval: what CD-RU finds.
#include "app/cli/commands.h"
#include "app/cli/numbers.h"
#include "app/cli/progress.h"
#include "core/base/arguments.h"
#include "core/base/error.h"
#include "core/base/numbers.h"
#include "core/retrieval/retrieval.h"

#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

namespace fedcctr::cli {

namespace {

using data::Domain;
using retrieval::Found;
using retrieval::Query;
using retrieval::Similarity;

constexpr const char* kUsage = "fedcctr data retrieval DATASET [options]";

std::vector<double> thetas()
{
    std::vector<double> values;
    for (int i = 1; i < 20; ++i)
        values.push_back(i / 20.0);
    return values;
}

Domain targetIn(const Arguments& arguments)
{
    const std::string text = arguments.has("--target") ? arguments.text("--target") : "B";
    if (text != "A" && text != "B")
        throw Error("--target: '" + text + "' is not A or B");
    return text == "A" ? Domain::A : Domain::B;
}

std::size_t userIn(const data::Dataset& dataset, const std::string& id)
{
    const auto found = std::ranges::find(dataset.users, id);
    if (found == dataset.users.end())
        throw Error("--user: the dataset has no user '" + id + "'");
    return static_cast<std::size_t>(found - dataset.users.begin());
}

std::string titleOf(const data::Dataset& dataset, data::ItemId item)
{
    const data::Item& known = dataset.items[static_cast<std::size_t>(item)];
    return known.title.empty() ? known.id : known.title;
}

void printCurve(const std::vector<retrieval::ThetaPoint>& curve, bool json)
{
    if (json) {
        nlohmann::json document = nlohmann::json::array();
        for (const retrieval::ThetaPoint& point : curve)
            document.push_back({{"theta", point.theta}, {"share", point.share},
                {"mean_length", point.meanLength}, {"users_without", point.none}});
        std::cout << document.dump(2) << '\n';
        return;
    }
    std::printf("%8s %22s %22s %22s\n", "theta", "retrieved (%)", "mean length", "users without (%)");
    for (const retrieval::ThetaPoint& point : curve)
        std::printf("%8.2f %22.2f %22.2f %22.2f\n", point.theta, 100 * point.share, point.meanLength,
            100 * point.none);
}

void printUser(
    const data::Dataset& dataset, const retrieval::Sequences& sequences, const std::vector<Found>& found)
{
    std::printf("%zu of %zu source events are retrieved by %zu own events\n", found.size(),
        sequences.source.size(), sequences.own.size());
    for (const Found& one : found)
        std::printf("%6.3f  %s  <-  %s\n", static_cast<double>(one.cosine),
            titleOf(dataset, sequences.source[one.position]).c_str(),
            titleOf(dataset, sequences.own[one.reason]).c_str());
}

} // namespace

int runRetrieval(std::span<const std::string> words)
{
    const Arguments arguments(words,
        {{"--target", "A|B", "the domain that is predicted (B); the other one is the source"},
            {"--theta", "X", "least cosine of a user's retrieved events (0.1)"},
            {"--length", "L", "newest own events that ask (50)"},
            {"--vectors", "NAME", "tf-idf, or a set that 'fedcctr vectors' made (tf-idf)"},
            {"--hard", "", "of a user: by shared rare words in place of vectors"},
            {"--user", "ID", "what is retrieved for this user, and why, in place of the curve"},
            {"--json", "", "the curve as JSON"}},
        kUsage);
    if (arguments.wantsHelp()) {
        std::cout << arguments.help();
        return 0;
    }
    if (arguments.positional().size() != 1)
        throw Error(std::string("one dataset is needed (usage: ") + kUsage + ")");
    const data::Dataset dataset = data::load(arguments.positional().front());
    model::ModelOptions options;
    if (arguments.has("--vectors"))
        options.vectors = arguments.text("--vectors");
    const Similarity similarity =
        retrieval::similarityOf(dataset, model::itemText(dataset, options), arguments.has("--hard"));
    Query query;
    query.theta = arguments.number("--theta", query.theta, -1, 1);
    query.length = static_cast<std::size_t>(arguments.integer("--length", 50, 1, 3000));
    query.hard = arguments.has("--hard");
    const Domain target = targetIn(arguments);
    if (arguments.has("--user")) {
        const retrieval::Sequences sequences =
            retrieval::sequencesOf(dataset, userIn(dataset, arguments.text("--user")), target);
        printUser(
            dataset, sequences, retrieval::retrieved(similarity, sequences.source, sequences.own, query));
        return 0;
    }
    printCurve(
        retrieval::thetaCurve(dataset, similarity, target, query.length, thetas()), arguments.has("--json"));
    return 0;
}

} // namespace fedcctr::cli
