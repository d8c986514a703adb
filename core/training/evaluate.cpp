// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/evaluate.h"

#include "core/base/error.h"
#include "core/model/examples.h"

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
/// Of a full ranking, whose scores are all that is large.
constexpr std::size_t kUsersPerFullBatch = 64;

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

/// The order in which the jobs' histories grow: a batch is as wide as its longest.
std::vector<std::size_t> byLength(const std::vector<Job>& jobs)
{
    std::vector<std::size_t> order(jobs.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return jobs[i].position; });
    return order;
}

/// With the target as the first candidate.
RankingExample example(
    const Dataset& dataset, const Job& job, const EvaluationRequest& request, std::size_t length)
{
    const data::ItemId target = dataset.events(job.user)[job.position].item;
    RankingExample result =
        model::historyExample(dataset, job.user, job.position, request.augmentation, length);
    result.candidates.push_back(target);
    if (!request.fullRanking)
        std::ranges::copy(dataset.candidates(request.split, dataset.domainOf(target), job.user),
            std::back_inserter(result.candidates));
    return result;
}

/// Of a full ranking: among the items of the domain that the user never touched. `row`: logits of all of
/// them.
UserResult fullResult(const Dataset& dataset, const Job& job, const float* row)
{
    const data::ItemId target = dataset.events(job.user)[job.position].item;
    const Domain domain = dataset.domainOf(target);
    const data::ItemId first = dataset.firstItem(domain);
    std::vector<data::ItemId> touched;
    for (const data::Event& event : dataset.events(job.user))
        touched.push_back(event.item);
    std::ranges::sort(touched);
    std::vector<float> negatives;
    negatives.reserve(static_cast<std::size_t>(dataset.itemCount(domain)));
    auto next = std::ranges::lower_bound(touched, first);
    for (data::ItemId item = first; item < first + dataset.itemCount(domain); ++item) {
        while (next != touched.end() && *next < item)
            ++next;
        if (next == touched.end() || *next != item)
            negatives.push_back(row[item - first]);
    }
    return evaluation::userResult(row[target - first], negatives);
}

/// Ranks the targets of one domain.
class DomainEvaluation {
public:
    DomainEvaluation(const model::Model& model, const model::Ranker& ranker, const Dataset& dataset,
        const torch::Device& device, const EvaluationRequest& request, Domain domain)
        : m_ranker(ranker)
        , m_dataset(dataset)
        , m_device(device)
        , m_request(request)
        , m_domain(domain)
        , m_length(static_cast<std::size_t>(model.options().historyLength))
        , m_jobs(jobsOf(dataset, request, domain))
        , m_order(byLength(m_jobs))
        , m_results(m_jobs.size())
        , m_perBatch(request.fullRanking
                  ? kUsersPerFullBatch
                  : std::max<std::size_t>(1,
                      kScoresPerBatch
                          / (1 + static_cast<std::size_t>(dataset.provenance.evaluationNegatives))))
    {
    }

    std::size_t batches() const { return (m_jobs.size() + m_perBatch - 1) / m_perBatch; }

    /// May be called from several threads.
    void rank(std::size_t batch)
    {
        const torch::NoGradGuard noGrad;
        const std::size_t begin = batch * m_perBatch;
        const auto own = std::span(m_order).subspan(begin, std::min(m_perBatch, m_order.size() - begin));
        std::vector<RankingExample> examples;
        for (const std::size_t i : own)
            examples.push_back(example(m_dataset, m_jobs[i], m_request, m_length));
        const model::RankingBatch input = makeRankingBatch(examples, m_device);
        const Tensor scores = (m_request.fullRanking ? m_ranker.scoresOfRange(input, m_domain,
                                   m_dataset.firstItem(m_domain), m_dataset.itemCount(m_domain))
                                                     : m_ranker.scores(input, m_domain))
                                  .cpu()
                                  .contiguous();
        const auto width = static_cast<std::size_t>(scores.size(1));
        for (std::size_t i = 0; i < own.size(); ++i) {
            const float* row = scores.data_ptr<float>() + i * width;
            UserResult& result = m_results[own[i]];
            result = m_request.fullRanking ? fullResult(m_dataset, m_jobs[own[i]], row)
                                           : evaluation::userResult(row[0], std::span(row + 1, width - 1));
            const Job& job = m_jobs[own[i]];
            result.label = model::isPositive(m_dataset.events(job.user)[job.position], m_request.task);
        }
    }

    evaluation::Metrics conclude() const
    {
        for (std::size_t i = 0; i < m_jobs.size() && m_request.eachUser; ++i)
            m_request.eachUser(m_domain, m_jobs[i].user, m_results[i]);
        evaluation::Metrics metrics = evaluation::summarise(m_results);
        if (!m_request.fullRanking && !m_results.empty())
            metrics.ctr = evaluation::ctrMetrics(ctrSamples(), m_request.resamples);
        return metrics;
    }

private:
    /// Each user's held-out event; with clicks, which are all positives, and its first fixed negative.
    std::vector<evaluation::CtrSample> ctrSamples() const
    {
        std::vector<evaluation::CtrSample> samples;
        for (std::size_t i = 0; i < m_jobs.size(); ++i) {
            const auto user = static_cast<std::int32_t>(m_jobs[i].user);
            samples.push_back({user, m_results[i].label, m_results[i].logit});
            if (m_request.task.label == model::Label::Click)
                samples.push_back({user, false, m_results[i].sampledLogit});
        }
        return samples;
    }

    const model::Ranker& m_ranker;
    const Dataset& m_dataset;
    torch::Device m_device;
    const EvaluationRequest& m_request;
    Domain m_domain;
    std::size_t m_length;
    std::vector<Job> m_jobs;
    std::vector<std::size_t> m_order;
    std::vector<UserResult> m_results; ///< by job
    std::size_t m_perBatch;
};

} // namespace

evaluation::DomainMetrics evaluate(const model::Model& model, const model::Parameters& parameters,
    const Dataset& dataset, const model::Workers& workers, const torch::Device& device,
    const EvaluationRequest& request)
{
    const torch::NoGradGuard noGrad;
    const std::unique_ptr<model::Ranker> ranker = model.ranker(parameters);
    evaluation::DomainMetrics metrics;
    for (const Domain domain : data::kDomains) {
        if (!model::hasTargets(domain, request.task.target)) {
            metrics[index(domain)].judged = false;
            continue;
        }
        DomainEvaluation ranking(model, *ranker, dataset, device, request, domain);
        const std::size_t batches = ranking.batches();
        std::mutex mutex;
        std::size_t done = 0;
        workers.run(batches, [&](std::size_t batch) {
            if (request.stop.stop_requested())
                throw Error("evaluation stopped", Error::Kind::Failure);
            // The longest first, so that no worker is left alone with one of them.
            ranking.rank(batches - 1 - batch);
            const std::scoped_lock lock(mutex);
            done += 1;
            if (request.progress)
                request.progress((static_cast<double>(index(domain))
                                     + static_cast<double>(done) / static_cast<double>(batches))
                    / 2);
        });
        metrics[index(domain)] = ranking.conclude();
    }
    return metrics;
}

} // namespace fedcctr::training
