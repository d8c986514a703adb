// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/augment/stagetab.h"

#include "app/studio/augment/promptpane.h"
#include "app/studio/augment/resultspane.h"
#include "app/studio/augment/samplepane.h"
#include "app/studio/augment/subjectchooser.h"

#include <QSettings>
#include <QSplitter>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

StageTab::StageTab(augment::Stage stage, QSettings* settings, QWidget* parent)
    : QWidget(parent)
    , m_stage(stage)
    , m_settings(settings)
    , m_rows(new QSplitter(Qt::Vertical, this))
    , m_columns(new QSplitter(Qt::Horizontal, m_rows))
    , m_prompt(new PromptPane(stage, settings, m_columns))
    , m_sample(new SamplePane(stage, m_columns))
    , m_results(new ResultsPane(stage, settings, m_rows))
{
    const QString name = QString::fromStdString(nameOf(stage));
    setObjectName(u"tab_"_s + name);
    m_rows->setObjectName(u"splitter_rows_"_s + name);
    m_columns->setObjectName(u"splitter_columns_"_s + name);
    m_rows->setChildrenCollapsible(false);
    m_columns->setChildrenCollapsible(false);
    resetLayout();
    m_rows->restoreState(m_settings->value(u"augment/rows_"_s + name).toByteArray());
    m_columns->restoreState(m_settings->value(u"augment/columns_"_s + name).toByteArray());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->addWidget(m_rows);
    connect(m_prompt, &PromptPane::edited, this, [this] { m_sample->setTemplate(m_prompt->text()); });
    connect(m_results, &ResultsPane::subjectChosen, m_sample->chooser(), &SubjectChooser::choose);
}

void StageTab::setData(const AugmentData& opened)
{
    // After a batch the dataset is the same, and what is being typed stays.
    if (opened.path != m_path) {
        m_path = opened.path;
        m_prompt->setDataset(opened.path);
    }
    m_sample->setData(opened);
    m_sample->setTemplate(m_prompt->text());
    m_results->setData(opened);
}

void StageTab::resetLayout()
{
    m_rows->setSizes({560, 440});
    m_columns->setSizes({500, 500});
    m_results->resetLayout();
}

void StageTab::save()
{
    const QString name = QString::fromStdString(nameOf(m_stage));
    m_settings->setValue(u"augment/rows_"_s + name, m_rows->saveState());
    m_settings->setValue(u"augment/columns_"_s + name, m_columns->saveState());
    m_prompt->keepDraft();
    m_results->save();
}

} // namespace fedcctr::studio
