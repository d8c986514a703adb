// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/importers/amazon.h"

#include "core/base/files.h"
#include "core/data/build.h"
#include "core/data/html.h"
#include "core/data/import_options.h"
#include "core/data/import_support.h"
#include "core/data/importers/amazon_preview.h"
#include "core/data/literal.h"
#include "core/data/text.h"
#include "core/data/time_stamps.h"

#include <algorithm>
#include <iterator>

namespace fedcctr::data {

namespace {

std::size_t at(std::int32_t number)
{
    return static_cast<std::size_t>(number);
}

/// Streams the records of a dump, one object per line.
class RecordFile {
public:
    RecordFile(const std::filesystem::path& path, std::vector<std::string> wanted)
        : m_lines(path)
        , m_fields(std::move(wanted))
    {
    }

    bool next()
    {
        do {
            if (!m_lines.next(m_line))
                return false;
        } while (m_line.find_first_not_of(" \t") == std::string::npos);
        try {
            m_fields.parse(m_line);
        } catch (const Error& problem) {
            throw error(std::string(problem.what())
                + "; each line must be one complete JSON object (or Python dictionary), as in the Amazon "
                  "dumps");
        }
        return true;
    }

    const LiteralFields& fields() const { return m_fields; }
    double progress() const { return m_lines.progress(); }
    const std::filesystem::path& path() const { return m_lines.path(); }

    RowError error(const std::string& message) const
    {
        return RowError(
            m_lines.path().string() + ":" + std::to_string(m_lines.lineNumber()) + ": " + message);
    }

private:
    LineReader m_lines;
    std::string m_line;
    LiteralFields m_fields;
};

/// The reviews of one domain in the layout of 2014/2018 or of 2023.
class ReviewFile {
public:
    explicit ReviewFile(const std::filesystem::path& path)
        : m_file(path,
            {"reviewerID", "user_id", "asin", "parent_asin", "unixReviewTime", "timestamp", "overall",
                "rating"})
    {
    }

    bool next()
    {
        if (!m_file.next())
            return false;
        const LiteralFields& fields = m_file.fields();
        m_is2023 = !fields.first(User2023).empty();
        if (!m_is2023 && fields.first(User2014).empty())
            throw m_file.error("no 'reviewerID' (2014, 2018) or 'user_id' (2023) in this line; the first two "
                               "files must be the reviews of the two domains, metadata files follow");
        return true;
    }

    const std::string& user() const { return m_file.fields().first(m_is2023 ? User2023 : User2014); }

    const std::string& item() const
    {
        const LiteralFields& fields = m_file.fields();
        const std::string& item = fields.first(m_is2023 && !fields.first(Parent).empty() ? Parent : Asin);
        if (item.empty())
            throw m_file.error(m_is2023 ? "no 'parent_asin' in this line" : "no 'asin' in this line");
        return item;
    }

    TimeStamp time() const
    {
        const std::string& text = m_file.fields().first(m_is2023 ? Milliseconds : Seconds);
        const std::optional<TimeStamp> time = timeStampIn(text);
        if (!time)
            throw m_file.error(std::string(m_is2023 ? "'timestamp'" : "'unixReviewTime'")
                + " must be a whole number, found " + (text.empty() ? "nothing" : shown(text)));
        return *time;
    }

    /// kNoRating where there is none.
    std::int16_t rating() const
    {
        const std::string& text = m_file.fields().first(m_is2023 ? Rating2023 : Overall);
        if (text.empty())
            return kNoRating;
        const std::optional<std::int16_t> rating = ratingOf(text);
        if (!rating)
            throw m_file.error(std::string(m_is2023 ? "'rating'" : "'overall'")
                + " must be a number from 0 to 100, found " + shown(text));
        return *rating;
    }

    /// What its layout has.
    TimeUnit expectedUnit() const { return m_is2023 ? TimeUnit::Milliseconds : TimeUnit::Seconds; }

    double progress() const { return m_file.progress(); }
    std::string fileName() const { return m_file.path().filename().string(); }
    std::string path() const { return m_file.path().string(); }

private:
    enum Field : std::size_t { User2014, User2023, Asin, Parent, Seconds, Milliseconds, Overall, Rating2023 };

