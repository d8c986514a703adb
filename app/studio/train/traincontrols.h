// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/train/eventlog.h"
#include "core/model/spec.h"

#include <QWidget>

#include <vector>

class QComboBox;
class QDoubleSpinBox;
class QHBoxLayout;
class QLabel;
class QLineEdit;

namespace fedcctr::studio {

struct RunRecording;

/// The Train page's second line: what the charts show, the weights that can be changed while the run goes on,
/// and which lines of the log are shown.
class TrainControls : public QWidget {
    Q_OBJECT
public:
    explicit TrainControls(QWidget* parent = nullptr);

    /// The weights of the run's model's loss terms, in the round that comes next. Before a run, those of the
    /// default model.
    void showWeights(const RunRecording& record);
    void setWeightsEnabled(bool on);

    /// Directories of runs that can be drawn behind, newest first.
    void setFinished(const QStringList& runs);

    /// The run that is wanted behind, or empty; it need not be in the list yet.
    QString behind() const { return m_wanted; }

    void focusFind();

    /// Keys "metric", "cutoff" and "behind".
    QJsonObject state() const;
    void restore(const QJsonObject& state);

Q_SIGNALS:
    /// "ndcg@10" or "auc"
    void metricChosen(const QString& metric);

    /// A few clicks on the arrow are one change.
    void weightChosen(const QString& key, double value);
    void behindChosen(const QString& run);
    void logLevelChosen(fedcctr::studio::EventLog::Level least);
    void logFilterChanged(const QString& text);

private:
    /// Of a setting that weighs a term of some model's loss; hidden where the run's model has no such term.
    struct Weight {
        std::string key;
        QLabel* label = nullptr;
        QDoubleSpinBox* box = nullptr;
    };

    void buildQuality(QHBoxLayout* row);
    void buildBehind(QHBoxLayout* row);
    void buildLog(QHBoxLayout* row);
    void buildWeights(QHBoxLayout* row);
    QDoubleSpinBox* weightBox(const model::TermInfo& term);
    void chooseMetric();
    void chooseBehind();

    QComboBox* m_metric = nullptr;
    QComboBox* m_cutoff = nullptr;
    std::vector<Weight> m_weights;
    QComboBox* m_behind = nullptr;
    QLineEdit* m_find = nullptr;
    QString m_wanted;
};

} // namespace fedcctr::studio
