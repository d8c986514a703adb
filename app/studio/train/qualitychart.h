// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/train/runchart.h"

namespace fedcctr::studio {

/// Ranking quality of both domains, with what a random ranker, popularity and item-KNN reach.
class QualityChart : public RunChart {
public:
    explicit QualityChart(widgets::CurvePlot* plot);

    /// "ndcg@10", "mrr@5", "hr@2", "auc". Takes effect with the next show().
    void setMetric(const QString& metric) { m_metric = metric; }
    QString metric() const { return m_metric; }

    using RunChart::add;
    void add(const ReferenceMessage& reference) override;
    void add(const RunRecording& record, const EventMessage& event) override;

protected:
    void describe(const RunRecording& record) override;
    void append(const RunRecording& record, const RoundRecord& round, bool isBehind) override;

private:
    QString m_metric = QStringLiteral("ndcg@10");
};

/// "NDCG@10", for "ndcg@10".
QString qualityName(const QString& metric);

/// "λ₁ = 0.2", of a changed weight; empty for any other event.
QString weightChange(const EventMessage& event);

} // namespace fedcctr::studio
