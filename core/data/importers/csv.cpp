// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/importers/csv.h"

#include "core/base/numbers.h"
#include "core/data/build.h"
#include "core/data/csv.h"
#include "core/data/html.h"
#include "core/data/import_options.h"
#include "core/data/import_support.h"
#include "core/data/importers/csv_preview.h"
#include "core/data/text.h"
#include "core/data/time_stamps.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace fedcctr::data {

namespace {

constexpr std::string_view kHeaderHelp = "an interactions file has the columns user, item, domain, and seq "
                                         "or timestamp; an items file has item and title";

/// Separators that are not read, where the only column shows one.
std::string separatorHint(const std::vector<std::string>& columns)
{
    if (columns.size() != 1)
        return {};
    const std::string& only = columns.front();
    const char* seen = only.find("::") != std::string::npos ? "'::'"
        : only.find(' ') != std::string::npos               ? "spaces"
        : only.find(':') != std::string::npos               ? "colons"
                                                            : nullptr;
    if (!seen)
        return {};
    return std::string("; the fields seem to be separated by ") + seen
        + ", but must be by commas, semicolons, tabs or vertical bars";
}

std::size_t at(std::int32_t number)
{
    return static_cast<std::size_t>(number);
}

std::string joined(std::span<const std::string> names)
{
    constexpr std::size_t kMost = 8;
    std::string list;
    for (const std::string& name : names.first(std::min(kMost, names.size())))
        list += (list.empty() ? "" : ", ") + shown(name);
    if (names.size() > kMost)
        list += " and " + std::to_string(names.size() - kMost) + " more";
    return list;
}

/// A whole number in a field. `meaning` ends the message if it is none.
std::int64_t wholeNumber(const CsvReader& reader, std::size_t column, const std::string& meaning)
{
    const std::string& text = reader.field(column);
    const std::optional<std::int64_t> value = numberIn<std::int64_t>(text);
    if (!value)
        throw reader.error(column, shown(text) + " is not a whole number; write " + meaning);
    return *value;
}

std::int16_t ratingIn(const CsvReader& reader, std::size_t column)
{
    const std::string& text = reader.field(column);
    const std::optional<std::int16_t> rating = ratingOf(text);
    if (!rating)
        throw reader.error(column, shown(text) + " is not a rating; write a number from 0 to 100");
    return *rating;
}

TimeStamp timeIn(const CsvReader& reader, std::size_t column)
{
    const std::string& text = reader.field(column);
    // Where commas part no fields, spreadsheets write them before decimals.
    const std::optional<TimeStamp> time =
        timeStampIn(text, reader.separator() == ',' || text.find('.') != std::string::npos ? '.' : ',');
    if (!time)
        throw reader.error(column,
            shown(text)
                + " is not a whole number; write Unix seconds (or milliseconds) with all digits, or dates "
                  "like "
                  "2020-09-13T12:26:40Z");
    return *time;
}

/// "NaN" is what programs write where nothing was.
const std::string& filled(const CsvReader& reader, std::size_t column)
{
    const std::string& text = reader.field(column);
    if (text.empty() || text == "NaN" || text == "nan")
        throw reader.error(
            column, (text.empty() ? "is empty" : "is " + shown(text)) + "; every row needs a value here");
    return text;
}

/// Finds our columns in a file, by our names or by those that the options give.
class ColumnFinder {
public:
    explicit ColumnFinder(const std::vector<ColumnName>& names)
        : m_names(names)
    {
    }

    std::optional<std::size_t> find(const CsvReader& reader, std::string_view meaning) const
    {
        for (const ColumnName& name : m_names) {
            if (name.meaning != meaning || (!name.file.empty() && name.file != reader.path()))
                continue;
            if (name.column.empty())
                return std::nullopt;
            if (const auto found = reader.find(name.column))
                return found;
            if (!name.file.empty())
                return reader.require(name.column);
        }
        return reader.find(meaning);
    }

    std::size_t require(const CsvReader& reader, std::string_view meaning) const
    {
        if (const auto found = find(reader, meaning))
            return *found;
        return reader.require(meaning);
    }

