// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_notes.h"

#include "core/base/files.h"
#include "core/base/hexadecimal.h"
#include "core/base/sha256.h"
#include "core/model/vector_set.h"
#include "core/models/specs/registry.h"
#include "core/settings/config.h"

#include <nlohmann/json.hpp>

namespace fedcctr::runs {

namespace fs = std::filesystem;

DataRecord modelFiles(const settings::Config& config, const fs::path& dataset)
{
    const model::ModelOptions& model = config.model;
    const model::ModelInfo* info = model::knownModel(model.architecture);
    const bool readsText = info && info->reads("model.vectors_file")
        && (!info->reads("model.features") || model.features == model::Features::Text);
    DataRecord record;
    const auto add = [&record](const char* part, const std::string& file) {
        std::error_code failed;
        if (fs::is_regular_file(file, failed))
            record[part] = hexadecimal(checksum(readFile(file)));
    };
    if (readsText)
        add(kVectors,
            model.vectorsFile.empty() && model.vectors != model::kTfIdf
                ? model::vectorsPath(dataset, model.vectors).string()
                : model.vectorsFile);
    if (model.prior == model::Prior::File)
        add(kPrior, model.priorFile);
    // A program, not data: no other file may pass for it.
    if (std::error_code failed; info && info->reads("model.file") && fs::is_regular_file(model.file, failed))
        record[kOwnModel] = sha256(readFile(model.file));
    return record;
}

std::vector<std::string> differingParts(const DataRecord& then, const DataRecord& now)
{
    std::vector<std::string> parts;
    for (const auto& [part, checksum] : then)
        if (const auto found = now.find(part); found != now.end() && found->second != checksum)
            parts.push_back(part);
    return parts;
}

std::string inWords(const std::vector<std::string>& parts)
{
    std::string words;
    for (std::size_t i = 0; i < parts.size(); ++i)
        words += (i == 0 ? "the " : i + 1 == parts.size() ? " and the " : ", the ") + parts[i];
    return words;
}

DataRecord dataRecordIn(const nlohmann::json& document)
{
    DataRecord record;
    const auto found = document.is_object() ? document.find("data") : document.end();
    if (found != document.end() && found->is_object())
        for (const auto& [part, checksum] : found->items())
            if (checksum.is_string())
                record.emplace(part, checksum.get<std::string>());
    return record;
}

} // namespace fedcctr::runs
