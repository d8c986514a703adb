// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/datatask.h"
#include "core/augment/augmentation.h"
#include "core/data/leakage.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;
class QStandardItemModel;
class QTableView;

namespace fedcctr::studio {

/// Looks whether any training example, history or candidate knows what it must not, and shows the offending
/// rows.
class LeakagePanel : public QWidget {
    Q_OBJECT
public:
    explicit LeakagePanel(QWidget* parent = nullptr);

    /// `augmentation` may be null: what training would put beside the dataset.
    void setDataset(std::shared_ptr<const data::Dataset> dataset,
        std::shared_ptr<const augment::Augmentation> augmentation);
    void cancel() { m_task.cancel(); }

protected:
    void changeEvent(QEvent* event) override;

private:
    void check();
    void showReport(const data::LeakageReport& report);
    void setVerdict(const QString& icon, const QString& text);
    void refresh();
    void refreshIcon();

    std::shared_ptr<const data::Dataset> m_dataset;
    std::shared_ptr<const augment::Augmentation> m_augmentation;
    DataTask m_task;
    QPushButton* m_check;
    QProgressBar* m_progress;
    QLabel* m_icon;
    QLabel* m_verdict;
    QString m_iconName;
    QStandardItemModel* m_leaks;
    QTableView* m_table;
};

} // namespace fedcctr::studio
