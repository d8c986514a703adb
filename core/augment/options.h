// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace fedcctr::augment {

/// Which parts of a dataset's augmentation a training uses, where there is one.
struct AugmentUse {
    std::string name; ///< which one: empty, the dataset's own; else augmentations/NAME.json
    bool items = true; ///< genres, themes and keywords join the items' text
    bool profiles = true; ///< the user-profile embedding of e_side
    bool sequences = true; ///< liked items extend the sequences; IDRA ties both views
    bool negatives = true; ///< disliked items are training negatives
};

} // namespace fedcctr::augment