    /// A name that stands in no file is a mistake.
    void check(std::span<const CsvReader> interactions, std::span<const CsvReader> items) const
    {
        for (const ColumnName& name : m_names) {
            const auto has = [&](const CsvReader& reader) { return reader.find(name.column).has_value(); };
            if (name.file.empty() && !name.column.empty() && std::ranges::none_of(interactions, has)
                && std::ranges::none_of(items, has))
                throw Error("--column: no file has a column " + shown(name.column) + "; "
                    + interactions.front().path().string() + " has "
                    + joined(interactions.front().columns()));
        }
    }

private:
    const std::vector<ColumnName>& m_names;
};

enum class Parts : std::uint8_t { TwoDomains, Markets };

class CsvImport {
public:
    CsvImport(std::span<const std::filesystem::path> files, const ImportOptions& options, Parts parts)
        : m_options(options)
        , m_byMarket(parts == Parts::Markets)
        , m_finder(options.columns)
        , m_badRows(options)
        , m_watch(options)
    {
        for (const std::filesystem::path& file : files) {
            m_raw.provenance.files.push_back(file.filename().string());
            CsvReader reader(file);
            if (m_finder.find(reader, "user")) {
                m_interactionFiles.push_back(std::move(reader));
            } else if (m_finder.find(reader, "item")) {
                m_itemFiles.push_back(std::move(reader));
            } else {
                if (reader.looksHeaderless())
                    throw reader.missingHeader();
                throw Error(file.string() + ":1: columns 'user' and 'item' are missing; the header row has "
                    + joined(reader.columns()) + separatorHint(reader.columns()) + "; "
                    + std::string(kHeaderHelp));
            }
        }
        if (m_interactionFiles.empty())
            throw Error((files.empty() ? std::string("no file given")
                                       : files.front().string() + ": no file with a column 'user' is given")
                + "; " + std::string(kHeaderHelp));
        m_finder.check(m_interactionFiles, m_itemFiles);
        m_fileCount = static_cast<double>(files.size());
        for (const std::string& domain : m_options.domains) {
            if (!domain.empty() && !m_byMarket)
                m_domains.add(domain);
        }
        m_domainsAreGiven = m_domains.size() == 2;
        for (const std::string& market : m_options.markets)
            m_domains.add(market);
    }

    Dataset run()
    {
        m_hasSeq = std::ranges::all_of(
            m_interactionFiles, [this](const CsvReader& r) { return m_finder.find(r, "seq").has_value(); });
        for (CsvReader& reader : m_interactionFiles)
            readInteractions(reader);
        if (m_byMarket)
            settleMarkets();
        else
            settleDomains();
        settleAllTimes();
        if (m_hasSeq)
            sortBySeq();
        m_raw.items.resize(m_items.size());
        for (CsvReader& reader : m_itemFiles)
            readItems(reader);
        takeNames();
        addNotes();
        return buildDataset(std::move(m_raw), m_options);
    }

private:
    struct Columns {
        Columns(const CsvReader& reader, const ColumnFinder& finder, bool hasSeq, bool byMarket)
            : user(finder.require(reader, "user"))
            , item(finder.require(reader, "item"))
            , domain(byMarket && finder.find(reader, "market") ? finder.require(reader, "market")
                                                               : finder.require(reader, "domain"))
            , seq(finder.find(reader, "seq"))
            , rating(finder.find(reader, "rating"))
            , time(hasSeq ? finder.find(reader, "timestamp")
                          : std::optional(finder.require(reader, "timestamp")))
        {
        }
        std::size_t user;
        std::size_t item;
        std::size_t domain;
        std::optional<std::size_t> seq;
        std::optional<std::size_t> rating;
        std::optional<std::size_t> time;
    };

    /// Of the interactions of one file, in their order.
    struct FileTimes {
        TimeSource source;
        std::vector<TimeStamp> times;
    };

    void tick(const CsvReader& reader)
    {
        m_watch.countRow();
        m_watch.tick([&] { return 0.9 * (m_filesDone + reader.progress()) / m_fileCount; }, m_reading);
    }

    void begin(const CsvReader& reader) { m_reading = "reading " + reader.path().filename().string(); }

