// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/spec.h"

#include "core/base/error.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <sstream>

namespace fedcctr::model {

std::int64_t TensorSpec::count() const
{
    return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies());
}

bool ModelInfo::reads(std::string_view key) const
{
    return std::ranges::find(settings, key) != settings.end();
}

const Value& ownValue(const ModelInfo& info, const ModelOptions& options, std::string_view key)
{
    if (const auto set = options.own.find(std::string(key)); set != options.own.end())
        return set->second;
    const auto field = std::ranges::find(info.fields, key, &OwnField::key);
    if (field == info.fields.end())
        throw Error(std::string(key) + ": is no setting of " + info.title, Error::Kind::Failure);
    return field->fallback;
}

std::int64_t ownInteger(const ModelInfo& info, const ModelOptions& options, std::string_view key)
{
    return std::get<std::int64_t>(ownValue(info, options, key));
}

double ownNumber(const ModelInfo& info, const ModelOptions& options, std::string_view key)
{
    return std::get<double>(ownValue(info, options, key));
}

std::vector<double> termWeights(const ModelInfo& info, const ModelOptions& options, const LossOptions& loss)
{
    std::vector<double> weights;
    for (const TermInfo& term : info.terms)
        weights.push_back(term.weight ? loss.*term.weight : ownNumber(info, options, term.weightKey));
    return weights;
}

std::int64_t uploadedCount(std::span<const TensorSpec> tensors)
{
    return std::accumulate(
        tensors.begin(), tensors.end(), std::int64_t{0}, [](std::int64_t sum, const TensorSpec& tensor) {
            return sum + (tensor.rows == Rows::PerUser ? 0 : tensor.count());
        });
}

std::int64_t trainedCount(std::span<const TensorSpec> tensors)
{
    return std::accumulate(tensors.begin(), tensors.end(), std::int64_t{0},
        [](std::int64_t sum, const TensorSpec& tensor) { return sum + tensor.count(); });
}

std::vector<std::int64_t> parsedWidths(const std::string& list)
{
    std::vector<std::int64_t> widths;
    std::istringstream in(list);
    for (std::string part; std::getline(in, part, '-');)
        widths.push_back(std::stoll(part));
    return widths;
}

} // namespace fedcctr::model
