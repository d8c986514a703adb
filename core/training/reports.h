// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluation/metrics.h"
#include "core/privacy/ledger.h"
#include "core/training/checkpoint.h"

#include <optional>

namespace fedcctr::training {

/// What the clients of a round sent, before noise.
struct UploadReport {
    std::vector<double> loss; ///< means of L^A, L^B and the model's own terms, before their weights
    double lossTotal = 0; ///< with the round's weights
    std::optional<double> normMedian; ///< none in central training, which clips nothing
    std::optional<double> normMax;
    std::optional<double> clipped; ///< share of clients whose upload was longer than theta
};

/// The weight of one of the model's own terms.
struct TermWeight {
    std::string name; ///< TermInfo::name
    std::string key; ///< the setting
    double value = 0;
};

/// One round, as plain numbers (app/engine/PROTOCOL.md explains each).
struct RoundReport {
    int round = 0; ///< rounds done, from 1
    double seconds = 0;
    std::size_t clients = 0; ///< that sent something
    std::vector<TermWeight> weights; ///< of the model's own terms in this round
    std::optional<UploadReport> uploads; ///< none where nobody sent anything
    double clipNorm = 0; ///< theta of the round
    double sigma = 0; ///< of the noise on what the adversary sees; 0: no noise
    std::optional<double>
        signalToNoise; ///< norm of the averaged clipped uploads over that of the noise on it
    double spentMin = 0, spentMedian = 0, spentMax = 0; ///< under the governing accountant
    /// Where a rule as printed governs: what exact Gaussian composition says of the client that spent most.
    std::optional<double> rigorousMax;
    std::size_t active = 0;
    std::size_t population = 0;
    std::optional<evaluation::DomainMetrics> validation;
    std::size_t validationUsers = 0;
};

enum class EventKind : std::uint8_t { Checkpoint, Setting, ClientsStopped, BudgetSpent, Warning };

struct TrainingEvent {
    int round = 0;
    EventKind kind = EventKind::Warning;
    std::string message;
    std::string key; ///< of a Setting
    double value = 0;
};

enum class EndReason : std::uint8_t { Finished, Stopped, BudgetSpent };

/// A user's held-out target of one domain.
struct UserOutcome {
    std::size_t user = 0;
    evaluation::UserResult result;
};

struct TrainingResult {
    EndReason reason = EndReason::Finished;
    int rounds = 0;
    int bestRound = 0;
    double seconds = 0;
    evaluation::DomainMetrics validation;
    evaluation::DomainMetrics test;
    std::array<std::vector<UserOutcome>, 2> testUsers; ///< by domain
    std::vector<privacy::Spend> privacy;
    int uploadsMost = 0; ///< of the client that sent most often
    std::vector<privacy::ClientSpend> ledger;
};

/// Told what happens, on the training thread.
class TrainingObserver {
public:
    virtual ~TrainingObserver() = default;
    virtual void roundDone(const RoundReport& report) = 0;
    virtual void happened(const TrainingEvent& event) = 0;
    /// The checkpoint is to be stored now, after everything reported so far.
    virtual void checkpoint(const Checkpoint& checkpoint) = 0;
    /// A round of run.snapshots: `parameters` are those after it.
    virtual void snapshot(int /*round*/, const model::Parameters& /*parameters*/) { }
    virtual void paused(bool isPaused) = 0;
    virtual void evaluating(double share) = 0; ///< of the final evaluation
};

} // namespace fedcctr::training