    void readInteractions(CsvReader& reader)
    {
        begin(reader);
        if (!m_hasSeq && !m_finder.find(reader, "timestamp")) {
            throw Error(reader.path().string()
                + ":1: columns 'seq' and 'timestamp' are both missing, one is needed to order events; the "
                  "header row has "
                + joined(reader.columns()));
        }
        const Columns columns(reader, m_finder, m_hasSeq, m_byMarket);
        m_times.push_back({{reader.path().filename().string(), TimeUnit::Seconds}, {}});
        forEachRow(reader, [&] { readInteraction(reader, columns); });
    }

    template <typename Work> void forEachRow(CsvReader& reader, const Work& work)
    {
        for (bool more = true; more;) {
            m_badRows.survives([&] {
                more = reader.next();
                if (more)
                    work();
            });
            if (more)
                tick(reader);
        }
        m_filesDone += 1;
    }

    void readInteraction(const CsvReader& reader, const Columns& columns)
    {
        std::string user = filled(reader, columns.user);
        std::string itemName = filled(reader, columns.item);
        std::optional<Domain> domain;
        if (!m_byMarket) {
            domain = domainOf(reader, columns.domain);
        } else if (const auto market = marketOf(reader, columns.domain)) {
            domain = Domain::A;
            user.insert(0, *market + "/");
            itemName.insert(0, *market + "/");
        }
        if (!domain) {
            ++m_otherDomainRows;
            return;
        }
        // All of the row is read before any of it is kept: its last field may be the one with the error.
        RawInteraction interaction;
        bool hasTime = true;
        TimeStamp time;
        if (columns.time && !reader.field(*columns.time).empty())
            time = timeIn(reader, *columns.time);
        else if (m_hasSeq)
            hasTime = false;
        else
            throw reader.error(
                *columns.time, "is empty, and there is no column 'seq' to order the events; add either");
        const std::int64_t seq =
            m_hasSeq ? wholeNumber(reader, *columns.seq, "the event's position in the user's sequence") : 0;
        if (columns.rating && !reader.field(*columns.rating).empty())
            interaction.rating = ratingIn(reader, *columns.rating);
        const std::optional<std::int32_t> known = m_items.find(itemName);
        if (known && m_raw.itemDomains[at(*known)] != *domain)
            throw contradiction(reader, columns.domain, itemName);
        interaction.item = m_items.add(itemName);
        if (at(interaction.item) == m_raw.itemDomains.size())
            m_raw.itemDomains.push_back(*domain);
        interaction.user = m_users.add(user);
        if (!hasTime)
            m_raw.provenance.hasTimes = false;
        if (m_hasSeq)
            m_seqs.push_back(seq);
        m_raw.interactions.push_back(interaction);
        m_times.back().times.push_back(time);
    }

    /// Times of single rows are of no use: a dataset has them all or none.
    void settleAllTimes()
    {
        std::size_t begin = 0;
        for (const FileTimes& file : std::exchange(m_times, {})) {
            if (m_raw.provenance.hasTimes)
                settleTimes(file.source, file.times,
                    std::span(m_raw.interactions).subspan(begin, file.times.size()), m_raw.provenance.notes);
            begin += file.times.size();
        }
    }

    /// The row's domain, nothing for one that is not imported.
    std::optional<Domain> domainOf(const CsvReader& reader, std::size_t column)
    {
        const std::string& name = filled(reader, column);
        std::optional<std::int32_t> number = m_domains.find(name);
        if (!number) {
            number = m_domains.add(name);
            if (*number == 2 && !m_domainsAreGiven)
                m_thirdDomain = reader.error(column, "a third domain, " + shown(name)).what();
        }
        if (*number < 2)
            m_domainSeen[at(*number)] = true;
        return *number < 2 ? std::optional(kDomains[at(*number)]) : std::nullopt;
    }

    /// The row's market, nothing for one that is not imported.
    std::optional<std::string> marketOf(const CsvReader& reader, std::size_t column)
    {
        const std::string& name = filled(reader, column);
        if (name.find('/') != std::string::npos)
            throw reader.error(
                column, shown(name) + " has a '/', which parts a market from an item; name it without");
        if (!m_options.markets.empty())
            return m_domains.find(name) ? std::optional(name) : std::nullopt;
        m_domains.add(name);
        return name;
    }

