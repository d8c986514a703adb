// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

namespace fedcctr::federation {

enum class Mode : std::uint8_t {
    Federated, ///< Algorithm 1
    Central, ///< plain mini-batch training over users, for reference: no clipping, no noise, no privacy
};
enum class Sampling : std::uint8_t {
    Poisson, ///< each client by its own coin
    Fixed, ///< exactly rho N, without replacement
    Cyclic, ///< 1/rho groups drawn once take turns: the least distance between two uploads is 1/rho rounds
};
enum class ServerOptimizer : std::uint8_t {
    Sgd, ///< Eq. 23
    AdamW, ///< on the averaged upload: post-processing
};

enum class LearningRateSchedule : std::uint8_t {
    Constant,
    Cosine, ///< falls to 2 % of the first value over the planned rounds
};

/// Who a client is.
enum class Client : std::uint8_t {
    User, ///< a person: Algorithm 1
    Silo, ///< an organisation with many users: a market of a multi-market dataset
};

/// Algorithm 1's settings.
struct FederationOptions {
    Client client = Client::User;
    Mode mode = Mode::Federated;
    Sampling sampling = Sampling::Poisson;
    double rate = 0.01; ///< rho
    int rounds = 500; ///< T
    ServerOptimizer optimizer = ServerOptimizer::AdamW;
    double learningRate = 5e-4; ///< eta
    double weightDecay = 0; ///< of weight matrices
    double itemWeightDecay = 0; ///< of item id embeddings
    LearningRateSchedule learningRateSchedule = LearningRateSchedule::Constant;
    int localTargets = 32; ///< the newest training targets that a client uses in one step
    int localSteps = 1;
    double localLearningRate = 0.1;

    /// Rounds until a client's turn comes again under cyclic sampling.
    int cyclePeriod() const { return static_cast<int>(std::max(1L, std::lround(1 / rate))); }
};

/// What the best parameters are best at, in the validation split.
enum class BestBy : std::uint8_t { Ndcg, CtrAuc, CtrLogLoss };

struct RunOptions {
    std::uint64_t seed = 1;
    std::string device = "auto"; ///< auto, cpu, cuda or cuda:n
    int threads = 0; ///< 0: one per core
    int checkpointEvery = 25; ///< rounds; 0: at the end only
    int snapshots = 10; ///< most snapshots of the parameters that are kept; 0: none
    int evaluateEvery = 5; ///< rounds
    int evaluationUsers = 1000; ///< drawn once for the curve; 0: all. Final figures are always over all users
    bool keepBest = true; ///< report the parameters that were best at validation, not the last
    BestBy bestBy = BestBy::Ndcg;

    /// After `round` rounds those snapshots are kept whose rounds are multiples of this: the least power of
    /// two that leaves no more than `snapshots`. However a run ends, they stand evenly.
    int snapshotStride(int round) const
    {
        int stride = 1;
        while (round / stride > std::max(1, snapshots))
            stride *= 2;
        return stride;
    }
};

} // namespace fedcctr::federation
