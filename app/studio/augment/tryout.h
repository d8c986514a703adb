// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/augment/augmentdata.h"
#include "core/augment/prompter.h"
#include "core/llm/openai_client.h"

#include <QObject>

#include <thread>

namespace fedcctr::studio {

/// What came of trying one prompt.
struct TryResult {
    augment::Stage stage = augment::Stage::Item;
    std::size_t subject = 0;
    QString raw;
    QStringList fields; ///< what was taken
    QStringList rejected; ///< what was not, and why
    QString cost; ///< tokens and time
    QString failure; ///< the model did not answer: why and what to do
    bool cancelled = false;
};

/// Sends one prompt, or asks the offline augmenter about one item or user, in a thread of its own. Nothing is
/// stored.
class TryOut : public QObject {
    Q_OBJECT
public:
    explicit TryOut(QObject* parent = nullptr);
    ~TryOut() override;

    bool isRunning() const { return m_running; }
    void ask(const AugmentData& data, llm::ServerSettings server, llm::Secret key, augment::Prompt prompt);
    void askOffline(const AugmentData& data, augment::Stage stage, std::size_t subject, int candidates);
    void cancel();

Q_SIGNALS:
    void finished(const fedcctr::studio::TryResult& result);

private:
    struct Known {
        std::shared_ptr<const data::Dataset> dataset;
        std::shared_ptr<const augment::Augmentation> augmentation;
        int candidates = 0;
        bool itemsOnly = true;
    };
    template <typename Work> void launch(augment::Stage stage, std::size_t subject, Work work);
    TryResult offlineResult(const AugmentData& data, augment::Stage stage, std::size_t subject,
        int candidates, const std::stop_token& stop);

    bool m_running = false;
    Known m_offline; ///< of the last try, touched by the one thread only; the next one is answered at once
    std::jthread m_thread;
};

} // namespace fedcctr::studio
