// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/diff.h"

#include <algorithm>
#include <span>

namespace fedcctr::augment {

namespace {

/// Beyond so many pairs of lines the changed middle is shown as replaced in one piece.
constexpr std::size_t kMostPairs = 4'000'000;

using Lines = std::vector<std::string_view>;

Lines linesOf(std::string_view text)
{
    Lines lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        lines.push_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

/// Lengths of the longest common subsequences of all pairs of tails, row by row.
class CommonTails {
public:
    CommonTails(std::span<const std::string_view> before, std::span<const std::string_view> after)
        : m_width(after.size() + 1)
        , m_lengths((before.size() + 1) * m_width)
    {
        for (std::size_t i = before.size(); i-- > 0;)
            for (std::size_t j = after.size(); j-- > 0;)
                at(i, j) =
                    before[i] == after[j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
    }

    std::uint32_t& at(std::size_t i, std::size_t j) { return m_lengths[i * m_width + j]; }

private:
    std::size_t m_width;
    std::vector<std::uint32_t> m_lengths;
};

class Difference {
public:
    void same(std::string_view line) { m_lines.push_back({DiffLine::Kind::Same, std::string(line)}); }
    void removed(std::string_view line) { m_lines.push_back({DiffLine::Kind::Removed, std::string(line)}); }
    void added(std::string_view line) { m_lines.push_back({DiffLine::Kind::Added, std::string(line)}); }

    void middle(std::span<const std::string_view> before, std::span<const std::string_view> after)
    {
        std::size_t i = 0;
        std::size_t j = 0;
        if (before.size() * after.size() <= kMostPairs) {
            CommonTails tails(before, after);
            while (i < before.size() && j < after.size()) {
                if (before[i] == after[j]) {
                    same(before[i++]);
                    ++j;
                } else if (tails.at(i + 1, j) >= tails.at(i, j + 1)) {
                    removed(before[i++]);
                } else {
                    added(after[j++]);
                }
            }
        }
        while (i < before.size())
            removed(before[i++]);
        while (j < after.size())
            added(after[j++]);
    }

    std::vector<DiffLine> take() { return std::move(m_lines); }

private:
    std::vector<DiffLine> m_lines;
};

} // namespace

std::vector<DiffLine> lineDiff(std::string_view before, std::string_view after)
{
    const Lines old = linesOf(before);
    const Lines now = linesOf(after);
    const std::size_t shorter = std::min(old.size(), now.size());
    std::size_t head = 0;
    while (head < shorter && old[head] == now[head])
        ++head;
    std::size_t tail = 0;
    while (tail < shorter - head && old[old.size() - 1 - tail] == now[now.size() - 1 - tail])
        ++tail;

    Difference difference;
    for (std::size_t i = 0; i < head; ++i)
        difference.same(old[i]);
    difference.middle(std::span(old).subspan(head, old.size() - head - tail),
        std::span(now).subspan(head, now.size() - head - tail));
    for (std::size_t i = old.size() - tail; i < old.size(); ++i)
        difference.same(old[i]);
    return difference.take();
}

} // namespace fedcctr::augment
