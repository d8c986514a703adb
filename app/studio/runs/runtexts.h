// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/runrecording.h"

namespace fedcctr::studio {

/// "0.0123", with "1e-5" for 1e-05; a dash for what is no number.
QString shortNumber(double value, int digits = 3);

/// The domain's name, "Books".
QString domainName(const RunRecording& record, std::size_t domain);

/// "21.84", of 0.2184.
QString percentText(double fraction);

/// "as printed (Eq. 27), no δ, local": what must stand beside every epsilon.
QString guaranteeText(const std::string& accountant, double delta, const std::string& adversary);

/// The same for a run with noise that has finished a round; else empty.
QString guaranteeOf(const RunRecording& record);

/// An epsilon in words: "0.973", "1,862", "∞".
QString epsilonNumber(double epsilon);

/// What holds of a run whose budget a rule as printed counts.
struct RigorousSpend {
    double epsilon = 0;
    QString guarantee; ///< guaranteeText() of its accountant
};

/// By the tightest rigorous accountant once the run has ended, before by the last round's; none where a
/// rigorous one governs, or none is known.
std::optional<RigorousSpend> rigorousSpend(const RunRecording& record);

/// "ε 0.97 (RDP, δ 1e-5, local)", of the client that spent most; empty without noise. After a printed one
/// stands what holds: "; really ε 1,862 (exact Gaussian, δ 1e-5, local)".
QString spentText(const RunRecording& record);

/// "NDCG@10 Books 21.40 % (20.2 to 22.6), … , test, 95 % interval; ε …"; empty without results.
QString resultText(const RunRecording& record);

} // namespace fedcctr::studio
