// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/placeholders.h"

#include <vector>

namespace fedcctr::augment {

namespace {

void addDomains(std::vector<Placeholder>& all)
{
    all.push_back({"domain_A", false, "name of the first domain"});
    all.push_back({"domain_B", false, "name of the second domain"});
}

/// A list of items with what stage 1 found out about them.
void addItems(std::vector<Placeholder>& all, const std::string& list, const std::string& help)
{
    all.push_back({list, true, help});
    all.push_back({list + ".number", false, "1, 2, 3 …"});
    all.push_back({list + ".title", false, "the item's title, empty if it has none"});
    all.push_back({list + ".categories", false, "its categories, if the source has any"});
    all.push_back({list + ".creator", false, "its author, brand or artist, if the source has any"});
    all.push_back({list + ".domain", false, "name of its domain"});
    all.push_back({list + ".genres", false, "its genres from stage 1, with commas"});
    all.push_back({list + ".themes", false, "its themes from stage 1, with commas"});
    all.push_back({list + ".keywords", false, "its keywords from stage 1, with commas"});
}

std::vector<Placeholder> ofItem()
{
    std::vector<Placeholder> all{
        {"item.title", false, "the item's title, empty if it has none"},
        {"item.categories", false, "its categories, if the source has any"},
        {"item.creator", false, "its author, brand or artist, if the source has any"},
        {"item.domain", false, "name of its domain"},
    };
    addDomains(all);
    return all;
}

std::vector<Placeholder> ofUser()
{
    std::vector<Placeholder> all;
    addItems(all, "history", "what the user chose in both domains, oldest first; training events only");
    all.push_back({"ages", false, "the answers allowed for the age, with commas"});
    all.push_back({"genders", false, "the answers allowed for the gender, with commas"});
    addDomains(all);
    return all;
}

std::vector<Placeholder> ofSequence()
{
    std::vector<Placeholder> all{
        {"profile.age", false, "from stage 2; empty if unknown"},
        {"profile.gender", false, "from stage 2; empty if unknown"},
        {"profile.interests", false, "from stage 2, with commas"},
    };
    addItems(all, "history", "what the user chose in both domains, oldest first; training events only");
    addItems(all, "candidates_A", "the items of the first domain to choose from");
    addItems(all, "candidates_B", "the items of the second domain to choose from");
    addDomains(all);
    return all;
}

} // namespace

std::span<const Placeholder> placeholders(Stage stage)
{
    static const std::array<std::vector<Placeholder>, 3> kAll{ofItem(), ofUser(), ofSequence()};
    return kAll[static_cast<std::size_t>(stage)];
}

} // namespace fedcctr::augment
