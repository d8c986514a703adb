// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data/statisticstable.h"

#include "core/base/csv.h"
#include "core/report/run_tables.h"

#include <QCoreApplication>

#include <functional>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using data::DomainStatistics;
using data::Statistics;

namespace {

QString translated(const char* text)
{
    return QCoreApplication::translate("StatisticsTable", text);
}

/// Adds rows; asks each column's statistics for its number.
class Builder {
public:
    explicit Builder(const DatasetView& view)
    {
        for (const data::Domain domain : data::kDomains) {
            const QString name = nameOf(*view.dataset, domain);
            m_table.columns.append(view.augmented ? translated("%1, original").arg(name) : name);
            m_sources.append({&view.statistics, domain});
        }
        if (!view.augmented)
            return;
        for (const data::Domain domain : data::kDomains) {
            m_table.columns.append(translated("%1, augmented").arg(nameOf(*view.dataset, domain)));
            m_sources.append({&*view.augmented, domain});
        }
    }

    using Figure = std::function<double(const Statistics&, const DomainStatistics&)>;
    void add(const QString& name, const QString& help, int decimals, const Figure& figure)
    {
        StatisticsTable::Row row{name, help, {}, {}};
        for (const auto& [statistics, domain] : m_sources) {
            const double number = figure(*statistics, statistics->domains[index(domain)]);
            row.cells.append(decimal(number, decimals));
            row.plain.append(QString::number(number, 'f', decimals));
        }
        m_table.rows.append(row);
    }

    StatisticsTable take() { return std::move(m_table); }

private:
    struct Source {
        const Statistics* statistics;
        data::Domain domain;
    };
    StatisticsTable m_table;
    QList<Source> m_sources;
};

double real(std::size_t number)
{
    return static_cast<double>(number);
}

QString escaped(const QString& text, bool latex)
{
    const std::string words = text.toStdString();
    return QString::fromStdString(latex ? report::latexCell(words) : csvCell(words));
}

} // namespace

namespace {

/// Markets side by side.
StatisticsTable marketTable(const DatasetView& view)
{
    using data::MarketStatistics;
    StatisticsTable table;
    for (const MarketStatistics& one : view.markets)
        table.columns.append(QString::fromStdString(one.market.name));
    const auto add = [&](const QString& name, const QString& help, int decimals,
                         const std::function<double(const MarketStatistics&)>& figure) {
        StatisticsTable::Row row{name, help, {}, {}};
        for (const MarketStatistics& one : view.markets) {
            row.cells.append(decimal(figure(one), decimals));
            row.plain.append(QString::number(figure(one), 'f', decimals));
        }
        table.rows.append(row);
    };
    add(translated("Users"), translated("Users of the market, whom no other one has"), 0,
        [](const MarketStatistics& s) { return real(s.market.users); });
    add(translated("Items"), translated("Items that the market sells"), 0,
        [](const MarketStatistics& s) { return static_cast<double>(s.market.items); });
    add(translated("Shared items"),
        translated("Items that another market sells under the same id. Training is told of them only where "
                   "market.identities says so"),
        0, [](const MarketStatistics& s) { return static_cast<double>(s.sharedItems); });
    add(translated("Instances"), translated("Interactions"), 0,
        [](const MarketStatistics& s) { return real(s.interactions); });
    add(translated("Mean sequence length"), translated("Interactions per user"), 2,
        [](const MarketStatistics& s) { return s.meanLength; });
    add(translated("Sparsity (%)"), translated("1 − instances / (users × items)"), 3,
        [](const MarketStatistics& s) {
            return 100
                * (1 - real(s.interactions) / (real(s.market.users) * static_cast<double>(s.market.items)));
        });
    add(translated("Training instances"), translated("What is left to learn from"), 0,
        [](const MarketStatistics& s) { return real(s.trainInstances); });
    add(translated("Test instances"), translated("The last interaction of each user with three or more"), 0,
        [](const MarketStatistics& s) { return real(s.testInstances); });
    return table;
}

} // namespace

StatisticsTable statisticsTable(const DatasetView& view)
{
    if (!view.markets.empty())
        return marketTable(view);
    Builder builder(view);
    builder.add(translated("Users"), translated("Users with interactions in both domains"), 0,
        [](const Statistics& s, const DomainStatistics&) { return real(s.users); });
    builder.add(translated("Items"), translated("Items of the domain"), 0,
        [](const Statistics&, const DomainStatistics& d) { return real(d.items); });
    builder.add(translated("Instances"),
        translated("Interactions; augmented: with the liked items that the augmentation adds"), 0,
        [](const Statistics&, const DomainStatistics& d) { return real(d.interactions); });
    builder.add(translated("Feature fields"),
        translated(
            "Kinds of features that are filled anywhere: user id, item id, title, categories, creator; "
            "augmented: also genres, themes, keywords, age, gender, interests"),
        0, [&view](const Statistics& s, const DomainStatistics&) {
            return real(&s == &view.statistics ? view.fields : view.augmentedFields);
        });
    builder.add(translated("Mean sequence length"), translated("Interactions per user"), 2,
        [](const Statistics&, const DomainStatistics& d) { return d.meanLength; });
    builder.add(translated("Shortest sequence"), translated("Fewest interactions of a user"), 0,
        [](const Statistics&, const DomainStatistics& d) { return real(d.shortest); });
    builder.add(translated("Longest sequence"), translated("Most interactions of a user"), 0,
        [](const Statistics&, const DomainStatistics& d) { return real(d.longest); });
    builder.add(translated("Sparsity (%)"), translated("1 − instances / (users × items)"), 3,
        [](const Statistics&, const DomainStatistics& d) { return 100 * d.sparsity; });
    builder.add(translated("Items with a title (%)"), translated("Share of the items that have a title"), 1,
        [](const Statistics&, const DomainStatistics& d) { return 100 * d.titledItems; });
    builder.add(translated("Training instances"), translated("What is left to learn from"), 0,
        [](const Statistics&, const DomainStatistics& d) { return real(d.trainInstances); });
    builder.add(translated("Validation instances"),
        translated("The last but one interaction of each user with three or more"), 0,
        [](const Statistics&, const DomainStatistics& d) { return real(d.validationInstances); });
    builder.add(translated("Test instances"),
        translated("The last interaction of each user with three or more"), 0,
        [](const Statistics&, const DomainStatistics& d) { return real(d.testInstances); });
    return builder.take();
}

QString toLatex(const StatisticsTable& table, const QString& caption)
{
    QString text = u"\\begin{table}\n\\centering\n\\caption{"_s + escaped(caption, true)
        + u"}\n\\begin{tabular}{l"_s + QString(table.columns.size(), u'r') + u"}\n\\toprule\n"_s;
    for (const QString& column : table.columns)
        text += u" & "_s + escaped(column, true);
    text += u" \\\\\n\\midrule\n"_s;
    for (const StatisticsTable::Row& row : table.rows) {
        text += escaped(row.name, true);
        for (const QString& cell : row.plain)
            text += u" & "_s + cell;
        text += u" \\\\\n"_s;
    }
    return text + u"\\bottomrule\n\\end{tabular}\n\\end{table}\n"_s;
}

QString toCsv(const StatisticsTable& table)
{
    QString text = u"figure"_s;
    for (const QString& column : table.columns)
        text += u',' + escaped(column, false);
    text += u'\n';
    for (const StatisticsTable::Row& row : table.rows) {
        text += escaped(row.name, false);
        for (const QString& cell : row.plain)
            text += u',' + cell;
        text += u'\n';
    }
    return text;
}

} // namespace fedcctr::studio
