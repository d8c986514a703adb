// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/activation_unit.h"
#include "core/models/joint_model.h"

namespace fedcctr::model {

/// MiNet (Ouyang et al., CIKM 2020, arXiv 2008.02974), mixed interests: a user's long-term interest, the
/// short-term interest in the other domain and that in the target domain, each of the latter two an
/// item-level attention of the candidate over the events (Eq. 6-9: h . relu(W [x, q, (M x) * q])), weighed by
/// an interest-level attention (Eq. 10: exp(g . relu(V [...]) + b)) before an MLP with the candidate gives
/// the logit. Both domains are trained together, each being the other's auxiliary task (Eq. 13).
///
/// Decided here: the long-term interest is a vector of the user, which stays on the client (PerUser), since
/// there are no other features of users; M is there for the events of the other domain only, as published;
/// the exponent of Eq. 10 is capped at 3, so that no gate grows without bound. The weight of the auxiliary
/// task is the share of its targets (Eq. 20-21 of FedCCTR-LM).
class MiNet : public JointModel {
public:
    /// `features`: as in itemWords().
    MiNet(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
        std::span<const augment::ItemFeatures> features = {});

private:
    torch::Tensor logits(const Leaves& leaves, const torch::Tensor& vectors, const Query& query,
        Dropout& dropout) const override;

    ActivationUnit unitOf(const std::string& name) const
    {
        return ActivationUnit(place(name + ".event.weight"));
    }
    torch::Tensor interest(const Leaves& leaves, const ActivationUnit& unit, const torch::Tensor& events,
        const torch::Tensor& projected, const torch::Tensor& candidates, const torch::Tensor& there) const;

    std::size_t m_hidden; ///< layers of the MLP before its last
    std::array<std::array<ActivationUnit, 2>, 2> m_units; ///< by domain: its own events, the other's
    std::array<std::size_t, 2> m_transfer; ///< M
    std::array<std::size_t, 2> m_gates;
    std::array<std::size_t, 2> m_mlp;
    std::size_t m_users;
};

} // namespace fedcctr::model
