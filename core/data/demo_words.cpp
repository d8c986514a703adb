// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/demo_words.h"

#include <array>

namespace fedcctr::data {

namespace {

struct Topic {
    const char* name;
    std::array<const char*, 5> nouns;
    std::array<const char*, 4> adjectives;
};

/// The shared topics first, then those of Books, then those of Movies.
constexpr std::array<Topic, kDemoTopics> kTopicWords{{
    {"Fantasy", {"Dragon", "Wizard", "Sword", "Crown", "Griffin"},
        {"Enchanted", "Fallen", "Ancient", "Silver"}},
    {"Crime", {"Detective", "Witness", "Alibi", "Inspector", "Verdict"},
        {"Guilty", "Missing", "Cold", "Crooked"}},
    {"Space", {"Starship", "Galaxy", "Orbit", "Comet", "Colony"},
        {"Stellar", "Distant", "Lunar", "Infinite"}},
    {"Romance", {"Wedding", "Sweetheart", "Bride", "Kiss", "Promise"},
        {"Tender", "Secret", "Beloved", "Hopeful"}},
    {"Horror", {"Ghost", "Vampire", "Crypt", "Curse", "Asylum"},
        {"Haunted", "Bloody", "Whispering", "Restless"}},
    {"War", {"Battalion", "Soldier", "Trench", "Bomber", "Armistice"},
        {"Brave", "Burning", "Forgotten", "Iron"}},
    {"Western", {"Cowboy", "Sheriff", "Saloon", "Outlaw", "Ranch"}, {"Dusty", "Lonesome", "Wild", "Wanted"}},
    {"Espionage", {"Spy", "Cipher", "Embassy", "Defector", "Dossier"},
        {"Double", "Covert", "Hidden", "Sleeping"}},
    {"Cooking", {"Kitchen", "Recipe", "Bakery", "Harvest", "Spice"},
        {"Rustic", "Seasonal", "Simple", "Golden"}},
    {"Philosophy", {"Reason", "Ethics", "Virtue", "Doubt", "Paradox"},
        {"Rational", "Moral", "Skeptical", "Eternal"}},
    {"Gardening", {"Orchard", "Rose", "Meadow", "Compost", "Greenhouse"},
        {"Blooming", "Walled", "Wildflower", "Green"}},
    {"Economics", {"Market", "Currency", "Trade", "Ledger", "Wealth"},
        {"Global", "Fragile", "Rising", "Invisible"}},
    {"Musical", {"Melody", "Chorus", "Ballroom", "Encore", "Cabaret"},
        {"Dazzling", "Dancing", "Velvet", "Singing"}},
    {"Martial Arts", {"Dojo", "Fist", "Tournament", "Master", "Ninja"},
        {"Flying", "Deadly", "Drunken", "Undefeated"}},
    {"Racing", {"Engine", "Circuit", "Pit Lane", "Turbo", "Rally"},
        {"Furious", "Roaring", "Reckless", "Fast"}},
    {"Slapstick", {"Clown", "Prank", "Blunder", "Pie", "Goofball"}, {"Silly", "Clumsy", "Crazy", "Bumbling"}},
}};

constexpr std::array<const char*, 12> kPlaces{"Winter", "the North", "Avalon", "Marrakesh", "the River",
    "Lisbon", "Midnight", "the Island", "Summer", "the Harbour", "Prague", "the Valley"};
constexpr std::array<const char*, 16> kSurnames{"Abbott", "Brandt", "Castillo", "Dubois", "Eriksen",
    "Fontaine", "Grant", "Hartmann", "Ivanova", "Jensen", "Kimura", "Lindqvist", "Moreau", "Novak", "Okafor",
    "Petrov"};

std::size_t at(int number)
{
    return static_cast<std::size_t>(number);
}

template <std::size_t N> std::string pick(const std::array<const char*, N>& words, Random& random)
{
    return words[static_cast<std::size_t>(random.below(N))];
}

std::string titleOf(const Topic& topic, Random& random)
{
    const std::string noun = pick(topic.nouns, random);
    const std::string adjective = pick(topic.adjectives, random);
    switch (random.below(4)) {
    case 0:
        return "The " + adjective + " " + noun + " of " + pick(kPlaces, random);
    case 1:
        return "The " + noun + " of " + pick(kPlaces, random);
    case 2: {
        const std::string other = pick(topic.nouns, random);
        return other == noun ? "The " + adjective + " " + noun
                             : "The " + adjective + " " + noun + " and the " + other;
    }
    default:
        return adjective + " " + noun;
    }
}

} // namespace

const char* topicName(int topic)
{
    return kTopicWords[at(topic)].name;
}

std::string drawTitle(int topic, Random& random)
{
    return titleOf(kTopicWords[at(topic)], random);
}

std::string drawCreator(int topic, Random& random)
{
    return std::string(1, static_cast<char>('A' + topic)) + ". "
        + kSurnames[(at(topic) * 5 + static_cast<std::size_t>(random.below(4))) % kSurnames.size()];
}

std::string distinctTitle(const std::string& title, std::unordered_set<std::string>& taken)
{
    std::string candidate = title;
    for (int part = 2; !taken.insert(candidate).second; ++part)
        candidate = title + ", Part " + std::to_string(part);
    return candidate;
}

} // namespace fedcctr::data
