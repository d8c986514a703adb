// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/losses.h"

#include "core/nn/layers.h"

namespace fedcctr::model {

using torch::Tensor;

namespace {

/// Mean of x over the last axis where the mask is 1; 0 where it never is.
Tensor maskedMean(const Tensor& x, const Tensor& mask)
{
    return (x * mask).sum(-1) / mask.sum(-1).clamp_min(1);
}

} // namespace

Tensor binaryCrossEntropy(const Tensor& positive, const Tensor& negative, const Tensor& mask)
{
    const double samples = 1.0 + static_cast<double>(negative.size(-1));
    const Tensor each = torch::softplus(-positive) + torch::softplus(negative).sum(-1);
    return maskedMean(each / samples, mask);
}

Tensor labelledCrossEntropy(const Tensor& logits, const Tensor& label, const Tensor& mask)
{
    return maskedMean(torch::softplus(logits) - label * logits, mask);
}

Tensor sampledSoftmax(const Tensor& positive, const Tensor& negative, const Tensor& mask)
{
    const Tensor all = torch::cat({positive.unsqueeze(-1), negative}, -1);
    return maskedMean(torch::logsumexp(all, -1) - positive, mask);
}

Tensor idra(const Tensor& original, const Tensor& augmented, double alpha, const Tensor& mask)
{
    return maskedMean(torch::relu(alpha - cosine(original, augmented)), mask);
}

Tensor cdrd(const Tensor& hA, const Tensor& hB, const Tensor& hM, double tau, const Tensor& mask)
{
    const Tensor numerator = torch::logsumexp(torch::stack({cosine(hM, hA), cosine(hM, hB)}, -1) / tau, -1);
    // A large negative number instead of -infinity: users without any valid target stay finite, and are
    // masked.
    const Tensor denominator =
        torch::logsumexp((cosine(hA, hB) / tau).masked_fill(mask == 0, -1e4), -1, true);
    return maskedMean(denominator - numerator, mask);
}

Tensor contrast(const Tensor& x, const Tensor& y, const Tensor& mask, const Tensor& apart, double tau)
{
    // As in cosine(): 0 where a vector is 0.
    constexpr double kTiny = 1e-12;
    const auto unit = [](const Tensor& v) { return v / ((v * v).sum(2, true) + kTiny).sqrt(); };
    const Tensor similarity = torch::bmm(unit(x), unit(y).transpose(1, 2)) / tau; // [K, I, I]
    const Tensor own = torch::eye(x.size(1), similarity.options());
    const Tensor counted = torch::maximum(apart * mask.unsqueeze(1), own);
    // A large negative number instead of -infinity, as in cdrd().
    const Tensor all = torch::logsumexp(similarity.masked_fill(counted == 0, -1e4), 2);
    return maskedMean(all - similarity.diagonal(0, 1, 2), mask);
}

Tensor contrast(const Tensor& x, const Tensor& y, const Tensor& mask, double tau)
{
    return contrast(x, y, mask, torch::ones({1, x.size(1), x.size(1)}, x.options()), tau);
}

} // namespace fedcctr::model
