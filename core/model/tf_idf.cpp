// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/tf_idf.h"

#include "core/model/item_words.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace fedcctr::model {

namespace {

struct Count {
    std::uint32_t term = 0;
    int times = 0;
};
using Field = std::vector<Count>;

/// Every term that was met, by number.
class Terms {
public:
    std::uint32_t number(std::string_view term)
    {
        const auto known = m_numbers.find(term);
        if (known != m_numbers.end())
            return known->second;
        const auto next = static_cast<std::uint32_t>(m_numbers.size());
        const auto added = m_numbers.emplace(std::string(term), next).first;
        m_names.push_back(&added->first); // stays where it is
        m_items.push_back(0);
        m_lastItem.push_back(std::numeric_limits<std::size_t>::max());
        return next;
    }

    /// However often it has the term, an item counts once.
    void meet(std::uint32_t term, std::size_t item)
    {
        if (std::exchange(m_lastItem[term], item) != item)
            ++m_items[term];
    }

    std::size_t size() const { return m_names.size(); }
    const std::string& name(std::uint32_t term) const { return *m_names[term]; }
    int items(std::uint32_t term) const { return m_items[term]; }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };
    std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> m_numbers;
    std::vector<const std::string*> m_names;
    std::vector<int> m_items;
    std::vector<std::size_t> m_lastItem;
};

/// Words and pairs of neighbours within a phrase.
Field countedTerms(const std::vector<Phrase>& phrases, std::size_t item, Terms& terms)
{
    std::vector<std::uint32_t> met;
    for (const Phrase& phrase : phrases)
        for (std::size_t i = 0; i < phrase.size(); ++i) {
            met.push_back(terms.number(phrase[i]));
            if (i > 0)
                met.push_back(terms.number(phrase[i - 1] + ' ' + phrase[i]));
        }
    std::ranges::sort(met);
    Field field;
    for (const std::uint32_t term : met) {
        if (field.empty() || field.back().term != term) {
            field.push_back({term, 0});
            terms.meet(term, item);
        }
        ++field.back().times;
    }
    return field;
}

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

/// The terms of at least two items.
struct Vocabulary {
    Vocabulary(const Terms& terms, std::size_t items)
        : column(terms.size(), kNone)
    {
        std::vector<std::uint32_t> kept;
        for (std::uint32_t term = 0; term < terms.size(); ++term)
            if (terms.items(term) >= 2)
                kept.push_back(term);
        std::ranges::sort(
            kept, {}, [&](std::uint32_t term) -> const std::string& { return terms.name(term); });
        const auto n = static_cast<double>(items);
        for (const std::uint32_t term : kept) {
            column[term] = static_cast<std::uint32_t>(idf.size());
            idf.push_back(std::log((1 + n) / (1 + terms.items(term))) + 1);
        }
    }

    std::vector<std::uint32_t> column; ///< by term, or kNone
    std::vector<double> idf; ///< by column
};

/// A field's weights, scaled to length 1; empty if the vocabulary has none of its terms.
std::vector<SparseMatrix::Entry> unitVector(const Field& field, const Vocabulary& vocabulary)
{
    std::vector<SparseMatrix::Entry> weights;
    for (const auto& [term, times] : field)
        if (const std::uint32_t column = vocabulary.column[term]; column != kNone)
            weights.push_back({column, (1 + std::log(times)) * vocabulary.idf[column]});
    std::ranges::sort(weights, {}, &SparseMatrix::Entry::column);
    double square = 0;
    for (const SparseMatrix::Entry& entry : weights)
        square += entry.value * entry.value;
    for (SparseMatrix::Entry& entry : weights)
        entry.value /= std::sqrt(square);
    return weights;
}

void appendRow(const std::vector<Field>& fields, const Vocabulary& vocabulary, SparseMatrix& matrix)
{
    std::vector<SparseMatrix::Entry> all;
    int known = 0;
    for (const Field& field : fields) {
        const std::vector<SparseMatrix::Entry> own = unitVector(field, vocabulary);
        known += own.empty() ? 0 : 1;
        all.insert(all.end(), own.begin(), own.end());
    }
    std::ranges::stable_sort(all, {}, &SparseMatrix::Entry::column);
    const std::size_t first = matrix.entries.size();
    for (const SparseMatrix::Entry& entry : all) {
        if (matrix.entries.size() > first && matrix.entries.back().column == entry.column)
            matrix.entries.back().value += entry.value;
        else
            matrix.entries.push_back(entry);
    }
    if (known > 1) {
        double square = 0;
        for (std::size_t e = first; e < matrix.entries.size(); ++e)
            square += matrix.entries[e].value * matrix.entries[e].value;
        for (std::size_t e = first; e < matrix.entries.size(); ++e)
            matrix.entries[e].value /= std::sqrt(square);
    }
    matrix.offsets.push_back(matrix.entries.size());
}

} // namespace

SparseMatrix tfIdf(const data::Dataset& dataset, std::span<const augment::ItemFeatures> features)
{
    Terms terms;
    std::vector<std::vector<Field>> items(dataset.items.size());
    for (std::size_t i = 0; i < items.size(); ++i)
        for (const std::vector<Phrase>& phrases : itemWords(dataset, features, i))
            items[i].push_back(countedTerms(phrases, i, terms));
    const Vocabulary vocabulary(terms, items.size());
    SparseMatrix matrix;
    matrix.columns = vocabulary.idf.size();
    for (const std::vector<Field>& fields : items)
        appendRow(fields, vocabulary, matrix);
    return matrix;
}

} // namespace fedcctr::model
