// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/report_plots.h"

#include "core/base/error.h"
#include "core/base/numbers.h"
#include "core/report/privacy_statement.h"
#include "core/report/run_tables.h"
#include "widgets/charts/curveexport.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace Qt::StringLiterals;

namespace fedcctr::cli {

using runs::RoundLoss;
using runs::RoundRecord;
using runs::RunRecord;
using widgets::CurveContent;
using widgets::CurveSeries;
using widgets::LineStyle;

namespace {

QString text(const std::string& words)
{
    return QString::fromStdString(words);
}

/// Names become file names.
std::string fileName(const std::string& run, const std::string& chart, bool alone)
{
    if (alone)
        return chart;
    std::string safe = run;
    std::ranges::replace_if(
        safe, [](char c) { return std::string("/\\ ()").find(c) != std::string::npos; }, '_');
    return safe + "-" + chart;
}

CurveContent chart(const RunRecord& run, const QString& title, const QString& yLabel)
{
    CurveContent content;
    content.title = title;
    content.xLabel = u"round"_s;
    content.yLabel = yLabel;
    content.origin = u"run %1, FedCCTR Studio %2"_s.arg(text(run.name), QLatin1String(FEDCCTR_VERSION));
    content.emptyText = u"Nothing was recorded."_s;
    return content;
}

/// "A Books", or "A" if the run does not name its domains.
QString domainLabel(const RunRecord& run, std::size_t domain)
{
    const QString letter = domain == 0 ? u"A"_s : u"B"_s;
    const QString name = text(run.domains[domain]);
    return name == letter ? letter : letter + u' ' + name;
}

void addQuality(CurveSeries& series, const RunRecord& run, std::size_t domain, bool withIntervals)
{
    for (const RoundRecord& round : run.rounds) {
        const runs::MetricSet& set = round.evaluation[domain];
        if (set.isEmpty())
            continue;
        const double value = 100 * set.at("ndcg@10");
        if (withIntervals && set.interval)
            series.append(round.round, value, 100 * set.interval->first, 100 * set.interval->second);
        else
            series.append(round.round, value);
    }
}

/// Random, popularity and item-KNN. They were measured on the test targets, the curves on the validation
/// targets: the labels say so.
void addReferences(CurveContent& content, const RunRecord& run)
{
    if (!run.summary)
        return;
    for (const runs::ReferenceRecord& reference : run.summary->references) {
        const bool random = reference.ranker == "random";
        for (std::size_t domain = 0; domain < 2; ++domain) {
            const double value = 100 * reference.metrics[domain].at("ndcg@10");
            if (!std::isfinite(value) || (random && domain == 1))
                continue;
            const QString label = random
                ? u"random %1"_s.arg(value, 0, 'f', 2)
                : u"%1 %2 (test)"_s.arg(
                    reference.ranker == "item-knn" ? u"item-KNN"_s : text(reference.ranker),
                    domain == 0 ? u"A"_s : u"B"_s);
            content.references.push_back({text(reference.ranker) + QString::number(domain), label, value,
                random ? -1 : static_cast<int>(domain), random ? LineStyle::Dotted : LineStyle::DashDot});
        }
    }
}

CurveContent ndcgChart(const RunRecord& run)
{
    CurveContent content =
        chart(run, u"NDCG@10 (%), validation targets, bands: 95 % interval over users"_s, u"%"_s);
    const std::array styles{LineStyle::Solid, LineStyle::Dashed};
    for (std::size_t domain = 0; domain < 2; ++domain) {
        CurveSeries series({u"NDCG@10 %1"_s.arg(text(run.domains[domain])), domainLabel(run, domain),
            static_cast<int>(domain), styles[domain]});
        addQuality(series, run, domain, true);
        content.series.push_back(std::move(series));
    }
    addReferences(content, run);
    return content;
}

/// Where a weight was changed while the run went on.
void markChanges(CurveContent& content, const RunRecord& run, double RoundLoss::*weight, const QString& label)
{
    for (std::size_t i = 1; i < run.rounds.size(); ++i)
        if (const double now = run.rounds[i].loss.*weight; now != run.rounds[i - 1].loss.*weight)
            content.marks.push_back({double(run.rounds[i - 1].round), label.arg(now)});
}

CurveContent lossChart(const RunRecord& run)
{
    CurveContent content =
        chart(run, u"Loss terms, mean over the round's clients, weighted as in the round"_s, {});
    CurveSeries a({u"L A"_s, u"Lᴬ"_s, 0, LineStyle::Solid});
    CurveSeries b({u"L B"_s, u"Lᴮ"_s, 1, LineStyle::Dashed});
    CurveSeries idra({u"lambda1 IDRA"_s, u"λ₁·IDRA"_s, 2, LineStyle::Solid});
    CurveSeries cdrd({u"lambda2 CDRD"_s, u"λ₂·CDRD"_s, 3, LineStyle::Dashed});
    for (const RoundRecord& round : run.rounds) {
        a.append(round.round, round.loss.a);
        b.append(round.round, round.loss.b);
        idra.append(round.round, round.loss.weightedIdra());
        cdrd.append(round.round, round.loss.weightedCdrd());
    }
    markChanges(content, run, &RoundLoss::lambda1, u"λ₁ = %1"_s);
    markChanges(content, run, &RoundLoss::lambda2, u"λ₂ = %1"_s);
    content.series = {std::move(a), std::move(b), std::move(idra), std::move(cdrd)};
    return content;
}

/// As the run's end says it, where there is one.
std::string accountantWords(const runs::BudgetRecord& budget, const RunRecord& run)
{
    if (run.summary)
        for (const runs::SpendRecord& spend : run.summary->privacy)
            if (spend.accountant == budget.accountant && spend.adversary == budget.adversary)
                return report::accountantWords(spend);
    return report::accountantWords(budget.accountant, budget.adversary);
}

/// "rdp, δ 1e-05, local, replace": what must stand beside every epsilon.
QString guarantee(const runs::BudgetRecord& budget, const RunRecord& run)
{
    const bool hasDelta = budget.accountant != "eq27";
    QStringList words{text(accountantWords(budget, run))};
    if (!hasDelta)
        words += u"no δ"_s;
    else if (std::isfinite(budget.delta))
        words += u"δ %1"_s.arg(budget.delta);
    else
        words += u"δ "_s + text(run.setting("privacy.delta"));
    words += text(budget.adversary);
    if (!budget.relation.empty())
        words += text(budget.relation);
    return words.join(u", "_s);
}

/// "; really ε 1862 at the end (gaussian, δ 1e-05, local)" after a rule as printed, where a rigorous number
/// is known.
QString whatHolds(const runs::BudgetRecord& budget, const RunRecord& run)
{
    if (!report::isPrintedRule(budget.accountant))
        return {};
    runs::SpendRecord holds;
    if (const auto& rigorous =
            run.rounds.back().budget ? run.rounds.back().budget->rigorous : budget.rigorous) {
        holds.accountant = rigorous->accountant;
        holds.delta = rigorous->delta;
        holds.epsilon = rigorous->most;
    }
    if (run.summary)
        if (const runs::SpendRecord* best = report::tightestGuarantee(*run.summary))
            holds = *best;
    if (holds.accountant.empty())
        return {};
    return u"; really ε %1 at the end (%2, δ %3, %4)"_s.arg(QString::number(holds.epsilon, 'g', 4),
        text(holds.accountant), QString::number(holds.delta), text(budget.adversary));
}

std::optional<CurveContent> budgetChart(const RunRecord& run)
{
    const auto first =
        std::ranges::find_if(run.rounds, [](const RoundRecord& round) { return round.budget.has_value(); });
    if (first == run.rounds.end())
        return std::nullopt;
    CurveContent content =
        chart(run, u"Privacy budget spent: ε, %1"_s.arg(guarantee(*first->budget, run)), u"ε"_s);
    // In the title there is no room for both.
    content.xLabel += whatHolds(*first->budget, run);
    CurveSeries most({u"epsilon spent, most"_s, u"most"_s, 3, LineStyle::Dashed});
    CurveSeries median({u"epsilon spent, median"_s, u"median"_s, 5, LineStyle::Solid});
    CurveSeries least({u"epsilon spent, least"_s, u"least"_s, 6, LineStyle::Dotted});
    bool stopped = false;
    for (const RoundRecord& round : run.rounds) {
        if (!round.budget)
            continue;
        most.append(round.round, round.budget->most);
        median.append(round.round, round.budget->median, round.budget->least, round.budget->most);
        least.append(round.round, round.budget->least);
        if (!stopped && round.budget->active < round.budget->clients)
            content.marks.push_back({double(round.round), u"first client stops, %1"_s.arg(round.round)});
        stopped = stopped || round.budget->active < round.budget->clients;
    }
    content.series = {std::move(most), std::move(median), std::move(least)};
    const double limit = first->budget->limit;
    content.references.push_back({u"limit"_s, u"budget %1"_s.arg(limit), limit, 7, LineStyle::Dashed});
    return content;
}

std::optional<CurveContent> noiseChart(const RunRecord& run)
{
    const bool adapts = run.clipNormChanges();
    CurveContent content = chart(run,
        adapts ? u"Noise σ per coordinate, clip norm θ, and share of clipped gradients"_s
               : u"Noise σ per coordinate, and share of clipped gradients"_s,
        adapts ? u"σ, θ"_s : u"σ"_s);
    content.rightLabel = u"clipped, %"_s;
    CurveSeries sigma({u"sigma"_s, u"σ"_s, 5, LineStyle::Solid});
    CurveSeries clipped({u"clipped, %"_s, u"clipped"_s, 6, LineStyle::Dashed, true});
    CurveSeries clipNorm({u"clip norm"_s, u"θ"_s, 3, LineStyle::DashDot});
    for (const RoundRecord& round : run.rounds) {
        if (!std::isfinite(round.sigma))
            continue;
        sigma.append(round.round, round.sigma);
        clipped.append(round.round, 100 * round.clipped);
        clipNorm.append(round.round, round.clipNorm);
    }
    if (sigma.isEmpty())
        return std::nullopt;
    content.series = {std::move(sigma), std::move(clipped)};
    if (adapts)
        content.series.push_back(std::move(clipNorm));
    return content;
}

std::optional<CurveContent> signalChart(const RunRecord& run)
{
    CurveContent content =
        chart(run, u"Signal-to-noise: norm of the averaged uploads over that of the noise"_s, u"ratio"_s);
    content.logY = true;
    CurveSeries series({u"signal-to-noise"_s, u"signal/noise"_s, 4, LineStyle::Solid});
    // A round in which nobody sent has no signal: a gap.
    for (const RoundRecord& round : run.rounds)
        if (std::isfinite(round.signalToNoise) || round.budget)
            series.append(round.round,
                round.signalToNoise > 0 ? round.signalToNoise : std::numeric_limits<double>::quiet_NaN());
    if (series.isEmpty() || series.leastPositive() <= 0)
        return std::nullopt;
    content.series = {std::move(series)};
    const double best = run.summary ? run.summary->forecast.signalFirst : 0;
    if (best > 0 && std::isfinite(best))
        content.references.push_back({u"best"_s, u"best, round 1"_s, best, -1, LineStyle::Dotted});
    content.references.push_back({u"even"_s, u"as loud as noise"_s, 1, -1, LineStyle::Dashed});
    return content;
}

} // namespace

ReportPicture curvePicture(std::string file, std::string run, CurveContent content)
{
    std::string title = content.title.toStdString();
    return {std::move(file), std::move(run), std::move(title),
        [content = std::move(content)](const QString& path) {
            widgets::PictureOptions options;
            options.size = {720, 400};
            return widgets::writePicture(content, path, options);
        }};
}

std::vector<ReportPicture> runPictures(const RunRecord& run, bool alone)
{
    const auto named = [&](const char* name, CurveContent content) {
        return curvePicture(fileName(run.name, name, alone), run.name, std::move(content));
    };
    std::vector<ReportPicture> pictures{named("ndcg", ndcgChart(run)), named("loss", lossChart(run))};
    if (std::optional<CurveContent> budget = budgetChart(run))
        pictures.push_back(named("budget", std::move(*budget)));
    if (std::optional<CurveContent> noise = noiseChart(run))
        pictures.push_back(named("noise", std::move(*noise)));
    if (std::optional<CurveContent> signal = signalChart(run))
        pictures.push_back(named("signal", std::move(*signal)));
    return pictures;
}

ReportPicture comparison(std::span<const RunRecord> runs)
{
    CurveContent content =
        chart(runs.front(), u"NDCG@10 (%), validation: domain A solid, B dashed"_s, u"%"_s);
    content.origin = u"FedCCTR Studio %1"_s.arg(QLatin1String(FEDCCTR_VERSION));
    int color = 0;
    for (const RunRecord& run : runs) {
        for (std::size_t domain = 0; domain < 2; ++domain) {
            const QString name = u"%1 %2"_s.arg(text(run.name), domain == 0 ? u"A"_s : u"B"_s);
            CurveSeries series({name, {}, color, domain == 0 ? LineStyle::Solid : LineStyle::Dashed});
            addQuality(series, run, domain, false);
            content.series.push_back(std::move(series));
        }
        ++color;
    }
    const auto complete =
        std::ranges::find_if(runs, [](const RunRecord& run) { return run.summary.has_value(); });
    if (complete != runs.end())
        addReferences(content, *complete);
    std::erase_if(content.references, [](const widgets::ReferenceLine& line) { return line.color >= 0; });
    return curvePicture("compare-ndcg", {}, std::move(content));
}

void writePictureFiles(const ReportPicture& picture, const std::filesystem::path& directory)
{
    for (const char* ending : {".png", ".svg", ".pdf"}) {
        const QString failure = picture.write(text((directory / (picture.file + ending)).string()));
        if (!failure.isEmpty())
            throw Error(failure.toStdString(), Error::Kind::Failure);
    }
}

} // namespace fedcctr::cli
