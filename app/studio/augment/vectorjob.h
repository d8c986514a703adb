// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/augment/augmentdata.h"
#include "core/llm/item_vectors.h"

#include <QObject>

#include <string>
#include <thread>

namespace fedcctr::studio {

/// What is to be embedded, by whom, and the name of the set.
struct VectorRequest {
    AugmentData data;
    std::string name;
    llm::ServerSettings server;
    llm::Secret key;
    int batch = llm::kDefaultBatch;
};

/// How it ended. What was got is kept in every case.
struct VectorJobEnd {
    enum class Kind { Finished, Cancelled, Failed };
    Kind kind = Kind::Finished;
    QString message; ///< why it failed and what to do
    QString name; ///< of the set
    int width = 0; ///< of a set that was written
    llm::VectorProgress progress;
};

/// Has a server embed the items of a dataset and writes the set beside it, one at a time, in a thread of its
/// own. Going away stops it, which takes a second at most.
class VectorJob : public QObject {
    Q_OBJECT
public:
    explicit VectorJob(QObject* parent = nullptr);
    ~VectorJob() override;

    bool isActive() const { return m_active; }
    bool isCancelling() const { return m_active && m_thread.get_stop_token().stop_requested(); }
    void start(VectorRequest request);
    void cancel();

Q_SIGNALS:
    void stateChanged();
    void progressed(const fedcctr::llm::VectorProgress& progress);

    /// It waits before it asks again: why and how long.
    void waiting(const QString& text);
    void ended(const fedcctr::studio::VectorJobEnd& end);

private:
    VectorJobEnd run(VectorRequest& request, const std::stop_token& stop);
    void finish(const VectorJobEnd& end);

    bool m_active = false;
    std::jthread m_thread; ///< last: it ends before anything it uses goes
};

} // namespace fedcctr::studio
