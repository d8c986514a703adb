// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/make_model.h"
#include "tests/fixtures/model_support.h"

namespace fedcctr::test {

/// What every model must keep, whatever it computes; each fails the running test with a sentence. A model's
/// own test calls checkContract() with the settings that it wants looked at, small enough for finite
/// differences.
struct Contract {
    model::ModelOptions options;
    model::LossOptions loss;
    std::vector<float> prior; ///< of the private head
    augment::Augmentation augmentation; ///< may be empty

    std::unique_ptr<model::Model> make() const
    {
        return model::makeModel(smallDataset(), options, prior, augmentation, kHost);
    }
};

/// All of them.
void checkContract(const Contract& contract);

/// Names are distinct, shapes are those of the specs, the start comes from the seed, what is announced is
/// there.
void checkShapes(const Contract& contract);

/// Every term and the total against central differences in double precision, along one direction per tensor.
void checkGradients(const Contract& contract);

/// K clients at once equal each alone, in losses and in uploads, and so do they in another order.
void checkGroups(const Contract& contract);

/// The same bits for any number of threads, in federated and central training.
void checkThreads(const Contract& contract);

/// What is written to a checkpoint is read again, bit for bit.
void checkFiles(const Contract& contract);

/// A target's loss is that of the ranker's logits of the same candidates after the same history.
void checkRanking(const Contract& contract);

/// Tensors of users: only the clients of a round change, each its own row, and nothing of them is sent.
void checkPersonal(const Contract& contract);

} // namespace fedcctr::test
