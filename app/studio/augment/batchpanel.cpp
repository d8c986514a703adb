// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/augment/batchpanel.h"

#include "app/studio/common/pace.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using augment::PipelineProgress;
using augment::StageCounts;
using State = AugmentJob::State;

namespace {

constexpr int kSteps = 1000;

QString number(std::size_t count)
{
    return QLocale().toString(static_cast<qulonglong>(count));
}

const StageCounts& current(const PipelineProgress& progress)
{
    return progress.stages[static_cast<std::size_t>(progress.stage)];
}

QString stageName(augment::Stage stage)
{
    return stage == augment::Stage::Item ? BatchPanel::tr("Items")
        : stage == augment::Stage::User  ? BatchPanel::tr("Users")
                                         : BatchPanel::tr("Sequences");
}

} // namespace

BatchPanel::BatchPanel(AugmentJob* job, QWidget* parent)
    : QWidget(parent)
    , m_job(job)
    , m_run(new QPushButton(this))
    , m_pause(new QPushButton(tr("Pause"), this))
    , m_cancel(new QPushButton(tr("Cancel"), this))
    , m_bar(new QProgressBar(this))
    , m_effect(new QLabel(this))
    , m_headline(new QLabel(this))
    , m_details(new QLabel(this))
{
    setObjectName(u"panel_batch"_s);
    m_run->setObjectName(u"button_run"_s);
    m_run->setAccessibleName(tr("Run the batch"));
    m_pause->setObjectName(u"button_pause_batch"_s);
    m_pause->setAccessibleName(tr("Pause or go on"));
    m_pause->setToolTip(tr("Send no further question until you go on; answers under way are taken"));
    m_cancel->setObjectName(u"button_cancel_batch"_s);
    m_cancel->setAccessibleName(tr("Cancel the batch"));
    m_cancel->setToolTip(tr("End the batch; what was answered is kept"));
    m_bar->setObjectName(u"progress_batch"_s);
    m_bar->setAccessibleName(tr("Progress of the batch"));
    m_bar->setToolTip(tr("Share of all items and users that are done"));
    m_bar->setRange(0, kSteps);
    m_effect->setObjectName(u"label_batch_effect"_s);
    m_effect->setAccessibleName(tr("What the batch changes for runs"));
    m_effect->setForegroundRole(QPalette::PlaceholderText);
    m_headline->setObjectName(u"label_batch"_s);
    m_details->setObjectName(u"label_batch_details"_s);
    m_details->setForegroundRole(QPalette::PlaceholderText);
    for (QLabel* label : {m_effect, m_headline, m_details}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
    }
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    row->addWidget(m_run, 1);
    row->addWidget(m_pause);
    row->addWidget(m_cancel);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->setSpacing(4);
    column->addWidget(m_effect);
    column->addLayout(row);
    column->addWidget(m_bar);
    column->addWidget(m_headline);
    column->addWidget(m_details);
    connect(m_run, &QPushButton::clicked, this, &BatchPanel::runRequested);
    connect(
        m_pause, &QPushButton::clicked, this, [this] { m_job->setPaused(m_job->state() == State::Running); });
    connect(m_cancel, &QPushButton::clicked, m_job, &AugmentJob::cancel);
    connect(m_job, &AugmentJob::stateChanged, this, &BatchPanel::showState);
    connect(m_job, &AugmentJob::progressed, this, &BatchPanel::showProgress);
    showState();
}

void BatchPanel::setReady(bool ready)
{
    m_ready = ready;
    showState();
}

void BatchPanel::setItemsOnly(bool itemsOnly)
{
    m_itemsOnly = itemsOnly;
    showState();
}

void BatchPanel::setEffect(const QString& text)
{
    m_effect->setText(text);
}

void BatchPanel::setResumable(bool resumable)
{
    m_resumable = resumable;
    showState();
}

void BatchPanel::showState()
{
    const State state = m_job->state();
    const bool resumes = m_resumable && state == State::Idle;
    m_run->setText(resumes ? tr("Resume") : m_itemsOnly ? tr("Run items") : tr("Run all stages"));
    m_run->setToolTip(resumes ? tr("Ask for what is missing; what was answered is not asked again")
            : m_itemsOnly
            ? tr("Ask about every item")
            : tr("Ask about every item, then about every user's profile, then about every user's sequence"));
    m_run->setEnabled(m_ready && state == State::Idle);
    m_pause->setEnabled(state == State::Running || state == State::Paused);
    m_pause->setText(state == State::Paused ? tr("Go on") : tr("Pause"));
    m_cancel->setEnabled(state == State::Running || state == State::Paused);
    if (state == State::Cancelling)
        m_headline->setText(tr("cancelling…"));
}

QString BatchPanel::headline(const AugmentProgress& progress) const
{
    QStringList parts;
    if (progress.pipeline) {
        const StageCounts& counts = current(*progress.pipeline);
        parts.append(
            tr("%1: %2 of %3")
                .arg(stageName(progress.pipeline->stage), number(counts.done()), number(counts.subjects)));
        if (progress.perSecond > 0)
            parts.append(tr("%1/s").arg(QLocale().toString(progress.perSecond, 'g', 3)));
    } else if (!progress.what.isEmpty()) {
        parts.append(progress.what);
    }
    if (m_job->state() == State::Paused)
        parts.append(tr("paused"));
    else if (progress.secondsLeft >= 0 && m_job->isActive())
        parts.append(tr("%1 left").arg(durationText(progress.secondsLeft)));
    return parts.join(u" · "_s);
}

QString BatchPanel::details(const AugmentProgress& progress) const
{
    if (!progress.pipeline)
        return {};
    std::size_t stored = 0;
    std::size_t refused = 0;
    std::size_t failed = 0;
    std::size_t tokens = 0;
    std::map<std::string, std::size_t> reasons;
    for (const StageCounts& counts : progress.pipeline->stages) {
        stored += counts.fromStore;
        refused += counts.refused;
        failed += counts.failed;
        tokens += counts.promptTokens + counts.answerTokens;
        for (const auto& [reason, count] : counts.rejections)
            reasons[reason] += count;
    }
    QStringList parts{tr("%1 tokens").arg(number(tokens))};
    if (const std::size_t left = current(*progress.pipeline).tokensLeft(); left > 0)
        parts.append(tr("about %1 left").arg(number(left)));
    if (stored > 0)
        parts.append(tr("%1 from the store").arg(number(stored)));
    if (failed > 0)
        parts.append(tr("%1 failed").arg(number(failed)));
    if (refused > 0)
        parts.append(tr("%1 refused").arg(number(refused)));
    QString text = parts.join(u", "_s);
    QStringList rejected;
    for (const auto& [reason, count] : reasons)
        rejected.append(u"%1 %2"_s.arg(QString::fromStdString(reason), number(count)));
    if (!rejected.isEmpty())
        text += tr("\nrejected: %1").arg(rejected.join(u", "_s));
    if (!progress.waiting.isEmpty())
        text += u'\n' + progress.waiting;
    return text;
}

void BatchPanel::showProgress(const AugmentProgress& progress)
{
    m_bar->setValue(static_cast<int>(progress.share * kSteps));
    if (m_job->state() != State::Cancelling)
        m_headline->setText(headline(progress));
    m_details->setText(details(progress));
}

} // namespace fedcctr::studio
