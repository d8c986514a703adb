// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/datasetjobs.h"
#include "app/studio/engineprocess.h"

#include <QHash>
#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QScrollArea;
class QSettings;
class QToolButton;

namespace fedcctr::widgets {
class SettingsForm;
}

namespace fedcctr::studio {

/// What to train: dataset, preset and settings. Remembers all three.
class SetupPanel : public QWidget {
    Q_OBJECT
public:
    /// New demo datasets go under `workspace`. Settings are read at once and written by save().
    SetupPanel(const QString& workspace, QSettings* settings, QWidget* parent = nullptr);

    QString datasetPath() const;
    bool isBusy() const { return m_busy; }

    /// Loads the dataset's figures in the background and chooses it; datasetReady() or problem() follows.
    void openDataset(const QString& path);
    void createDemo();

    /// False if there is no such preset.
    bool choosePreset(const QString& name);
    QString preset() const;

    /// Only what differs from the preset, as "key=value".
    QStringList assignments() const;

    /// What is wrong with the settings, shown beside the field too; empty if nothing is.
    QString validate();

    /// During a run only λ1 and λ2 can be changed.
    void setRunning(bool running);
    void save();

public Q_SLOTS:
    void askForDataset();

Q_SIGNALS:
    void datasetReady(const QString& path);
    void problem(const QString& message);

    /// The person changed it; sent to a running engine.
    void weightEdited(const QString& key, double value);

private:
    QLayout* buildDataset();
    QLayout* buildPreset();
    void buildForms(QLayout* column);
    void restore();
    void watch(const QFuture<DatasetInfo>& job, const QString& busyText);
    void showDataset(const DatasetInfo& info);
    void applyPreset();
    void setBusy(bool busy, const QString& text);

    QString m_workspace;
    QSettings* m_settings;
    QComboBox* m_dataset;
    QLabel* m_datasetInfo;
    QPushButton* m_open;
    QPushButton* m_demo;
    QComboBox* m_preset;
    QLabel* m_presetInfo;
    widgets::SettingsForm* m_main = nullptr;
    widgets::SettingsForm* m_others = nullptr;
    QToolButton* m_more;
    bool m_busy = false;
    int m_job = 0; ///< number of the newest dataset job; older answers are dropped
};

} // namespace fedcctr::studio
