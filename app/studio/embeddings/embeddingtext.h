// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/embeddings/embeddingset.h"

#include <QSet>

namespace fedcctr::data {
struct Dataset;
}

namespace fedcctr::studio {

/// What the side panel says, as HTML. Links are "point:NUMBER". `dataset` gives titles and may be null.

/// One user: both sequences, nearest users in the representation that was clicked, recommendations.
QString userText(const EmbeddingSet& set, std::size_t frame, const data::Dataset* dataset, int point);

/// Several points: who they are.
QString groupText(const EmbeddingSet& set, const QSet<int>& points);

/// One item with its nearest neighbours by title.
QString itemText(const EmbeddingSet& set, const data::Dataset* dataset, int item);
QString itemGroupText(const data::Dataset* dataset, const QSet<int>& items);

/// Items whose title holds the text, whatever the case; `most` at the most.
std::vector<int> itemsWith(const data::Dataset& dataset, const QString& text, std::size_t most);

} // namespace fedcctr::studio
