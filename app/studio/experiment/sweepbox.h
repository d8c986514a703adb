// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sweeps/sweep.h"

#include <QGroupBox>
#include <QJsonArray>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QToolButton;
class QVBoxLayout;

namespace fedcctr::studio {

/// Many runs: every combination of some settings' values over one configuration, the ablation of Table 6, and
/// the comparison of models.
class SweepBox : public QGroupBox {
    Q_OBJECT
public:
    explicit SweepBox(QWidget* parent = nullptr);

    /// What all runs start from. `dataset` may be empty; then nothing can be queued.
    void setBase(const settings::Config& config, const QString& dataset);

    /// Of one run; 0: unknown.
    void setSecondsPerRun(double seconds);

    /// The rows with their texts, and the seeds.
    QJsonObject state() const;
    void restore(const QJsonObject& state);

Q_SIGNALS:
    /// After a question where there are many.
    void jobsQueued(const std::vector<fedcctr::sweeps::SweepJob>& jobs, const QString& what);
    void comparisonRequested(int seeds);
    void problem(const QString& message);
    void edited();

private:
    struct Row {
        QWidget* box = nullptr;
        QComboBox* key = nullptr;
        QLineEdit* values = nullptr;
        QToolButton* remove = nullptr;
    };

    void addRow(const QString& key, const QString& values);
    void removeRow(const QWidget* box);
    void changed();
    void refresh();
    sweeps::SweepRequest request(bool ablation) const;
    void queue(bool ablation);
    void ask(std::vector<sweeps::SweepJob> jobs, const QString& what);
    QString timeOf(std::size_t runs) const;

    settings::Config m_config;
    QString m_dataset;
    double m_secondsPerRun = 0;
    int m_made = 0; ///< rows so far, for their object names
    QList<Row> m_rows;
    QVBoxLayout* m_list;
    QSpinBox* m_seeds;
    QLabel* m_count;
    QPushButton* m_queue;
    QPushButton* m_ablation;
    QPushButton* m_comparison;
};

} // namespace fedcctr::studio
