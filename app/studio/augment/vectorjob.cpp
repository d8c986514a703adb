// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/augment/vectorjob.h"

#include <chrono>
#include <cmath>
#include <exception>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

VectorJob::VectorJob(QObject* parent)
    : QObject(parent)
{
}

VectorJob::~VectorJob() = default;

void VectorJob::start(VectorRequest request)
{
    if (m_active)
        return;
    m_active = true;
    m_thread = std::jthread([this, asked = std::move(request)](const std::stop_token& stop) mutable {
        VectorJobEnd end;
        try {
            end = run(asked, stop);
        } catch (const std::exception& error) {
            end.kind = VectorJobEnd::Kind::Failed;
            end.message = QString::fromUtf8(error.what());
        }
        end.name = QString::fromStdString(asked.name);
        QMetaObject::invokeMethod(
            this, [this, end] { finish(end); }, Qt::QueuedConnection);
    });
    Q_EMIT stateChanged();
}

VectorJobEnd VectorJob::run(VectorRequest& request, const std::stop_token& stop)
{
    const data::Dataset& dataset = *request.data.dataset;
    const std::string directory = request.data.path.toStdString();
    llm::ServerSettings server = llm::forEmbeddings(request.server);
    server.waiting = [this](const llm::Wait& wait) {
        const QString text = tr("%1: asking again in %2 s")
                                 .arg(QString::fromStdString(wait.reason))
                                 .arg(std::ceil(std::chrono::duration<double>(wait.time).count()));
        QMetaObject::invokeMethod(
            this, [this, text] { Q_EMIT waiting(text); }, Qt::QueuedConnection);
    };
    llm::OpenAiClient client(server, std::move(request.key));
    llm::EmbeddingStore store(llm::embeddingStoreFile(directory));
    llm::VectorOptions options;
    options.batch = request.batch;
    const llm::VectorResult result = llm::embedItems(
        dataset, client, store, options,
        [this](const llm::VectorProgress& now) {
            QMetaObject::invokeMethod(
                this, [this, now] { Q_EMIT progressed(now); }, Qt::QueuedConnection);
        },
        stop);
    VectorJobEnd end;
    end.progress = result.progress;
    if (result.end == llm::VectorEnd::Cancelled)
        end.kind = VectorJobEnd::Kind::Cancelled;
    if (result.end == llm::VectorEnd::Failed) {
        end.kind = VectorJobEnd::Kind::Failed;
        end.message = QString::fromStdString(result.failure);
    }
    if (result.set) {
        model::saveVectors(*result.set, dataset, directory, request.name);
        end.width = result.set->width;
    }
    return end;
}

void VectorJob::cancel()
{
    if (!m_active)
        return;
    m_thread.request_stop();
    Q_EMIT stateChanged();
}

void VectorJob::finish(const VectorJobEnd& end)
{
    m_thread.join();
    m_active = false;
    Q_EMIT stateChanged();
    Q_EMIT ended(end);
}

} // namespace fedcctr::studio
