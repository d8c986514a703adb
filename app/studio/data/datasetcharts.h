// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/data/datasetview.h"

#include <QWidget>

class QGridLayout;

namespace fedcctr::widgets {
class Histogram;
}

namespace fedcctr::studio {

/// Histograms of a dataset: sequence lengths, how often items occur, interactions over time, and how users
/// divide between the domains.
class DatasetCharts : public QWidget {
    Q_OBJECT
public:
    explicit DatasetCharts(QWidget* parent = nullptr);

    void setView(const SharedView& view);

Q_SIGNALS:
    void exported(const QString& path);
    void exportFailed(const QString& message);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void arrange();
    widgets::Histogram* addChart(const QString& name, const QString& title, const QString& help);
    void showLengths(const DatasetView& view);
    void showPopularity(const DatasetView& view);
    void showTimes(const DatasetView& view);
    void showRatios(const DatasetView& view);

    QGridLayout* m_grid;
    int m_columns = 0;
    widgets::Histogram* m_lengths;
    widgets::Histogram* m_popularity;
    widgets::Histogram* m_times;
    widgets::Histogram* m_ratios;
};

} // namespace fedcctr::studio
