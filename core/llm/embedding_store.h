// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace fedcctr::llm {

/// The vectors of a dataset's texts: DATASET/vectors.sqlite.
std::filesystem::path embeddingStoreFile(const std::filesystem::path& dataset);

/// The key of a text: its SHA-256.
std::string textKey(const std::string& text);

/// Vectors that servers gave, in an SQLite file like the one of PrivAugNet's answers (sqlite_store.h): what
/// put() returned from outlives a killed program, and several programs may use one file. A QCoreApplication
/// must exist.
class EmbeddingStore {
public:
    /// Opens or creates. Throws Error naming the file if it is damaged, of a newer version or not writable.
    explicit EmbeddingStore(std::filesystem::path file);
    ~EmbeddingStore();
    EmbeddingStore(const EmbeddingStore&) = delete;
    EmbeddingStore& operator=(const EmbeddingStore&) = delete;

    /// What this model at this address gave, by textKey(). Rows that hold no finite numbers are left out.
    std::map<std::string, std::vector<float>> vectorsOf(
        const std::string& model, const std::string& address) const;

    /// Keeps vectors by textKey(), all or none; those of the same text are replaced.
    void put(const std::string& model, const std::string& address,
        std::span<const std::pair<std::string, std::vector<float>>> vectors);

    const std::filesystem::path& file() const { return m_file; }

private:
    std::filesystem::path m_file;
    std::uint64_t m_id; ///< tells the connections of several stores of one process apart
};

} // namespace fedcctr::llm
