// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/field.h"
#include "core/model/codes.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace fedcctr::model {

enum class Attention : std::uint8_t {
    Causal, ///< one pass per sequence; position i attends to <= i and gives the prefix that ends there
    Bidirectional, ///< every training prefix encoded by itself, as the paper's equations read
};
enum class Pooling : std::uint8_t {
    Mean, ///< mean of the prefix's outputs (Eq. 16)
    Last, ///< the newest output
};
enum class Scorer : std::uint8_t {
    Mlp, ///< MLP_d([h^d, h^M, e_side]) (Eq. 19)
    Dot, ///< inner product of a projection of [h^d, h^M, profile] and the target's item vector, plus the
         ///< item's bias
};
enum class Combine : std::uint8_t {
    Concat, ///< id, feature and position vectors side by side (Eq. 11)
    Sum, ///< the three added, each as wide as d
};
enum class Features : std::uint8_t {
    None,
    Tokens, ///< learned embeddings of hashed words: a mean per field of the item, the fields averaged
    Text, ///< fixed TF-IDF vectors of the same fields, reduced by an SVD, with a learned projection
};
enum class RankingLoss : std::uint8_t {
    BinaryCrossEntropy, ///< Eq. 20-21
    SampledSoftmax, ///< the positive against the negatives
};

/// What a training event says.
enum class Label : std::uint8_t {
    Click, ///< every event is a positive; negatives are sampled
    Rating, ///< 1 where the rating reaches a threshold, else 0; nothing is sampled
};

/// Where targets are.
enum class TargetDomain : std::uint8_t { Both, A, B };

/// What CDRD tells apart.
enum class CdrdForm : std::uint8_t {
    Printed, ///< Eq. 18 as it reads: h^A against h^B, whoever the user is
    Targets, ///< a target's h^M against h^A and h^B of the same user's other targets
    Users, ///< against those of all targets that are trained together, where a server sees them
};

enum class Prior : std::uint8_t {
    None,
    File, ///< published popularity
    Histogram, ///< counted from the clients' training items under noise, at a budget of its own
};

/// What models have in common; each reads what its ModelInfo lists. Widths in numbers of coordinates.
struct ModelOptions {
    std::string architecture = "idst-cl"; ///< ModelInfo::name
    std::map<std::string, Value> own; ///< settings of one model alone ("bst.blocks") that were set
    bool catalogueOrder = true; ///< the private head reads the rank of an item's id as its age
    Prior prior = Prior::None; ///< of the private head
    std::string priorFile; ///< lines "item,count"
    Attention attention = Attention::Causal;
    Pooling pooling = Pooling::Mean;
    Scorer scorer = Scorer::Mlp;
    Combine combine = Combine::Concat;
    Features features = Features::Tokens;
    int idWidth = 32;
    int featureWidth = 16;
    int positionWidth = 16;
    int heads = 8;
    int layers = 1;
    double dropout = 0.1;
    double historyDropout = 0; ///< share of a history's items that are blanked in training
    double itemStart =
        0.02; ///< standard deviation of the first id embeddings; 0 lets the item text carry the start
    bool inputNorm = false; ///< a layer norm before the first encoder layer
    std::string mlp = "512-256-128";
    int historyLength = 20; ///< L
    int textWidth = 256; ///< of the fixed text vectors
    std::string vectors = "tf-idf"; ///< a set of vectors beside the dataset (`fedcctr vectors`)
    std::string
        vectorsFile; ///< lines "item,x1,x2,…" in place of them; empty: TF-IDF and SVD of the items' texts
    std::string file; ///< of the own model: a TorchScript module (core/models/README.md)
    std::shared_ptr<const Codes> codes; ///< in place of the items' texts; null but where FedMM found some
    int profileWidth = 16; ///< of the user-profile embedding, where there are profiles

    /// d, the width of the transformers.
    int width() const
    {
        return combine == Combine::Concat ? idWidth + featureWidth + positionWidth : idWidth;
    }
};

/// What is learnt, and the terms of Eq. 22.
struct LossOptions {
    Label label = Label::Click;
    double ratingThreshold = 4; ///< least rating of a 1
    TargetDomain target = TargetDomain::Both; ///< the other domain is a source of history alone
    RankingLoss ranking = RankingLoss::BinaryCrossEntropy;
    int negatives = 4; ///< per positive, or per client when shared
    bool sharedNegatives = false; ///< one set of negatives for all targets of a client, domain and step
    bool seenNegatives = false; ///< negatives only among items that occur in somebody's training events
    bool idra = true;
    bool cdrd = true;
    CdrdForm cdrdForm = CdrdForm::Printed;
    double lambda1 = 0.3; ///< weight of IDRA
    double lambda2 = 0.5; ///< weight of CDRD
    double tau = 0.1; ///< temperature of CDRD
    double alphaA = 0.5; ///< IDRA's margin in domain A
    double alphaB = 2.0; ///< IDRA's margin in domain B
};

} // namespace fedcctr::model
