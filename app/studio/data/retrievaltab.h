// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/datatask.h"
#include "app/studio/data/datasetview.h"
#include "core/retrieval/retrieval.h"

#include <QJsonObject>
#include <QPointer>
#include <QWidget>

#include <array>
#include <memory>
#include <optional>
#include <vector>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLayout;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QSpinBox;

namespace fedcctr::widgets {
class CurvePlot;
}

namespace fedcctr::studio {

class RetrievalExamples;
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
        std::array<retrieval::ThetaPoint, 2> hard; ///< by target domain
    };

    QLayout* buildSettings();
    QLayout* buildUser();
    QWidget* buildLower();
    void addControl(
        QLayout* row, const QString& text, QWidget* control, const QString& name, const QString& help);
    void connectParts();
    void fillVectors();
    void prepare();
    void take(const Outcome<Prepared>& outcome);
    void settingsChanged();
    void showWaiting();
    void showUser();
    void showTitles();
    void showReason(int row);
    void showCurve();
    void showSummary();
    void showExamples();
    data::Domain target() const;
    retrieval::Query query() const;
    std::optional<std::size_t> user() const;

    SharedView m_view;
    Prepared m_prepared;
    DataTask m_task;
    bool m_again = false; ///< what runs is of another view, L or set of vectors
    QString m_stopped; ///< why there are no curves, if nothing runs
    retrieval::Sequences m_sequences; ///< of the user that is shown
    std::vector<retrieval::Found> m_retrieved; ///< of these
    QString m_wantedVectors; ///< chosen, or to be chosen once the dataset has them
    QComboBox* m_direction;
    QComboBox* m_vectors;
    QDoubleSpinBox* m_theta;
    QSpinBox* m_length;
    QCheckBox* m_hard;
    QPushButton* m_examples;
    QLineEdit* m_user;
    QPushButton* m_next;
    QLabel* m_found;
    QLabel* m_summary;
    std::array<QLabel*, 2> m_titles{}; ///< source, own
    TableBox* m_table;
    TableBox* m_own;
    widgets::CurvePlot* m_plot;
    QProgressBar* m_progress;
    QPushButton* m_cancel;
    QPointer<RetrievalExamples> m_dialog; ///< while it is open
};

} // namespace fedcctr::studio
