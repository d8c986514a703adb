// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/stage.h"

namespace fedcctr::augment {

std::string nameOf(Stage stage)
{
    constexpr std::array<const char*, 3> kNames{"item", "user", "sequence"};
    return kNames[static_cast<std::size_t>(stage)];
}

} // namespace fedcctr::augment
