// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/llm/sqlite_connection.h"

#include "core/base/error.h"

#include <QSqlError>
#include <QThread>

#include <atomic>
#include <map>
#include <memory>
#include <utility>

using namespace Qt::StringLiterals;

namespace fedcctr::llm {

namespace {

namespace fs = std::filesystem;

// SQLite's primary result codes.
constexpr int kBusy = 5, kLocked = 6, kReadOnly = 8, kCorrupt = 11, kFull = 13, kCannotOpen = 14,
              kNotADatabase = 26;

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

std::map<std::uint64_t, std::unique_ptr<SqliteConnection>>& connectionsOfThisThread()
{
    thread_local std::map<std::uint64_t, std::unique_ptr<SqliteConnection>> connections;
    return connections;
}

} // namespace

SqliteConnection::SqliteConnection(fs::path file, std::uint64_t store)
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
    run("PRAGMA synchronous = FULL");
}

SqliteConnection::~SqliteConnection()
{
    m_database.close();
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_name);
}

QSqlQuery SqliteConnection::run(const std::string& sql, const std::vector<QVariant>& values) const
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

bool SqliteConnection::next(QSqlQuery& query) const
{
    if (query.next())
        return true;
    if (query.lastError().isValid())
        fail(m_file, query.lastError());
    return false;
}

int SqliteConnection::numberFrom(const std::string& sql) const
{
    QSqlQuery query = run(sql);
    return next(query) ? query.value(0).toInt() : 0;
}

void SqliteConnection::inTransaction(const std::function<void()>& work) const
{
    run("BEGIN IMMEDIATE");
    try {
        work();
        run("COMMIT");
    } catch (const Error&) {
        try {
            run("ROLLBACK");
        } catch (const Error&) {
            // The first failure says more.
        }
        throw;
    }
}

void SqliteConnection::makeReady(
    int version, const std::string& what, const std::function<void()>& createTables) const
{
    inTransaction([&] {
        const int found = numberFrom("PRAGMA user_version");
        if (found > version)
            throw Error(m_file.string() + ": is of version " + std::to_string(found)
                + ", this program knows up to " + std::to_string(version) + "; use a newer program");
        const bool empty = numberFrom("SELECT COUNT(*) FROM sqlite_master") == 0;
        if (found < 1 && !empty)
            throw Error(m_file.string() + ": holds other tables than " + what + "; move it away");
        if (!empty)
            return;
        createTables();
        run("PRAGMA user_version = " + std::to_string(version));
    });
}

/// SQLite does not wait for others here by itself.
void SqliteConnection::useWriteAheadLog()
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

std::uint64_t nextStore()
{
    static std::atomic<std::uint64_t> last = 0;
    return ++last;
}

SqliteConnection& connectionTo(const fs::path& file, std::uint64_t store)
{
    std::unique_ptr<SqliteConnection>& connection = connectionsOfThisThread()[store];
    if (!connection)
        connection = std::make_unique<SqliteConnection>(file, store);
    return *connection;
}

void disconnectFrom(std::uint64_t store)
{
    connectionsOfThisThread().erase(store);
}

QString toQt(const std::string& text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace fedcctr::llm
