// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/embeddings/embeddingcontrols.h"
#include "app/studio/embeddings/embedprocess.h"
#include "app/studio/embeddings/projectionjob.h"

#include <QObject>

namespace fedcctr::studio {

/// Pictures of one to four runs, one after the other: vectors from the engine, then their projection.
class EmbeddingJob : public QObject {
    Q_OBJECT
public:
    explicit EmbeddingJob(const QString& engine, QObject* parent = nullptr);

    bool isActive() const { return m_process.isActive() || m_projection.isActive(); }

    /// Only when not active.
    void start(const EmbeddingChoice& choice);
    void setPaused(bool paused);

    /// At once; ended() does not follow.
    void stop();

Q_SIGNALS:
    void phaseChanged(fedcctr::studio::EmbeddingControls::Phase phase);

    /// A sentence for the status row, and the share of the picture that is done.
    void progressed(const QString& text, double share);
    void vectorsReady(int picture, const std::shared_ptr<const fedcctr::studio::EmbeddingSet>& set);

    /// Coordinates on their way, ten times a second at most.
    void moved(int picture, const fedcctr::projection::Matrix& coordinates);
    void projected(int picture, const std::vector<fedcctr::projection::Matrix>& frames);

    /// All pictures are done, or, with a message, something went wrong.
    void ended(const QString& error);

private:
    void next();
    void take(const std::shared_ptr<const EmbeddingSet>& set);
    void finishPicture(const std::vector<projection::Matrix>& frames);
    void describe(const ProjectionState& state);
    QString name() const;

    EmbedProcess m_process;
    ProjectionJob m_projection;
    EmbeddingChoice m_choice;
    int m_current = 0; ///< picture under way
    std::shared_ptr<const EmbeddingSet> m_first; ///< of the first picture
};

} // namespace fedcctr::studio
