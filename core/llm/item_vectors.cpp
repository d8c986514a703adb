// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/llm/item_vectors.h"

#include "core/base/error.h"

#include <QDateTime>

#include <algorithm>
#include <chrono>
#include <map>
#include <span>

namespace fedcctr::llm {

namespace {

using Clock = std::chrono::steady_clock;
using Vectors = std::map<std::string, std::vector<float>>; ///< by textKey()

/// Different texts, in the order of the items, and which of them each item has.
struct Texts {
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    std::vector<std::string> texts;
    std::vector<std::string> keys;
    std::vector<std::size_t> ofItem; ///< kNone where an item has no text
};

Texts textsOf(const data::Dataset& dataset)
{
    Texts result;
    std::map<std::string, std::size_t> places;
    for (const data::Item& item : dataset.items) {
        const std::string text = model::embeddedText(item);
        if (text.empty()) {
            result.ofItem.push_back(Texts::kNone);
            continue;
        }
        const auto [place, isNew] = places.emplace(text, result.texts.size());
        if (isNew) {
            result.texts.push_back(text);
            result.keys.push_back(textKey(text));
        }
        result.ofItem.push_back(place->second);
    }
    if (result.texts.empty())
        throw Error("no item has a title, categories or a creator, so that there is nothing to embed; import "
                    "the dataset with a file of item texts");
    return result;
}

/// One run; the store is written after every answer.
class Run {
public:
    Run(const data::Dataset& dataset, OpenAiClient& client, EmbeddingStore& store,
        const VectorOptions& options, const VectorObserver& observer)
        : m_client(client)
        , m_store(store)
        , m_options(options)
        , m_observer(observer)
        , m_texts(textsOf(dataset))
    {
        VectorProgress& progress = m_result.progress;
        progress.items = dataset.items.size();
        progress.texts = m_texts.texts.size();
        progress.withoutText = static_cast<std::size_t>(std::ranges::count(m_texts.ofItem, Texts::kNone));
    }

    VectorResult run(const std::stop_token& stop)
    {
        if (!m_options.asksAgain)
            m_known = m_store.vectorsOf(model(), address());
        std::vector<std::size_t> missing;
        for (std::size_t i = 0; i < m_texts.texts.size(); ++i)
            if (!m_known.contains(m_texts.keys[i]))
                missing.push_back(i);
        m_result.progress.fromStore = m_texts.texts.size() - missing.size();
        report();
        askAll(missing, stop);
        if (m_result.end == VectorEnd::Finished)
            assemble();
        return std::move(m_result);
    }

private:
    const std::string& model() const { return m_client.settings().model; }
    const std::string& address() const { return m_client.settings().baseUrl; }

    void report() const
    {
        if (m_observer)
            m_observer(m_result.progress);
    }

    void askAll(std::span<const std::size_t> missing, const std::stop_token& stop)
    {
        const Clock::time_point start = Clock::now();
        const auto batch = static_cast<std::size_t>(m_options.batch);
        for (std::size_t first = 0; first < missing.size() && m_result.end == VectorEnd::Finished;
             first += batch) {
            if (stop.stop_requested()) {
                m_result.end = VectorEnd::Cancelled;
                return;
            }
            askFor(missing.subspan(first, std::min(batch, missing.size() - first)), stop);
            m_result.progress.seconds = std::chrono::duration<double>(Clock::now() - start).count();
            report();
        }
    }

    void askFor(std::span<const std::size_t> places, const std::stop_token& stop)
    {
        std::vector<std::string> texts;
        for (const std::size_t place : places)
            texts.push_back(m_texts.texts[place]);
        Embeddings answer = m_client.embed(texts, stop);
        m_result.progress.retries += static_cast<std::size_t>(answer.retries);
        if (answer.kind == Embeddings::Kind::Cancelled) {
            m_result.end = VectorEnd::Cancelled;
        } else if (answer.kind == Embeddings::Kind::Failed) {
            fail(answer.failure);
        } else if (widthIsNew(answer.vectors.front().size())) {
            fail(address() + " now gives vectors of " + std::to_string(answer.vectors.front().size())
                + " numbers for " + model() + ", earlier of " + std::to_string(m_known.begin()->second.size())
                + "; it serves another model under this name: name it otherwise (--model), or ask for "
                  "everything anew (--ask-again)");
        } else {
            take(places, std::move(answer));
        }
    }

    void take(std::span<const std::size_t> places, Embeddings answer)
    {
        std::vector<std::pair<std::string, std::vector<float>>> kept;
        for (std::size_t i = 0; i < places.size(); ++i)
            kept.emplace_back(m_texts.keys[places[i]], std::move(answer.vectors[i]));
        m_store.put(model(), address(), kept);
        m_known.insert(std::make_move_iterator(kept.begin()), std::make_move_iterator(kept.end()));
        m_result.progress.asked += places.size();
        m_result.progress.tokens += answer.tokens;
    }

    bool widthIsNew(std::size_t width) const
    {
        return !m_known.empty() && m_known.begin()->second.size() != width;
    }

    void fail(const std::string& why)
    {
        m_result.end = VectorEnd::Failed;
        m_result.failure = why;
    }

    void assemble()
    {
        const std::size_t width = m_known.at(m_texts.keys.front()).size();
        model::VectorSet set{.width = static_cast<int>(width),
            .values = std::vector<float>(m_texts.ofItem.size() * width, 0.0F),
            .source = {.model = model(),
                .address = address(),
                .made = QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString(),
                .text = model::kEmbeddedText,
                .withoutText = m_result.progress.withoutText}};
        for (std::size_t i = 0; i < m_texts.ofItem.size(); ++i) {
            if (m_texts.ofItem[i] == Texts::kNone)
                continue;
            const std::vector<float>& vector = m_known.at(m_texts.keys[m_texts.ofItem[i]]);
            if (vector.size() != width) {
                fail(m_store.file().string() + ": holds vectors of different widths of " + model()
                    + "; ask for everything anew (--ask-again)");
                return;
            }
            std::ranges::copy(vector, set.values.begin() + static_cast<std::ptrdiff_t>(i * width));
        }
        m_result.set = std::move(set);
    }

    OpenAiClient& m_client;
    EmbeddingStore& m_store;
    const VectorOptions& m_options;
    const VectorObserver& m_observer;
    const Texts m_texts;
    Vectors m_known;
    VectorResult m_result;
};

} // namespace

ServerSettings forEmbeddings(ServerSettings settings)
{
    constexpr std::size_t kRoom = std::size_t{256} << 20; // 2,048 vectors of 8,192 numbers
    settings.answerLimit = kRoom;
    return settings;
}

VectorResult embedItems(const data::Dataset& dataset, OpenAiClient& client, EmbeddingStore& store,
    const VectorOptions& options, const VectorObserver& observer, const std::stop_token& stop)
{
    if (client.settings().model.empty())
        throw Error("the model must be named (--model): its vectors are kept under its name");
    return Run(dataset, client, store, options, observer).run(stop);
}

} // namespace fedcctr::llm
