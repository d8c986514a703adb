// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/chart.h"
#include "widgets/charts/curvecontent.h"

namespace fedcctr::widgets {

class CurveCanvas;
class CurveCursor;
class CurveMenus;
class RedrawClock;

/// A live line chart: values are appended at any rate and drawn on the page's clock; the person's zoom stays
/// theirs.
class CurvePlot : public Chart {
    Q_OBJECT
public:
    /// `name` is the object name, e.g. "plot_ndcg". Without a clock the plot has one of its own.
    explicit CurvePlot(const QString& name, RedrawClock* clock = nullptr, QWidget* parent = nullptr);
    ~CurvePlot() override;

    /// Everything shown. Change it through the functions below, which draw.
    const CurveContent& content() const { return m_content; }

    void setTitle(const QString& title, const QString& help = {}) override;
    void setAxes(const QString& x, const QString& y);
    void setRightAxis(const QString& label, double most);
    void setEmptyText(const QString& text);
    void setFromZero(bool on);

    /// What the values' own x counts; rounds if it is not said.
    void setXKind(XKind kind);

    /// Offers another quantity as x in the menu: wall time, epsilon spent, … Its values come from
    /// noteAlternativeX() or setAlternativeX().
    void addAxisChoice(const QString& id, const QString& label, XKind kind = XKind::Number);

    /// At the series' `x` (e.g. a round) the quantity `id` had this value. In ascending x.
    void noteAlternativeX(int series, const QString& id, double x, double value);

    /// All values of the quantity at once, by x: of one series, or of all that there are now.
    void setAlternativeX(int series, const QString& id, const std::map<double, double>& valueAtX);
    void setAlternativeX(const QString& id, const std::map<double, double>& valueAtX);
    QString axisChoice() const { return m_content.axisChoice; }

    void setOrigin(const QString& origin) override;

    /// Returns the series' number.
    int addSeries(const SeriesSpec& spec);
    void append(int series, double x, double y);
    void append(int series, double x, double y, double low, double high);

    /// Other values at once, in any order, for charts that are computed anew; `low` and `high` are empty or
    /// as long as `x`.
    void setSeries(int series, const std::vector<double>& x, const std::vector<double>& y,
        const std::vector<double>& low = {}, const std::vector<double>& high = {});
    void removeAllSeries();
    void setSeriesVisible(int series, bool visible);

    /// Hides the other series; shows all again if they are hidden already.
    void isolateSeries(int series);

    /// Index into the theme's series colours.
    void setSeriesColor(int series, int color);

    /// Other names for a series that is there.
    void renameSeries(int series, const QString& name, const QString& label);

    void setReference(const ReferenceLine& reference);
    void removeReference(const QString& id);
    void addMark(const EventMark& mark);

    /// Removes values, references and marks; series and settings stay.
    void clear();

    bool follow() const { return m_follow; }
    bool logX() const { return m_content.logX; }
    bool logY() const { return m_content.logY; }
    double smoothing() const { return m_content.smoothing; }

    /// The part in view: left and right in x, top (lower end) and bottom (upper end) in y.
    QRectF view() const;

    /// What the hover shows at x: a line for the x, then "name: value" per visible series, in the order of
    /// the series.
    QStringList readOut(double x) const;

    /// With everything in view.
    QString renderToFile(const QString& path, const QSize& size, double scale) const;

    /// With the part in view.
    QString writePicture(const QString& path, const QSize& size, double scale) const override;

    /// One row per x and one column per series, as recorded: smoothing and zoom do not touch it.
    ChartTable table() const override;

    /// The same with the part in view only.
    ChartTable visibleTable() const override;
    bool hasView() const override { return true; }

    /// Texts at the right end with their rectangles inside the canvas.
    QList<QPair<QString, QRectF>> labelRects() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

public Q_SLOTS:
    void fit();
    void setFollow(bool on);
    void setLogX(bool on);
    void setLogY(bool on);

    /// An empty or unknown id chooses the values' own x.
    void setAxisChoice(const QString& id);
    void setSmoothing(double weight);
    void showCrossHair(double x);
    void hideCrossHair();

Q_SIGNALS:
    void followChanged(bool on);
    void axisChoiceChanged(const QString& id);
    void smoothingChanged(double weight);

    /// The person hid or showed it, or gave it another colour.
    void seriesVisibleChanged(int series, bool visible);
    void seriesColorChanged(int series, int color);
    void hovered(double x);
    void hoverEnded();

    /// A click between the axes that moved nothing, at this x as it is drawn.
    void clicked(double x);

    /// All of them.
    void seriesRemoved();

protected:
    QImage image() const override;
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildMenu();
    CurveSeries& seriesAt(int series) { return m_content.series.at(static_cast<std::size_t>(series)); }
    void connectCanvas();
    void structureChanged();
    void valuesChanged();
    void drawNow();
    void updateDescription();

    CurveContent m_content;
    RedrawClock* m_clock;
    CurveCanvas* m_canvas;
    CurveMenus* m_menus;
    CurveCursor* m_cursor;
    QAction* m_followAction;
    QAction* m_logXAction;
    QAction* m_logYAction;
    bool m_follow = true;
    bool m_valuesDirty = true;
    qint64 m_describedAt = 0;
};

} // namespace fedcctr::widgets
