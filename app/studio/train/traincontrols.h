// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/train/eventlog.h"

#include <QWidget>

class QComboBox;
class QDoubleSpinBox;
class QHBoxLayout;
class QLineEdit;

namespace fedcctr::studio {

struct RunRecording;

/// The Train page's second line: what the charts show, the weights that can be changed while the run goes on,
/// and which lines of the log are shown.
class TrainControls : public QWidget {
    Q_OBJECT
public:
    explicit TrainControls(QWidget* parent = nullptr);

    /// Of the round that comes next.
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
    void buildQuality(QHBoxLayout* row);
    void buildBehind(QHBoxLayout* row);
    void buildLog(QHBoxLayout* row);
    QDoubleSpinBox* weightBox(const QString& name, const QString& key, const QString& spoken);
    void chooseMetric();
    void chooseBehind();

    QComboBox* m_metric = nullptr;
    QComboBox* m_cutoff = nullptr;
    QDoubleSpinBox* m_lambda1 = nullptr;
    QDoubleSpinBox* m_lambda2 = nullptr;
    QComboBox* m_behind = nullptr;
    QLineEdit* m_find = nullptr;
    QString m_wanted;
};

} // namespace fedcctr::studio
