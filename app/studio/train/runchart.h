// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/runrecording.h"
#include "widgets/charts/curveplot.h"

namespace fedcctr::studio {

/// One picture of a run: which numbers of its rounds become which lines. The plot belongs to its parent
/// widget. With a finished run behind, every line has a neutral twin.
class RunChart {
public:
    explicit RunChart(widgets::CurvePlot* plot)
        : m_plot(plot)
    {
    }
    virtual ~RunChart() = default;
    RunChart(const RunChart&) = delete;
    RunChart& operator=(const RunChart&) = delete;

    widgets::CurvePlot* plot() const { return m_plot; }

    /// Draws everything anew. `behind` may be null.
    void show(const RunRecording& record, const RunRecording* behind);

    /// A finished run behind what is drawn; null removes it.
    void setBehind(const RunRecording& record, const RunRecording* behind);

    /// A new reference line, round or event of the run that is drawn; `record` has it already.
    virtual void add(const ReferenceMessage& /*reference*/) { }
    void add(const RunRecording& record, const RoundRecord& round) { take(record, round, false); }
    virtual void add(const RunRecording& /*record*/, const EventMessage& /*event*/) { }

protected:
    /// Once for each line, mostly in the constructor; numbered as they come.
    void addLine(const widgets::SeriesSpec& spec);

    /// In the constructor, after the lines: what else than rounds can be the x axis.
    void finish();

    /// Other lines for a run of another kind.
    void removeLines();

    /// Titles and empty text, before anything is drawn.
    virtual void describe(const RunRecording& record) = 0;

    /// Lines for the run behind, before they get their twins.
    virtual void prepare(const RunRecording& /*behind*/) { }

    /// A round's values into the lines, or into their twins for the run behind.
    virtual void append(const RunRecording& record, const RoundRecord& round, bool isBehind) = 0;

    /// A value of a line or of its twin.
    void put(int line, bool isBehind, double x, double y);
    void put(int line, bool isBehind, double x, double y, double low, double high);

    /// All values of a line or of its twin.
    void replace(int line, bool isBehind, std::vector<double> x, std::vector<double> y);

private:
    void take(const RunRecording& record, const RoundRecord& round, bool isBehind);
    int seriesOf(int line, bool isBehind);
    widgets::SeriesSpec twinOf(int line) const;

    widgets::CurvePlot* m_plot;
    std::vector<widgets::SeriesSpec> m_lines;
    std::vector<int> m_series; ///< of each line, in the plot
    std::vector<int> m_twins; ///< of the first lines; empty without a run behind
    QString m_behind; ///< the name of the run behind
};

} // namespace fedcctr::studio
