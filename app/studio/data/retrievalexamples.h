// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/datatask.h"
#include "core/retrieval/examples.h"

#include <QDialog>

#include <memory>

class QLabel;
class QProgressBar;
class QPushButton;

namespace fedcctr::studio {

class TableBox;

/// What is drawn from.
struct ExampleSource {
    std::shared_ptr<const data::Dataset> dataset;
    std::shared_ptr<const retrieval::Similarity> similarity;
    data::Domain target = data::Domain::B;
    retrieval::Query query;
    QString vectors; ///< as the person calls them
};

/// Pairs of events that hard retrieval and the text vectors find, and those that only one of them does (the
/// cases of Figure 5), drawn by chance.
class RetrievalExamples : public QDialog {
    Q_OBJECT
public:
    explicit RetrievalExamples(ExampleSource source, QWidget* parent = nullptr);

private:
    void draw();
    void take(const retrieval::Examples& examples);

    ExampleSource m_source;
    std::uint64_t m_seed = 1;
    DataTask m_task;
    QLabel* m_counts;
    TableBox* m_table;
    QProgressBar* m_progress;
    QPushButton* m_others;
};

} // namespace fedcctr::studio
