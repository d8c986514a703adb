// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QList>
#include <QWidget>

class QSplitter;

namespace fedcctr::studio {

/// Arranges charts: two by two, one big beside the others, or a single one. Splitters between them.
class ChartGrid : public QWidget {
    Q_OBJECT
public:
    enum class Mode { TwoByTwo, OneBig, Single };

    /// `charts` in the order of importance; those behind the fourth are optional and hidden at
    /// first.
    ChartGrid(const QList<QWidget*>& charts, QWidget* parent = nullptr);

    Mode mode() const { return m_mode; }
    int main() const { return m_main; }
    bool showsOptional() const { return m_optional; }

    void setMode(Mode mode);

    /// Index of the chart that is big, or single.
    void setMain(int chart);
    void setShowsOptional(bool on);
    void reset();

    /// Indices of charts that have nothing to say of what is shown: they stand nowhere, and those behind take
    /// their places. No part of the state.
    void setAbsent(const QList<int>& charts);

    QJsonObject state() const;
    void restore(const QJsonObject& state);

    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void changed();

private:
    void arrange();
    QSplitter* makeSplitter(Qt::Orientation orientation, const QList<QWidget*>& parts);
    QList<QWidget*> shownCharts() const;

    QList<QWidget*> m_charts;
    QWidget* m_content = nullptr;
    QList<int> m_absent;
    QList<QSplitter*> m_splitters;
    Mode m_mode = Mode::TwoByTwo;
    int m_main = 0;
    bool m_optional = false;
};

} // namespace fedcctr::studio
