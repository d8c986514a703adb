// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/shell/guide.h"

#include "app/studio/runs/runqueue.h"
#include "app/studio/runs/workspace.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

/// What a step says, and where "Show me" leads.
struct StepText {
    QString title;
    QString text;
    PageId page;
    QString target; ///< object name of the control to press
};

const QList<StepText>& steps()
{
    using Guide = FirstExperimentGuide;
    static const QList<StepText> kSteps{
        {Guide::tr("Make demo data"),
            Guide::tr(
                "Some hundred people who read books and watch films, made up on this machine in a second."),
            PageId::Data, u"button_demo_dataset"_s},
        {Guide::tr("Look at them"),
            Guide::tr("Two domains, the same people. Everybody's last clicks are kept back as the test."),
            PageId::Data, u"page_data"_s},
        {Guide::tr("Queue the quick demo"),
            Guide::tr("A small FedCCTR-LM under AdaLDP, until its printed budget is spent. About a minute."),
            PageId::Train, u"button_start"_s},
        {Guide::tr("Watch it learn"),
            Guide::tr("NDCG@10 rises above the line of a random ranker while the budget is used up."),
            PageId::Train, u"plot_ndcg"_s},
        {Guide::tr("Train the same without privacy"),
            Guide::tr(
                "On Experiment set the noise schedule to none and queue it: what would be possible with no "
                "noise."),
            PageId::Experiment, u"edit_privacy_schedule"_s},
        {Guide::tr("Compare the two"),
            Guide::tr("Check both runs: the curves lie over each other, with their 95 % intervals."),
            PageId::Compare, u"page_compare"_s},
        {Guide::tr("Queue an ε sweep"),
            Guide::tr("Six runs of the small private model, each with just the noise that its budget needs."),
            PageId::PrivacyLab, u"button_lab_sweep"_s},
        {Guide::tr("See what privacy costs"),
            Guide::tr("In the Privacy lab your six runs stand on one plot: NDCG@10 against ε."),
            PageId::PrivacyLab, u"plot_lab_utility"_s}};
    return kSteps;
}

} // namespace

FirstExperimentGuide::FirstExperimentGuide(QWidget* parent)
    : QFrame(parent)
    , m_progress(new QProgressBar(this))
    , m_end(new QLabel(
          tr("Done: you trained, compared and measured what privacy costs. The seven lessons of the "
             "Privacy lab tell why."),
          this))
{
    setObjectName(u"guide_first_experiment"_s);
    setAccessibleName(tr("First experiment, a guide in eight steps"));
    setFrameShape(QFrame::StyledPanel);
    auto* title = new QLabel(tr("First experiment: five minutes"), this);
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    auto* close = new QToolButton(this);
    close->setObjectName(u"button_guide_close"_s);
    close->setText(tr("Close"));
    close->setToolTip(tr("Put the guide away; Help > Guide brings it back where it was"));
    close->setFocusPolicy(Qt::StrongFocus);
    connect(close, &QToolButton::clicked, this, &FirstExperimentGuide::closed);
    m_progress->setObjectName(u"progress_guide"_s);
    m_progress->setRange(0, kSteps);
    m_progress->setFormat(tr("%v of %m steps"));
    m_progress->setAccessibleName(tr("Steps done"));
    m_end->setObjectName(u"label_guide_end"_s);
    m_end->setWordWrap(true);

    auto* head = new QHBoxLayout;
    head->addWidget(title, 1);
    head->addWidget(close);
    auto* list = new QWidget(this);
    auto* grid = new QGridLayout(list);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setColumnStretch(1, 1);
    grid->setRowStretch(kSteps, 1);
    auto* scroll = new QScrollArea(this);
    scroll->setObjectName(u"scroll_guide"_s);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    for (int step = 0; step < kSteps; ++step)
        addRow(step, grid);
    auto* column = new QVBoxLayout(this);
    column->addLayout(head);
    column->addWidget(m_progress);
    column->addWidget(scroll, 1);
    column->addWidget(m_end);
    scroll->setWidget(list);
    refresh();
}

