// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/options.h"
#include "widgets/charts/chart.h"

#include <vector>

namespace fedcctr::studio {

/// One number of one gradient: clipped, then 200 noisy draws of it, as the server sees one upload and as the
/// training sees the mean of K clients.
class GradientChart : public widgets::Chart {
    Q_OBJECT
public:
    static constexpr int kDraws = 200;

    /// What the example's number was before clipping.
    static constexpr double kRaw = 1.6;

    struct View {
        double clipNorm = 1; ///< theta
        double sigma = 2; ///< of the noise on what the adversary sees, in the gradient's unit
        privacy::Adversary adversary = privacy::Adversary::Local;
        int averaged = 1; ///< K
        int draw = 1; ///< seed: the same number gives the same dots

        bool operator==(const View&) const = default;
    };

    explicit GradientChart(const QString& name, QWidget* parent = nullptr);

    void setView(const View& view);
    const View& view() const { return m_view; }

    double clipped() const;

    /// Standard deviation of the noise on one upload as the server sees it, and on the mean of K.
    double uploadNoise() const { return m_view.sigma; }
    double meanNoise() const;

    /// True if the server sees single uploads at all.
    bool uploadSeen() const { return m_view.adversary == privacy::Adversary::Local; }

    /// The dots of the mean.
    std::vector<double> meanDraws() const;

    widgets::ChartTable table() const override;
    QSize minimumSizeHint() const override;
    QSize sizeHint() const override { return minimumSizeHint(); }

protected:
    void paintPicture(QPainter& painter, const QSizeF& size, const widgets::ThemeColors& colors,
        bool withTitle) const override;

private:
    struct Frame;

    void draw();
    double reach() const;
    void paintRow(QPainter& painter, const Frame& frame, double noise, const QString& text, bool seen) const;
    void paintAxis(QPainter& painter, const Frame& frame, double bottom) const;

    View m_view;
    std::vector<double> m_normals;
    std::vector<double> m_heights; ///< of the dots, in [0, 1)
    QWidget* m_pane;
};

} // namespace fedcctr::studio
