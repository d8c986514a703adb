// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluation/metrics.h"
#include "core/federation/forecast.h"
#include "core/model/options.h"
#include "core/privacy/options.h"
#include "core/training/checkpoint.h"
#include "core/training/cohort.h"
#include "core/training/embed.h"
#include "core/training/noise.h"
#include "core/training/server.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>

namespace fedcctr::training {

/// The settings that training needs; app/engine takes them from the experiment's configuration.
struct TrainingOptions {
    model::ModelOptions model;
    model::LossOptions loss;
    privacy::PrivacyOptions privacy;
    federation::FederationOptions federation;
    federation::RunOptions run;
    augment::Augmentation augmentation; ///< the parts that are used; empty without
    /// Of privacy.noise_source = secret: the run's key. Without it a new one is drawn.
    std::optional<privacy::NoiseSource::Key> noiseKey = {};
    /// The popularity prior of a run whose key is gone; see Trainer::prior().
    std::optional<std::vector<float>> prior = {};
};

/// What the clients of a round sent, before noise.
struct UploadReport {
    LossMeans loss;
    double lossTotal = 0; ///< with the round's weights
    std::optional<double> normMedian; ///< none in central training, which clips nothing
    std::optional<double> normMax;
    std::optional<double> clipped; ///< share of clients whose upload was longer than theta
};

/// One round, as plain numbers (app/engine/PROTOCOL.md explains each).
struct RoundReport {
    int round = 0; ///< rounds done, from 1
    double seconds = 0;
    std::size_t clients = 0; ///< that sent something
    double lambda1 = 0; ///< weights of the round
    double lambda2 = 0;
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

/// What another thread may ask of a training; obeyed at the next round's end.
class TrainingControl {
public:
    void pause(bool wanted);
    void stop();
    void setLambda1(double value);
    void setLambda2(double value);

private:
    friend class Trainer;
    std::stop_source m_stop;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    bool m_paused = false;
    std::optional<double> m_lambda1;
    std::optional<double> m_lambda2;
};

/// Algorithm 1, and its central counterpart.
class Trainer {
public:
    /// Throws Error if the device is not there.
    Trainer(const data::Dataset& dataset, TrainingOptions options);

    /// Continues from a checkpoint of the same settings.
    void resume(const std::filesystem::path& checkpointFile);

    /// Trains to the end and evaluates. Throws Error(Failure) if the loss is no longer a number, naming the
    /// term.
    TrainingResult train(TrainingObserver& observer, TrainingControl& control);

    /// Evaluates the kept parameters (best or last).
    evaluation::DomainMetrics evaluateKept(data::Split split, bool fullRanking,
        const std::function<void(double)>& progress, const std::stop_token& stop,
        std::array<std::vector<UserOutcome>, 2>* users = nullptr) const;

    /// From here on what is "kept" are the parameters of this round: 0 (before training), the best at
    /// validation or the last. False, and nothing happens, if it is none of these.
    bool choose(int round);

    /// The same with a snapshot's. Throws as readSnapshot().
    void choose(const std::filesystem::path& snapshotFile);

    /// The round of the kept parameters.
    int keptRound() const;

    /// Representations at the kept parameters. Throws Error(Failure) when stopped.
    Embedding embed(EmbedRequest request) const;

    /// What the client sends at the kept parameters in the given round, clipped, without noise.
    Update upload(std::int32_t client, int round) const;

    /// sigma_t of the noise on what the adversary sees, at the first clip norm; 0 without noise.
    double noiseStd(int round) const;

    /// theta of the next round; not the settings' one where it adapts.
    double clipNorm() const { return m_state.clipNorm; }

    /// When budgets run out and how loud the signal can be at best, over the whole run. None without noise,
    /// and where it would take long.
    std::optional<federation::Forecast> forecast() const;

    /// The popularity prior that the model starts from; empty without one. What a secret source drew it from
    /// cannot be drawn again.
    const std::vector<float>& prior() const { return m_prior; }

    int roundsDone() const { return m_state.round; }
    std::int64_t parameterCount() const { return m_state.parameters.count(); }
    std::vector<std::string> tensorNames() const { return m_model->names(); }
    /// See Model::itemEvidence(); one score per item.
    std::vector<double> itemEvidence(const Update& upload) const;
    std::string deviceName() const { return m_device.str(); }
    int threads() const { return m_workers.threads(); }

private:
    RoundReport oneRound(const std::vector<std::int32_t>& admitted, double noiseShare);
    double divisor(std::size_t uploads, int round) const;
    std::uint64_t samplingSeed() const;
    void addRoundNoise(CohortResult& cohort, RoundReport& report, std::size_t uploads);
    void adaptClip(const std::vector<double>& norms, int round);
    void describeBudget(RoundReport& report) const;
    void validateIfDue(RoundReport& report, bool last);
    bool obey(TrainingControl& control, TrainingObserver& observer);
    void checkLoss(const RoundReport& report) const;
    void saveCheckpoint(TrainingObserver& observer);
    const model::Parameters& kept() const;

    const data::Dataset& m_dataset;
    TrainingOptions m_options;
    torch::Device m_device;
    model::Workers m_workers;
    privacy::NoiseSource m_noise;
    std::vector<float> m_prior;
    std::unique_ptr<model::Model> m_model;
    CohortEngine m_cohort;
    privacy::Ledger m_ledger;
    Checkpoint m_state;
    std::optional<Snapshot> m_chosen;
    ServerStep m_server;
    std::optional<BandedNoise> m_bandedNoise;
    std::vector<double>
        m_noiseDeviations; ///< of each round's banded noise, per standard deviation of Z; or empty
    std::vector<std::int32_t> m_curveUsers;
};

} // namespace fedcctr::training
