// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/compare/comparetab.h"

class QCheckBox;
class QLineEdit;

namespace fedcctr::studio {

class TableBox;

/// The settings in which the checked runs differ, or all of them.
class DifferencesTab : public CompareTab {
    Q_OBJECT
public:
    explicit DifferencesTab(QWidget* parent = nullptr);

    QJsonObject state() const override;
    void restore(const QJsonObject& state) override;
    void exportTab() override;

protected:
    void refresh() override;

private:
    QLineEdit* m_find;
    QCheckBox* m_all;
    TableBox* m_box;
};

/// Wall time, rounds and epsilon of the checked runs: every epsilon with accountant, delta, adversary and
/// relation.
class SpendTab : public CompareTab {
    Q_OBJECT
public:
    explicit SpendTab(QWidget* parent = nullptr);
    void exportTab() override;

protected:
    void refresh() override;

private:
    TableBox* m_box;
};

} // namespace fedcctr::studio
