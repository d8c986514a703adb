// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/llm/embedding_store.h"
#include "core/llm/openai_client.h"
#include "core/model/vector_set.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace fedcctr::llm {

inline constexpr int kDefaultBatch = 32, kMostBatch = 2048;

struct VectorOptions {
    int batch = kDefaultBatch; ///< texts per request
    bool asksAgain = false; ///< also for what the store has
};

/// Texts are counted once, however many items share one.
struct VectorProgress {
    std::size_t items = 0;
    std::size_t withoutText = 0; ///< items that get zeros
    std::size_t texts = 0;
    std::size_t fromStore = 0;
    std::size_t asked = 0; ///< answered in this run
    std::size_t tokens = 0; ///< as the server counts, this run
    std::size_t retries = 0;
    double seconds = 0; ///< spent asking, this run

    std::size_t done() const { return fromStore + asked; }
    double share() const { return texts > 0 ? static_cast<double>(done()) / static_cast<double>(texts) : 1; }
    double perSecond() const { return seconds > 0 ? static_cast<double>(asked) / seconds : 0; }
    double secondsLeft() const
    {
        return asked > 0 ? static_cast<double>(texts - done()) / perSecond() : 0;
    } ///< 0: unknown
};

/// Called by the asking thread.
using VectorObserver = std::function<void(const VectorProgress&)>;

enum class VectorEnd : std::uint8_t { Finished, Cancelled, Failed };

struct VectorResult {
    VectorEnd end = VectorEnd::Finished;
    std::optional<model::VectorSet> set; ///< of a finished run
    VectorProgress progress;
    std::string failure; ///< of a failed run, with the remedy
};

/// The settings of a client that asks for embeddings: room for an answer of many vectors.
ServerSettings forEmbeddings(ServerSettings settings);

/// Has a server embed the public texts of all items (model::embeddedText()). What the store has of this model
/// at this address is not asked again; every answer is stored at once, so that a run may end anywhere and the
/// next asks only for what is missing. Nothing of any user is read or sent. Throws Error if no item has a
/// text, if the client names no model, or if the store fails.
VectorResult embedItems(const data::Dataset& dataset, OpenAiClient& client, EmbeddingStore& store,
    const VectorOptions& options, const VectorObserver& observer = {}, const std::stop_token& stop = {});

} // namespace fedcctr::llm
