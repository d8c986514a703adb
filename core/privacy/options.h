// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace fedcctr::privacy {

enum class Schedule : std::uint8_t {
    None, ///< no noise, no guarantee
    Static, ///< sigma stays
    AdaLdp, ///< sigma_{t+1} = R sigma_t (Eq. 26)
};

enum class AccountantKind : std::uint8_t {
    PaperEq27, ///< Eq. 27-28 as printed: optimistic, see privacy.md
    GaussianRdp, ///< RDP of the Gaussian mechanism, composed without amplification by sampling
};

enum class Charge : std::uint8_t {
    EveryRound, ///< every client pays for every round (Algorithm 2 as printed)
    Participation, ///< a client pays for the rounds it takes part in
};

/// AdaLDP (Section 3.5). The trust model is `local`: the server sees each upload.
struct PrivacyOptions {
    Schedule schedule = Schedule::AdaLdp;
    AccountantKind accountant = AccountantKind::GaussianRdp;
    Charge charge = Charge::Participation;
    double epsilon = 1.0; ///< budget of one client
    double delta = 1e-5;
    double order = 2.0; ///< zeta of Eq. 27
    double decayRate = 0.997; ///< R
    double noiseMultiplier = 2.0; ///< sigma_0 / theta, per upload
    double clipNorm = 1.0; ///< theta
};

} // namespace fedcctr::privacy
