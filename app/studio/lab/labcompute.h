// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/lab/labknobs.h"
#include "core/privacy/guarantee.h"
#include "core/privacy/spend_curve.h"

#include <QString>

#include <string>
#include <string_view>
#include <vector>

namespace fedcctr::studio {

/// One accountant's view of the training.
struct AccountantLine {
    const privacy::AccountantInfo* accountant = nullptr;
    QString incompatibility; ///< why it must not be asked; empty if it may
    QString note; ///< what a reader must know of its number
    privacy::Standing standing = privacy::Standing::NotABound;
    bool pending = false; ///< slow: still being computed
    privacy::SpendCurve curve;
    double whole = 0; ///< epsilon after all rounds

    bool isBound() const { return standing != privacy::Standing::NotABound; }
};

/// What an attack that tells two equally likely neighbours apart reaches, or reaches at most.
struct BestGuess {
    enum class Rule {
        None, ///< not known yet, or nothing is sent
        Gaussian, ///< exactly, by mu of the composed Gaussian mechanism
        LossCurve, ///< at most, by the tight curve of PLD at epsilon 0
        Epsilon, ///< at most, by epsilon and delta alone
    };
    double share = 0.5; ///< of its guesses that are right
    Rule rule = Rule::None;
};

/// Everything that the lab's charts show for one position of the knobs. A value.
struct LabResult {
    LabKnobs knobs; ///< with what was solved for
    QString problem; ///< why nothing could be solved, one sentence
    bool pending = false; ///< what is solved for is slow: knobs still hold the old number
    std::vector<double> rounds; ///< at most some hundred, from 1
    std::vector<double> sigma; ///< sigma_t / theta
    std::vector<double> printedCost; ///< Eq. 27
    std::vector<double> uploadCost; ///< (Delta / sigma_t)^2: what one upload costs exactly
    std::vector<AccountantLine> lines; ///< of the accountants that may govern, in their order
    int paidRounds = 0; ///< rounds until the budget ends under the chosen accountant, at most T
    double mu = 0; ///< of the Gaussian mechanism composed over the paid rounds with the client
    double spent =
        0; ///< epsilon of the paid rounds under the chosen accountant; while it is pending the budget
    double honestSpent = 0; ///< epsilon of the paid rounds under honest()
    BestGuess guess; ///< of who sees the paid rounds
    double milliseconds = 0; ///< that the computation took

    const AccountantLine& line(std::string_view accountant) const;
    const AccountantLine& chosen() const { return line(knobs.accountant); }

    /// The tightest accountant that is valid here and has a number: one that is exact, else a bound, else a
    /// loose one.
    const AccountantLine& honest() const;

    bool isPending() const;
};

/// All but what takes longer than some tens of milliseconds, which is left pending: PLD and the search under
/// an amplified accountant with decaying noise. Never throws.
LabResult computeFast(const LabKnobs& knobs);

/// Fills in what was left pending. `cancelled` is asked between the steps. Never throws.
LabResult computeSlow(LabResult result, const std::function<bool()>& cancelled);

} // namespace fedcctr::studio
