// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/curvecontent.h"
#include "widgets/curveexport.h"

#include <QWidget>

class QAction;
class QActionGroup;
class QLabel;
class QMenu;
class QToolButton;

namespace fedcctr::widgets {

class CurveCanvas;
class RedrawClock;

/// A live line chart: values are appended at any rate and drawn on the page's clock; the person's zoom stays
/// theirs.
class CurvePlot : public QWidget {
    Q_OBJECT
public:
    /// `name` is the object name, e.g. "plot_ndcg". Without a clock the plot has one of its own.
    explicit CurvePlot(const QString& name, RedrawClock* clock = nullptr, QWidget* parent = nullptr);
    ~CurvePlot() override;

    /// Everything shown. Change it through the functions below, which draw.
    const CurveContent& content() const { return m_content; }

    void setTitle(const QString& title, const QString& help = {});
    void setAxes(const QString& x, const QString& y);
    void setRightAxis(const QString& label, double most);
    void setEmptyText(const QString& text);
    void setFromZero(bool on);

    /// Goes into every exported file: which run, which program.
    void setOrigin(const QString& origin);

    /// Proposed file name of exports, without ending, and the folder.
    void setExportName(const QString& name) { m_exportName = name; }
    void setExportFolder(const QString& folder) { m_exportFolder = folder; }

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

    /// As writePicture(), with everything in view.
    QString renderToFile(const QString& path, const QSize& size, double scale) const;

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
    void exported(const QString& path);
    void exportFailed(const QString& message);

protected:
    void changeEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QAction* addPlotAction(const QString& name, const QString& text, const QKeySequence& key);
    void buildMenu();
    void buildSmoothingMenu(QMenu* menu);
    void fillLinesMenu();
    void connectCanvas();
    void structureChanged();
    void valuesChanged();
    void drawNow();
    void showTitle();
    void updateDescription();
    void hover(double x, const QPointF& position);
    void stepCursor(int direction);
    QString readOutHtml(double x, double pixelY) const;
    void copyImage();
    void askExport(bool asTable);
    void exportTo(const QString& path, bool asTable);

    CurveContent m_content;
    RedrawClock* m_clock;
    CurveCanvas* m_canvas;
    QLabel* m_title;
    QToolButton* m_menuButton;
    QMenu* m_menu;
    QMenu* m_lines;
    QActionGroup* m_smoothings;
    QAction* m_followAction;
    QAction* m_logAction;
    QString m_exportName;
    QString m_exportFolder;
    bool m_follow = true;
    bool m_structureDirty = true;
    bool m_valuesDirty = true;
    std::optional<double> m_cursor; ///< x of the keyboard's read-out
    qint64 m_describedAt = 0;
};

} // namespace fedcctr::widgets
