// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/data/datasetview.h"

#include <QWidget>

class QLabel;
class QStackedWidget;

namespace fedcctr::studio {

/// Value counts of what an augmentation found out, before and after (the paper's Figure 7); without one the
/// way to Augmentation.
class FeaturesTab : public QWidget {
    Q_OBJECT
public:
    explicit FeaturesTab(QWidget* parent = nullptr);

    void setView(const SharedView& view);

Q_SIGNALS:
    void augmentationRequested();

private:
    QWidget* buildEmpty();

    QStackedWidget* m_stack;
    QLabel* m_backend;
    QList<QLabel*> m_titles;
    QList<widgets::BarChart*> m_charts;
};

} // namespace fedcctr::studio
