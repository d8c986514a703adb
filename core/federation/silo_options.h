// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace fedcctr::federation {

/// How the silos (markets) of a multi-market dataset learn.
enum class SiloMethod : std::uint8_t {
    Alone, ///< each market by itself
    Central, ///< all data in one place, as one market; reference, no privacy
    FineTune, ///< that, and then each market goes on by itself
    FedAvg, ///< averages of the markets' parameters (McMahan et al. 2017)
    FedProx, ///< the same with a pull towards the last average (Li et al. 2020)
    FedMm, ///< codes of a shared and a local codebook as features of each market's own model
};

/// Whether markets know that two of their items are the same article.
enum class Identities : std::uint8_t { Hidden, Shared };

/// How a silo's upload counts in an average.
enum class SiloWeights : std::uint8_t { Size, Equal };

/// Settings of federations whose clients are silos.
struct SiloOptions {
    SiloMethod method = SiloMethod::FedMm;
    Identities identities = Identities::Hidden;
    SiloWeights weights = SiloWeights::Size;
    double epochs = 1; ///< E: local epochs between two exchanges
    double participation = 1; ///< share of the silos that an exchange draws, at least one
    double dropout = 0; ///< chance that a drawn silo fails to answer
    double proximal = 0.01; ///< mu of FedProx
};

/// What gives a market its collaborative embeddings.
enum class Collaborative : std::uint8_t {
    Mf, ///< matrix factorisation
    LightGcn, ///< the same vectors, averaged over the graph of users and items (He et al. 2020)
    Text, ///< nothing is learnt: an item's vector is of its public words, a user's the mean of the user's items'
};

/// FedMM's settings. What its abstract leaves open is ours.
struct FedMmOptions {
    Collaborative embedding = Collaborative::LightGcn;
    int hops = 2; ///< of LightGCN
    int width = 32; ///< of collaborative embeddings
    int embeddingEpochs = 200;
    double embeddingRate = 0.02; ///< Adam's
    double embeddingDecay = 1e-4;
    bool textStart = true; ///< items with a text start from a hash of its words, the same in every market
    int latent = 16; ///< width of what is quantised
    int codes = 32; ///< in the global codebook
    int localCodes = 32;
    bool global = true; ///< the first layer is shared; else it is local too
    bool local = true; ///< there is a second layer
    int rounds = 20; ///< exchanges of codebook sums
    int epochs = 5; ///< of the autoencoder between two of them
    double rate = 0.005; ///< Adam's, of the autoencoder
    double commitment = 0.25; ///< beta
    double decay = 0.8; ///< gamma of the moving averages of sums and counts
    bool sharedCoder = true; ///< encoder and decoder are averaged too
    bool sharedModel = true; ///< what the models learn of global codes is averaged too
};

} // namespace fedcctr::federation
