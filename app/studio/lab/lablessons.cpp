// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/lab/lablessons.h"

#include "core/privacy/accountant.h"
#include "core/privacy/attack_bound.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using privacy::Adversary;
using privacy::ClientSampling;
using privacy::NeighbouringRelation;
using privacy::Schedule;
using View = GradientChart::View;

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("fedcctr::studio::PrivacyPage", text);
}

QString percent(double share)
{
    const double value = 100 * share;
    return value > 99.5 ? words("more than 99 %") : labNumber(std::round(value)) + u" %"_s;
}

/// Epsilon of these knobs under one accountant, or why there is none, in words.
QString spent(const LabKnobs& knobs, const std::string& accountant)
{
    try {
        return epsilonWords(privacy::solveEpsilon(problemOf(knobs, accountant)), knobs, accountant);
    } catch (const std::exception& failure) {
        return QString::fromUtf8(failure.what());
    }
}

LabKnobs simple(double sigma0, int rounds)
{
    LabKnobs knobs;
    knobs.schedule = Schedule::Static;
    knobs.attendance = Attendance::WorstCase;
    knobs.accountant = "gaussian";
    knobs.sigma0 = sigma0;
    knobs.rounds = rounds;
    knobs.rate = 1;
    knobs.sampling = ClientSampling::None;
    knobs.epsilon = 3;
    return knobs;
}

Lesson oneNumber()
{
    Lesson lesson;
    lesson.title = words("one noisy number");
    lesson.text =
        words("What a client uploads is a row of numbers. Before it leaves, Gaussian noise of standard "
              "deviation σ = σ₀ is added to each. The orange line is the true number, the dots are 200 "
              "draws of what the server could have seen. Press Draw again, then make σ₀ larger.");
    lesson.question = words("How far from the truth do 95 % of the draws lie?");
    lesson.knobs = simple(1, 1);
    lesson.knobs.unknown = Unknown::Epsilon;
    lesson.chart = u"plot_lab_gradient"_s;
    lesson.answer = [](const LabResult& result, const View& view) {
        return words(
            "Within ±%1 (1.96 σ) of the number, which is %2 itself: signal-to-noise %3. One such upload is "
            "%4.")
            .arg(labNumber(1.96 * view.sigma), labNumber(std::min(GradientChart::kRaw, view.clipNorm)),
                labNumber(std::min(GradientChart::kRaw, view.clipNorm) / view.sigma),
                spent(result.knobs, "gaussian"));
    };
    return lesson;
}

Lesson clipping()
{
    Lesson lesson;
    lesson.title = words("clipping");
    lesson.text =
        words("Noise can only hide what is bounded, so each upload is first cut to the length θ: here 1.6 "
              "becomes 0.5. The noise is measured in clip norms, σ = σ₀θ, so a smaller θ brings less noise "
              "and less signal alike. ε does not change with θ: look at the budget while you move it.");
    lesson.question = words("What does twice the θ do to the signal-to-noise ratio?");
    lesson.knobs = simple(1, 1);
    lesson.knobs.unknown = Unknown::Epsilon;
    lesson.knobs.clipNorm = 0.5;
    lesson.chart = u"plot_lab_gradient"_s;
    lesson.answer = [](const LabResult& result, const View& view) {
        const auto ratio = [&](double clip) {
            return labNumber(std::min(GradientChart::kRaw, clip) / (result.knobs.sigma0 * clip));
        };
        return words(
            "At θ %1 it is %2, at θ %3 it is %4: as long as the number is cut, θ shrinks both; once θ is "
            "above 1.6 only the noise grows. ε stays as it is: %5.")
            .arg(labNumber(view.clipNorm), ratio(view.clipNorm), labNumber(2 * view.clipNorm),
                ratio(2 * view.clipNorm), spent(result.knobs, "gaussian"));
    };
    return lesson;
}

