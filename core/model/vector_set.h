// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace fedcctr::model {

/// What model.vectors calls the vectors that are computed here from the items' words; no set has this name.
inline constexpr const char* kTfIdf = "tf-idf";

/// Where a set of vectors came from, as its NAME.json tells.
struct VectorSource {
    std::string model; ///< the encoder, as its server calls it
    std::string address; ///< of the server
    std::string made; ///< e.g. "2026-12-01T09:30:00Z"
    std::string text; ///< what of an item was embedded, in words
    std::size_t withoutText = 0; ///< items that have a vector of zeros
};

/// Vectors of all items that a pre-trained encoder gave; row-major [items, width], as the encoder scaled
/// them, and 0 for items without text.
struct VectorSet {
    int width = 0;
    std::vector<float> values;
    VectorSource source;
};

/// A set that lies beside a dataset, as a list shows it.
struct ShelvedVectors {
    std::string name;
    int width = 0;
    std::size_t items = 0;
    VectorSource source; ///< empty where NAME.json is missing, damaged or of other vectors
    std::string problem; ///< why it cannot be used with this dataset; empty: it can
};

/// What of an item is embedded: title, categories and creator, those that there are, with ". " between and
/// white space collapsed; cut to kLongestText bytes at a whole character. Empty if there is nothing.
std::string embeddedText(const data::Item& item);
inline constexpr std::size_t kLongestText = 1000;

/// embeddedText() in words, for VectorSource::text.
inline constexpr const char* kEmbeddedText = "title, categories and creator";

/// What a name must be like, as a sentence; empty if it is a name: letters, digits, '.', '_', '+' and '-', up
/// to 100, not beginning with '.', and not kTfIdf.
std::string vectorsNameProblem(std::string_view name);

/// A name made of a model's: "all-MiniLM-L6-v2" of "sentence-transformers/all-MiniLM-L6-v2.gguf".
std::string vectorsNameOf(std::string_view model);

/// DATASET/vectors/NAME.bin. Throws Error if the name is none.
std::filesystem::path vectorsPath(const std::filesystem::path& dataset, const std::string& name);

/// Writes NAME.bin (magic, version, CRC-32, counts, the checksum of the items' ids and texts, single
/// precision) and NAME.json, both beside and then renamed. Throws Error naming the file if a value is not
/// finite or the disk fails.
void saveVectors(const VectorSet& set, const data::Dataset& dataset, const std::filesystem::path& directory,
    const std::string& name);

/// Reads a set. Throws Error naming the file and the remedy if it is not there (and names those that are),
/// damaged, of another version, or made for other items.
VectorSet loadVectors(
    const data::Dataset& dataset, const std::filesystem::path& directory, const std::string& name);

/// The width of a set by the head of its file alone. Throws Error as loadVectors().
int vectorsWidth(const std::filesystem::path& directory, const std::string& name);

/// Names of the sets beside a dataset, sorted.
std::vector<std::string> vectorsNames(const std::filesystem::path& directory);

/// The sets beside a dataset, by name. Reads the head of each file and its JSON.
std::vector<ShelvedVectors> listVectors(const data::Dataset& dataset, const std::filesystem::path& directory);

} // namespace fedcctr::model