    void settleMarkets()
    {
        const std::string first = m_interactionFiles.front().path().string();
        if (m_raw.interactions.empty())
            throw Error(first + ": has no interactions"
                + (m_options.markets.empty() ? std::string() : " of the markets that --markets asks for"));
        m_raw.markets = m_domains.take();
        if (m_raw.markets.size() < 2)
            throw Error(first + ": only one market is there, " + joined(m_raw.markets)
                + "; a multi-market dataset has at least two");
        m_raw.domainNames = {std::to_string(m_raw.markets.size()) + " markets", ""};
    }

    /// The number of the market that a name of ours begins with.
    std::int32_t marketIn(std::string_view name) const
    {
        const auto found = std::ranges::find(m_raw.markets, name.substr(0, name.find('/')));
        return static_cast<std::int32_t>(found - m_raw.markets.begin());
    }

    static RowError contradiction(const CsvReader& reader, std::size_t column, const std::string& item)
    {
        return reader.error(column,
            "item " + shown(item) + " is in " + shown(reader.field(column))
                + " here but in the other domain in an earlier row; an item belongs to one domain, so "
                  "correct the row or "
                  "give the two different ids");
    }

    void settleDomains()
    {
        const std::string first = m_interactionFiles.front().path().string();
        std::vector<std::string> names = m_domains.take();
        if (m_raw.interactions.empty() && m_otherDomainRows == 0)
            throw Error(first
                + ": has a header row but no interactions; rows with user, item and domain were expected");
        if (!m_domainsAreGiven && names.size() != 2) {
            const std::string found = names.size() == 1 ? first + ": only one domain is there, "
                                                        : m_thirdDomain + ": found the domains ";
            throw Error(found + joined(names) + "; "
                + (names.size() == 1 ? "add a file with the other domain" : "choose two with --domains A,B"));
        }
        for (const std::size_t i : {0U, 1U}) {
            if (!m_domainSeen[i]) {
                std::vector<std::string> present(names.begin() + 2, names.end());
                if (m_domainSeen[1 - i])
                    present.insert(present.begin(), names[1 - i]);
                throw Error("--domains: domain " + shown(names[i]) + " is not in " + first + "; found "
                    + joined(present));
            }
            m_raw.domainNames[i] = names[i];
        }
    }

