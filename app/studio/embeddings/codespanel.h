// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/markets.h"

#include <QWidget>

class QComboBox;
class QLabel;

namespace fedcctr::widgets {
class ScatterView;
}

namespace fedcctr::studio {

class TableBox;

/// What the first codes of a FedMM run stand for, market beside market: a table of them, and the items'
/// latent vectors on their two main axes, coloured by market or by code.
class CodesPanel : public QWidget {
    Q_OBJECT
public:
    explicit CodesPanel(QWidget* parent = nullptr);

    /// Reads the run's codes and its dataset off the GUI thread.
    void show(const QString& run, const QString& dataset);

private:
    void showLook();

    QLabel* m_about;
    QComboBox* m_color;
    widgets::ScatterView* m_picture;
    TableBox* m_table;
    report::CodeMeaning m_meaning;
    int m_loads = 0;
};

} // namespace fedcctr::studio
