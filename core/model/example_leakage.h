// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/leakage.h"
#include "core/model/examples.h"

#include <functional>
#include <stop_token>

namespace fedcctr::model {

/// Draws a user's training example, as ExampleSource::draw() does.
using DrawExample = std::function<ClientExample(std::size_t user, Random& random)>;

/// Draws `draws` examples of every user and checks, from the events and their places alone and not by the
/// code that drew them, that
/// * every sequence holds training events only (as often as the user has them), apart from liked items at its
///   front, which the augmentation must name for that user;
/// * every target is a training event, and before it stand the events that came before it, no others;
/// * no negative is an item of the other domain or of the user's training events;
/// * held-out items are among the negatives, and among what the augmentation chose, about as often as chance
///   puts them there: kept away or picked out, they would tell which items are held out.
/// `augmentation` may be null. `share` is told the progress, 0 to 1. Throws Error(Failure) "cancelled" if
/// stopped.
data::LeakageReport checkExamples(const data::Dataset& dataset, const augment::Augmentation* augmentation,
    const DrawExample& draw, int draws, std::stop_token stop = {},
    const std::function<void(double share)>& share = {});

/// Everything that models look at: what ExampleSource draws for training, and by checkLeakage() what
/// historyExample() gives to evaluation and embeddings (but for its liked items), the candidates and the
/// split. With the default settings, and with the longest histories that a setting allows. Throws as
/// checkExamples(), and as ExampleSource.
data::LeakageReport checkEverything(const data::Dataset& dataset, const augment::Augmentation* augmentation,
    std::stop_token stop = {}, const std::function<void(double share)>& share = {});

} // namespace fedcctr::model
