// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/comparison.h"

#include <QLocale>

namespace fedcctr::studio {

/// Of runs of one configuration those that count as its seeds: runs::distinctSeeds().
std::vector<EntryPtr> countedRuns(const std::vector<EntryPtr>& runs);

/// The same runs as the core takes them.
std::vector<const runs::RunEntry*> entriesOf(const std::vector<EntryPtr>& runs);

/// report::valueOf() over the runs' seeds.
Estimate valueOf(const std::vector<EntryPtr>& runs, const Comparison& comparison, std::size_t domain,
    const std::string& metric);

/// report::randomValue() of these runs.
double randomValue(const std::vector<EntryPtr>& runs, const std::string& metric);

/// "22.84 ± 0.41" in percent, "22.84 (1 run)" without an interval, "–" if unknown.
QString percentText(const Estimate& value, const QLocale& locale = QLocale());

/// A sentence on the interval: over what it is taken.
QString intervalHelp(const Estimate& value);

/// The entry of summary.json's "privacy" under that accountant; null if there is none.
const runs::SpendRecord* spendUnder(const runs::RunEntry& entry, const std::string& accountant);

/// Accountant, delta, trust model: "rdp, δ 1e-05, aggregate".
QString guaranteeWords(const runs::SpendRecord& spend);

/// "0.38 (eq27 (as printed, not a bound here), no δ, local)" of the accountant that governed the run; "no
/// guarantee" if it added no noise, "–" while there is no summary. After a printed one stands what holds:
/// "; really 120 (gaussian, δ 1e-05, local)".
QString epsilonText(const runs::RunEntry& entry);

/// A setting as a number; NaN if it is none.
double numberOf(const runs::RunEntry& entry, const std::string& key);

/// The setting's symbol or label, e.g. "λ₁"; the key where it has neither.
QString settingName(const std::string& key);

/// "12.3 s", "4:05", "1:02:03".
QString secondsText(double seconds, const QLocale& locale = QLocale());

/// "NDCG@10" of "ndcg@10".
QString metricName(const std::string& metric);

/// Nothing has happened to the run between the two readings of its directory.
bool sameContent(const runs::RunEntry& a, const runs::RunEntry& b);

/// What makes a new run of these settings: "key=value" for every setting of the run, without what is the
/// run's own (dataset, preset, version, time).
QStringList assignmentsOf(const runs::RunEntry& entry);

} // namespace fedcctr::studio
