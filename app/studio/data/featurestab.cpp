// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data/featurestab.h"

#include "widgets/emptystate.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

FeaturesTab::FeaturesTab(QWidget* parent)
    : QWidget(parent)
    , m_stack(new QStackedWidget(this))
{
    m_stack->setObjectName(u"stack_features"_s);
    m_stack->addWidget(buildEmpty());
    auto* charts = new QWidget(m_stack);
    m_backend = new QLabel(charts);
    m_backend->setObjectName(u"label_backend"_s);
    m_backend->setWordWrap(true);
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(12);
    const QStringList names{
        u"bars_genres"_s, u"bars_themes"_s, u"bars_keywords"_s, u"bars_ages"_s, u"bars_genders"_s};
    constexpr int kColumns = 3;
    for (int i = 0; i < names.size(); ++i) {
        auto* chart = new widgets::BarChart(names[i], charts);
        auto* title = new QLabel(charts);
        QFont bold = title->font();
        bold.setBold(true);
        title->setFont(bold);
        grid->addWidget(title, 2 * (i / kColumns), i % kColumns);
        grid->addWidget(chart, 2 * (i / kColumns) + 1, i % kColumns);
        m_titles.append(title);
        m_charts.append(chart);
    }
    auto* column = new QVBoxLayout(charts);
    column->setContentsMargins(4, 4, 4, 4);
    column->addWidget(m_backend);
    column->addLayout(grid);
    column->addStretch(1);
    auto* scroll = new QScrollArea(m_stack);
    scroll->setObjectName(u"scroll_features"_s);
    scroll->setAccessibleName(tr("Value counts"));
    scroll->setWidget(charts);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    m_stack->addWidget(scroll);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(m_stack);
}

QWidget* FeaturesTab::buildEmpty()
{
    auto* empty = new widgets::EmptyState(u"empty_features"_s, u"augment"_s,
        tr("No features yet: genres, themes, keywords, age and gender come from the augmentation."),
        tr("Go to Augmentation"), m_stack);
    empty->button()->setToolTip(tr("The page that enriches items, users and sequences (Ctrl+2)"));
    connect(empty, &widgets::EmptyState::clicked, this, &FeaturesTab::augmentationRequested);
    return empty;
}

void FeaturesTab::setView(const SharedView& view)
{
    const bool hasFeatures = view && view->augmentation;
    m_stack->setCurrentIndex(hasFeatures ? 1 : 0);
    if (!hasFeatures)
        return;
    m_backend->setText(
        tr("Augmented by %1: %2.")
            .arg(QString::fromStdString(view->augmentation->backend), coverageOf(*view->augmentation)));
    for (qsizetype i = 0; i < m_charts.size() && i < view->features.size(); ++i) {
        const auto& [attribute, bars] = view->features[i];
        m_titles[i]->setText(titleOf(attribute, *view->dataset));
        m_charts[i]->setBars(titleOf(attribute, *view->dataset), bars);
    }
}

} // namespace fedcctr::studio
