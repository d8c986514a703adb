// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/ral_cdnet.h"

#include "core/model/item_text.h"
#include "core/models/item_keys.h"
#include "core/models/made.h"
#include "core/models/selection.h"
#include "core/models/specs/registry.h"

#include <cmath>

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

namespace {

Tensor textTable(const data::Dataset& dataset, const ModelOptions& options,
    std::span<const augment::ItemFeatures> features, const torch::Device& device)
{
    ItemText text = itemText(dataset, options, features);
    return torch::from_blob(
        text.values.data(), {static_cast<std::int64_t>(dataset.itemCount()), text.width}, torch::kFloat32)
        .clone()
        .to(device);
}

/// Vectors of length 1; 0 stays 0.
Tensor unit(const Tensor& x)
{
    return x / x.norm(2, -1, true).clamp_min(1e-12);
}

/// log of the sum of exp(x) over the places of the mask, over the last two axes; very small where none is.
Tensor logSum(const Tensor& x, const Tensor& mask)
{
    return torch::logsumexp(x.masked_fill(mask == 0, -1e9).flatten(-2), -1);
}

} // namespace

RalCdNet::RalCdNet(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
    std::span<const augment::ItemFeatures> features)
    : CtrModel(infoOf<RalCdNet>(), dataset, options, device, features)
    , m_retrieval(static_cast<Retrieval>(ownInteger(infoOf<RalCdNet>(), options, "ral-cdnet.retrieval")))
    , m_theta(ownNumber(infoOf<RalCdNet>(), options, "ral-cdnet.theta"))
    , m_tau(ownNumber(infoOf<RalCdNet>(), options, "ral-cdnet.tau"))
    , m_crossNet(ownInteger(infoOf<RalCdNet>(), options, "ral-cdnet.fusion") == 0)
    , m_length(ownInteger(infoOf<RalCdNet>(), options, "ral-cdnet.length"))
    , m_text(textTable(dataset, options, features, device))
    , m_hidden(parsedWidths(options.mlp).size())
    , m_users(place("users"))
    , m_self(places("self.query"))
    , m_query{{{place("A.source.query"), place("A.own.query")},
          {place("B.source.query"), place("B.own.query")}}}
    , m_auxiliary(places("auxiliary0.weight"))
{
    if (m_retrieval == Retrieval::Hard)
        m_keys = itemKeyTable(dataset, device);
}

/// The newest L events before each target, all targets of a user together: a history of thousands of events
/// is not compared as a whole. history [K, n, S] rows, before [K, n, T]
RalCdNet::Asking RalCdNet::newestBefore(const Tensor& history, const Tensor& before) const
{
    const Tensor end = before.amax(2, true); // [K, n, 1]
    // Before the first own event nothing asks: as for padding.
    const Tensor oldest = torch::where(before > 0, before, end).amin(2, true);
    const Tensor begin = (oldest - m_length).clamp_min(0);
    const std::int64_t width = std::max<std::int64_t>(1, (end - begin).max().item<std::int64_t>());
    const Tensor place = begin + torch::arange(width, before.options());
    return {history.gather(2, place.clamp_max(history.size(2) - 1)), place};
}

/// Which source events are similar to which own ones. items [K, R]; source [K, n, S] and own [K, n, L] rows
/// -> bool [K, n, S, L]
Tensor RalCdNet::similar(const Tensor& items, const Tensor& source, const Tensor& own) const
{
    if (m_retrieval == Retrieval::Hard)
        return shareKeys(rowsOfItems(m_keys, items, source), rowsOfItems(m_keys, items, own));
    const Tensor cosines =
        torch::matmul(rowsOfItems(m_text, items, source), rowsOfItems(m_text, items, own).transpose(2, 3));
    return cosines > m_theta;
}

/// 1 for the source events that may go on, of each target. [K, n, T, S]
Tensor RalCdNet::retrieved(const Asked& asked) const
{
    const Domain own = asked.query.domain;
    const Histories& histories = asked.query.histories;
    const Tensor& source = histories.of(other(own)).index;
    const torch::ScalarType type = asked.vectors.scalar_type();
    const Tensor standing = standBefore(asked.query.before.of(other(own)), source.size(2), type);
    if (m_retrieval == Retrieval::Newest || m_retrieval == Retrieval::EndToEnd)
        return standing;
    const Tensor before = asked.query.before.of(own).unsqueeze(3); // [K, n, T, 1]
    const Asking asking = newestBefore(histories.of(own).index, before.squeeze(3));
    const Tensor place = asking.place.unsqueeze(2); // [K, n, 1, W]
    const Tensor newest = ((place < before) & (place >= before - m_length)).to(type); // [K, n, T, W]
    const Tensor pairs = similar(asked.query.items, source, asking.rows).to(type); // [K, n, S, W]
    return standing * (torch::matmul(newest, pairs.transpose(2, 3)) > 0).to(type);
}

