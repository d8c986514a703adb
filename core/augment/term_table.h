// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fedcctr::augment {

/// The words of a text that say something, normalised, in order: no function words ("with"), no measures
/// ("ounce"), nothing with a digit, nothing shorter than three letters.
std::vector<std::string> tellingWords(std::string_view text);

/// The telling words of all items' titles and categories with their weights: sublinear term frequency times
/// smoothed inverse document frequency, words of at least two items, rows of length 1. Looks at no
/// interaction.
class TermTable {
public:
    using Term = std::int32_t;
    using Row = std::vector<std::pair<Term, float>>; ///< by rising term

    explicit TermTable(const data::Dataset& dataset);

    std::size_t size() const { return m_words.size(); }
    const std::string& word(Term term) const { return m_words[static_cast<std::size_t>(term)]; }

    /// In how many items of each domain the term occurs.
    const std::array<int, 2>& items(Term term) const { return m_items[static_cast<std::size_t>(term)]; }

    /// Empty for an item without text.
    const Row& row(data::ItemId item) const { return m_rows[static_cast<std::size_t>(item)]; }

private:
    std::vector<std::string> m_words; ///< alphabetical
    std::vector<std::array<int, 2>> m_items;
    std::vector<Row> m_rows;
};

/// A growing sum of rows with quick look-ups; sums over the whole vocabulary are kept between uses.
class TermSum {
public:
    using Term = TermTable::Term;

    explicit TermSum(std::size_t terms)
        : m_weights(terms)
        , m_rows(terms)
    {
    }

    void add(const TermTable::Row& row);
    void clear();

    /// The terms with a weight, each once, in the order of their first row.
    std::span<const Term> terms() const { return m_terms; }
    double weight(Term term) const { return m_weights[static_cast<std::size_t>(term)]; }
    int rows(Term term) const { return m_rows[static_cast<std::size_t>(term)]; }

    /// Cosine to a row of length 1, and of a row to the sum less that row. 0 if nothing is left.
    double similarity(const TermTable::Row& row) const;
    double similarityWithout(const TermTable::Row& row) const;

private:
    double product(const TermTable::Row& row) const;

    std::vector<double> m_weights;
    std::vector<int> m_rows;
    std::vector<Term> m_terms;
    mutable double m_square = -1; ///< squared length of the sum, -1 until it is asked for
    double square() const;
};

} // namespace fedcctr::augment
