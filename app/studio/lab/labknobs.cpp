// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/lab/labknobs.h"

#include "core/federation/sampler.h"

#include <QCoreApplication>
#include <QJsonValue>
#include <QLocale>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using privacy::Adversary;
using privacy::ClientSampling;
using privacy::NeighbouringRelation;
using privacy::Schedule;

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("fedcctr::studio::PrivacyPage", text);
}

/// A word of JSON and of settings for each value of an enumeration.
template <typename Kind> struct Word {
    Kind kind;
    QString word;
};

const QList<Word<Adversary>>& adversaryWords()
{
    static const QList<Word<Adversary>> kWords{{Adversary::Local, u"local"_s},
        {Adversary::Aggregate, u"aggregate"_s}, {Adversary::ReleasedModel, u"released-model"_s}};
    return kWords;
}

const QList<Word<NeighbouringRelation>>& relationWords()
{
    static const QList<Word<NeighbouringRelation>> kWords{
        {NeighbouringRelation::Replace, u"replace"_s}, {NeighbouringRelation::AddRemove, u"add-remove"_s}};
    return kWords;
}

/// federation.sampling's words; "cyclic" keeps nothing secret, as everybody's turn is known.
const QList<Word<ClientSampling>>& samplingWords()
{
    static const QList<Word<ClientSampling>> kWords{{ClientSampling::Poisson, u"poisson"_s},
        {ClientSampling::Fixed, u"fixed"_s}, {ClientSampling::None, u"cyclic"_s}};
    return kWords;
}

const QList<Word<Schedule>>& scheduleWords()
{
    static const QList<Word<Schedule>> kWords{
        {Schedule::Static, u"static"_s}, {Schedule::AdaLdp, u"adaldp"_s}};
    return kWords;
}

const QList<Word<Attendance>>& attendanceWords()
{
    static const QList<Word<Attendance>> kWords{{Attendance::Expected, u"expected"_s},
        {Attendance::WorstCase, u"worst-case"_s}, {Attendance::Own, u"own"_s}};
    return kWords;
}

const QList<Word<Unknown>>& unknownWords()
{
    static const QList<Word<Unknown>> kWords{{Unknown::Nothing, u"nothing"_s}, {Unknown::Sigma0, u"sigma0"_s},
        {Unknown::Rounds, u"rounds"_s}, {Unknown::Epsilon, u"epsilon"_s}};
    return kWords;
}

template <typename Kind> QString wordOf(const QList<Word<Kind>>& list, Kind kind)
{
    const auto found = std::ranges::find(list, kind, &Word<Kind>::kind);
    return found == list.end() ? QString() : found->word;
}

template <typename Kind> void take(Kind& kind, const QList<Word<Kind>>& list, const QString& word)
{
    const auto found = std::ranges::find(list, word, &Word<Kind>::word);
    if (found != list.end())
        kind = found->kind;
}

void takeAccountant(std::string& name, const QString& word)
{
    const privacy::AccountantInfo* found = privacy::findAccountant(word.toStdString());
    if (found && found->selectable)
        name = found->name;
}

template <typename Number> void take(Number& number, double value, double least, double most)
{
    if (std::isfinite(value) && value >= least && value <= most)
        number = static_cast<Number>(value);
}

} // namespace

double LabKnobs::drawnRate() const
{
    federation::FederationOptions options;
    options.rate = rate;
    options.rounds = rounds;
    options.sampling = sampling == ClientSampling::Poisson ? federation::Sampling::Poisson
        : sampling == ClientSampling::Fixed                ? federation::Sampling::Fixed
                                                           : federation::Sampling::Cyclic;
    return federation::ledgerSampling(options, static_cast<std::size_t>(clients)).rate;
}

int LabKnobs::charged() const
{
    if (attendance == Attendance::WorstCase)
        return rounds;
    const int wanted = attendance == Attendance::Expected
        ? static_cast<int>(std::ceil(drawnRate() * rounds * (1 - 1e-12)))
        : participations;
    return std::clamp(wanted, 1, rounds);
}

