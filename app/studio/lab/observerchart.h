// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/chart.h"

namespace fedcctr::studio {

/// What an observer can become sure of by what the training spends, as a sentence and as people out of
/// twenty: one row per epsilon.
class ObserverChart : public widgets::Chart {
    Q_OBJECT
public:
    struct Belief {
        QString epsilon; ///< with accountant, delta and adversary
        double posterior = 0.5; ///< at most, from a guess of 50 %
        QString attack; ///< what the best attack reaches, a part of a sentence; may be empty
        QString remark; ///< e.g. that the number is no bound here; may be empty
        bool warning = false;
        bool pending = false; ///< of other knobs, a better one is on its way
    };

    explicit ObserverChart(const QString& name, QWidget* parent = nullptr);

    void setBeliefs(const QString& question, const QList<Belief>& beliefs);
    const QList<Belief>& beliefs() const { return m_beliefs; }

    /// "Guess before: 50 %. After: at most 95 %; the best attack is right in 64 % (exact, μ 0.719)." of a
    /// row.
    static QString sentence(const Belief& belief);

    /// How many of twenty people are filled.
    static int filled(const Belief& belief);

    widgets::ChartTable table() const override;
    QSize minimumSizeHint() const override;
    QSize sizeHint() const override { return minimumSizeHint(); }

protected:
    void paintPicture(QPainter& painter, const QSizeF& size, const widgets::ThemeColors& colors,
        bool withTitle) const override;

private:
    double paintBelief(QPainter& painter, const Belief& belief, double top, double width,
        const widgets::ThemeColors& colors) const;

    QString m_question;
    QList<Belief> m_beliefs;
    QWidget* m_pane;
};

} // namespace fedcctr::studio