Tensor RalCdNet::interests(const Asked& asked) const
{
    const Domain own = asked.query.domain;
    const std::size_t d = asked.domain;
    const std::int64_t candidates = asked.query.candidates.size(3);
    // End to end every candidate has events of its own; else all candidates of a target share them.
    const bool each = m_retrieval == Retrieval::EndToEnd;
    const auto shared = [&](const Tensor& x) { return each ? perCandidate(x, candidates) : x; };
    const Tensor sourceEvents = events(asked, other(own));
    const Tensor valid = shared(retrieved(asked));
    const Chosen source = each
        ? bestOf(sourceEvents, torch::matmul(asked.candidates, sourceEvents.transpose(2, 3)), valid, m_length)
        : newestOf(sourceEvents, valid, m_length);
    const Tensor ownEvents = events(asked, own);
    const Chosen newest = newestOf(ownEvents,
        shared(standBefore(asked.query.before.of(own), ownEvents.size(2), asked.vectors.scalar_type())),
        m_length);
    if (!m_crossNet) {
        const Tensor means = torch::cat({meanOf(source), meanOf(newest)}, 3);
        return each ? means : perCandidate(means, candidates);
    }

    // Eq. 9 over the events of both, one sequence per target (or candidate): [K, m, S + L, v].
    const std::int64_t queries = source.there.size(2);
    const auto flat = [queries](const Tensor& x) {
        std::vector<std::int64_t> shape = x.sizes().vec();
        shape[2] = queries;
        return x.expand(shape).flatten(1, 2);
    };
    const Tensor b = torch::cat({flat(source.events), flat(newest.events)}, 2);
    const Tensor there = torch::cat({source.there, newest.there}, 3).flatten(1, 2); // [K, m, S + L]
    const Tensor q = product(b, asked.leaves[m_self[d]]);
    const Tensor k = product(b, asked.leaves[m_self[d] + 1]);
    const Tensor r = torch::matmul(q, k.transpose(2, 3)) / std::sqrt(static_cast<double>(b.size(3)));
    const Tensor h = torch::matmul(maskedSoftmax(r, there.unsqueeze(2)), b);

    // Eq. 10: candidates [K, m, C, v] over the two parts.
    const std::int64_t split = source.there.size(3);
    const Tensor asking = asked.candidates.reshape({b.size(0), b.size(1), -1, b.size(3)});
    const auto part = [&](std::size_t which, std::int64_t first, std::int64_t count) {
        const std::size_t weights = m_query[d][which];
        const Tensor seen = h.narrow(2, first, count).unsqueeze(2); // [K, m, 1, l, v]
        return attended(product(asking, asked.leaves[weights]), product(seen, asked.leaves[weights + 1]),
            product(seen, asked.leaves[weights + 2]), there.narrow(2, first, count).unsqueeze(2));
    };
    const Tensor both = torch::cat({part(0, 0, split), part(1, split, there.size(2) - split)}, 3);
    return both.reshape({b.size(0), asked.candidates.size(1), asked.candidates.size(2), -1});
}

/// Eq. 8 over a user's source events and the newest own ones before the last target, mean over users. [K]
Tensor RalCdNet::contrast(const Batch& batch, const Tensor& vectors, Domain domain) const
{
    const Histories histories{batch.a, batch.b, batch.merged};
    const StreamBatch& source = histories.of(other(domain));
    const StreamBatch& own = histories.of(domain);
    const torch::ScalarType type = vectors.scalar_type();
    const Asking asking = newestBefore(own.index, own.length.unsqueeze(2));
    const Tensor asks = (asking.place < own.length.unsqueeze(2)).to(type).unsqueeze(2); // [K, n, 1, W]
    const Tensor pairs = similar(batch.rows, source.index, asking.rows).to(type) * asks; // [K, n, S, W]
    const Tensor found = (pairs.sum(3) > 0).to(type); // retrieved source events
    const Tensor there =
        (found * standBefore(source.length.unsqueeze(2), source.index.size(2), type).squeeze(2)).unsqueeze(3)
        * asks;
    const Tensor products = torch::matmul(unit(gatherRows(vectors, source.index)),
                                unit(gatherRows(vectors, asking.rows)).transpose(2, 3))
        / m_tau;
    const Tensor positive = pairs * there;
    const Tensor negative = (1 - pairs) * there;
    const Tensor has = ((positive.sum({2, 3}) > 0) & (negative.sum({2, 3}) > 0)).to(type); // [K, n]
    const Tensor eachUser = (logSum(products, negative) - logSum(products, positive)) * has;
    return eachUser.sum(1) / has.sum(1).clamp_min(1);
}

/// Eq. 6-7 for the events of the source domain. [K]
Tensor RalCdNet::auxiliary(
    const Leaves& leaves, const Batch& batch, const Tensor& vectors, Domain source, Dropout& dropout) const
{
    const TargetBatch& targets = batch.auxiliary[data::index(source)];
    const auto logit = [&](const Tensor& rows) { // [K, n, T, C]
        const Tensor items = gatherRows(vectors, rows).flatten(2, 3);
        const Tensor all = torch::cat({leaves[m_users].unsqueeze(2).expand_as(items), items}, 3);
        return mlp(leaves, m_auxiliary[data::index(source)], 0, m_hidden, dropout(all.flatten(1, 2)), dropout)
            .reshape(rows.sizes());
    };
    LossOptions plain;
    plain.ranking = RankingLoss::BinaryCrossEntropy;
    return rankingLoss(logit(targets.item.unsqueeze(3)).squeeze(3), logit(targets.negatives), targets, plain)
        .mean(1);
}

std::vector<Tensor> RalCdNet::ownTerms(const Leaves& leaves, const Batch& batch, const Tensor& vectors,
    std::span<const double> weights, Dropout& dropout) const
{
    const auto overTargets = [&](double weight, const auto& term) {
        Tensor sum = torch::zeros({batch.users.size(0)}, vectors.options());
        for (const Domain domain : data::kDomains)
            if (weight > 0 && batch.predicted[data::index(domain)])
                sum = sum + term(domain);
        return sum;
    };
    const bool textual = m_retrieval == Retrieval::Vectors || m_retrieval == Retrieval::Hard;
    return {overTargets(
                textual ? weights[0] : 0, [&](Domain domain) { return contrast(batch, vectors, domain); }),
        overTargets(weights[1],
            [&](Domain domain) { return auxiliary(leaves, batch, vectors, other(domain), dropout); })};
}

template <> std::unique_ptr<Model> made<RalCdNet>(const Ingredients& of)
{
    return madeOfHistories<RalCdNet>(of);
}

} // namespace fedcctr::model
