// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/runtexts.h"

#include "core/privacy/accountants/accountants.h"
#include "core/report/privacy_statement.h"

#include <QCoreApplication>
#include <QLocale>

#include <cmath>
#include <limits>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("RunTexts", text);
}

} // namespace

QString shortNumber(double value, int digits)
{
    // 1e-05 is a programmer's way to write it.
    return std::isfinite(value) ? QLocale().toString(value, 'g', digits).replace(u"e-0"_s, u"e-"_s) : u"–"_s;
}

QString domainName(const RunRecording& record, std::size_t domain)
{
    return QString::fromStdString(record.hello.domains[domain]);
}

QString percentText(double fraction)
{
    return QLocale().toString(100 * fraction, 'f', 2);
}

QString guaranteeText(const std::string& accountant, double delta, const std::string& adversary)
{
    const privacy::AccountantInfo* info = privacy::findAccountant(accountant);
    const QString failure = info && !info->hasDelta ? tr("no δ") : u"δ "_s + shortNumber(delta, 2);
    return u"%1, %2, %3"_s.arg(
        QString::fromStdString(privacy::titleOf(accountant)), failure, QString::fromStdString(adversary));
}

QString guaranteeOf(const RunRecording& record)
{
    if (record.rounds.empty() || !record.rounds.back().budget)
        return {};
    const BudgetRecord& budget = *record.rounds.back().budget;
    const double delta = budget.delta > 0 ? budget.delta : record.hello.config().privacy.delta;
    return guaranteeText(budget.accountant, delta, budget.adversary);
}

QString epsilonNumber(double epsilon)
{
    if (std::isinf(epsilon))
        return u"∞"_s;
    // Above, 'g' would write a power of ten.
    return epsilon >= 1000 ? QLocale().toString(epsilon, 'f', 0) : shortNumber(epsilon);
}

std::optional<RigorousSpend> rigorousSpend(const RunRecording& record)
{
    if (record.rounds.empty() || !record.rounds.back().budget)
        return std::nullopt;
    const BudgetRecord& budget = *record.rounds.back().budget;
    if (!report::isPrintedRule(budget.accountant))
        return std::nullopt;
    if (record.end && record.end->summary)
        if (const runs::SpendRecord* best = report::tightestGuarantee(*record.end->summary))
            return RigorousSpend{
                best->epsilon, guaranteeText(best->accountant, best->delta, best->adversary)};
    if (!budget.rigorous)
        return std::nullopt;
    return RigorousSpend{budget.rigorous->most,
        guaranteeText(budget.rigorous->accountant, budget.rigorous->delta, budget.adversary)};
}

QString spentText(const RunRecording& record)
{
    const QString guarantee = guaranteeOf(record);
    if (guarantee.isEmpty())
        return {};
    const QString spent = tr("ε %1 (%2)").arg(epsilonNumber(record.rounds.back().budget->most), guarantee);
    const std::optional<RigorousSpend> rigorous = rigorousSpend(record);
    return rigorous
        ? tr("%1; really ε %2 (%3)").arg(spent, epsilonNumber(rigorous->epsilon), rigorous->guarantee)
        : spent;
}

QString resultText(const RunRecording& record)
{
    if (!record.end || !record.end->summary)
        return {};
    const QLocale locale;
    QStringList parts;
    for (std::size_t domain = 0; domain < 2; ++domain) {
        const runs::MetricSet& metrics = record.end->summary->test[domain];
        if (!isMeasured(metrics))
            continue;
        const double value = metrics.at("ndcg@10");
        const auto [low, high] = metrics.interval().value_or(std::pair(value, value));
        parts.append(tr("%1 %2 % (%3 to %4)")
                         .arg(domainName(record, domain), percentText(value),
                             locale.toString(100 * low, 'f', 1), locale.toString(100 * high, 'f', 1)));
    }
    if (parts.isEmpty())
        return {};
    QString text = tr("NDCG@10 %1, test, 95 % interval").arg(parts.join(u", "_s));
    if (const QString spent = spentText(record); !spent.isEmpty())
        text += u"; "_s + spent;
    return text;
}

} // namespace fedcctr::studio
