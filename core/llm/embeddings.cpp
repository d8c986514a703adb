// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/llm/embeddings.h"

#include "core/llm/server_words.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace fedcctr::llm {

namespace {

using Json = nlohmann::ordered_json;

std::string strange(std::string what)
{
    what += "; is it a server of embeddings, and the model one that embeds texts?";
    return what;
}

/// The place of an entry: its `index`, or where it stands in the list if the server numbers none.
std::size_t placeOf(const Json& entry, std::size_t position)
{
    const Json* index = memberOf(entry, "index");
    if (!index)
        return position;
    return index->is_number_unsigned() ? index->get<std::size_t>() : static_cast<std::size_t>(-1);
}

/// Numbers of one vector. What is wrong with it; empty if nothing is.
std::string readVector(const Json& entry, std::vector<float>& vector)
{
    const Json* numbers = memberOf(entry, "embedding");
    if (!numbers || !numbers->is_array() || numbers->empty())
        return strange("gives a vector that is no list of numbers");
    if (numbers->front().is_array())
        return "gives a vector for every token of a text; have it pool them (llama.cpp: --pooling mean)";
    vector.reserve(numbers->size());
    for (const Json& number : *numbers) {
        const float value = number.is_number() ? number.get<float>() : std::nanf("");
        if (!std::isfinite(value))
            return "gives a vector that holds something that is no finite number; run the model in single "
                   "precision, or use another one";
        vector.push_back(value);
    }
    return {};
}

} // namespace

std::string embeddingsBody(const std::string& model, std::span<const std::string> texts)
{
    Json body{{"input", std::vector<std::string>(texts.begin(), texts.end())}};
    if (!model.empty())
        body["model"] = model;
    return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string readEmbeddings(
    const HttpReply& reply, std::size_t count, Embeddings& embeddings, bool& isEmbeddings)
{
    const Json json = parsedBody(reply);
    const Json* data = memberOf(json, "data");
    isEmbeddings = data && data->is_array();
    if (!isEmbeddings)
        return "gives no embeddings";
    if (data->size() != count)
        return "gives " + std::to_string(data->size()) + " vectors for " + std::to_string(count)
            + " texts; ask for fewer texts at a time (--batch)";
    std::vector<std::vector<float>> vectors(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t place = placeOf((*data)[i], i);
        if (place >= count || !vectors[place].empty())
            return strange("numbers its vectors wrongly: one text would have two or none");
        if (std::string problem = readVector((*data)[i], vectors[place]); !problem.empty())
            return problem;
        if (vectors[place].size() != vectors[placeOf((*data)[0], 0)].size())
            return strange("gives vectors of different widths");
    }
    if (const Json* usage = memberOf(json, "usage"))
        if (const Json* tokens = memberOf(*usage, "prompt_tokens"); tokens && tokens->is_number_unsigned())
            embeddings.tokens = tokens->get<std::size_t>();
    embeddings.vectors = std::move(vectors);
    return {};
}

} // namespace fedcctr::llm