    RecordFile m_file;
    bool m_is2023 = false;
};

/// "reviews_Books_5.json.gz" -> "Books": what the dumps call the category.
std::string categoryOf(const std::filesystem::path& path)
{
    std::string name = path.filename().string();
    name = name.substr(0, name.find('.'));
    if (name.starts_with("reviews_"))
        name.erase(0, std::string_view("reviews_").size());
    const std::size_t suffix = name.find_last_not_of("0123456789");
    if (suffix != std::string::npos && suffix > 0 && suffix + 1 < name.size() && name[suffix] == '_')
        name.erase(suffix);
    return name;
}

std::uint64_t hashOf(std::string_view text)
{
    return std::hash<std::string_view>{}(text);
}

class AmazonImport {
public:
    AmazonImport(std::span<const std::filesystem::path> files, const ImportOptions& options)
        : m_files(files)
        , m_options(options)
        , m_watch(options)
        , m_badRows(options)
        , m_badWhenCounting(options)
    {
        if (files.size() < 2)
            throw Error("an Amazon import needs two reviews files, one per domain, then their metadata files "
                        "if there are any");
        for (const std::filesystem::path& file : files)
            m_raw.provenance.files.push_back(file.filename().string());
        m_raw.provenance.format = "amazon";
        for (const std::size_t i : {0U, 1U})
            m_raw.domainNames[i] = options.domains[i].empty() ? categoryOf(files[i]) : options.domains[i];
        if (m_raw.domainNames[0] == m_raw.domainNames[1])
            throw Error("both reviews files are of the domain " + shown(m_raw.domainNames[0])
                + "; give files of two domains, or names with --domains A,B");
        // Two passes over the reviews, one over the metadata.
        m_passes = static_cast<double>(files.size() + 2);
    }

    Dataset run()
    {
        checkMetadataFiles();
        findUsersWhoMayStay();
        for (const Domain domain : kDomains)
            readReviews(domain);
        dropItemsOfBothDomains();
        m_raw.items.resize(m_items.size());
        for (const std::filesystem::path& file : m_files.subspan(2))
            readMetadata(file);
        m_badRows.addNote(m_raw.provenance.notes);
        m_raw.users = m_users.take();
        std::vector<std::string> ids = m_items.take();
        for (std::size_t i = 0; i < ids.size(); ++i)
            m_raw.items[i].id = std::move(ids[i]);
        return buildDataset(std::move(m_raw), m_options);
    }

private:
    template <typename File, typename Work>
    void forEachRow(File& file, const std::string& what, BadRows& badRows, const Work& work)
    {
        for (bool more = true; more;) {
            badRows.survives([&] {
                more = file.next();
                if (more)
                    work();
            });
            if (more)
                tick(file, what);
        }
        m_passesDone += 1;
    }

    template <typename File> void tick(const File& file, const std::string& what)
    {
        m_watch.countRow();
        m_watch.tick([&] { return 0.95 * (m_passesDone + file.progress()) / m_passes; }, what);
    }

    /// A wrong order of files must not show only after an hour.
    void checkMetadataFiles() const
    {
        for (const std::filesystem::path& path : m_files.subspan(2)) {
            RecordFile file(path, {"reviewerID", "user_id", "asin", "parent_asin"});
            if (!file.next())
                throw Error(path.string() + ": is empty; item metadata were expected");
            const LiteralFields& fields = file.fields();
            if (!fields.first(0).empty() || !fields.first(1).empty())
                throw file.error("this is a third reviews file; give two, then metadata files");
            if (fields.first(2).empty() && fields.first(3).empty())
                throw file.error("no 'asin' or 'parent_asin' in this line; item metadata were expected");
        }
    }

    /// Hashes of the users with enough reviews in the file for the filter, sorted.
    std::vector<std::uint64_t> frequentUsers(Domain domain)
    {
        ReviewFile file(m_files[index(domain)]);
        const std::string what = "counting " + file.fileName();
        std::vector<std::uint64_t> hashes;
        forEachRow(file, what, m_badWhenCounting, [&] { hashes.push_back(hashOf(file.user())); });
        if (hashes.empty())
            throw Error(file.path() + ": is empty; reviews were expected, one JSON object per line");
        std::ranges::sort(hashes);
        const auto least = std::max<std::ptrdiff_t>(1, m_options.minUserInteractions);
        std::size_t kept = 0;
        for (auto run = hashes.begin(); run != hashes.end();) {
            const auto end = std::upper_bound(run, hashes.end(), *run);
            ++m_userCounts[index(domain)];
            if (end - run >= least)
                hashes[kept++] = *run;
            run = end;
        }
        hashes.resize(kept);
        hashes.shrink_to_fit();
        return hashes;
    }

    void findUsersWhoMayStay()
    {
        const std::vector<std::uint64_t> a = frequentUsers(Domain::A);
        const std::vector<std::uint64_t> b = frequentUsers(Domain::B);
        std::ranges::set_intersection(a, b, std::back_inserter(m_mayStay));
        const std::string least = std::to_string(std::max(1, m_options.minUserInteractions));
        const std::string found = std::to_string(m_userCounts[0]) + " users in " + m_raw.domainNames[0] + ", "
            + std::to_string(m_userCounts[1]) + " in " + m_raw.domainNames[1] + ", ";
        if (m_mayStay.empty())
            throw Error("no user is left: " + found + "none with at least " + least
                + " reviews in both; lower --min-user or choose other files");
        m_raw.provenance.notes.push_back(
            found + std::to_string(m_mayStay.size()) + " with at least " + least + " reviews in both read");
    }

