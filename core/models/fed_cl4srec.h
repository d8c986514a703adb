// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/fed_sasrec.h"

namespace fedcctr::model {

/// CL4SRec (Xie et al., ICDE 2022, arXiv 2010.14395): SASRec over the merged sequence, and a contrastive term
/// (Eq. 8) that lets two augmented views of a sequence find each other among the views of others. FedCL4SRec
/// is the same with its uploads averaged over clients; the paper names it without a publication of its own.
///
/// Decided here: views are made by item masking (Eq. 5), whose share is a setting; cropping and reordering
/// move positions, and a prefix is a crop already. Others are the other users of a mini-batch in central
/// training; a client alone has its own other targets (ContrastInstances). Similarity is the cosine.
class FedCl4SRec : public FedSasRec {
public:
    /// `features`: as in itemWords().
    FedCl4SRec(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
        std::span<const augment::ItemFeatures> features = {});

private:
    std::vector<torch::Tensor> ownTerms(
        const Training& of, std::span<const double> weights, Dropout& dropout) const override;

    double m_masked;
    double m_tau;
};

} // namespace fedcctr::model
