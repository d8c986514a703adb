// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/public_items.h"

#include "core/data/text.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <span>
#include <string>

namespace fedcctr::model {

namespace {

/// Ranks of the ids of items [first, last), from 0 to 1, into `ranks`.
void rankIds(const data::Dataset& dataset, std::size_t first, std::size_t last, std::vector<float>& ranks)
{
    std::vector<std::size_t> order(last - first);
    std::iota(order.begin(), order.end(), first);
    std::ranges::sort(order, [&](std::size_t x, std::size_t y) {
        const std::string& a = dataset.items[x].id;
        const std::string& b = dataset.items[y].id;
        return a.size() != b.size() ? a.size() < b.size() : a < b;
    });
    const float most =
        static_cast<float>(std::max<std::size_t>(1, order.size() - std::min<std::size_t>(1, order.size())));
    for (std::size_t i = 0; i < order.size(); ++i)
        ranks[order[i]] = static_cast<float>(i) / most;
}

} // namespace

PublicItems publicItems(const data::Dataset& dataset, const ModelOptions& options,
    std::span<const augment::ItemFeatures> features)
{
    const std::size_t count = dataset.items.size();
    PublicItems items;
    items.text = itemText(dataset, options, features);
    const auto width = static_cast<std::size_t>(items.text.width);
    items.order.resize(count);
    items.ownOrder.resize(count);
    rankIds(dataset, 0, count, items.order);
    rankIds(dataset, 0, static_cast<std::size_t>(dataset.itemsInA), items.ownOrder);
    rankIds(dataset, static_cast<std::size_t>(dataset.itemsInA), count, items.ownOrder);
    std::map<std::string, std::int32_t> heads;
    for (std::size_t i = 0; i < count; ++i) {
        const auto row = std::span(items.text.values).subspan(i * width, width);
        items.hasText.push_back(std::ranges::any_of(row, [](float x) { return x != 0; }) ? 1.0F : 0.0F);
        const std::vector<std::string> title = data::words(dataset.items[i].title);
        items.head.push_back(title.empty()
                ? -1
                : heads.emplace(title.front(), static_cast<std::int32_t>(heads.size())).first->second);
    }
    return items;
}

} // namespace fedcctr::model
