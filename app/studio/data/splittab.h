// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/datatask.h"
#include "app/studio/data/datasetview.h"
#include "core/data/import_options.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QStandardItemModel;
class QTableView;

namespace fedcctr::studio {

class LeakagePanel;
class ProtocolBox;

/// What the filters and the split leave of the dataset, and would leave with other ones. Applying
/// makes a new dataset beside the old one.
class SplitTab : public QWidget {
    Q_OBJECT
public:
    explicit SplitTab(QWidget* parent = nullptr);

    void setView(const SharedView& view);

    /// Folder for new datasets.
    void setFolder(const QString& folder) { m_folder = folder; }

    bool isRunning() const { return m_task.isRunning(); }
    void cancel();

Q_SIGNALS:
    /// A new dataset was written there.
    void created(const QString& path);
    void failed(const QString& message);

private:
    QWidget* buildForm();
    QWidget* buildCounts();
    QSpinBox* addSpin(
        const QString& name, int least, int most, int value, const QString& spoken, const QString& help);
    data::ImportOptions options() const;
    void settingsChanged();
    void preview();
    void apply();
    void showCounts(const data::Statistics* after);
    void refresh();
    QString freeName() const;

    SharedView m_view;
    QString m_folder;
    DataTask m_task;
    QSpinBox* m_minUser;
    QSpinBox* m_minItem;
    QCheckBox* m_repeat;
    ProtocolBox* m_protocol;
    QSpinBox* m_negatives;
    QSpinBox* m_seed;
    QLineEdit* m_name;
    QPushButton* m_preview;
    QPushButton* m_apply;
    QPushButton* m_cancel;
    QProgressBar* m_progress;
    QStandardItemModel* m_counts;
    QTableView* m_table;
    QLabel* m_title;
    QLabel* m_note;
    LeakagePanel* m_leakage;
};

} // namespace fedcctr::studio
