// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/separation.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace fedcctr::studio {

/// h^A, h^B, h^M.
inline constexpr int kRepresentations = 3;
QString representationName(int representation);

struct RecommendedItem {
    int item = 0; ///< in the dataset
    double score = 0; ///< logit
};

struct EmbeddedUser {
    int user = 0; ///< in the dataset
    QString id;
    std::array<int, 3> seen{}; ///< events before the moment: in A, in B, in both
    QString age; ///< empty without a profile
    QString gender;
    QStringList interests;
    std::array<std::vector<RecommendedItem>, 2> recommended; ///< by domain
};

struct EmbeddingFrame {
    int round = 0;
    std::array<projection::Matrix, 3> vectors; ///< a row per user
    projection::Separation numbers;

    /// [3 users, width]: all h^A, then h^B, then h^M.
    projection::Matrix points() const { return projection::stacked(vectors); }
};

/// What `fedcctr-engine embed` wrote of one run.
struct EmbeddingSet {
    QString datasetName;
    QStringList domains;
    std::array<int, 2> items{}; ///< of the dataset, by domain
    int population = 0; ///< users of the dataset
    QString note; ///< what a reader must know of the representations; usually empty
    std::vector<EmbeddedUser> users;
    std::vector<EmbeddingFrame> frames; ///< by round, one at least
    projection::Matrix itemVectors; ///< a row per item of the dataset; empty unless asked for
    projection::Matrix itemPca;

    bool hasProfiles() const;
};

/// Throws std::exception with a message that names the file. Takes a moment: not for the GUI thread.
EmbeddingSet readEmbedding(const QString& path);

} // namespace fedcctr::studio