    void sortBySeq()
    {
        std::vector<std::size_t> order(m_seqs.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::vector<RawInteraction>& rows = m_raw.interactions;
        std::ranges::stable_sort(order, [&](std::size_t x, std::size_t y) {
            return rows[x].user != rows[y].user ? rows[x].user < rows[y].user : m_seqs[x] < m_seqs[y];
        });
        std::vector<RawInteraction> sorted;
        sorted.reserve(rows.size());
        for (const std::size_t i : order)
            sorted.push_back(rows[i]);
        rows = std::move(sorted);
        m_raw.ordered = true;
        for (std::size_t i = 1; m_raw.provenance.hasTimes && i < rows.size(); ++i) {
            if (rows[i].user == rows[i - 1].user
                && std::tie(rows[i].time, rows[i].nanos) < std::tie(rows[i - 1].time, rows[i - 1].nanos))
                ++m_timesAgainstSeq;
        }
    }

    void readItems(CsvReader& reader)
    {
        begin(reader);
        const std::size_t itemColumn = m_finder.require(reader, "item");
        const std::optional<std::size_t> domain =
            m_byMarket ? m_finder.find(reader, "market") : m_finder.find(reader, "domain");
        const std::array<std::pair<std::optional<std::size_t>, std::string Item::*>, 3> texts{
            {{m_finder.find(reader, "title"), &Item::title},
                {m_finder.find(reader, "categories"), &Item::categories},
                {m_finder.find(reader, "creator"), &Item::creator}}};
        forEachRow(reader, [&] {
            const std::vector<std::int32_t> numbers =
                itemsNamed(filled(reader, itemColumn), domain ? reader.field(*domain) : std::string());
            if (numbers.empty()) {
                ++m_unusedItemRows;
                return;
            }
            if (domain && !m_byMarket && !reader.field(*domain).empty())
                checkItemDomain(reader, *domain, itemColumn, numbers.front());
            for (const auto& [column, member] : texts) {
                for (const std::int32_t number : numbers)
                    if (column)
                        m_raw.items[at(number)].*member = plainText(reader.field(*column));
            }
        });
    }

    /// The items that a row of an items file tells about: of markets, of the one that it names, or of all.
    std::vector<std::int32_t> itemsNamed(const std::string& name, const std::string& market) const
    {
        std::vector<std::int32_t> numbers;
        const auto add = [&](const std::string& full) {
            if (const auto number = m_items.find(full))
                numbers.push_back(*number);
        };
        if (!m_byMarket)
            add(name);
        else if (!market.empty())
            add(market + "/" + name);
        else
            for (const std::string& each : m_raw.markets)
                add(each + "/" + name);
        return numbers;
    }

    void checkItemDomain(
        const CsvReader& reader, std::size_t column, std::size_t itemColumn, std::int32_t number) const
    {
        const std::string& expected = m_raw.domainNames[index(m_raw.itemDomains[at(number)])];
        if (reader.field(column) != expected)
            throw reader.error(column,
                "item " + shown(reader.field(itemColumn)) + " is in " + shown(reader.field(column))
                    + " here but in " + shown(expected) + " in the interactions; correct one of them");
    }

    void takeNames()
    {
        m_raw.provenance.format = m_byMarket ? "markets" : "csv";
        m_raw.users = m_users.take();
        std::vector<std::string> ids = m_items.take();
        for (std::size_t i = 0; i < ids.size(); ++i)
            m_raw.items[i].id = std::move(ids[i]);
        if (!m_byMarket)
            return;
        for (std::string& user : m_raw.users) {
            m_raw.userMarkets.push_back(marketIn(user));
            user.erase(0, user.find('/') + 1);
        }
        for (const Item& item : m_raw.items)
            m_raw.itemMarkets.push_back(marketIn(item.id));
    }

    void addNotes()
    {
        const auto note = [&](std::size_t count, const std::string& what) {
            if (count > 0)
                m_raw.provenance.notes.push_back(std::to_string(count) + " " + what);
        };
        note(m_otherDomainRows,
            m_byMarket ? "rows of other markets left out" : "rows of other domains left out");
        note(m_unusedItemRows, "rows of items without interactions left out");
        note(m_timesAgainstSeq, "events with an earlier time stamp than the one before in seq; seq decides");
        m_badRows.addNote(m_raw.provenance.notes);
    }

    const ImportOptions& m_options;
    bool m_byMarket;
    ColumnFinder m_finder;
    BadRows m_badRows;
    Watch m_watch;
    std::vector<CsvReader> m_interactionFiles;
    std::vector<CsvReader> m_itemFiles;
    RawData m_raw;
    Names m_users;
    Names m_items;
    Names m_domains; ///< the chosen ones are 0 and 1; or the markets
    bool m_domainsAreGiven = false;
    std::array<bool, 2> m_domainSeen{};
    std::string m_thirdDomain; ///< where it appeared first
    bool m_hasSeq = false;
    std::vector<FileTimes> m_times; ///< by interactions file
    std::vector<std::int64_t> m_seqs; ///< parallel to the interactions
    double m_fileCount = 1;
    double m_filesDone = 0;
    std::string m_reading;
    std::size_t m_otherDomainRows = 0;
    std::size_t m_unusedItemRows = 0;
    std::size_t m_timesAgainstSeq = 0;
};

} // namespace

Dataset importCsv(std::span<const std::filesystem::path> files, const ImportOptions& options)
{
    return CsvImport(files, options, Parts::TwoDomains).run();
}

Dataset importMarkets(std::span<const std::filesystem::path> files, const ImportOptions& options)
{
    return CsvImport(files, options, Parts::Markets).run();
}

const Importer kCsvImporter{
    .name = "csv",
    .title = "CSV",
    .files = "CSV files of interactions (and of items with their titles)",
    .domains = "which two domains",
    .leastInteractions = 0,
    .asksForColumns = true,
    .recognises = [](std::string_view firstLine) { return !firstLine.starts_with('{'); },
    .preview = csvPreview,
    .import = importCsv,
};

const Importer kMarketsImporter{
    .name = "markets",
    .title = "CSV of markets",
    .files = "CSV files of interactions in any number of markets (and of items with their titles)",
    .domains = "none, markets have --markets",
    .leastInteractions = 0,
    .asksForColumns = true,
    .makesMarkets = true,
    .recognises = [](std::string_view) { return false; },
    .preview = csvPreview,
    .import = importMarkets,
};

} // namespace fedcctr::data
