// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/markets.h"
#include "core/silos/averages.h"
#include "core/silos/codebook_federation.h"
#include "core/training/trainer.h"

#include <map>
#include <memory>
#include <string>

namespace fedcctr::silos {

enum class Phase : std::uint8_t { Codebooks, Models };

/// A market after an exchange.
struct MarketReport {
    std::string name;
    bool answered = true; ///< was drawn, and did not drop out
    double loss = 0; ///< mean over its local steps of the ranking loss; 0 in a round of codebooks
    std::optional<CodebookReport> codebooks;
    std::optional<evaluation::Metrics> validation; ///< in the rounds that evaluate
    double epsilon = 0; ///< of its user that has spent most, under the governing accountant; 0 without noise
    bool spent = false; ///< all its users' budgets are: it trains no more
};

struct SiloReport {
    Phase phase = Phase::Models;
    int round = 0; ///< exchanges done, from 1, those of codebooks included
    double seconds = 0;
    std::vector<MarketReport> markets;
};

/// What a market has at the end.
struct MarketResult {
    std::string name;
    int bestRound = 0; ///< exchange whose parameters were kept
    evaluation::Metrics validation;
    evaluation::Metrics test;
    std::vector<training::UserOutcome> testUsers; ///< numbered as in the whole dataset
    std::vector<privacy::Spend> privacy; ///< what its users spent: the unit is a person of this market
};

struct SiloResult {
    training::EndReason reason = training::EndReason::Finished;
    int rounds = 0;
    double seconds = 0;
    std::vector<MarketResult> markets;
    std::int64_t uploaded = 0; ///< values that the largest market sends in an exchange of models
    std::int64_t uploadedCodebooks = 0; ///< in an exchange of codebooks
    std::int64_t parameters = 0; ///< of all markets' models
};

class SiloObserver {
public:
    virtual ~SiloObserver() = default;
    virtual void roundDone(const SiloReport& report) = 0;
    virtual void told(const std::string& what) = 0; ///< for the log
    virtual void paused(bool isPaused) = 0;
    virtual void checkpointDue() = 0;
    virtual void evaluating(double share) = 0;
};

/// What a federation of silos is made of: TrainingOptions of a model in one market, as if it were alone.
struct SiloTrainingOptions {
    training::TrainingOptions training;
    federation::SiloOptions market;
    federation::FedMmOptions fedmm;
};

/// Trains the markets of a multi-market dataset by any of SiloMethod. federation.rounds counts exchanges, in
/// each of which a market passes market.epochs times over its users, whatever the method, so that all do the
/// same work. Fine-tuning spends the first half of them on all data together.
///
/// A market is one thread's work, and what it draws depends on the seed alone: any number of threads gives
/// the same numbers.
class SiloTraining {
public:
    /// Throws Error if the dataset has no markets, or the settings do not fit them.
    SiloTraining(const data::Dataset& dataset, SiloTrainingOptions options);
    ~SiloTraining();

    /// `codes`: where FedMM's codes are written, and read again by a resumed run; a file per market.
    SiloResult train(
        const std::filesystem::path& codes, SiloObserver& observer, training::TrainingControl& control);

    /// Everything to go on with, into an empty directory; and back.
    void save(const std::filesystem::path& directory) const;
    void resume(const std::filesystem::path& directory);

    int plannedRounds() const;
    int roundsDone() const { return m_round; }
    std::string deviceName() const { return m_device; }
    int threads() const { return m_workers.threads(); }

private:
    struct Silo;

    void buildCodes(
        const std::filesystem::path& directory, SiloObserver& observer, training::TrainingControl& control);
    void openTrainers();
    void openUnited();
    void beginAlike();
    bool runUnited(int exchanges, SiloObserver& observer, training::TrainingControl& control);
    bool runSilos(SiloObserver& observer, training::TrainingControl& control);
    SiloReport exchange();
    void localWork(Silo& silo, MarketReport& report) const;
    void pullTowards(Silo& silo, const model::Parameters& anchor) const;
    void tellRound(SiloReport report, SiloObserver& observer);
    bool goesOn(SiloObserver& observer, training::TrainingControl& control);
    training::TrainingOptions optionsOf(int market) const;
    void checkPrivacy() const;
    double codebookEpsilon(std::size_t market) const;
    std::vector<privacy::Spend> codebookSpends(std::size_t market) const;
    int stepsPerExchange() const;
    int unitedExchanges() const;
    bool exchangesModels() const;
    std::vector<double> weights() const;
    SiloResult conclude(training::EndReason reason, SiloObserver& observer);

    const data::Dataset& m_dataset;
    SiloTrainingOptions m_options;
    model::Workers m_workers;
    std::string m_device = "cpu";
    std::vector<std::unique_ptr<Silo>> m_silos;
    std::unique_ptr<data::UnitedMarkets> m_all; ///< of methods that see all data in one place
    std::unique_ptr<training::Trainer> m_united;
    std::unique_ptr<SharedRows> m_shared;
    int m_round = 0; ///< exchanges done, those of codebooks included
    double m_seconds = 0;
    std::int64_t m_uploadedCodebooks = 0;
};

} // namespace fedcctr::silos
