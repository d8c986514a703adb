// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/silos/averages.h"

#include <numeric>

namespace fedcctr::silos {

using model::Parameters;
using torch::Tensor;

namespace {

/// Rows of shared layers among those of all codes.
Tensor sharedCodes(const model::Codes& codes)
{
    std::vector<std::int64_t> rows;
    std::int64_t first = 0;
    for (const model::CodeLayer& layer : codes.layers) {
        for (std::int64_t code = 0; layer.shared && code < layer.size; ++code)
            rows.push_back(first + code);
        first += layer.size;
    }
    return torch::tensor(rows, torch::kInt64);
}

} // namespace

SharedRows::SharedRows(std::span<const model::TensorSpec> specs, const model::Codes* codes)
{
    for (std::size_t i = 0; i < specs.size(); ++i) {
        const bool ofCodes = codes && (specs[i].name == "features.weight" || specs[i].name == "users.codes");
        if (specs[i].rows == model::Rows::Whole)
            m_whole.push_back({i, ofCodes ? sharedCodes(*codes) : Tensor()});
        else if (specs[i].rows == model::Rows::PerItem)
            m_items.push_back(i);
    }
}

void SharedRows::shareItems(std::vector<std::vector<data::ItemId>> articles, data::ItemId count)
{
    for (const std::vector<data::ItemId>& silo : articles)
        m_articles.push_back(torch::tensor(std::vector<std::int64_t>(silo.begin(), silo.end())));
    m_articleCount = count;
}

void SharedRows::average(
    std::span<Parameters*> silos, std::span<const double> weights, const std::vector<bool>& receives) const
{
    const torch::NoGradGuard noGrad;
    const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
    if (total <= 0)
        return;
    for (const Part& part : m_whole) {
        const auto own = [&](std::size_t silo) {
            const Tensor& tensor = (*silos[silo])[part.tensor];
            return part.rows.defined() ? tensor.index_select(0, part.rows) : tensor;
        };
        Tensor mean = torch::zeros_like(own(0));
        for (std::size_t silo = 0; silo < silos.size(); ++silo)
            if (weights[silo] > 0)
                mean.add_(own(silo), weights[silo] / total);
        for (std::size_t silo = 0; silo < silos.size(); ++silo) {
            if (!receives[silo])
                continue;
            Tensor& tensor = (*silos[silo])[part.tensor];
            if (part.rows.defined())
                tensor.index_copy_(0, part.rows, mean);
            else
                tensor.copy_(mean);
        }
    }
    for (const std::size_t place : m_articles.empty() ? std::vector<std::size_t>() : m_items) {
        const std::int64_t width = (*silos[0])[place].size(1);
        Tensor sum = torch::zeros({m_articleCount, width});
        Tensor weight = torch::zeros({m_articleCount, 1});
        for (std::size_t silo = 0; silo < silos.size(); ++silo) {
            if (weights[silo] <= 0)
                continue;
            sum.index_add_(0, m_articles[silo], (*silos[silo])[place] * weights[silo]);
            weight.index_add_(0, m_articles[silo],
                torch::full({m_articles[silo].size(0), 1}, static_cast<float>(weights[silo])));
        }
        const Tensor mean = sum / weight.clamp_min(1e-30);
        const Tensor isKnown = weight > 0;
        for (std::size_t silo = 0; silo < silos.size(); ++silo) {
            if (!receives[silo])
                continue;
            Tensor& own = (*silos[silo])[place];
            own.copy_(torch::where(
                isKnown.index_select(0, m_articles[silo]), mean.index_select(0, m_articles[silo]), own));
        }
    }
}

std::int64_t SharedRows::uploadedCount(const Parameters& silo) const
{
    std::int64_t count = 0;
    for (const Part& part : m_whole)
        count += part.rows.defined() ? part.rows.size(0) * silo.tensors[part.tensor].size(1)
                                     : silo.tensors[part.tensor].numel();
    for (const std::size_t place : m_articles.empty() ? std::vector<std::size_t>() : m_items)
        count += silo.tensors[place].numel();
    return count;
}

} // namespace fedcctr::silos
