// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/accountants/account.h"

namespace fedcctr::privacy {

/// The composed Gaussian mechanism without amplification, which one number describes: the sum over releases
/// of (sensitivity/sigma)^2. What follows from it is up to the accountant.
class MuSquaredAccount : public SumAccount {
public:
    explicit MuSquaredAccount(const TrainingPlan& plan)
        : SumAccount({plan.otherMuSquared})
        , m_sensitivity(plan.sensitivity())
    {
    }

    void charge(std::span<double> sums, const NoiseLevel& level) const final
    {
        const double ratio = m_sensitivity / level.sigma;
        if (level.rounds > 0)
            sums[0] += level.rounds * ratio * ratio;
    }

private:
    double m_sensitivity;
};

} // namespace fedcctr::privacy