Lesson rounds()
{
    Lesson lesson;
    lesson.title = words("rounds add up");
    lesson.text =
        words("Every upload gives something away, and what is given away adds up. Ann takes part in all of "
              "100 rounds with the same noise. Exactly composed, many small losses partly cancel: ε grows "
              "like the square root of the rounds at first, and like their number later.");
    lesson.question = words("What do four times as many rounds cost?");
    lesson.knobs = simple(30, 100);
    lesson.chart = u"plot_lab_budget"_s;
    lesson.logBudget = false;
    lesson.onlyChosen = true;
    lesson.answer = [](const LabResult& result, const View&) {
        LabKnobs longer = result.knobs;
        longer.rounds = 4 * result.knobs.rounds;
        return words("%1 rounds are %2; %3 rounds are %4.")
            .arg(labNumber(result.knobs.rounds), spent(result.knobs, "gaussian"), labNumber(longer.rounds),
                spent(longer, "gaussian"));
    };
    return lesson;
}

/// Share of the printed budget that the last tenth of the paid rounds takes.
double lastTenth(const LabResult& result)
{
    const privacy::CalibrationProblem problem = problemOf(result.knobs, "eq27");
    double all = 0;
    double last = 0;
    const int paid = result.paidRounds;
    for (int round = 0; round < paid; ++round) {
        const double cost =
            privacy::paperEq27Cost(1, problem.shape.sigma0 * std::pow(problem.shape.decay, round),
                result.knobs.rate, result.knobs.order);
        all += cost;
        if (round >= paid - paid / 10)
            last += cost;
    }
    return all > 0 ? last / all : 0;
}

Lesson cliff()
{
    Lesson lesson;
    lesson.title = words("decay and the cliff");
    lesson.text =
        words("AdaLDP lets the noise fall: σ of the next round is R times σ. The cost of a round grows "
              "exponentially with 1/σ², so for a long time nothing seems to be spent, and then everything "
              "at once. With σ₀ 1 the printed budget of ε 1 (Eq. 27 as printed; no δ; local) cannot pay "
              "for round 288.");
    lesson.question = words("When does it end now, and what did the last tenth of the rounds take?");
    lesson.knobs.sigma0 = 1;
    lesson.chart = u"plot_lab_budget"_s;
    lesson.logBudget = false;
    lesson.onlyChosen = true;
    lesson.answer = [](const LabResult& result, const View&) {
        const double refused = result.line("eq27").curve.refused;
        const double decay = result.knobs.schedule == Schedule::AdaLdp ? result.knobs.decay : 1;
        const QString end = refused > 0
            ? words("The printed budget ends at round %1, where σ has fallen to %2 θ.")
                  .arg(labNumber(refused), labNumber(result.knobs.sigma0 * std::pow(decay, refused - 1)))
            : words("The printed budget lasts for all %1 rounds.").arg(labNumber(result.knobs.rounds));
        return end + u' '
            + words("The last tenth of the rounds takes %1 of what is spent.")
                  .arg(percent(lastTenth(result)));
    };
    return lesson;
}

Lesson watching()
{
    Lesson lesson;
    lesson.title = words("sampling and who is watching");
    lesson.text =
        words("If nobody knows whether Ann took part, chance protects her: sampling amplifies privacy. That "
              "holds for an outsider who sees the finished models only. The server knows whom it asked, so "
              "against it sampling hides nothing. Change Who watches and look at the lines.");
    lesson.question = words("What is the same training worth against each of the three?");
    lesson.knobs = simple(2, 500);
    lesson.knobs.rate = 0.01;
    lesson.knobs.sampling = ClientSampling::Poisson;
    lesson.knobs.relation = NeighbouringRelation::AddRemove;
    lesson.knobs.adversary = Adversary::ReleasedModel;
    lesson.knobs.accountant = "rdp";
    lesson.knobs.attendance = Attendance::Expected;
    lesson.chart = u"card_lab_accountants"_s;
    lesson.answer = [](const LabResult& result, const View&) {
        QStringList parts;
        for (const Adversary adversary : {Adversary::ReleasedModel, Adversary::Aggregate, Adversary::Local}) {
            LabKnobs knobs = result.knobs;
            knobs.adversary = adversary;
            parts.append(spent(knobs, "rdp"));
        }
        return parts.join(u"; "_s) + u". "_s
            + words("Against the two servers Ann pays for her %1 uploads in full; against the outsider for "
                    "all %2 "
                    "rounds, each at a small share.")
                  .arg(labNumber(result.knobs.charged()), labNumber(result.knobs.rounds));
    };
    return lesson;
}

