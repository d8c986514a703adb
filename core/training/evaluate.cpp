// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/evaluate.h"

#include "core/base/error.h"

#include <algorithm>
#include <mutex>
#include <numeric>

namespace fedcctr::training {

using data::Dataset;
using data::Domain;
using evaluation::UserResult;
using model::RankingExample;
using torch::Tensor;

namespace {

/// A batch's candidates' item vectors and, with the MLP scorer, its hidden layers stay within some 100 MB.
constexpr std::size_t kScoresPerBatch = 25600;

/// One user's held-out target.
struct Job {
    std::size_t user = 0;
    std::size_t position = 0;
};

std::vector<Job> jobsOf(const Dataset& dataset, const EvaluationRequest& request, Domain domain)
{
    std::vector<std::int32_t> users = request.users;
    if (users.empty()) {
        users.resize(dataset.userCount());
        std::iota(users.begin(), users.end(), 0);
    }
    std::vector<Job> jobs;
    for (const std::int32_t id : users) {
        const auto user = static_cast<std::size_t>(id);
        const std::ptrdiff_t position = dataset.targetPosition(request.split, domain, user);
        if (position >= 0)
            jobs.push_back({user, static_cast<std::size_t>(position)});
    }
    return jobs;
}

RankingExample example(
    const Dataset& dataset, const Job& job, const EvaluationRequest& request, std::size_t length)
{
    const data::Event& target = dataset.events(job.user)[job.position];
    const Domain domain = dataset.domainOf(target.item);
    RankingExample result =
        model::historyExample(dataset, job.user, job.position, request.augmentation, length);
    result.candidates.push_back(target.item);
    if (request.fullRanking) {
        std::vector<data::ItemId> touched;
        for (const data::Event& event : dataset.events(job.user))
            touched.push_back(event.item);
        std::ranges::sort(touched);
        const data::ItemId first = dataset.firstItem(domain);
        for (data::ItemId item = first; item < first + dataset.itemCount(domain); ++item)
            if (!std::ranges::binary_search(touched, item))
                result.candidates.push_back(item);
    } else {
        std::ranges::copy(
            dataset.candidates(request.split, domain, job.user), std::back_inserter(result.candidates));
    }
    return result;
}

/// Users of a full ranking differ in how many candidates they have; padding repeats the last one and is not
/// counted.
std::vector<std::size_t> padCandidates(std::vector<RankingExample>& examples)
{
    std::vector<std::size_t> counts;
    std::size_t most = 0;
    for (const RankingExample& each : examples) {
        counts.push_back(each.candidates.size());
        most = std::max(most, each.candidates.size());
    }
    for (RankingExample& each : examples)
        each.candidates.resize(most, each.candidates.back());
    return counts;
}

} // namespace

evaluation::DomainMetrics evaluate(const model::Model& model, const model::Parameters& parameters,
    const Dataset& dataset, const model::Workers& workers, const torch::Device& device,
    const EvaluationRequest& request)
{
    const torch::NoGradGuard noGrad;
    const std::unique_ptr<model::Ranker> ranker = model.ranker(parameters);
    const auto length = static_cast<std::size_t>(model.options().historyLength);

    evaluation::DomainMetrics metrics;
    for (const Domain domain : data::kDomains) {
        const std::vector<Job> jobs = jobsOf(dataset, request, domain);
        const std::size_t perUser = request.fullRanking
            ? static_cast<std::size_t>(dataset.itemCount(domain))
            : 1 + static_cast<std::size_t>(dataset.provenance.evaluationNegatives);
        const std::size_t perBatch = std::max<std::size_t>(1, kScoresPerBatch / perUser);
        const std::size_t batches = (jobs.size() + perBatch - 1) / perBatch;
        std::vector<UserResult> results(jobs.size());
        std::mutex mutex;
        std::size_t done = 0;
        workers.run(batches, [&](std::size_t b) {
            if (request.stop.stop_requested())
                throw Error("evaluation stopped", Error::Kind::Failure);
            const torch::NoGradGuard noGradHere;
            const std::size_t begin = b * perBatch;
            const std::size_t end = std::min(jobs.size(), begin + perBatch);
            std::vector<RankingExample> examples;
            for (std::size_t i = begin; i < end; ++i)
                examples.push_back(example(dataset, jobs[i], request, length));
            const std::vector<std::size_t> counts = padCandidates(examples);
            const Tensor scores =
                ranker->scores(makeRankingBatch(examples, device), domain).cpu().contiguous();
            for (std::size_t i = begin; i < end; ++i) {
                const float* row =
                    scores.data_ptr<float>() + static_cast<std::int64_t>(i - begin) * scores.size(1);
                results[i] = evaluation::userResult(row[0], std::span(row + 1, counts[i - begin] - 1));
            }
            const std::scoped_lock lock(mutex);
            done += 1;
            if (request.progress)
                request.progress((static_cast<double>(index(domain))
                                     + static_cast<double>(done) / static_cast<double>(batches))
                    / 2);
        });
        metrics[index(domain)] = evaluation::summarise(results);
        for (std::size_t i = 0; i < jobs.size() && request.eachUser; ++i)
            request.eachUser(domain, jobs[i].user, results[i]);
    }
    return metrics;
}

} // namespace fedcctr::training
