// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/augment/vectorjob.h"

#include <QWidget>

#include <optional>
#include <vector>

class QFormLayout;
class QLabel;
class QLineEdit;
class QListWidget;
class QProgressBar;
class QPushButton;
class QSettings;

namespace fedcctr::widgets {
class NumberBox;
}

namespace fedcctr::studio {

/// Vectors of the items' texts by a pre-trained encoder behind the page's server: which sets the dataset has,
/// and making one.
class VectorsPane : public QWidget {
    Q_OBJECT
public:
    VectorsPane(VectorJob* job, QSettings* settings, QWidget* parent = nullptr);

    /// Reads which sets there are.
    void setData(const AugmentData& opened);

    /// Where texts would go: "" where no server is chosen, or why none can be asked.
    void setServer(const QString& host, bool staysHere, const QString& problem);

    /// The encoder's name as the server calls it; the set's name; texts per request.
    std::string model() const;
    std::string name() const;
    int batch() const;
    void save();

Q_SIGNALS:
    void runRequested();

private:
    QFormLayout* buildForm();
    QLayout* buildButtons();
    QLayout* buildList();
    void readSets();
    void showSets(const std::vector<model::ShelvedVectors>& sets);
    void refresh();
    void showProgress(const llm::VectorProgress& progress);
    void showEnd(const VectorJobEnd& end);
    bool hasSet(const std::string& name) const;

    VectorJob* m_job;
    QSettings* m_settings;
    AugmentData m_data;
    std::vector<model::ShelvedVectors> m_sets;
    int m_reads = 0; ///< number of the newest one; older answers are dropped
    QString m_host;
    bool m_staysHere = true;
    QString m_problem;
    QLineEdit* m_model = nullptr;
    QLineEdit* m_name = nullptr;
    widgets::NumberBox* m_batch = nullptr;
    QLabel* m_statement = nullptr;
    QPushButton* m_run = nullptr;
    QPushButton* m_cancel = nullptr;
    QProgressBar* m_bar = nullptr;
    QLabel* m_headline = nullptr;
    QListWidget* m_list = nullptr;
};

} // namespace fedcctr::studio
