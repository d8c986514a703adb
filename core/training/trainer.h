// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluation/metrics.h"
#include "core/federation/forecast.h"
#include "core/model/options.h"
#include "core/privacy/options.h"
#include "core/training/checkpoint.h"
#include "core/training/cohort.h"
#include "core/training/control.h"
#include "core/training/embed.h"
#include "core/training/mechanism.h"
#include "core/training/reports.h"
#include "core/training/server.h"

#include <functional>
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

    /// Part of train(): at most so many rounds. Finished: they are done, or all planned ones are.
    EndReason advance(int rounds, TrainingObserver& observer, TrainingControl& control);

    /// The rest of train(), after the last round.
    TrainingResult finish(EndReason reason, TrainingObserver& observer);

    /// As a checkpoint holds it, to go on from in a trainer of the same settings.
    Checkpoint state() const;
    void restore(Checkpoint state);

    /// theta as it stands, after the last round, and what a federation of silos puts in its place.
    const model::Parameters& parameters() const { return m_state.parameters; }
    void setParameters(model::Parameters parameters) { m_state.parameters = std::move(parameters); }
    const std::vector<model::TensorSpec>& tensors() const { return m_model->specs(); }

    /// Evaluates the kept parameters (best or last). `judged`: the dataset with other held-out targets or
    /// candidates (data::judgedBy()); null: its own.
    evaluation::DomainMetrics evaluateKept(data::Split split, bool fullRanking,
        const std::function<void(double)>& progress, const std::stop_token& stop,
        std::array<std::vector<UserOutcome>, 2>* users = nullptr,
        const data::Dataset* judged = nullptr) const;

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
    ClientUpdate upload(std::int32_t client, int round) const;

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
    /// Values that a client sends in a round: all but what stays with the users; 0 in central training.
    std::int64_t uploadedCount() const;
    std::vector<std::string> tensorNames() const { return m_model->names(); }
    const model::ModelInfo& modelInfo() const { return m_model->info(); }
    /// See Model::itemEvidence(); one score per item.
    std::vector<double> itemEvidence(const ClientUpdate& upload) const;
    std::string deviceName() const { return m_device.str(); }
    int threads() const { return m_workers.threads(); }

private:
    RoundReport oneRound(const std::vector<std::int32_t>& admitted, double noiseShare);
    std::uint64_t samplingSeed() const;
    void describeBudget(RoundReport& report) const;
    void validateIfDue(RoundReport& report, bool last);
    void setWeight(const std::string& key, double value);
    bool obey(TrainingControl& control, TrainingObserver& observer);
    void checkLoss(const RoundReport& report) const;
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
    UploadMechanism m_mechanism;
    std::vector<double> m_weights; ///< of the model's own terms, as last set
    ServerStep m_server;
    std::vector<std::int32_t> m_curveUsers;
    int m_validatedRound = 0;
};

} // namespace fedcctr::training
