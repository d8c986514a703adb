// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/llm/sqlite_store.h"

#include "core/base/error.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QString>
#include <QThread>
#include <QVariant>

#include <atomic>
#include <limits>
#include <map>
#include <memory>
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

// SQLite's primary result codes.
constexpr int kBusy = 5, kLocked = 6, kReadOnly = 8, kCorrupt = 11, kFull = 13, kCannotOpen = 14,
              kNotADatabase = 26;

constexpr const char* kColumns =
    "stage, subject, key, backend, parameters, template_hash, prompt, raw, accepted, "
    "rejections, repaired, prompt_tokens, "
    "answer_tokens, retries, seconds, time";

QString toQt(const std::string& text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

[[noreturn]] void fail(const fs::path& file, const QSqlError& error)
{
    const std::string reason = error.databaseText().simplified().toStdString();
    const std::string beginning = file.string() + ": ";
    switch (error.nativeErrorCode().toInt() & 0xff) {
    case kCorrupt:
    case kNotADatabase:
        throw Error(beginning + "is damaged, or no SQLite file (" + reason
            + "); move it and its -wal and -shm files away to begin anew, or save what can be read with "
              "'sqlite3 "
              "FILE .recover'");
    case kFull:
        throw Error(beginning + "cannot grow, the disk is full; free some space", Error::Kind::Failure);
    case kReadOnly:
    case kCannotOpen:
        throw Error(beginning + "cannot be opened for writing (" + reason
            + "); the dataset's directory must exist and be writable");
    case kBusy:
    case kLocked:
        throw Error(beginning + "is held by another program (" + reason + "); try again when that is done",
            Error::Kind::Failure);
    default:
        throw Error(beginning + "SQLite says: " + (reason.empty() ? error.text().toStdString() : reason),
            Error::Kind::Failure);
    }
}

/// One thread's connection.
class Connection {
public:
    Connection(fs::path file, std::uint64_t store)
        : m_file(std::move(file))
        , m_name(u"fedcctr-store-%1-%2"_s.arg(store).arg(
              reinterpret_cast<quintptr>(QThread::currentThreadId()), 0, 16))
        , m_database(QSqlDatabase::addDatabase(u"QSQLITE"_s, m_name))
    {
        if (!m_database.isValid())
            throw Error(
                "Qt's driver for SQLite is not installed (Debian: libqt6sql6-sqlite)", Error::Kind::Failure);
        m_database.setDatabaseName(toQt(m_file.string()));
        m_database.setConnectOptions(u"QSQLITE_BUSY_TIMEOUT=20000"_s);
        if (!m_database.open())
            fail(m_file, m_database.lastError());
        useWriteAheadLog();
        run("PRAGMA synchronous = FULL"); // a commit has reached the disk when it returns
    }

    ~Connection()
    {
        m_database.close();
        m_database = QSqlDatabase();
        QSqlDatabase::removeDatabase(m_name);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    QSqlQuery run(const std::string& sql, const std::vector<QVariant>& values = {}) const
    {
        QSqlQuery query(m_database);
        query.setForwardOnly(true);
        bool good = query.prepare(toQt(sql));
        if (good)
            for (const QVariant& value : values)
                query.addBindValue(value);
        if (!good || !query.exec())
            fail(m_file, query.lastError());
        return query;
    }

    /// False at the end of the rows. Reading can find damage that the start of the query did not.
    bool next(QSqlQuery& query) const
    {
        if (query.next())
            return true;
        if (query.lastError().isValid())
            fail(m_file, query.lastError());
        return false;
    }

private:
    /// SQLite does not wait for others here by itself.
    void useWriteAheadLog()
    {
        constexpr int kTries = 200;
        for (int tries = 1;; ++tries) {
            QSqlQuery query(m_database);
            if (query.exec(u"PRAGMA journal_mode = WAL"_s) && query.next())
                return;
            const int code = query.lastError().nativeErrorCode().toInt() & 0xff;
            if ((code != kBusy && code != kLocked) || tries == kTries)
                fail(m_file, query.lastError());
            QThread::msleep(50);
        }
    }

    fs::path m_file;
    QString m_name;
    QSqlDatabase m_database;
};

std::map<std::uint64_t, std::unique_ptr<Connection>>& connectionsOfThisThread()
{
    thread_local std::map<std::uint64_t, std::unique_ptr<Connection>> connections;
    return connections;
}

Connection& connectionTo(const fs::path& file, std::uint64_t store)
{
    std::unique_ptr<Connection>& connection = connectionsOfThisThread()[store];
    if (!connection)
        connection = std::make_unique<Connection>(file, store);
    return *connection;
}

std::string viewOf(const char* name, const char* subject, Stage stage)
{
    return std::string("CREATE VIEW ") + name + " AS SELECT subject AS " + subject
        + ", accepted, rejections, backend, parameters, template_hash, datetime(time, 'unixepoch') AS "
          "answered FROM "
          "exchanges "
          "WHERE number IN (SELECT MAX(number) FROM exchanges WHERE stage = '"
        + nameOf(stage) + "' GROUP BY subject)";
}

void createTables(const Connection& connection)
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
    connection.run("PRAGMA user_version = " + std::to_string(kVersion));
}

int numberFrom(const Connection& connection, const std::string& sql)
{
    QSqlQuery query = connection.run(sql);
    return connection.next(query) ? query.value(0).toInt() : 0;
}

/// In one transaction: two programs may open a new store at the same moment.
void makeReady(const Connection& connection, const fs::path& file)
{
    connection.run("BEGIN IMMEDIATE");
    try {
        const int version = numberFrom(connection, "PRAGMA user_version");
        if (version > kVersion)
            throw Error(file.string() + ": is of version " + std::to_string(version)
                + ", this program knows up to " + std::to_string(kVersion) + "; use a newer program");
        const bool empty = numberFrom(connection, "SELECT COUNT(*) FROM sqlite_master") == 0;
        if (version < 1 && !empty)
            throw Error(file.string() + ": holds other tables than an augmentation's; move it away");
        if (empty)
            createTables(connection);
        connection.run("COMMIT");
    } catch (const Error&) {
        try {
            connection.run("ROLLBACK");
        } catch (const Error&) {
            // The first failure says more.
        }
        throw;
    }
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

std::optional<Exchange> firstOf(const Connection& connection, QSqlQuery query)
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
{
    static std::atomic<std::uint64_t> lastId = 0;
    m_id = ++lastId;
    try {
        makeReady(connectionTo(m_file, m_id), m_file);
    } catch (...) {
        connectionsOfThisThread().erase(m_id);
        throw;
    }
}

SqliteStore::~SqliteStore()
{
    connectionsOfThisThread().erase(m_id);
}

std::optional<Exchange> SqliteStore::find(const std::string& key) const
{
    const Connection& connection = connectionTo(m_file, m_id);
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
    const Connection& connection = connectionTo(m_file, m_id);
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
    const Connection& connection = connectionTo(m_file, m_id);
    return firstOf(
        connection, connection.run(selectNewest("subject = ?", 1), {toQt(nameOf(stage)), subject}));
}

StageCounts SqliteStore::counts(Stage stage) const
{
    const Connection& connection = connectionTo(m_file, m_id);
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
