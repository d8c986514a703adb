// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/chart.h"
#include "widgets/curvecontent.h"

class QActionGroup;

namespace fedcctr::widgets {

class CurveCanvas;
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

    void setOrigin(const QString& origin) override;

    /// Returns the series' number.
    int addSeries(const SeriesSpec& spec);
    void append(int series, double x, double y);
    void append(int series, double x, double y, double low, double high);
    void setSeriesVisible(int series, bool visible);

    /// Other names for a series that is there.
    void renameSeries(int series, const QString& name, const QString& label);

    void setReference(const ReferenceLine& reference);
    void removeReference(const QString& id);
    void addMark(const EventMark& mark);

    /// Removes values, references and marks; series and settings stay.
    void clear();

    bool follow() const { return m_follow; }
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

    /// Texts at the right end with their rectangles inside the canvas.
    QList<QPair<QString, QRectF>> labelRects() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

public Q_SLOTS:
    void fit();
    void setFollow(bool on);
    void setLogY(bool on);
    void setSmoothing(double weight);
    void showCrossHair(double x);
    void hideCrossHair();

Q_SIGNALS:
    void followChanged(bool on);
    void hovered(double x);
    void hoverEnded();

protected:
    QImage image() const override;
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildMenu();
    void buildSmoothingMenu(QMenu* menu);
    void fillLinesMenu();
    void connectCanvas();
    void structureChanged();
    void valuesChanged();
    void drawNow();
    void updateDescription();
    void hover(double x, const QPointF& position);
    void stepCursor(int direction);
    QString readOutHtml(double x, double pixelY) const;

    CurveContent m_content;
    RedrawClock* m_clock;
    CurveCanvas* m_canvas;
    QMenu* m_lines;
    QActionGroup* m_smoothings;
    QAction* m_followAction;
    QAction* m_logAction;
    bool m_follow = true;
    bool m_structureDirty = true;
    bool m_valuesDirty = true;
    std::optional<double> m_cursor; ///< x of the keyboard's read-out
    qint64 m_describedAt = 0;
};

} // namespace fedcctr::widgets
