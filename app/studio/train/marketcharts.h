// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/train/runchart.h"

#include <string>
#include <vector>

namespace fedcctr::studio {

/// A validation metric of each market, and the mean over them in front, over a silo run's exchanges.
class MarketsChart : public RunChart {
public:
    explicit MarketsChart(widgets::CurvePlot* plot);

    /// As QualityChart's. Takes effect with the next show().
    void setMetric(const QString& metric) { m_metric = metric; }

protected:
    void describe(const RunRecording& record) override;
    void prepare(const RunRecording& behind) override;
    void append(const RunRecording& record, const RoundRecord& round, bool isBehind) override;

private:
    int lineOf(const std::string& market);

    QString m_metric = QStringLiteral("ndcg@10");
    std::vector<std::string> m_markets;
};

/// How well FedMM's codebooks give back what they code, and how much of them is used: means over markets.
class CodebookChart : public RunChart {
public:
    explicit CodebookChart(widgets::CurvePlot* plot);

protected:
    void describe(const RunRecording& record) override;
    void append(const RunRecording& record, const RoundRecord& round, bool isBehind) override;
};

} // namespace fedcctr::studio