privacy::CalibrationProblem problemOf(const LabKnobs& knobs, const std::string& accountant)
{
    privacy::CalibrationProblem problem;
    problem.plan.adversary = knobs.adversary;
    problem.plan.relation = knobs.relation;
    problem.plan.sampling = knobs.sampling;
    problem.plan.rate = knobs.drawnRate();
    problem.shape = {knobs.sigma0, knobs.schedule == Schedule::AdaLdp ? knobs.decay : 1,
        static_cast<double>(knobs.rounds), static_cast<double>(knobs.charged())};
    problem.accountant = accountant;
    if (privacy::accountant(accountant).usesZeta)
        problem.order = knobs.order;
    problem.epsilon = knobs.epsilon;
    problem.delta = knobs.delta;
    if (knobs.attendance != Attendance::Own)
        problem.participationsPerRound = knobs.attendance == Attendance::WorstCase ? 1 : knobs.drawnRate();
    return problem;
}

QString adversaryName(Adversary adversary)
{
    return adversary == Adversary::ReleasedModel ? words("released model")
                                                 : wordOf(adversaryWords(), adversary);
}

QString labNumber(double value, int digits)
{
    if (std::isnan(value))
        return u"–"_s;
    if (std::isinf(value))
        return u"∞"_s;
    QLocale plain;
    plain.setNumberOptions(QLocale::OmitGroupSeparator);
    const double size = std::abs(value);
    if (size >= 1000 && size < 1e6)
        return plain.toString(value, 'f', 0);
    return plain.toString(value, 'g', digits);
}

QString epsilonWords(double epsilon, const QString& accountant, double delta, const QString& adversary)
{
    return u"ε %1 (%2; %3; %4)"_s.arg(
        labNumber(epsilon), accountant, delta > 0 ? u"δ "_s + labNumber(delta) : words("no δ"), adversary);
}

QString epsilonWords(double epsilon, const LabKnobs& knobs, const std::string& accountant)
{
    return epsilonWords(epsilon, QString::fromStdString(privacy::titleOf(accountant)),
        privacy::accountant(accountant).hasDelta ? knobs.delta : 0, adversaryName(knobs.adversary));
}

QJsonObject toJson(const LabKnobs& knobs)
{
    return {{u"epsilon"_s, knobs.epsilon}, {u"delta"_s, knobs.delta}, {u"sigma0"_s, knobs.sigma0},
        {u"decay"_s, knobs.decay}, {u"rate"_s, knobs.rate}, {u"rounds"_s, knobs.rounds},
        {u"clip_norm"_s, knobs.clipNorm}, {u"clients"_s, knobs.clients}, {u"order"_s, knobs.order},
        {u"participations"_s, knobs.participations},
        {u"attendance"_s, wordOf(attendanceWords(), knobs.attendance)},
        {u"adversary"_s, wordOf(adversaryWords(), knobs.adversary)},
        {u"relation"_s, wordOf(relationWords(), knobs.relation)},
        {u"sampling"_s, wordOf(samplingWords(), knobs.sampling)},
        {u"schedule"_s, wordOf(scheduleWords(), knobs.schedule)},
        {u"accountant"_s, QString::fromStdString(knobs.accountant)},
        {u"solve"_s, wordOf(unknownWords(), knobs.unknown)}};
}

