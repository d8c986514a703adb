// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/lab/labattack.h"

#include "app/studio/lab/labcompute.h"
#include "app/studio/lab/observerchart.h"
#include "core/privacy/attack_bound.h"
#include "widgets/charts/curveplot.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr std::size_t kRocPoints = 60;

QString tr(const char* text)
{
    return QCoreApplication::translate("LabAttack", text);
}

/// Who looks, as the beginning of a sentence.
QString watcherWords(privacy::Adversary adversary)
{
    switch (adversary) {
    case privacy::Adversary::Local:
        return tr("The server, which sees each upload,");
    case privacy::Adversary::Aggregate:
        return tr("The server, which sees sums of uploads,");
    case privacy::Adversary::ReleasedModel:
        break;
    }
    return tr("An outsider, who sees the models,");
}

/// "the best attack is right in 64 % (exactly, μ 0.719)"; empty while it is not known.
QString attackWords(const LabResult& result)
{
    const QString percent = labNumber(std::round(1000 * result.guess.share) / 10);
    const QString honest = QString::fromStdString(result.honest().accountant->shortTitle);
    switch (result.guess.rule) {
    case BestGuess::Rule::Gaussian:
        return tr("the best attack is right in %1 % (exactly, μ %2)").arg(percent, labNumber(result.mu));
    case BestGuess::Rule::LossCurve:
        return tr("no attack is right in more than %1 % (by %2's whole curve)").arg(percent, honest);
    case BestGuess::Rule::Epsilon:
        return tr("no attack is right in more than %1 % (by ε and δ of %2)").arg(percent, honest);
    case BestGuess::Rule::None:
        break;
    }
    return {};
}

} // namespace

void showObserver(ObserverChart& chart, const LabResult& result)
{
    const LabKnobs& knobs = result.knobs;
    const AccountantLine& chosen = result.chosen();
    const bool fits = chosen.incompatibility.isEmpty();
    const QString attack = attackWords(result);
    QList<ObserverChart::Belief> beliefs;
    if (fits)
        beliefs.append({epsilonWords(result.spent, knobs, knobs.accountant),
            privacy::posteriorBound(result.spent), attack,
            !chosen.isBound()            ? tr("⚠ Not a bound here: see below what holds")
                : result.paidRounds == 0 ? tr("The budget pays for no round: nothing is seen")
                                         : QString(),
            !chosen.isBound(), result.pending || chosen.pending});
    const AccountantLine& honest = result.honest();
    if ((!chosen.isBound() || !fits) && result.paidRounds > 0) {
        QString remark =
            tr("What the %1 rounds that it pays for really allow").arg(labNumber(result.paidRounds));
        if (!fits)
            remark = tr("%1 does not apply here").arg(QString::fromStdString(chosen.accountant->title));
        beliefs.append({epsilonWords(result.honestSpent, knobs, honest.accountant->name),
            privacy::posteriorBound(result.honestSpent), attack, remark, false,
            result.pending || std::ranges::any_of(result.lines, &AccountantLine::pending)});
    }
    const QString question = knobs.relation == privacy::NeighbouringRelation::Replace
        ? tr("“Did Ann click these titles, or others?”")
        : tr("“Was Ann in the data?”");
    chart.setBeliefs(tr("%1 asks: %2").arg(watcherWords(knobs.adversary), question), beliefs);
}

void showAttack(widgets::CurvePlot& plot, const LabResult& result)
{
    const LabKnobs& knobs = result.knobs;
    plot.clear();
    const bool fits = result.chosen().incompatibility.isEmpty();
    const privacy::AccountantInfo& accountant = *(fits ? result.chosen() : result.honest()).accountant;
    const double spent = fits ? result.spent : result.honestSpent;
    const double delta = accountant.hasDelta ? knobs.delta : 0;
    // The training spends this, which may be less than the budget.
    plot.renameSeries(0, tr("at most, under %1").arg(epsilonWords(spent, knobs, accountant.name)),
        tr("bound, %1").arg(QString::fromStdString(accountant.shortTitle)));
    for (const privacy::RocPoint& point : privacy::rocBound(spent, delta, kRocPoints))
        plot.append(0, point.falsePositive, point.truePositive);
    // Where sampling amplifies, the Gaussian's curve is not the exact one.
    const bool exact = !problemOf(knobs, knobs.accountant).plan.amplified() && result.mu > 0;
    plot.renameSeries(1,
        tr("the best attack after %1 rounds, exactly (μ = %2)")
            .arg(labNumber(result.paidRounds), labNumber(result.mu)),
        tr("exact, μ %1").arg(labNumber(result.mu)));
    if (exact)
        for (const privacy::RocPoint& point : privacy::gaussianRoc(result.mu, kRocPoints))
            plot.append(1, point.falsePositive, point.truePositive);
    plot.append(2, 0, 0);
    plot.append(2, 1, 1);
}

} // namespace fedcctr::studio
