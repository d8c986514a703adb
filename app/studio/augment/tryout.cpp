// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/augment/tryout.h"

#include "core/augment/answer_json.h"
#include "core/augment/offline.h"

#include <QElapsedTimer>
#include <QLocale>

#include <exception>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using augment::Answer;
using augment::Stage;

namespace {

QString seconds(double value)
{
    return QLocale().toString(value, 'f', value < 10 ? 2 : 0);
}

TryResult resultOf(const AugmentData& data, const augment::Exchanged& exchanged)
{
    const augment::Exchange& exchange = exchanged.exchange;
    TryResult result;
    result.raw = QString::fromStdString(exchange.raw);
    for (const std::string& rejection : exchange.rejections)
        result.rejected.append(QString::fromStdString(rejection));
    result.cancelled = exchanged.kind == Answer::Kind::Cancelled;
    result.failure = QString::fromStdString(exchanged.failure);
    result.cost = TryOut::tr("%1 tokens in, %2 out, %3 s")
                      .arg(exchange.promptTokens)
                      .arg(exchange.answerTokens)
                      .arg(seconds(exchange.seconds));
    if (exchange.repaired)
        result.cost += TryOut::tr(", repaired");
    if (exchange.retries > 0)
        result.cost += TryOut::tr(", %n retries", nullptr, exchange.retries);
    if (exchange.accepted.empty())
        return result;
    augment::Augmentation one = augment::emptyAugmentation(*data.dataset, exchange.backend);
    augment::accept(exchange, one);
    result.fields = fieldsOf(*data.dataset, one, exchange.stage, static_cast<std::size_t>(exchange.subject));
    return result;
}

QString rawOf(const augment::Augmentation& augmentation, Stage stage, std::size_t subject)
{
    if (stage == Stage::Item)
        return QString::fromStdString(augment::toJson(augmentation.items[subject]));
    if (stage == Stage::User)
        return QString::fromStdString(augment::toJson(augmentation.users[subject]));
    return QString::fromStdString(augment::toJson(augmentation.sequences[subject]));
}

} // namespace

TryOut::TryOut(QObject* parent)
    : QObject(parent)
{
}

TryOut::~TryOut() = default;

template <typename Work> void TryOut::launch(Stage stage, std::size_t subject, Work work)
{
    if (m_running)
        return;
    m_running = true;
    m_thread =
        std::jthread([this, stage, subject, task = std::move(work)](const std::stop_token& stop) mutable {
            TryResult result;
            try {
                result = task(stop);
            } catch (const std::exception& error) {
                result.failure = QString::fromUtf8(error.what());
            }
            result.stage = stage;
            result.subject = subject;
            QMetaObject::invokeMethod(
                this,
                [this, result] {
                    m_running = false;
                    Q_EMIT finished(result);
                },
                Qt::QueuedConnection);
        });
}

void TryOut::ask(const AugmentData& data, llm::ServerSettings server, llm::Secret key, augment::Prompt prompt)
{
    const auto subject = static_cast<std::size_t>(prompt.subject);
    launch(prompt.stage, subject,
        [data, settings = std::move(server), secret = std::move(key), sent = std::move(prompt)](
            const std::stop_token& stop) mutable {
            llm::OpenAiClient client(settings, std::move(secret));
            return resultOf(data, augment::exchangeWith(client, sent, settings.sampling, stop));
        });
}

void TryOut::askOffline(const AugmentData& data, Stage stage, std::size_t subject, int candidates)
{
    launch(stage, subject, [this, data, stage, subject, candidates](const std::stop_token& stop) {
        return offlineResult(data, stage, subject, candidates, stop);
    });
}

TryResult TryOut::offlineResult(
    const AugmentData& data, Stage stage, std::size_t subject, int candidates, const std::stop_token& stop)
{
    QElapsedTimer watch;
    watch.start();
    const bool enough = m_offline.dataset == data.dataset && m_offline.candidates == candidates
        && (stage == Stage::Item || !m_offline.itemsOnly);
    if (!enough) {
        augment::OfflineOptions options;
        options.candidates = candidates;
        options.itemsOnly = stage == Stage::Item;
        auto made = augment::augmentOffline(*data.dataset, options, stop);
        if (!made) {
            TryResult result;
            result.cancelled = true;
            return result;
        }
        m_offline = {data.dataset, std::make_shared<const augment::Augmentation>(std::move(*made)),
            candidates, options.itemsOnly};
    }
    TryResult result;
    result.raw = rawOf(*m_offline.augmentation, stage, subject);
    result.fields = fieldsOf(*data.dataset, *m_offline.augmentation, stage, subject);
    result.cost = tr("no tokens, %1 s").arg(seconds(static_cast<double>(watch.elapsed()) / 1000));
    return result;
}

void TryOut::cancel()
{
    m_thread.request_stop();
}

} // namespace fedcctr::studio
