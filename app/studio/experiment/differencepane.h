// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/comparison.h"
#include "core/settings/config.h"
#include "core/settings/config_table.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QTableWidget;

namespace fedcctr::studio {

/// Settings that differ from the preset, or from a run.
class DifferencePane : public QWidget {
    Q_OBJECT
public:
    explicit DifferencePane(QWidget* parent = nullptr);

    void setConfig(const settings::Config& config, const settings::Config& preset, const QString& presetName);

    /// Newest first.
    void setRuns(const std::vector<EntryPtr>& runs);

Q_SIGNALS:
    void settingRequested(const QString& key);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void refresh();
    void addLine(const settings::Field& field, const QString& here, const QString& there);
    void copy();

    settings::Config m_config;
    settings::Config m_preset;
    std::vector<EntryPtr> m_runs;
    QComboBox* m_other;
    QCheckBox* m_all;
    QLabel* m_note;
    QTableWidget* m_table;
};

} // namespace fedcctr::studio
