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
    void add(const RunRecording& record, const RoundMessage& round) { take(record, round, 0); }
    virtual void add(const RunRecording& /*record*/, const EventMessage& /*event*/) { }

protected:
    /// In the constructor, once for each line.
    void addLine(const widgets::SeriesSpec& spec);

    /// In the constructor, after the lines: what else than rounds can be the x axis.
    void finish();

    /// Titles and empty text, before anything is drawn.
    virtual void describe(const RunRecording& record) = 0;

    /// A round's values into the lines; `offset` is the number of lines for the twins.
    virtual void append(const RunRecording& record, const RoundMessage& round, int offset) = 0;

private:
    void take(const RunRecording& record, const RoundMessage& round, int offset);

    widgets::CurvePlot* m_plot;
    std::vector<widgets::SeriesSpec> m_lines;
    bool m_hasTwins = false;
};

} // namespace fedcctr::studio
