// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/embeddings/embeddingset.h"
#include "widgets/charts/scattercontent.h"

#include <QCoreApplication>

namespace fedcctr::data {
struct Dataset;
}

namespace fedcctr::studio {

/// What the colour of users' points tells; the shape is always the representation.
enum class ColorBy { Representation, Activity, Sparsity, Age, Gender, Interest, Run };

/// Names, in the enumeration's order, with what they mean.
QStringList colorNames();
QString colorHelp(ColorBy by);

/// Shapes, colours, key and tool tips of users' points (all h^A, then h^B, then h^M), without positions.
/// `runs` and `run`: names of all panels, and which one this is.
widgets::ScatterContent userLook(const EmbeddingSet& set, ColorBy by, const QStringList& runs, int run);

/// The same of items: the colour is the domain.
widgets::ScatterContent itemLook(const EmbeddingSet& set, const data::Dataset* dataset);

/// Rows of two columns as points.
std::vector<QPointF> toPoints(const projection::Matrix& coordinates);

/// Coordinates between two frames; share 0 gives `from`.
std::vector<QPointF> between(const projection::Matrix& from, const projection::Matrix& to, double share);

/// Title of an item, or its id.
QString itemTitle(const data::Dataset* dataset, int item);

} // namespace fedcctr::studio
