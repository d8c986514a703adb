// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/llm/embedding_store.h"

#include "core/base/sha256.h"
#include "core/llm/sqlite_connection.h"

#include <QByteArray>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>

namespace fedcctr::llm {

namespace fs = std::filesystem;

namespace {

constexpr int kVersion = 1;

void createTables(const SqliteConnection& connection)
{
    connection.run("CREATE TABLE vectors (number INTEGER PRIMARY KEY, model TEXT NOT NULL, address TEXT NOT "
                   "NULL, text TEXT NOT NULL, vector BLOB NOT NULL, time INTEGER NOT NULL, "
                   "UNIQUE (model, address, text))");
}

/// Empty if the bytes are no finite numbers in single precision.
std::vector<float> numbersIn(const QByteArray& bytes)
{
    const auto size = static_cast<std::size_t>(bytes.size());
    if (size % sizeof(float) != 0)
        return {};
    std::vector<float> numbers(size / sizeof(float));
    if (size > 0)
        std::memcpy(numbers.data(), bytes.constData(), size);
    const bool good = std::ranges::all_of(numbers, [](float x) { return std::isfinite(x); });
    return good ? numbers : std::vector<float>();
}

qlonglong now()
{
    using namespace std::chrono;
    return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

} // namespace

fs::path embeddingStoreFile(const fs::path& dataset)
{
    return dataset / "vectors.sqlite";
}

std::string textKey(const std::string& text)
{
    return sha256(text);
}

EmbeddingStore::EmbeddingStore(fs::path file)
    : m_file(std::move(file))
    , m_id(nextStore())
{
    try {
        const SqliteConnection& connection = connectionTo(m_file, m_id);
        connection.makeReady(kVersion, "those of item vectors", [&connection] { createTables(connection); });
    } catch (...) {
        disconnectFrom(m_id);
        throw;
    }
}

EmbeddingStore::~EmbeddingStore()
{
    disconnectFrom(m_id);
}

std::map<std::string, std::vector<float>> EmbeddingStore::vectorsOf(
    const std::string& model, const std::string& address) const
{
    const SqliteConnection& connection = connectionTo(m_file, m_id);
    QSqlQuery query = connection.run(
        "SELECT text, vector FROM vectors WHERE model = ? AND address = ?", {toQt(model), toQt(address)});
    std::map<std::string, std::vector<float>> found;
    while (connection.next(query))
        if (std::vector<float> vector = numbersIn(query.value(1).toByteArray()); !vector.empty())
            found.emplace(query.value(0).toString().toStdString(), std::move(vector));
    return found;
}

void EmbeddingStore::put(const std::string& model, const std::string& address,
    std::span<const std::pair<std::string, std::vector<float>>> vectors)
{
    const SqliteConnection& connection = connectionTo(m_file, m_id);
    connection.inTransaction([&] {
        for (const auto& [text, vector] : vectors)
            connection.run(
                "INSERT OR REPLACE INTO vectors (model, address, text, vector, time) VALUES (?, ?, ?, ?, ?)",
                {toQt(model), toQt(address), toQt(text),
                    QByteArray(reinterpret_cast<const char*>(vector.data()),
                        static_cast<qsizetype>(vector.size() * sizeof(float))),
                    now()});
    });
}

} // namespace fedcctr::llm
