// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/term_table.h"

#include "core/augment/answer.h"
#include "core/augment/normalise.h"
#include "core/data/text.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>
#include <unordered_set>

namespace fedcctr::augment {

namespace {

constexpr std::size_t kShortest = 3;

/// Function words, and the measures and packings of product listings.
bool saysNothing(const std::string& word)
{
    static const std::unordered_set<std::string> kWords{"about", "after", "all", "also", "and", "any", "are",
        "back", "been", "before", "but", "can", "case", "count", "each", "etc", "every", "for", "from",
        "gallon", "get", "gram", "had", "has", "have", "her", "his", "how", "inch", "into", "its", "kilogram",
        "liter", "litre", "lot", "may", "more", "most", "much", "new", "not", "off", "one", "only", "other",
        "ounce", "our", "out", "over", "own", "pack", "package", "pair", "per", "piece", "pint", "pound",
        "quart", "set", "size", "than", "that", "the", "their", "them", "then", "these", "they", "this",
        "three", "too", "two", "under", "unit", "use", "very", "via", "volume", "was", "were", "what", "when",
        "which", "who", "will", "with", "without", "you", "your"};
    return kWords.contains(word);
}

bool isTelling(const std::string& word)
{
    return word.size() >= kShortest && std::ranges::none_of(word, [](char c) { return c >= '0' && c <= '9'; })
        && !saysNothing(word);
}

using Counts = std::map<std::string, int>;

std::vector<Counts> countWords(const data::Dataset& dataset)
{
    std::vector<Counts> counts;
    counts.reserve(dataset.items.size());
    for (const data::Item& item : dataset.items) {
        Counts& own = counts.emplace_back();
        for (std::string& word : tellingWords(item.title + ' ' + item.categories))
            ++own[std::move(word)];
    }
    return counts;
}

} // namespace

std::vector<std::string> tellingWords(std::string_view text)
{
    std::vector<std::string> telling;
    for (const std::string& word : data::words(text)) {
        if (!isTelling(word))
            continue;
        std::string plain = normalised(word);
        if (isTelling(plain) && plain.size() <= kMostWordLength)
            telling.push_back(std::move(plain));
    }
    return telling;
}

TermTable::TermTable(const data::Dataset& dataset)
{
    const std::vector<Counts> counts = countWords(dataset);
    std::map<std::string, std::array<int, 2>> items;
    for (data::ItemId i = 0; i < dataset.itemCount(); ++i)
        for (const auto& [word, count] : counts[static_cast<std::size_t>(i)])
            ++items[word][data::index(dataset.domainOf(i))];
    std::unordered_map<std::string, Term> terms;
    for (const auto& [word, both] : items) {
        if (both[0] + both[1] < 2)
            continue;
        terms.emplace(word, static_cast<Term>(m_words.size()));
        m_words.push_back(word);
        m_items.push_back(both);
    }
    const auto n = static_cast<double>(counts.size());
    for (const Counts& own : counts) {
        Row& row = m_rows.emplace_back();
        double square = 0;
        for (const auto& [word, count] : own) {
            const auto found = terms.find(word);
            if (found == terms.end())
                continue;
            const std::array<int, 2>& both = items[word];
            const double idf = std::log((1 + n) / (1 + both[0] + both[1])) + 1;
            const double weight = (1 + std::log(count)) * idf;
            row.emplace_back(found->second, static_cast<float>(weight));
            square += weight * weight;
        }
        for (auto& [term, weight] : row)
            weight = static_cast<float>(weight / std::sqrt(square));
    }
}

void TermSum::add(const TermTable::Row& row)
{
    for (const auto& [term, weight] : row) {
        const auto t = static_cast<std::size_t>(term);
        if (m_rows[t]++ == 0)
            m_terms.push_back(term);
        m_weights[t] += static_cast<double>(weight);
    }
    m_square = -1;
}

void TermSum::clear()
{
    for (const Term term : m_terms) {
        m_weights[static_cast<std::size_t>(term)] = 0;
        m_rows[static_cast<std::size_t>(term)] = 0;
    }
    m_terms.clear();
    m_square = -1;
}

double TermSum::product(const TermTable::Row& row) const
{
    double sum = 0;
    for (const auto& [term, weight] : row)
        sum += static_cast<double>(weight) * m_weights[static_cast<std::size_t>(term)];
    return sum;
}

double TermSum::square() const
{
    if (m_square < 0) {
        m_square = 0;
        for (const Term term : m_terms)
            m_square += weight(term) * weight(term);
    }
    return m_square;
}

double TermSum::similarity(const TermTable::Row& row) const
{
    return square() > 0 ? product(row) / std::sqrt(square()) : 0;
}

double TermSum::similarityWithout(const TermTable::Row& row) const
{
    // |s - r|² = |s|² - 2 s·r + |r|², and |r| is 1.
    constexpr double kNothing = 1e-6;
    const double dot = product(row);
    const double rest = square() - 2 * dot + 1;
    return row.empty() || rest < kNothing ? 0 : (dot - 1) / std::sqrt(rest);
}

} // namespace fedcctr::augment