LabKnobs knobsFromJson(const QJsonObject& json, LabKnobs knobs)
{
    const auto number = [&json](const QString& key) { return json[key].toDouble(std::nan("")); };
    take(knobs.epsilon, number(u"epsilon"_s), 1e-6, 1e6);
    take(knobs.delta, number(u"delta"_s), 1e-12, 1e-2);
    take(knobs.sigma0, number(u"sigma0"_s), 1e-2, 1e4);
    take(knobs.decay, number(u"decay"_s), 0.9, 1);
    take(knobs.rate, number(u"rate"_s), 1e-5, 1);
    take(knobs.rounds, number(u"rounds"_s), 1, kMostLabRounds);
    take(knobs.clipNorm, number(u"clip_norm"_s), 1e-4, 1e6);
    take(knobs.clients, number(u"clients"_s), 1, 1e7);
    take(knobs.order, number(u"order"_s), 1.01, 1024);
    take(knobs.participations, number(u"participations"_s), 1, kMostLabRounds);
    take(knobs.attendance, attendanceWords(), json[u"attendance"_s].toString());
    take(knobs.adversary, adversaryWords(), json[u"adversary"_s].toString());
    take(knobs.relation, relationWords(), json[u"relation"_s].toString());
    take(knobs.sampling, samplingWords(), json[u"sampling"_s].toString());
    take(knobs.schedule, scheduleWords(), json[u"schedule"_s].toString());
    takeAccountant(knobs.accountant, json[u"accountant"_s].toString());
    take(knobs.unknown, unknownWords(), json[u"solve"_s].toString());
    return knobs;
}

QStringList assignments(const LabKnobs& knobs)
{
    const auto set = [](const char* key, double value) {
        return QString::fromLatin1(key) + u'=' + QString::number(value, 'g', QLocale::FloatingPointShortest);
    };
    // Who took part is secret against released-model, and the printed rules charge everybody.
    const bool everyRound = knobs.adversary == Adversary::ReleasedModel
        || privacy::accountant(knobs.accountant).printed || knobs.attendance == Attendance::WorstCase;
    return {u"privacy.schedule="_s + wordOf(scheduleWords(), knobs.schedule),
        u"privacy.adversary="_s + wordOf(adversaryWords(), knobs.adversary),
        u"privacy.relation="_s + wordOf(relationWords(), knobs.relation),
        u"privacy.accountant="_s + QString::fromStdString(knobs.accountant),
        u"privacy.charge="_s + (everyRound ? u"every-round"_s : u"participation"_s),
        set("privacy.epsilon", knobs.epsilon), set("privacy.delta", knobs.delta),
        set("privacy.order", knobs.order), set("privacy.decay_rate", knobs.decay),
        set("privacy.noise_multiplier", knobs.sigma0), set("privacy.clip_norm", knobs.clipNorm),
        set("federation.rate", knobs.rate), set("federation.rounds", knobs.rounds),
        u"federation.sampling="_s + wordOf(samplingWords(), knobs.sampling)};
}

LabKnobs knobsFromSettings(const std::function<QString(const QString&)>& setting, LabKnobs knobs)
{
    const auto number = [&setting](const QString& key) {
        bool ok = false;
        const double value = QLocale::c().toDouble(setting(key), &ok);
        return ok ? value : std::nan("");
    };
    take(knobs.epsilon, number(u"privacy.epsilon"_s), 1e-6, 1e6);
    take(knobs.delta, number(u"privacy.delta"_s), 1e-12, 1e-2);
    take(knobs.sigma0, number(u"privacy.noise_multiplier"_s), 1e-2, 1e4);
    take(knobs.decay, number(u"privacy.decay_rate"_s), 0.9, 1);
    take(knobs.order, number(u"privacy.order"_s), 1.01, 1024);
    take(knobs.clipNorm, number(u"privacy.clip_norm"_s), 1e-4, 1e6);
    take(knobs.rate, number(u"federation.rate"_s), 1e-5, 1);
    take(knobs.rounds, number(u"federation.rounds"_s), 1, kMostLabRounds);
    take(knobs.schedule, scheduleWords(), setting(u"privacy.schedule"_s));
    take(knobs.adversary, adversaryWords(), setting(u"privacy.adversary"_s));
    take(knobs.relation, relationWords(), setting(u"privacy.relation"_s));
    takeAccountant(knobs.accountant, setting(u"privacy.accountant"_s));
    take(knobs.sampling, samplingWords(), setting(u"federation.sampling"_s));
    knobs.attendance =
        setting(u"privacy.charge"_s) == u"every-round"_s ? Attendance::WorstCase : Attendance::Expected;
    knobs.unknown = Unknown::Nothing;
    return knobs;
}

} // namespace fedcctr::studio
