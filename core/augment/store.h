// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/augmentation.h"
#include "core/augment/stage.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fedcctr::augment {

/// One exchange as it is kept: what was asked for whom, what came back, what of it was accepted.
struct Exchange {
    Stage stage = Stage::Item;
    std::int32_t subject = 0; ///< ItemId, or the user's number
    std::string
        key; ///< hash of backend, model, parameters and rendered prompt: the same key is never asked twice
    std::string backend;
    std::string parameters; ///< how the answer was drawn, as JSON: what was sent of temperature,
                            ///< top_p, max_tokens, seed
    std::string templateHash;
    std::string prompt; ///< as sent
    std::string raw; ///< as answered; the repaired answer if there was one
    std::string accepted; ///< the checked answer as JSON; empty if it was rejected
    std::vector<std::string> rejections; ///< reasons, one per rejected part; see Rejection
    bool repaired = false;
    int promptTokens = 0;
    int answerTokens = 0;
    int retries = 0;
    double seconds = 0;
    std::int64_t time = 0; ///< Unix seconds
};

/// Keeps exchanges beside the dataset. Every call is atomic; several processes may use one store. All
/// functions may be called from any thread. They throw Error naming the file.
class Store {
public:
    virtual ~Store() = default;

    /// The exchange of this key, if it was ever answered.
    virtual std::optional<Exchange> find(const std::string& key) const = 0;

    /// Keeps an exchange; one of the same key is replaced.
    virtual void put(const Exchange& exchange) = 0;

    /// The newest exchange of each subject of a stage, in the order of the subjects.
    virtual void forEachNewest(Stage stage, const std::function<void(const Exchange&)>& visit) const = 0;
};

} // namespace fedcctr::augment
