// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/common/wordcounts.h"

#include "core/augment/answer.h"
#include "core/augment/normalise.h"

#include <QHash>
#include <QObject>

#include <algorithm>
#include <set>
#include <sstream>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using augment::Augmentation;
using widgets::Bar;

namespace {

using Words = std::vector<std::string>;

/// Counts rows of words; an empty row counts as "(none)".
class Counter {
public:
    void add(const Words& words, bool after)
    {
        for (const std::string& word : words)
            ++count(m_words[word], after);
        if (words.empty())
            ++count(m_none, after);
    }

    QList<Bar> mostFrequent() const
    {
        QList<Bar> bars;
        for (const auto& [word, bar] : m_words)
            bars.append({QString::fromStdString(word), bar.before, bar.after});
        std::ranges::stable_sort(
            bars, std::ranges::greater(), [](const Bar& bar) { return std::max(bar.before, bar.after); });
        const bool anyNone = m_none.before > 0 || m_none.after > 0;
        const qsizetype room = kMostBars - (anyNone ? 1 : 0);
        if (bars.size() > room)
            bars.resize(room);
        if (anyNone)
            bars.append({QObject::tr("(none)"), m_none.before, m_none.after, true});
        return bars;
    }

private:
    static qint64& count(Bar& bar, bool after) { return after ? bar.after : bar.before; }

    std::map<std::string, Bar> m_words;
    Bar m_none;
};

/// An item's categories, each once.
Words categoriesOf(const data::Item& item)
{
    std::set<std::string> words;
    std::istringstream parts(item.categories);
    for (std::string part; std::getline(parts, part, ';');)
        if (const std::string word = augment::normalised(part); !word.empty())
            words.insert(word);
    return {words.begin(), words.end()};
}

QList<Bar> itemWords(const data::Dataset& dataset, const Augmentation* augmentation,
    Words augment::ItemFeatures::*words, bool categoriesBefore)
{
    Counter counter;
    for (std::size_t i = 0; i < dataset.items.size(); ++i) {
        counter.add(categoriesBefore ? categoriesOf(dataset.items[i]) : Words(), false);
        if (augmentation)
            counter.add(augmentation->items[i].*words, true);
    }
    return counter.mostFrequent();
}

QList<Bar> interests(const data::Dataset& dataset, const Augmentation* augmentation)
{
    Counter counter;
    for (std::size_t user = 0; user < dataset.userCount(); ++user) {
        counter.add({}, false);
        if (augmentation)
            counter.add(augmentation->users[user].interests, true);
    }
    return counter.mostFrequent();
}

template <std::size_t count>
QList<Bar> closedSet(const data::Dataset& dataset, const Augmentation* augmentation,
    const std::array<const char*, count>& set, std::string augment::UserProfile::*field)
{
    QList<Bar> bars;
    for (const char* word : set)
        bars.append({QString::fromLatin1(word), 0, 0});
    bars.first().before = static_cast<qint64>(dataset.userCount());
    if (augmentation)
        for (const augment::UserProfile& user : augmentation->users)
            if (const auto found = std::ranges::find(set, user.*field); found != set.end())
                ++bars[found - set.begin()].after;
    return bars;
}

QList<Bar> lengths(const data::Dataset& dataset, const Augmentation* augmentation, data::Domain domain)
{
    constexpr std::array<std::size_t, 8> kFrom{0, 1, 5, 10, 15, 20, 30, 50};
    QList<Bar> bars;
    for (std::size_t i = 0; i < kFrom.size(); ++i)
        bars.append({i == 0             ? u"0"_s
                : i + 1 == kFrom.size() ? u"%1 +"_s.arg(kFrom[i])
                                        : u"%1–%2"_s.arg(kFrom[i]).arg(kFrom[i + 1] - 1),
            0, 0});
    const auto binOf = [&](std::size_t length) {
        return std::ranges::upper_bound(kFrom, length) - kFrom.begin() - 1;
    };
    for (std::size_t user = 0; user < dataset.userCount(); ++user) {
        const auto length = static_cast<std::size_t>(
            std::ranges::count_if(dataset.events(user), [&](const data::Event& event) {
                return event.role == data::Role::Train && dataset.domainOf(event.item) == domain;
            }));
        ++bars[binOf(length)].before;
        if (augmentation)
            ++bars[binOf(length + augmentation->sequences[user].liked[index(domain)].size())].after;
    }
    return bars;
}

template <typename Entry> QString filled(const std::vector<Entry>& entries)
{
    return QLocale().toString(static_cast<qlonglong>(
        std::ranges::count_if(entries, [](const Entry& entry) { return !entry.empty(); })));
}

QString number(std::size_t count)
{
    return QLocale().toString(static_cast<qulonglong>(count));
}

} // namespace

QList<Attribute> attributesOf(augment::Stage stage)
{
    switch (stage) {
    case augment::Stage::Item:
        return {Attribute::Genre, Attribute::Theme, Attribute::Keyword};
    case augment::Stage::User:
        return {Attribute::Interest, Attribute::Age, Attribute::Gender};
    case augment::Stage::Sequence:
        break;
    }
    return {Attribute::LengthA, Attribute::LengthB};
}

QString titleOf(Attribute attribute, const data::Dataset& dataset)
{
    const auto length = [&](std::size_t domain) {
        return QObject::tr("Sequence length, %1").arg(QString::fromStdString(dataset.domainNames[domain]));
    };
    switch (attribute) {
    case Attribute::Genre:
        return QObject::tr("Genres (before: categories)");
    case Attribute::Theme:
        return QObject::tr("Themes");
    case Attribute::Keyword:
        return QObject::tr("Keywords");
    case Attribute::Age:
        return QObject::tr("Ages");
    case Attribute::Gender:
        return QObject::tr("Genders");
    case Attribute::Interest:
        return QObject::tr("Interests");
    case Attribute::LengthA:
        return length(0);
    case Attribute::LengthB:
        break;
    }
    return length(1);
}

QList<Bar> histogram(Attribute attribute, const data::Dataset& dataset, const Augmentation* augmentation)
{
    switch (attribute) {
    case Attribute::Genre:
        return itemWords(dataset, augmentation, &augment::ItemFeatures::genres, true);
    case Attribute::Theme:
        return itemWords(dataset, augmentation, &augment::ItemFeatures::themes, false);
    case Attribute::Keyword:
        return itemWords(dataset, augmentation, &augment::ItemFeatures::keywords, false);
    case Attribute::Age:
        return closedSet(dataset, augmentation, augment::kAges, &augment::UserProfile::age);
    case Attribute::Gender:
        return closedSet(dataset, augmentation, augment::kGenders, &augment::UserProfile::gender);
    case Attribute::Interest:
        return interests(dataset, augmentation);
    case Attribute::LengthA:
        return lengths(dataset, augmentation, data::Domain::A);
    case Attribute::LengthB:
        break;
    }
    return lengths(dataset, augmentation, data::Domain::B);
}

QString coverageOf(const augment::Augmentation& augmentation)
{
    return QObject::tr("features for %1 of %2 items, profiles for %3 and extensions for %4 of %5 users")
        .arg(filled(augmentation.items), number(augmentation.items.size()), filled(augmentation.users),
            filled(augmentation.sequences), number(augmentation.users.size()));
}

} // namespace fedcctr::studio
