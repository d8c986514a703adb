// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/train/trainheader.h"

#include "widgets/theme.h"

#include <QComboBox>
#include <QDir>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

QToolButton* makeButton(const QString& name, const QString& text, const QString& help, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setObjectName(name);
    button->setText(text);
    button->setToolTip(help);
    button->setAccessibleName(text);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

} // namespace

TrainHeader::TrainHeader(QWidget* parent)
    : QWidget(parent)
    , m_runs(new QComboBox(this))
    , m_stateIcon(new QLabel(this))
    , m_stateLabel(new QLabel(this))
    , m_pause(makeButton(u"button_pause"_s, tr("Pause"), tr("Pause after this round, or go on (F6)"), this))
    , m_stop(makeButton(u"button_stop"_s, tr("Stop"),
          tr("Finish the round, write the checkpoint and the results (Shift+F5). If nothing comes of it "
             "within "
             "5 s, Stop now drops the round."),
          this))
    , m_restart(makeButton(u"button_restart"_s, tr("From checkpoint"),
          tr("Drop what came after the last checkpoint and go on from there"), this))
    , m_follow(makeButton(
          u"button_follow"_s, tr("Follow"), tr("Keep the newest rounds in view in all charts"), this))
    , m_layout(
          makeButton(u"button_layout"_s, tr("Layout"), tr("Which charts are shown, and how large"), this))
{
    auto* title = new QLabel(tr("Train"), this);
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 1.3);
    large.setBold(true);
    title->setFont(large);
    buildRuns();
    buildButtons();
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    row->addWidget(title);
    row->addSpacing(8);
    row->addWidget(m_runs, 1);
    row->addWidget(m_stateIcon);
    row->addWidget(m_stateLabel);
    row->addStretch(1);
    for (QToolButton* button : {m_pause, m_stop, m_restart, m_follow, m_layout})
        row->addWidget(button);
}

void TrainHeader::buildRuns()
{
    m_runs->setObjectName(u"combo_run"_s);
    m_runs->setAccessibleName(tr("Run"));
    m_runs->setToolTip(tr("The run to watch: those of the queue, then finished ones"));
    m_runs->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_runs->setMinimumContentsLength(24);
    m_runs->setPlaceholderText(tr("no run yet"));
    connect(
        m_runs, &QComboBox::activated, this, [this] { Q_EMIT runChosen(m_runs->currentData().toString()); });
    m_stateLabel->setObjectName(u"label_state"_s);
    m_stateLabel->setAccessibleName(tr("State of the run"));
    QFont bold = m_stateLabel->font();
    bold.setBold(true);
    m_stateLabel->setFont(bold);
}

void TrainHeader::buildButtons()
{
    m_follow->setCheckable(true);
    m_follow->setChecked(true);
    m_layout->setPopupMode(QToolButton::InstantPopup);
    connect(m_pause, &QToolButton::clicked, this, &TrainHeader::pauseClicked);
    connect(m_stop, &QToolButton::clicked, this, &TrainHeader::stopClicked);
    connect(m_restart, &QToolButton::clicked, this, &TrainHeader::restartClicked);
    connect(m_follow, &QToolButton::clicked, this, &TrainHeader::followClicked);
}

void TrainHeader::setRuns(const QList<Choice>& runs, const QString& shown)
{
    const QSignalBlocker blocked(m_runs);
    m_runs->clear();
    for (const auto& [run, text] : runs) {
        m_runs->addItem(text, run);
        m_runs->setItemData(m_runs->count() - 1, QDir::toNativeSeparators(run), Qt::ToolTipRole);
    }
    m_runs->setCurrentIndex(m_runs->findData(shown));
}

void TrainHeader::showState(const QString& run, RunState state, const RunJob* job, bool hasCheckpoint)
{
    m_state = state;
    const bool active = job && job->isActive();
    const bool paused = state == RunState::Paused || state == RunState::Pausing;
    const bool resumes = job && job->mayResume();
    m_goesOn = paused || resumes;
    m_pause->setEnabled((active && job->canPause && (paused || state == RunState::Running)) || resumes);
    m_pause->setText(m_goesOn ? tr("Resume") : tr("Pause"));
    m_stop->setEnabled(active && (state != RunState::Stopping || job->canStopNow));
    m_stop->setText(active && job->canStopNow ? tr("Stop now") : tr("Stop"));
    m_restart->setEnabled(active && job->canPause && hasCheckpoint);
    m_stateIcon->setVisible(!run.isEmpty());
    if (run.isEmpty())
        m_stateLabel->clear();
    else
        m_stateLabel->setText(job && !job->activity.isEmpty() ? job->activity : stateWord(state));
    refreshIcons();
}

void TrainHeader::setLayoutMenu(QMenu* menu)
{
    m_layout->setMenu(menu);
}

void TrainHeader::setFollow(bool on)
{
    m_follow->setChecked(on);
}

void TrainHeader::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refreshIcons();
}

void TrainHeader::refreshIcons()
{
    const int size = fontMetrics().height();
    m_stateIcon->setPixmap(
        widgets::themeIcon(stateIcon(m_state), palette()).pixmap(QSize(size, size), devicePixelRatioF()));
    const std::pair<QToolButton*, QString> icons[] = {{m_pause, m_goesOn ? u"start"_s : u"pause"_s},
        {m_stop, u"stop"_s}, {m_restart, u"restart"_s}, {m_follow, u"follow"_s}, {m_layout, u"layout"_s}};
    for (const auto& [button, name] : icons)
        button->setIcon(widgets::themeIcon(name, palette()));
}

} // namespace fedcctr::studio
