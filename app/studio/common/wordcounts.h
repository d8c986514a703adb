// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/augmentation.h"
#include "core/augment/stage.h"
#include "widgets/charts/barchart.h"

#include <QString>

namespace fedcctr::studio {

/// What a histogram counts.
enum class Attribute { Genre, Theme, Keyword, Age, Gender, Interest, LengthA, LengthB };

inline constexpr qsizetype kMostBars = 15;

QList<Attribute> attributesOf(augment::Stage stage);
QString titleOf(Attribute attribute, const data::Dataset& dataset);

/// Counts before and after, as in the paper's Figure 7. Words: the most frequent ones, and "(none)" for items
/// or users without any; before the augmentation an item's genres are its categories. Lengths are of the
/// training sequences, after it with the liked items. `augmentation` may be null.
QList<widgets::Bar> histogram(
    Attribute attribute, const data::Dataset& dataset, const augment::Augmentation* augmentation);

/// "features for 12,340 of 28,337 items, …"
QString coverageOf(const augment::Augmentation& augmentation);

} // namespace fedcctr::studio
