// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/language_model.h"
#include "core/llm/transport.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace fedcctr::llm {

/// What a server made of some texts.
struct Embeddings {
    using Kind = augment::Answer::Kind;
    Kind kind = Kind::Answered;
    std::vector<std::vector<float>> vectors; ///< in the order of the texts, all of one width
    std::string failure; ///< of Kind::Failed: one line with a remedy
    std::size_t tokens = 0; ///< as the server counts; 0 if it does not say
    int retries = 0; ///< of the transport
    double seconds = 0; ///< of the last request alone
};

/// The JSON of a request of many inputs to /v1/embeddings.
std::string embeddingsBody(const std::string& model, std::span<const std::string> texts);

/// Takes the vectors of so many texts out of a reply. What is wrong with them, as the rest of the sentence
/// "SERVER …" with the remedy; empty if nothing is. `isEmbeddings` is false if the reply is another kind of
/// answer altogether.
std::string readEmbeddings(
    const HttpReply& reply, std::size_t count, Embeddings& embeddings, bool& isEmbeddings);

} // namespace fedcctr::llm
