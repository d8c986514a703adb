// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/datatask.h"
#include "app/studio/data/datasetview.h"
#include "core/retrieval/retrieval.h"

#include <QJsonObject>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QSpinBox;

namespace fedcctr::widgets {
class CurvePlot;
}

namespace fedcctr::studio {

class TableBox;

/// What RAL-CDNet's retrieval (Eq. 4) finds in the source domain: of one user which events and why, of all
/// users how many for every threshold.
class RetrievalTab : public QWidget {
    Q_OBJECT
public:
    explicit RetrievalTab(QWidget* parent = nullptr);

    void setView(const SharedView& view);
    bool isRunning() const { return m_task.isRunning(); }
    void cancel() { m_task.cancel(); }

    QJsonObject state() const;
    void restore(const QJsonObject& state);

Q_SIGNALS:
    void failed(const QString& message);
    void stateChanged();

protected:
    void showEvent(QShowEvent* event) override;

private:
    /// What does not change with the threshold.
    struct Prepared {
        std::shared_ptr<const retrieval::Similarity> similarity;
        std::array<std::vector<retrieval::ThetaPoint>, 2> curves; ///< by target domain
    };

    QHBoxLayout* buildControls();
    QWidget* buildLower();
    void prepare();
    void take(const Outcome<Prepared>& outcome);
    void showUser();
    void showCurve();
    void showSummary();
    data::Domain target() const;
    retrieval::Query query() const;
    std::optional<std::size_t> user() const;

    SharedView m_view;
    Prepared m_prepared;
    DataTask m_task;
    QComboBox* m_direction;
    QDoubleSpinBox* m_theta;
    QSpinBox* m_length;
    QCheckBox* m_hard;
    QLineEdit* m_user;
    QPushButton* m_next;
    QLabel* m_found;
    QLabel* m_summary;
    TableBox* m_table;
    widgets::CurvePlot* m_plot;
    QProgressBar* m_progress;
    QPushButton* m_cancel;
};

} // namespace fedcctr::studio
