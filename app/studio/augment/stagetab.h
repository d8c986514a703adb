// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/augment/augmentdata.h"

#include <QWidget>

class QSettings;
class QSplitter;

namespace fedcctr::studio {

class PromptPane;
class ResultsPane;
class SamplePane;

/// One stage: its prompt beside a sample, over the results.
class StageTab : public QWidget {
    Q_OBJECT
public:
    StageTab(augment::Stage stage, QSettings* settings, QWidget* parent = nullptr);

    augment::Stage stage() const { return m_stage; }
    PromptPane* prompt() const { return m_prompt; }
    SamplePane* sample() const { return m_sample; }

    void setData(const AugmentData& data);

    /// Splitters and the draft.
    void save();
    void resetLayout();

private:
    augment::Stage m_stage;
    QSettings* m_settings;
    QString m_path;
    QSplitter* m_rows;
    QSplitter* m_columns;
    PromptPane* m_prompt;
    SamplePane* m_sample;
    ResultsPane* m_results;
};

} // namespace fedcctr::studio
