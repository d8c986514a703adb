// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/experiment/forecasttext.h"

#include "app/studio/experiment/thisrunpanel.h"

#include <QLocale>

#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

using runs::BudgetForecast;
using runs::Participation;
using runs::RunForecast;
using settings::Config;

QString tr(const char* words)
{
    return QObject::tr(words);
}

QString number(double value, int digits = 3)
{
    if (std::isinf(value))
        return u"∞"_s;
    const QLocale locale;
    const double size = std::abs(value);
    if (size >= 100 && size < 1e7)
        return locale.toString(std::round(value), 'f', 0);
    return locale.toString(value, 'g', digits);
}

QString row(const QString& name, const QString& value)
{
    return u"<tr><td>%1&nbsp;&nbsp;</td><td>%2</td></tr>"_s.arg(name, value);
}

/// Which client, in a few words.
QString who(const BudgetForecast& budget)
{
    switch (budget.participation) {
    case Participation::All:
        return tr("every client");
    case Participation::Expected:
        return tr("a client drawn as often as expected (%1 uploads)").arg(number(budget.uploads));
    case Participation::WorstCase:
        return tr("a client drawn as often as can be (%1 uploads)").arg(number(budget.uploads));
    }
    return {};
}

QString timeText(const RunForecast& found, const TimeForecast& time)
{
    if (time.secondsPerRound <= 0)
        return tr("unknown until a run with like settings was made on this dataset");
    return tr("about %1 for %2 rounds, %3 s a round (as %4)")
        .arg(durationText(time.secondsPerRound * found.rounds), number(found.rounds),
            number(time.secondsPerRound), time.run.toHtmlEscaped());
}

QString clientsText(const RunForecast& found, const Config& config, const runs::Population& population)
{
    const bool exact = config.federation.sampling != federation::Sampling::Poisson;
    return (exact ? tr("%1, of these %2 in a round") : tr("%1, of these %2 expected in a round"))
        .arg(number(static_cast<double>(population.clients)), number(found.clientsPerRound));
}

} // namespace

QString factsText(const RunForecast& found, const Config& config, const runs::Population& population,
    const TimeForecast& time)
{
    QString rows = row(tr("Clients"), clientsText(found, config, population));
    rows += row(tr("Uploads per client"), tr("%1 expected").arg(number(found.uploadsPerClient)));
    if (found.parameters)
        rows += row(tr("Trained parameters"), QLocale().toString(qlonglong(*found.parameters)));
    if (found.memory > 0)
        rows += row(tr("Memory"),
            tr("at least %1 for them, their best copy, optimiser and upload")
                .arg(QLocale().formattedDataSize(qint64(found.memory), 1, QLocale::DataSizeSIFormat)));
    rows += row(tr("Time"), timeText(found, time));
    if (found.halfLife)
        rows += row(tr("Noise"), tr("σ halves every %1 rounds").arg(number(*found.halfLife)));
    else if (!found.sigma.empty())
        rows += row(tr("Noise"), tr("σ stays at %1 θ").arg(number(found.sigma.front().value)));
    else if (config.privacy.schedule == privacy::Schedule::None)
        rows += row(tr("Noise"), tr("none, so there is no guarantee"));
    if (found.signal)
        rows += row(tr("Signal-to-noise"),
            tr("at best %1 in the first round, %2 over the %3 rounds that are done")
                .arg(number(found.signal->first, 2), number(found.signal->whole, 2), number(found.rounds)));
    return u"<table cellspacing=0 cellpadding=1>%1</table>"_s.arg(rows);
}

QString budgetText(const RunForecast& found, const Config& config)
{
    QStringList sentences;
    for (const BudgetForecast& budget : found.budgets) {
        const QString subject = who(budget);
        if (budget.refused > 0) {
            const QString end = tr("⚠ The budget of %1 ends at round %2 of %3")
                                    .arg(subject, number(budget.refused), number(config.federation.rounds));
            const bool all = budget.participation == Participation::All;
            sentences.append(
                all ? tr("%1: %2 rounds are sent.").arg(end, number(budget.refused - 1)) : end + u'.');
        } else if (budget.atLeast) {
            sentences.append(
                tr("✓ The budget of %1 lasts all %2 rounds.").arg(subject, number(config.federation.rounds)));
        } else {
            sentences.append(tr("✓ The budget of %1 lasts all %2 rounds; it would last %3.")
                                 .arg(subject, number(config.federation.rounds), number(budget.lasts)));
        }
    }
    return sentences.join(u"<br>"_s);
}

QString spendsText(const RunForecast& found, const Config& config)
{
    if (found.budgets.empty())
        return {};
    QString html =
        tr("<b>ε at the end</b>, each with its accountant, δ, who must not learn it, and what it compares");
    const bool several = found.budgets.size() > 1;
    html += u"<table cellspacing=0 cellpadding=2><tr>"_s;
    html += several ? tr("<th align=right>expected&nbsp;</th><th align=right>worst case&nbsp;</th>")
                    : u"<th align=right>ε&nbsp;</th>"_s;
    html += tr(
        "<th align=left>accountant&nbsp;</th><th align=left>δ&nbsp;</th><th align=left>adversary&nbsp;</th>"
        "<th align=left>neighbours</th></tr>");
    const std::vector<privacy::Spend>& spends = found.budgets.front().atEnd;
    const std::string& governing = config.privacy.accountant;
    for (std::size_t i = 0; i < spends.size(); ++i) {
        const privacy::Spend& spend = spends[i];
        html += u"<tr>"_s;
        for (const BudgetForecast& budget : found.budgets)
            html += u"<td align=right><b>%1</b>&nbsp;&nbsp;</td>"_s.arg(
                i < budget.atEnd.size() ? number(budget.atEnd[i].epsilon) : u"–"_s);
        QString title = QString::fromStdString(privacy::titleOf(spend.accountant));
        if (spend.accountant == governing)
            title = u"<u>%1</u>"_s.arg(title);
        html +=
            u"<td>%1&nbsp;&nbsp;</td><td>%2&nbsp;&nbsp;</td><td>%3&nbsp;&nbsp;</td><td>%4</td></tr>"_s.arg(
                title,
                spend.delta > 0 ? QLocale().toString(spend.delta, 'g', 3).replace(u"e-0"_s, u"e-"_s)
                                : tr("none"),
                QString::fromStdString(spend.adversary), QString::fromStdString(spend.relation));
    }
    html += u"</table>"_s;
    html += tr("Underlined: the accountant that stops clients, at ε %1.").arg(number(config.privacy.epsilon));
    if (!several)
        html += tr(" Charged to every client: all %1 rounds that are sent.")
                    .arg(number(found.budgets.front().uploads));
    else
        html += tr(
            " Expected: drawn in %1 of %2 rounds, at even distances. Worst case: drawn whenever the sampling "
            "can, until its budget stops it.")
                    .arg(number(found.budgets.front().uploads), number(config.federation.rounds));
    return html;
}

} // namespace fedcctr::studio
