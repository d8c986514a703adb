// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace fedcctr::model {

/// A codebook of a quantiser, as its codes name it.
struct CodeLayer {
    std::string name; ///< "global" or "local"
    int size = 0;
    bool shared = false; ///< by all silos: equal codes mean the same vector everywhere

    bool operator==(const CodeLayer&) const = default;
};

/// Discrete codes of a silo's items and users, one per layer, as features of a model (FedMM).
struct Codes {
    std::vector<CodeLayer> layers;
    std::vector<std::int32_t> items; ///< row-major [items, layers]
    std::vector<std::int32_t> users; ///< [users, layers]
    /// [items, 2] where the items lie among those of all silos, for pictures alone: a federation whose silos part
    /// could not draw it. May be empty.
    std::vector<float> places;

    /// Coordinates of a row's one-hot vectors, one layer's beside the other's.
    int width() const;

    /// Place of a row's code of a layer among those coordinates. `codes`: items or users.
    std::int32_t placeOf(const std::vector<std::int32_t>& codes, std::size_t row, std::size_t layer) const;

    /// [items, width()], ones where the codes are: a linear layer over it is an embedding per code.
    std::vector<float> itemsOneHot() const;
};

} // namespace fedcctr::model
