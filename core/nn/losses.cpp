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

} // namespace fedcctr::model