    void readReviews(Domain domain)
    {
        ReviewFile file(m_files[index(domain)]);
        const std::string what = "reading " + file.fileName();
        const std::size_t begin = m_raw.interactions.size();
        std::vector<TimeStamp> times;
        forEachRow(file, what, m_badRows, [&] {
            // Two users with one hash only let somebody in whom the filter removes again.
            if (!std::ranges::binary_search(m_mayStay, hashOf(file.user())))
                return;
            RawInteraction interaction;
            const TimeStamp time = file.time();
            interaction.rating = file.rating();
            const std::string item = repairedUtf8(file.item());
            interaction.user = m_users.add(repairedUtf8(file.user()));
            interaction.item = m_items.add(item);
            if (at(interaction.item) == m_raw.itemDomains.size()) {
                m_raw.itemDomains.push_back(domain);
                m_inBoth.push_back(false);
            } else if (m_raw.itemDomains[at(interaction.item)] != domain) {
                m_inBoth[at(interaction.item)] = true;
            }
            m_raw.interactions.push_back(interaction);
            times.push_back(time);
        });
        settleTimes({file.fileName(), file.expectedUnit()}, times,
            std::span(m_raw.interactions).subspan(begin), m_raw.provenance.notes);
    }

    void dropItemsOfBothDomains()
    {
        const auto count = std::ranges::count(m_inBoth, true);
        if (count == 0)
            return;
        std::erase_if(m_raw.interactions, [&](const RawInteraction& e) { return m_inBoth[at(e.item)]; });
        m_raw.provenance.notes.push_back(
            std::to_string(count) + " items with reviews in both domains left out");
    }

    void readMetadata(const std::filesystem::path& path)
    {
        enum Field : std::size_t { Asin, Parent, Title, Category, Categories, Brand, Store };
        RecordFile file(path, {"asin", "parent_asin", "title", "category", "categories", "brand", "store"});
        const std::string what = "reading " + path.filename().string();
        forEachRow(file, what, m_badRows, [&] {
            const LiteralFields& fields = file.fields();
            const std::optional<std::int32_t> number =
                m_items.find(fields.first(fields.first(Parent).empty() ? Asin : Parent));
            if (!number)
                return;
            Item& item = m_raw.items[at(*number)];
            item.title = titleOf(fields.first(Title));
            item.creator = plainText(fields.first(fields.first(Brand).empty() ? Store : Brand));
            item.categories =
                joinedCategories(fields.values(fields.values(Category).empty() ? Categories : Category));
        });
    }

    /// Some titles of 2018 are scraped page scripts.
    static std::string titleOf(const std::string& text)
    {
        return text.find("getTime()") == std::string::npos ? plainText(text) : std::string();
    }

    static std::string joinedCategories(std::span<const std::string> categories)
    {
        std::string list;
        std::vector<std::string> seen;
        for (const std::string& category : categories) {
            std::string name = plainText(category);
            std::ranges::replace(name, ';', ',');
            if (name.empty() || std::ranges::find(seen, name) != seen.end())
                continue;
            list += (list.empty() ? "" : ";") + name;
            seen.push_back(std::move(name));
        }
        return list;
    }

    std::span<const std::filesystem::path> m_files;
    const ImportOptions& m_options;
    Watch m_watch;
    BadRows m_badRows;
    BadRows m_badWhenCounting; ///< the second pass meets the same rows again, and tells of them
    RawData m_raw;
    Names m_users;
    Names m_items;
    std::vector<bool> m_inBoth; ///< by item
    std::vector<std::uint64_t> m_mayStay; ///< hashes of users, sorted
    std::array<std::size_t, 2> m_userCounts{};
    double m_passes = 1;
    double m_passesDone = 0;
};

} // namespace

Dataset importAmazon(std::span<const std::filesystem::path> files, const ImportOptions& options)
{
    return AmazonImport(files, options).run();
}

const Importer kAmazonImporter{
    .name = "amazon",
    .title = "Amazon 2014, 2018 or 2023",
    .files = "Amazon review dumps of two domains (and their metadata)",
    .domains = "what to call them",
    .leastInteractions = 10, // the dumps are raw; the paper's filter
    .asksForColumns = false,
    .recognises = [](std::string_view firstLine) { return firstLine.starts_with('{'); },
    .preview = amazonPreview,
    .import = importAmazon,
};

} // namespace fedcctr::data
