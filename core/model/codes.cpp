// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/codes.h"

namespace fedcctr::model {

int Codes::width() const
{
    int sum = 0;
    for (const CodeLayer& layer : layers)
        sum += layer.size;
    return sum;
}

std::int32_t Codes::placeOf(const std::vector<std::int32_t>& codes, std::size_t row, std::size_t layer) const
{
    std::int32_t place = codes[row * layers.size() + layer];
    for (std::size_t before = 0; before < layer; ++before)
        place += layers[before].size;
    return place;
}

std::vector<float> Codes::itemsOneHot() const
{
    const auto columns = static_cast<std::size_t>(width());
    const std::size_t rows = layers.empty() ? 0 : items.size() / layers.size();
    std::vector<float> values(rows * columns);
    for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t layer = 0; layer < layers.size(); ++layer)
            values[row * columns + static_cast<std::size_t>(placeOf(items, row, layer))] = 1;
    return values;
}

} // namespace fedcctr::model
