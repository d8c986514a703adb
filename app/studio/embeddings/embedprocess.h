// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/embeddings/embeddingset.h"

#include <QObject>
#include <QProcess>
#include <QTemporaryDir>

#include <memory>

namespace fedcctr::studio {

/// What to ask the engine for.
struct EmbedSetup {
    QString run; ///< directory
    QString dataset; ///< where it lies now; empty: where the run says
    int users = 180;
    qint64 seed = 1;
    int recommend = 10; ///< per user and domain
    bool allRounds = false; ///< every checkpoint and snapshot, not the kept parameters alone
    bool items = false;
};

/// Lets fedcctr-engine compute the vectors of one run, and reads them off the GUI thread.
class EmbedProcess : public QObject {
    Q_OBJECT
public:
    explicit EmbedProcess(const QString& engine, QObject* parent = nullptr);
    ~EmbedProcess() override;

    bool isActive() const { return m_active; }

    /// Only when not active.
    void start(const EmbedSetup& setup);

    /// No signal follows.
    void cancel();

Q_SIGNALS:
    /// What is under way, and the share of it that is done.
    void progressed(const QString& what, double share);
    void finished(const std::shared_ptr<const fedcctr::studio::EmbeddingSet>& set);
    void failed(const QString& message);

private:
    void readLines();
    void conclude();
    void fail(const QString& message);

    QString m_engine;
    std::unique_ptr<QProcess> m_process;
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_error;
    bool m_active = false;
    int m_number = 0; ///< of the newest start; older answers are dropped
};

} // namespace fedcctr::studio
