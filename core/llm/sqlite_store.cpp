// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/llm/sqlite_store.h"

#include "core/base/error.h"
#include "core/llm/sqlite_connection.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

using namespace Qt::StringLiterals;

namespace fedcctr::llm {

namespace {

namespace fs = std::filesystem;
using augment::Exchange;
using augment::Stage;

constexpr int kVersion = 1;
constexpr int kPage = 256; ///< exchanges held in memory while they are visited

constexpr const char* kColumns =
    "stage, subject, key, backend, parameters, template_hash, prompt, raw, accepted, "
    "rejections, repaired, prompt_tokens, "
    "answer_tokens, retries, seconds, time";

std::string viewOf(const char* name, const char* subject, Stage stage)
{
    return std::string("CREATE VIEW ") + name + " AS SELECT subject AS " + subject
        + ", accepted, rejections, backend, parameters, template_hash, datetime(time, 'unixepoch') AS "
          "answered FROM "
          "exchanges "
          "WHERE number IN (SELECT MAX(number) FROM exchanges WHERE stage = '"
        + nameOf(stage) + "' GROUP BY subject)";
}

void createTables(const SqliteConnection& connection)
{
    connection.run(
        "CREATE TABLE exchanges (number INTEGER PRIMARY KEY AUTOINCREMENT, stage TEXT NOT NULL, "
        "subject INTEGER NOT NULL, key TEXT NOT NULL UNIQUE, backend TEXT NOT NULL, "
        "parameters TEXT NOT NULL, template_hash TEXT "
        "NOT NULL, prompt TEXT NOT NULL, raw TEXT NOT NULL, accepted TEXT NOT NULL, rejections TEXT NOT "
        "NULL, repaired INTEGER NOT NULL, prompt_tokens INTEGER NOT NULL, answer_tokens INTEGER NOT "
        "NULL, retries INTEGER NOT NULL, seconds REAL NOT NULL, time INTEGER NOT NULL)");
    connection.run("CREATE INDEX newest ON exchanges (stage, subject, number)");
    connection.run(viewOf("items", "item", Stage::Item));
    connection.run(viewOf("users", "user", Stage::User));
    connection.run(viewOf("sequences", "user", Stage::Sequence));
}

std::string textIn(const QSqlQuery& row, int column)
{
    return row.value(column).toString().toStdString();
}

Stage stageNamed(const std::string& name)
{
    for (const Stage stage : augment::kStages)
        if (nameOf(stage) == name)
            return stage;
    throw Error("the store holds a stage '" + name + "' that is not known; use a newer program");
}

std::vector<std::string> wordsFrom(const std::string& json)
{
    std::vector<std::string> words;
    for (const nlohmann::json& word : nlohmann::json::parse(json, nullptr, false))
        if (word.is_string())
            words.push_back(word.get<std::string>());
    return words;
}

/// A row of kColumns.
Exchange exchangeFrom(const QSqlQuery& row)
{
    Exchange exchange;
    int column = 0;
    exchange.stage = stageNamed(textIn(row, column++));
    exchange.subject = row.value(column++).toInt();
    for (std::string* text : {&exchange.key, &exchange.backend, &exchange.parameters, &exchange.templateHash,
             &exchange.prompt, &exchange.raw, &exchange.accepted})
        *text = textIn(row, column++);
    exchange.rejections = wordsFrom(textIn(row, column++));
    exchange.repaired = row.value(column++).toBool();
    for (int* count : {&exchange.promptTokens, &exchange.answerTokens, &exchange.retries})
        *count = row.value(column++).toInt();
    exchange.seconds = row.value(column++).toDouble();
    exchange.time = row.value(column).toLongLong();
    return exchange;
}

/// Its values in the order of kColumns.
std::vector<QVariant> valuesOf(const Exchange& exchange)
{
    const std::string rejections =
        nlohmann::json(exchange.rejections).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    std::vector<QVariant> values{toQt(nameOf(exchange.stage)), exchange.subject};
    for (const std::string* text : {&exchange.key, &exchange.backend, &exchange.parameters,
             &exchange.templateHash, &exchange.prompt, &exchange.raw, &exchange.accepted, &rejections}) {
        // Never a null QString: that would be NULL.
        values.emplace_back(text->empty() ? u""_s : toQt(*text));
    }
    values.emplace_back(exchange.repaired ? 1 : 0);
    for (const int count : {exchange.promptTokens, exchange.answerTokens, exchange.retries})
        values.emplace_back(count);
    values.emplace_back(exchange.seconds);
    values.emplace_back(static_cast<qlonglong>(exchange.time));
    return values;
}

std::optional<Exchange> firstOf(const SqliteConnection& connection, QSqlQuery query)
{
    if (!connection.next(query))
        return std::nullopt;
    return exchangeFrom(query);
}

std::string selectNewest(const std::string& where, int most)
{
    return std::string("SELECT ") + kColumns
        + " FROM exchanges WHERE number IN (SELECT MAX(number) FROM exchanges WHERE stage = ? AND " + where
        + " GROUP BY subject ORDER BY subject LIMIT " + std::to_string(most) + ") ORDER BY subject";
}

} // namespace

fs::path storeFile(const fs::path& dataset)
{
    return dataset / "augmentation.sqlite";
}

SqliteStore::SqliteStore(fs::path file)
    : m_file(std::move(file))
    , m_id(nextStore())
{
    try {
        const SqliteConnection& connection = connectionTo(m_file, m_id);
        connection.makeReady(kVersion, "an augmentation's", [&connection] { createTables(connection); });
    } catch (...) {
        disconnectFrom(m_id);
        throw;
    }
}

SqliteStore::~SqliteStore()
{
    disconnectFrom(m_id);
}

std::optional<Exchange> SqliteStore::find(const std::string& key) const
{
    const SqliteConnection& connection = connectionTo(m_file, m_id);
    return firstOf(connection,
        connection.run(std::string("SELECT ") + kColumns + " FROM exchanges WHERE key = ?", {toQt(key)}));
}

void SqliteStore::put(const Exchange& exchange)
{
    // A single statement is a transaction of its own. The replaced row's number is not used again.
    connectionTo(m_file, m_id)
        .run(std::string("INSERT OR REPLACE INTO exchanges (") + kColumns
                + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            valuesOf(exchange));
}

void SqliteStore::forEachNewest(Stage stage, const std::function<void(const Exchange&)>& visit) const
{
    // By pages: no statement is open while `visit` runs, which may write through the same connection.
    const SqliteConnection& connection = connectionTo(m_file, m_id);
    qlonglong after = std::numeric_limits<qlonglong>::min();
    std::vector<Exchange> page;
    do {
        page.clear();
        {
            QSqlQuery query =
                connection.run(selectNewest("subject > ?", kPage), {toQt(nameOf(stage)), after});
            while (connection.next(query))
                page.push_back(exchangeFrom(query));
        }
        for (const Exchange& exchange : page)
            visit(exchange);
        if (!page.empty())
            after = page.back().subject;
    } while (page.size() == kPage);
}

std::optional<Exchange> SqliteStore::newest(Stage stage, std::int32_t subject) const
{
    const SqliteConnection& connection = connectionTo(m_file, m_id);
    return firstOf(
        connection, connection.run(selectNewest("subject = ?", 1), {toQt(nameOf(stage)), subject}));
}

StageCounts SqliteStore::counts(Stage stage) const
{
    const SqliteConnection& connection = connectionTo(m_file, m_id);
    QSqlQuery query =
        connection.run("SELECT COUNT(*), TOTAL(accepted <> '') FROM exchanges WHERE number IN (SELECT "
                       "MAX(number) FROM exchanges WHERE stage = ? GROUP BY subject)",
            {toQt(nameOf(stage))});
    StageCounts counts;
    if (connection.next(query)) {
        counts.subjects = query.value(0).toULongLong();
        counts.accepted = query.value(1).toULongLong();
    }
    return counts;
}

} // namespace fedcctr::llm
