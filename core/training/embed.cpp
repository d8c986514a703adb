// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/embed.h"

#include "core/base/error.h"

#include <algorithm>
#include <mutex>

namespace fedcctr::training {

using data::Dataset;
using data::Domain;
using model::RankingExample;
using torch::Tensor;

namespace {

/// Items scored at once, as in evaluate(); and users represented at once.
constexpr std::size_t kScoresPerBatch = 25600;
constexpr std::size_t kUsersPerBatch = 64;

void copyRows(const Tensor& tensor, VectorTable& table, std::size_t firstRow)
{
    const Tensor plain = tensor.to(torch::kCPU, torch::kFloat32).contiguous();
    const auto* first = plain.data_ptr<float>();
    std::copy_n(
        first, plain.numel(), table.values.begin() + static_cast<std::ptrdiff_t>(firstRow * table.width));
}

/// What a model needs to look at some of the users.
class Catalogue {
public:
    Catalogue(const model::Model& model, const model::Parameters& parameters, const Dataset& dataset,
        const torch::Device& device, const EmbedRequest& request)
        : m_model(model)
        , m_dataset(dataset)
        , m_device(device)
        , m_request(request)
        , m_ranker(model.ranker(parameters))
    {
    }

    Tensor itemVectors() const { return m_ranker->itemVectors(); }

    std::array<Tensor, 3> representations(std::size_t first, std::size_t count) const
    {
        std::vector<RankingExample> examples = examplesOf(first, count);
        for (RankingExample& example : examples)
            example.candidates = {0};
        return m_ranker->representations(makeRankingBatch(examples, m_device));
    }

    /// Logits of all items of the domain, [count, items].
    Tensor scores(std::size_t first, std::size_t count, Domain domain) const
    {
        std::vector<RankingExample> examples = examplesOf(first, count);
        for (RankingExample& example : examples)
            for (data::ItemId item = 0; item < m_dataset.itemCount(domain); ++item)
                example.candidates.push_back(m_dataset.firstItem(domain) + item);
        return m_ranker->scores(makeRankingBatch(examples, m_device), domain).cpu().contiguous();
    }

private:
    std::vector<RankingExample> examplesOf(std::size_t first, std::size_t count) const
    {
        const auto length = static_cast<std::size_t>(m_model.options().historyLength);
        std::vector<RankingExample> examples;
        for (std::size_t i = first; i < first + count; ++i) {
            const auto user = static_cast<std::size_t>(m_request.users[i]);
            examples.push_back(model::historyExample(
                m_dataset, user, momentOf(m_dataset, user), m_request.augmentation, length));
        }
        return examples;
    }

    const model::Model& m_model;
    const Dataset& m_dataset;
    torch::Device m_device;
    const EmbedRequest& m_request;
    std::unique_ptr<model::Ranker> m_ranker;
};

/// The best of one user's scores, ties by item.
std::vector<Recommendation> best(
    const Dataset& dataset, std::size_t user, Domain domain, const float* scores, std::size_t count)
{
    std::vector<bool> seen(static_cast<std::size_t>(dataset.itemCount(domain)));
    for (const data::Event& event : dataset.events(user).first(momentOf(dataset, user)))
        if (dataset.domainOf(event.item) == domain)
            seen[static_cast<std::size_t>(event.item - dataset.firstItem(domain))] = true;
    std::vector<Recommendation> all;
    for (std::size_t i = 0; i < seen.size(); ++i)
        if (!seen[i])
            all.push_back({dataset.firstItem(domain) + static_cast<data::ItemId>(i), scores[i]});
    const auto kept = static_cast<std::ptrdiff_t>(std::min(count, all.size()));
    std::ranges::partial_sort(all, all.begin() + kept, [](const Recommendation& x, const Recommendation& y) {
        return x.score != y.score ? x.score > y.score : x.item < y.item;
    });
    all.resize(static_cast<std::size_t>(kept));
    return all;
}

} // namespace

std::size_t momentOf(const Dataset& dataset, std::size_t user)
{
    const std::ptrdiff_t newest = std::max(dataset.targetPosition(data::Split::Test, Domain::A, user),
        dataset.targetPosition(data::Split::Test, Domain::B, user));
    return newest >= 0 ? static_cast<std::size_t>(newest) : dataset.events(user).size() - 1;
}

Embedding embed(const model::Model& model, const model::Parameters& parameters, const Dataset& dataset,
    const model::Workers& workers, const torch::Device& device, const EmbedRequest& request)
{
    const torch::NoGradGuard noGrad;
    const Catalogue catalogue(model, parameters, dataset, device, request);
    const std::size_t users = request.users.size();
    Embedding result;
    const std::size_t perBatch =
        std::max<std::size_t>(1, kScoresPerBatch / static_cast<std::size_t>(dataset.itemCount()));
    const std::size_t looks = (users + kUsersPerBatch - 1) / kUsersPerBatch;
    const std::size_t rankings = request.recommendations > 0 ? (users + perBatch - 1) / perBatch : 0;
    std::mutex mutex;
    std::size_t done = 0;
    const auto advance = [&] {
        if (request.stop.stop_requested())
            throw Error("embedding stopped", Error::Kind::Failure);
        const std::scoped_lock lock(mutex);
        ++done;
        if (request.progress)
            request.progress(static_cast<double>(done) / static_cast<double>(looks + rankings));
    };

    workers.run(looks, [&](std::size_t b) {
        const torch::NoGradGuard noGradHere;
        const std::size_t first = b * kUsersPerBatch;
        const std::array<Tensor, 3> h =
            catalogue.representations(first, std::min(kUsersPerBatch, users - first));
        {
            const std::scoped_lock lock(mutex);
            for (std::size_t s = 0; s < 3; ++s) {
                result.users[s].width = static_cast<std::size_t>(h[s].size(1));
                result.users[s].values.resize(users * result.users[s].width);
                copyRows(h[s], result.users[s], first);
            }
        }
        advance();
    });
    if (rankings > 0)
        result.recommended.resize(users);
    workers.run(rankings, [&](std::size_t b) {
        const torch::NoGradGuard noGradHere;
        const std::size_t first = b * perBatch;
        const std::size_t count = std::min(perBatch, users - first);
        for (const Domain domain : data::kDomains) {
            const Tensor scores = catalogue.scores(first, count, domain);
            for (std::size_t i = 0; i < count; ++i)
                result.recommended[first + i][data::index(domain)] =
                    best(dataset, static_cast<std::size_t>(request.users[first + i]), domain,
                        scores.data_ptr<float>() + static_cast<std::int64_t>(i) * scores.size(1),
                        request.recommendations);
        }
        advance();
    });
    if (request.items) {
        const Tensor vectors = catalogue.itemVectors();
        result.items.width = static_cast<std::size_t>(vectors.size(1));
        result.items.values.resize(static_cast<std::size_t>(vectors.numel()));
        copyRows(vectors, result.items, 0);
    }
    return result;
}

} // namespace fedcctr::training