void FirstExperimentGuide::addRow(int step, QGridLayout* grid)
{
    const StepText& words = steps()[step];
    Row row;
    row.mark = new QLabel(this);
    row.mark->setObjectName(u"label_guide_mark_%1"_s.arg(step + 1));
    row.text = new QLabel(this);
    row.text->setObjectName(u"label_guide_%1"_s.arg(step + 1));
    row.text->setTextFormat(Qt::RichText);
    row.text->setWordWrap(true);
    row.text->setText(u"<b>%1. %2</b><br>%3"_s.arg(step + 1).arg(words.title, words.text));
    row.show = new QPushButton(tr("Show me"), this);
    row.show->setObjectName(u"button_guide_%1"_s.arg(step + 1));
    row.show->setToolTip(tr("Go there and point at it"));
    row.show->setAccessibleName(tr("Show me: %1").arg(words.title));
    connect(row.show, &QPushButton::clicked, this, [this, step] {
        Q_EMIT pageRequested(steps()[step].page);
        Q_EMIT highlight(steps()[step].target);
    });
    grid->addWidget(row.mark, step, 0, Qt::AlignTop);
    grid->addWidget(row.text, step, 1);
    grid->addWidget(row.show, step, 2, Qt::AlignTop);
    m_rows.append(row);
}

int FirstExperimentGuide::current() const
{
    for (int step = 0; step < kSteps; ++step)
        if (!m_rows[step].done)
            return step;
    return kSteps;
}

int FirstExperimentGuide::done() const
{
    int bits = 0;
    for (int step = 0; step < kSteps; ++step)
        bits |= (m_rows[step].done ? 1 : 0) << step;
    return bits;
}

void FirstExperimentGuide::restore(int done)
{
    for (int step = 0; step < kSteps; ++step)
        m_rows[step].done = (done >> step & 1) != 0;
    refresh();
}

void FirstExperimentGuide::setDone(Step step, bool done)
{
    Row& row = m_rows[static_cast<qsizetype>(step)];
    if (row.done == done)
        return;
    row.done = done;
    refresh();
    if (current() == kSteps)
        Q_EMIT finished();
}

/// A tick for what is done, an arrow for what comes next.
void FirstExperimentGuide::refresh()
{
    const widgets::ThemeColors& colors = widgets::themeColors(palette());
    const int next = current();
    for (int step = 0; step < kSteps; ++step) {
        const Row& row = m_rows[step];
        row.mark->setText(row.done ? u"✓"_s : step == next ? u"▸"_s : u"○"_s);
        row.mark->setAccessibleName(row.done ? tr("done") : step == next ? tr("next") : tr("to do"));
        QPalette mark = palette();
        mark.setColor(
            QPalette::WindowText, row.done ? colors.success : colors.palette.color(QPalette::WindowText));
        row.mark->setPalette(mark);
    }
    m_progress->setValue(static_cast<int>(std::ranges::count_if(m_rows, &Row::done)));
    m_end->setVisible(next == kSteps);
}

void FirstExperimentGuide::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_rows.size() == kSteps)
        refresh();
}

void FirstExperimentGuide::look(const Workspace& workspace, const RunQueue& queue, PageId page)
{
    const auto tick = [this](Step step, bool done) {
        if (done)
            setDone(step, true);
    };
    tick(Step::CreateData, workspace.data() != nullptr);
    tick(Step::LookAtData, workspace.data() && page == PageId::Data);
    bool noisy = false;
    bool plain = false;
    int sweeps = 0;
    for (int row = 0; row < queue.jobCount(); ++row) {
        const RunJob& job = *queue.jobAt(row);
        tick(Step::QueueDemo, true);
        tick(Step::Watch, job.record.round() > 0 && page == PageId::Train);
        if (!job.record.end || job.record.end->kind == RunState::Failed)
            continue;
        const bool none = job.record.hello.config().privacy.schedule == privacy::Schedule::None;
        (none ? plain : noisy) = true;
        sweeps += none ? 0 : 1;
    }
    tick(Step::WithoutPrivacy, plain);
    tick(Step::Compare, plain && noisy && page == PageId::Compare);
    tick(Step::Sweep, sweeps >= 3);
    tick(Step::Plot, sweeps >= 3 && page == PageId::PrivacyLab);
}

} // namespace fedcctr::studio