/// Exact epsilon of a client whose rounds lie in the middle of equal stretches of the training.
double evenlySpread(const LabKnobs& knobs)
{
    const privacy::CalibrationProblem problem = problemOf(knobs, "gaussian");
    const int count = knobs.charged();
    double muSquared = 0;
    for (int i = 0; i < count; ++i) {
        const double round = std::floor((i + 0.5) * knobs.rounds / count);
        const double ratio =
            problem.plan.sensitivity() / (problem.shape.sigma0 * std::pow(problem.shape.decay, round));
        muSquared += ratio * ratio;
    }
    return privacy::gaussianExactEpsilon(muSquared, knobs.delta);
}

Lesson printed()
{
    Lesson lesson;
    lesson.title = words("the printed bound and a rigorous one");
    lesson.text =
        words("Solved for here: the σ₀ at which 1,000 rounds just meet the printed budget. The other lines "
              "count the same noise, and the rules as printed are marked as no bounds here: they take "
              "credit for sampling that the server sees through, and Eq. 27 has no δ.");
    lesson.question = words("What does the exact accountant say, and what would honesty need?");
    lesson.knobs.rounds = 1000;
    lesson.knobs.unknown = Unknown::Sigma0;
    lesson.chart = u"card_lab_accountants"_s;
    lesson.answer = [](const LabResult& result, const View&) {
        LabKnobs honest = result.knobs;
        honest.unknown = Unknown::Nothing;
        QString text =
            words("The printed %1 is honestly %2 if Ann's %3 rounds are the last ones, which have the "
                  "least noise, and %4 if they are spread evenly.")
                .arg(spent(honest, "eq27"), spent(honest, "gaussian"), labNumber(honest.charged()),
                    epsilonWords(evenlySpread(honest), honest, "gaussian"));
        try {
            const double sigma = privacy::solveSigma0(problemOf(honest, "gaussian"));
            text += u' '
                + words("To keep %1 the first σ would have to be %2 θ instead of %3 θ.")
                      .arg(epsilonWords(honest.epsilon, honest, "gaussian"), labNumber(sigma, 4),
                          labNumber(honest.sigma0, 4));
        } catch (const std::exception& failure) {
            text += u' ' + QString::fromUtf8(failure.what());
        }
        return text;
    };
    return lesson;
}

Lesson tradeOff()
{
    Lesson lesson;
    lesson.title = words("your own trade-off");
    lesson.text =
        words("Few rounds, all clients in each, their sum hidden by secure aggregation, and a small model: "
              "so set, honest privacy costs little. Move ε and watch the noise that it asks for and what "
              "an observer may learn. Then press Queue ε sweep: your own runs say what it costs in "
              "accuracy.");
    lesson.question = words("Which noise does this ε need, and what is left for the observer?");
    lesson.knobs = simple(15, 30);
    lesson.knobs.sampling = ClientSampling::Fixed;
    lesson.knobs.adversary = Adversary::Aggregate;
    lesson.knobs.unknown = Unknown::Sigma0;
    lesson.averaged = 100;
    lesson.chart = u"card_lab_utility"_s;
    lesson.answer = [](const LabResult& result, const View&) {
        const LabKnobs& knobs = result.knobs;
        const double meanNoise = knobs.sigma0 * knobs.clipNorm / std::max(1.0, knobs.cohort());
        return words(
            "σ₀ = %1 θ on the sum, which is %2 on the mean of %3 clients. A guess of 50 % about Ann becomes "
            "at most %4 under %5.")
            .arg(labNumber(knobs.sigma0, 4), labNumber(meanNoise), labNumber(std::round(knobs.cohort())),
                percent(privacy::posteriorBound(knobs.epsilon)),
                epsilonWords(knobs.epsilon, knobs, knobs.accountant));
    };
    return lesson;
}

} // namespace

const QList<Lesson>& lessons()
{
    static const QList<Lesson> kLessons{
        oneNumber(), clipping(), rounds(), cliff(), watching(), printed(), tradeOff()};
    return kLessons;
}

} // namespace fedcctr::studio
