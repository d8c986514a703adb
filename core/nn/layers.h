// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace fedcctr::model {

/// Layers are pure functions of (parameters, input); every parameter has a leading axis K, one slice per
/// group.

/// Dropout masks come from one stream per group, so that a client's mask does not depend on who else is in
/// its cohort. Without seeds (evaluation) nothing is dropped.
class Dropout {
public:
    Dropout() = default;
    /// `seeds`: one per group.
    Dropout(double share, std::vector<std::uint64_t> seeds);

    /// x [K, …] with a share of its values zeroed and the rest scaled up.
    torch::Tensor operator()(const torch::Tensor& x);

    /// x [K, n, L, d] with a share of its rows zeroed, the others as they are.
    torch::Tensor rows(const torch::Tensor& x, double share);

    /// Standard normal values of the shape [K, …]; zeros in evaluation.
    torch::Tensor normal(torch::IntArrayRef shape, const torch::TensorOptions& options);

    /// A stream for each of the `parts` that follow one another in every group's values, so that the padding
    /// of one part does not move the masks of the next.
    Dropout split(std::int64_t parts);

private:
    /// Zeros for dropped values and `kept` for the others, of the shape [K, …], whose values are shared out
    /// evenly.
    torch::Tensor mask(torch::IntArrayRef shape, double share, float kept);

    double m_share = 0;
    std::vector<std::uint64_t> m_seeds;
    std::uint64_t m_calls = 0;
};

/// All groups have the same values (a stride of 0 along K), as clients have until their first local step.
bool isShared(const torch::Tensor& parameter);

/// x [K, m, in], weight [K, in, out], bias [K, out] -> [K, m, out]. Of shared parameters one product over the
/// rows of all groups.
torch::Tensor linear(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias);

/// The same over any axes between. x [K, …, in] -> [K, …, out]
torch::Tensor linearOver(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias);

/// x [K, …, in], weight [K, in, out] -> [K, …, out]
torch::Tensor product(const torch::Tensor& x, const torch::Tensor& weight);

/// Over the last axis. x [K, m, d], gain and bias [K, d].
torch::Tensor layerNorm(const torch::Tensor& x, const torch::Tensor& gain, const torch::Tensor& bias);

/// Rows of a table per group. table [K, R, w], index [K, …] -> [K, …, w]
torch::Tensor gatherRows(const torch::Tensor& table, const torch::Tensor& index);

/// Eq. 13: softmax(Q K^T / sqrt(d_k) + bias) V. q, k, v [B, H, L, d_k]; bias broadcasts to [B, H, L, L].
torch::Tensor attention(
    const torch::Tensor& q, const torch::Tensor& k, const torch::Tensor& v, const torch::Tensor& bias);

/// One post-norm encoder layer's parameters, each with the leading axis K (Eq. 13-15).
struct EncoderLayer {
    torch::Tensor qkvWeight, qkvBias; ///< [K, d, 3 d], [K, 3 d]
    torch::Tensor outWeight, outBias; ///< [K, d, d], [K, d]
    torch::Tensor norm1Gain, norm1Bias;
    torch::Tensor ffn1Weight, ffn1Bias; ///< [K, d, 4 d]
    torch::Tensor ffn2Weight, ffn2Bias; ///< [K, 4 d, d]
    torch::Tensor norm2Gain, norm2Bias;
};

/// x [K, m, L, d]; bias broadcasts to [K * m, H, L, L], 0 where a position may look and -infinity where not.
torch::Tensor encoderLayer(const torch::Tensor& x, const EncoderLayer& layer, std::int64_t heads,
    const torch::Tensor& bias, Dropout& dropout);

/// [L, L]: 0 on and below the diagonal, -infinity above.
torch::Tensor causalBias(std::int64_t length, const torch::TensorOptions& options);

/// Softmax over the last axis among the places whose mask is 1; all 0 where none is.
torch::Tensor maskedSoftmax(const torch::Tensor& scores, const torch::Tensor& mask);

/// Cosine over the last axis; 0 where a vector is 0.
torch::Tensor cosine(const torch::Tensor& x, const torch::Tensor& y);

} // namespace fedcctr::model
