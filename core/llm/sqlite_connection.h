// SPDX-License-Identifier: GPL-3.0-or-later
// What the stores share: connections to an SQLite file, one a thread.
#pragma once

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QString>
#include <QVariant>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace fedcctr::llm {

/// One thread's connection to a file with a write-ahead log; a commit has reached the disk when it returns.
/// Everything throws Error naming the file and the remedy.
class SqliteConnection {
public:
    /// `store` tells the connections of several stores of one process apart.
    SqliteConnection(std::filesystem::path file, std::uint64_t store);
    ~SqliteConnection();
    SqliteConnection(const SqliteConnection&) = delete;
    SqliteConnection& operator=(const SqliteConnection&) = delete;

    QSqlQuery run(const std::string& sql, const std::vector<QVariant>& values = {}) const;

    /// False at the end of the rows. Reading can find damage that the start of the query did not.
    bool next(QSqlQuery& query) const;

    /// The first column of the first row; 0 where there is none.
    int numberFrom(const std::string& sql) const;

    /// All of the work, or nothing of it.
    void inTransaction(const std::function<void()>& work) const;

    /// Creates the tables in a file that is new and says what version they have. In one transaction: two
    /// programs may open a new store at the same moment. Throws Error if the file is of a newer version or
    /// holds other tables than `what` ("an augmentation's").
    void makeReady(int version, const std::string& what, const std::function<void()>& createTables) const;

private:
    void useWriteAheadLog();

    std::filesystem::path m_file;
    QString m_name;
    QSqlDatabase m_database;
};

/// A number for a new store.
std::uint64_t nextStore();

/// This thread's connection, opened at its first use and closed when the thread ends.
SqliteConnection& connectionTo(const std::filesystem::path& file, std::uint64_t store);

/// Closes this thread's connection.
void disconnectFrom(std::uint64_t store);

/// UTF-8.
QString toQt(const std::string& text);

} // namespace fedcctr::llm
