// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;

namespace fedcctr::studio {

class TableBox;

/// What the first codes of a FedMM run stand for, market beside market.
class CodesPanel : public QWidget {
    Q_OBJECT
public:
    explicit CodesPanel(QWidget* parent = nullptr);

    /// Reads the run's codes and its dataset off the GUI thread.
    void show(const QString& run, const QString& dataset);

private:
    QLabel* m_about;
    TableBox* m_table;
    int m_loads = 0;
};

} // namespace fedcctr::studio
