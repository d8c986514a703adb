// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/store.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace fedcctr::llm {

/// The store of a dataset: DATASET/augmentation.sqlite.
std::filesystem::path storeFile(const std::filesystem::path& dataset);

/// How far a stage is.
struct StageCounts {
    std::size_t subjects = 0; ///< with an exchange
    std::size_t accepted = 0; ///< whose newest exchange has an accepted answer
};

/// Exchanges in an SQLite file, journalled by write-ahead log: what put() returned from outlives a killed
/// program and a power failure, and several threads and programs may use one file. Each thread has its own
/// connection, closed when the thread ends or, in the destroying thread, with the store.
///
/// "Newest" is what was put last, so putting a found exchange again makes it count. Besides its table
/// `exchanges` the file has the views `items`, `users` and `sequences` (newest exchange of each subject) for
/// other programs. A QCoreApplication must exist.
class SqliteStore : public augment::Store {
public:
    /// Opens or creates. Throws Error naming the file if it is damaged, of a newer version or not writable.
    explicit SqliteStore(std::filesystem::path file);
    ~SqliteStore() override;
    SqliteStore(const SqliteStore&) = delete;
    SqliteStore& operator=(const SqliteStore&) = delete;

    std::optional<augment::Exchange> find(const std::string& key) const override;
    void put(const augment::Exchange& exchange) override;

    /// `visit` may call this store.
    void forEachNewest(
        augment::Stage stage, const std::function<void(const augment::Exchange&)>& visit) const override;

    /// The newest exchange of one subject.
    std::optional<augment::Exchange> newest(augment::Stage stage, std::int32_t subject) const;

    StageCounts counts(augment::Stage stage) const;

    const std::filesystem::path& file() const { return m_file; }

private:
    std::filesystem::path m_file;
    std::uint64_t m_id; ///< tells the connections of several stores of one process apart
};

} // namespace fedcctr::llm
