// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/joint_model.h"

namespace fedcctr::model {

/// A model of click-through rates: an MLP over a vector of the user, the candidate's vector and the interests
/// that the model reads from the histories. The user's vector stays on the client (PerUser), since datasets
/// here have no other features of users; where users have codes (FedMM), their embeddings are added. Each
/// domain has its own tensors; the item table is shared.
class CtrModel : public JointModel {
protected:
    CtrModel(const ModelInfo& info, const data::Dataset& dataset, const ModelOptions& options,
        const torch::Device& device, std::span<const augment::ItemFeatures> features);

    torch::Tensor logits(const Leaves& leaves, const torch::Tensor& vectors, const Query& query,
        Dropout& dropout) const override;

    /// What a query asks for, a target's candidates one after the other: Q = T C.
    struct Asked {
        const Leaves& leaves;
        const torch::Tensor& vectors; ///< [K, R, v]
        const Query& query;
        std::size_t domain; ///< that is predicted
        torch::Tensor candidates; ///< [K, n, Q, v]
    };

    /// Beside the user and the candidate; [K, n, Q, w], as wide as addCtr() was told. Undefined: none.
    virtual torch::Tensor interests(const Asked& asked) const = 0;

    /// What is added to the MLP's logit, [K, n, Q]; undefined: nothing.
    virtual torch::Tensor besideMlp(const Asked& asked, const torch::Tensor& users) const;

    /// A domain's events, [K, n, L, v], and which of them stand before each Q, [K, n, Q, L].
    torch::Tensor events(const Asked& asked, data::Domain domain) const;
    torch::Tensor before(const Asked& asked, data::Domain domain) const;

    /// The user's vector at each candidate, [K, n, Q, v].
    torch::Tensor users(const Asked& asked) const;

    static data::Domain other(data::Domain domain)
    {
        return domain == data::Domain::A ? data::Domain::B : data::Domain::A;
    }

private:
    std::size_t m_hidden; ///< layers of the MLP before its last
    std::array<std::size_t, 2> m_mlp; ///< by domain
    std::size_t m_users;
    std::size_t m_userCodes = 0; ///< embeddings of the users' codes; read where m_codes is defined
    torch::Tensor m_codes; ///< [users, layers] rows of them
};

} // namespace fedcctr::model
