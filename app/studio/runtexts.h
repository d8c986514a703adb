// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runrecording.h"

namespace fedcctr::studio {

/// "0.0123", with "1e-5" for 1e-05; a dash for what is no number.
QString shortNumber(double value, int digits = 3);

/// "21.84", of 0.2184.
QString percentText(double fraction);

/// "as printed (Eq. 27), no δ, local": what must stand beside every epsilon.
QString guaranteeText(const QString& accountant, double delta, const QString& adversary);

/// The same for a run with noise that has finished a round; else empty.
QString guaranteeOf(const RunRecording& record);

/// "ε 0.97 (RDP, δ 1e-5, local)", of the client that spent most; empty without noise.
QString spentText(const RunRecording& record);

/// "NDCG@10 Books 21.40 % (20.2 to 22.6), … , test, 95 % interval; ε …"; empty without results.
QString resultText(const RunRecording& record, const QJsonObject& summary);

} // namespace fedcctr::studio
