// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/embeddings/embeddingjob.h"

#include <QDir>
#include <QLocale>

namespace fedcctr::studio {

using projection::Matrix;
using Phase = EmbeddingControls::Phase;

namespace {

constexpr int kMostRecommended = 500; ///< users for whom the catalogue is ranked

} // namespace

EmbeddingJob::EmbeddingJob(const QString& engine, QObject* parent)
    : QObject(parent)
    , m_process(engine)
{
    connect(&m_process, &EmbedProcess::progressed, this, [this](const QString& what, double share) {
        Q_EMIT progressed(tr("%1: vectors, %2").arg(name(), what), share);
    });
    connect(&m_process, &EmbedProcess::finished, this, &EmbeddingJob::take);
    connect(&m_process, &EmbedProcess::failed, this, &EmbeddingJob::ended);
    connect(
        &m_projection, &ProjectionJob::advanced, this, [this](const ProjectionState& state, const Matrix& y) {
            if (y.rows > 0)
                Q_EMIT moved(m_current, y);
            describe(state);
        });
    connect(&m_projection, &ProjectionJob::finished, this, &EmbeddingJob::finishPicture);
    connect(&m_projection, &ProjectionJob::failed, this, &EmbeddingJob::ended);
}

QString EmbeddingJob::name() const
{
    return QDir(m_choice.runs[m_current]).dirName();
}

void EmbeddingJob::start(const EmbeddingChoice& choice)
{
    m_choice = choice;
    m_current = 0;
    m_first.reset();
    next();
}

void EmbeddingJob::next()
{
    constexpr int kFewestUsers = 10;
    EmbedSetup setup;
    setup.run = m_choice.runs[m_current];
    setup.items = m_choice.items;
    setup.users = m_choice.items ? kFewestUsers : m_choice.users;
    setup.recommend = m_choice.items || m_choice.users > kMostRecommended ? 0 : setup.recommend;
    setup.seed = m_choice.seed;
    setup.allRounds = m_choice.overTraining;
    Q_EMIT phaseChanged(Phase::Vectors);
    Q_EMIT progressed(tr("%1: starting the engine").arg(name()), 0);
    m_process.start(setup);
}

void EmbeddingJob::take(const std::shared_ptr<const EmbeddingSet>& set)
{
    if (m_first && (set->population != m_first->population || set->items != m_first->items)) {
        Q_EMIT ended(
            tr("%1 is of another dataset (%2, %L3 users) than %4 (%5, %L6 users): pictures side by side "
               "need the same users.")
                .arg(name(), set->datasetName)
                .arg(set->population)
                .arg(QDir(m_choice.runs.front()).dirName(), m_first->datasetName)
                .arg(m_first->population));
        return;
    }
    if (!m_first)
        m_first = set;
    Q_EMIT vectorsReady(m_current, set);
    if (m_choice.items && m_choice.method == projection::Projection::Pca) {
        finishPicture({set->itemPca});
        return;
    }
    std::vector<Matrix> series;
    if (m_choice.items)
        series.push_back(set->itemVectors);
    else
        for (const EmbeddingFrame& frame : set->frames)
            series.push_back(frame.points());
    m_projection.start(std::move(series), m_choice.method, m_choice.tsne);
    Q_EMIT phaseChanged(Phase::Projection);
}

void EmbeddingJob::finishPicture(const std::vector<Matrix>& frames)
{
    Q_EMIT projected(m_current, frames);
    if (++m_current < m_choice.runs.size())
        next();
    else
        Q_EMIT ended({});
}

void EmbeddingJob::describe(const ProjectionState& state)
{
    QString text =
        state.frames > 1 ? tr("picture %1 of %2, ").arg(state.frame + 1).arg(state.frames) : QString();
    text += state.iteration == 0 ? tr("distances")
                                 : tr("iteration %1 of %2, KL %3")
                                       .arg(state.iteration)
                                       .arg(state.iterations)
                                       .arg(QLocale().toString(state.divergence, 'f', 3));
    const double share = state.iterations > 0 ? static_cast<double>(state.iteration) / state.iterations : 0;
    Q_EMIT progressed(text, (static_cast<double>(state.frame) + share) / static_cast<double>(state.frames));
}

void EmbeddingJob::setPaused(bool paused)
{
    m_projection.setPaused(paused);
    Q_EMIT phaseChanged(paused ? Phase::Paused : Phase::Projection);
}

void EmbeddingJob::stop()
{
    m_process.cancel();
    m_projection.stop();
}

} // namespace fedcctr::studio
