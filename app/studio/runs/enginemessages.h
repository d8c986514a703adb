// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runs/round_loss.h"

#include <QHash>
#include <QJsonObject>
#include <QString>

#include <algorithm>
#include <array>
#include <optional>
#include <variant>

namespace fedcctr::studio {

/// The lines of app/engine/PROTOCOL.md as plain values. Fractions stay fractions.

struct HelloMessage {
    int protocol = 0;
    QString version;
    QString run;
    QString dataset;
    std::array<QString, 2> domains;
    int users = 0;
    QJsonObject config;
    QJsonObject data; ///< checksums of what it is trained on; empty from an older engine
    int rounds = 0;
    int firstRound = 1;
    qint64 parameters = 0;
    QString device;
    int threads = 0;

    /// Rounds in which the first and the last client's budget runs out, as forecast before the first round;
    /// 0: not within the planned ones, or not forecast.
    int firstStop = 0;
    int lastStop = 0;

    /// Rounds that will be done: fewer than planned where all budgets end before.
    int expectedRounds() const { return lastStop > 0 ? std::min(rounds, lastStop - 1) : rounds; }

    /// A number of the run's settings, e.g. ("loss", "lambda1"); 0 where there is none.
    double setting(const char* section, const char* key) const
    {
        return config[QLatin1String(section)].toObject()[QLatin1String(key)].toDouble();
    }
};

/// A fraction with its 95 % interval; equal to the value where none is given.
struct Metric {
    double value = 0;
    double low = 0;
    double high = 0;
};

/// One domain's metrics.
struct Quality {
    double ndcg10 = 0;
    double low = 0; ///< 95 % interval; equal to the value where it is not given
    double high = 0;
    QHash<QString, Metric> metrics; ///< all, by name: "ndcg@5", "mrr@10", "hr@2", "auc", …
};

struct ReferenceMessage {
    QString ranker;
    QString split;
    std::array<std::optional<Quality>, 2> quality;
};

struct StateMessage {
    QString state;
};

/// What a rigorous accountant says beside a rule as printed.
struct RigorousReport {
    QString accountant;
    double delta = 0;
    double most = 0; ///< epsilon of the client that spent most; infinite: no guarantee
};

struct BudgetReport {
    QString accountant;
    QString adversary;
    double delta = 0; ///< 0: the rule has none, or it was not told
    double limit = 0;
    double least = 0; ///< spent, over clients
    double median = 0;
    double most = 0;
    int active = 0;
    int clients = 0;
    std::optional<RigorousReport> rigorous; ///< where a rule as printed governs; earlier engines tell none
};

struct RoundMessage {
    int round = 0;
    double seconds = 0;
    double elapsed = 0; ///< seconds of all rounds up to this one; RunRecording fills it in
    int clients = 0; ///< that sent something
    runs::RoundLoss loss; ///< without terms where nobody sent
    std::optional<double> clipped;
    std::optional<double> clipNorm; ///< θ of the round
    std::optional<double> normMedian; ///< of the clients' gradients, before clipping
    std::optional<double> normMost;
    std::optional<double> sigma;
    std::optional<double> signalToNoise;
    std::optional<BudgetReport> budget;
    std::array<std::optional<Quality>, 2> quality; ///< in the rounds that evaluate
};

struct EventMessage {
    int round = 0;
    QString event;
    QString message;
    QString key; ///< of a setting
    double value = 0;
};

struct SummaryMessage {
    QString reason;
    QJsonObject summary;
};

struct ErrorMessage {
    QString message;
};

/// std::monostate: a type that this version does not know.
using EngineMessage = std::variant<std::monostate, HelloMessage, ReferenceMessage, StateMessage, RoundMessage,
    EventMessage, SummaryMessage, ErrorMessage>;

/// One line of the engine's. Nothing if it is not JSON.
std::optional<EngineMessage> parseMessage(const QByteArray& line);

/// Of the metrics of a domain, e.g. from a summary; nothing if there is no NDCG@10.
std::optional<Quality> qualityFrom(const QJsonValue& metrics);

} // namespace fedcctr::studio
