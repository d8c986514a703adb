// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/code_files.h"

#include "core/base/csv.h"
#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/data/csv.h"

namespace fedcctr::model {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kBesideCodes = 2; ///< columns: kind and id
constexpr const char* kRemedy = "; remove it, and the codes are made again";

fs::path fileOf(const data::Dataset& silo, const fs::path& directory)
{
    return directory / (silo.domainNames[0] + ".csv");
}

void append(std::string& text, const char* kind, const std::string& id, std::span<const std::int32_t> codes,
    const std::string& place)
{
    text += std::string(kind) + ',' + csvCell(id);
    for (const std::int32_t code : codes)
        text += ',' + std::to_string(code);
    text += place + '\n';
}

CodeLayer layerOf(const fs::path& file, const std::string& column)
{
    const std::size_t colon = column.find(':');
    const auto size =
        colon == std::string::npos ? std::nullopt : numberIn<int>(std::string_view(column).substr(colon + 1));
    if (!size || *size < 1)
        throw Error(file.string() + ":1: '" + column + "' is not a layer and its size" + kRemedy);
    const std::string name = column.substr(0, colon);
    return {name, *size, name == "global"};
}

} // namespace

void writeCodes(const Codes& codes, const data::Dataset& silo, const fs::path& directory)
{
    std::string text = "kind,id";
    for (const CodeLayer& layer : codes.layers)
        text += ',' + layer.name + ':' + std::to_string(layer.size);
    const bool hasPlaces = !codes.places.empty();
    text += hasPlaces ? ",x,y\n" : "\n";
    const auto placeOf = [&](std::size_t item) {
        return hasPlaces
            ? ',' + general(codes.places[2 * item], 6) + ',' + general(codes.places[2 * item + 1], 6)
            : std::string();
    };
    const std::size_t layers = codes.layers.size();
    for (std::size_t i = 0; i < silo.items.size(); ++i)
        append(
            text, "item", silo.items[i].id, std::span(codes.items).subspan(i * layers, layers), placeOf(i));
    for (std::size_t i = 0; i < silo.users.size(); ++i)
        append(text, "user", silo.users[i], std::span(codes.users).subspan(i * layers, layers),
            hasPlaces ? ",," : "");
    makeWritableDirectory(directory);
    writeFileAtomically(fileOf(silo, directory), text);
}

std::optional<Codes> readCodes(const data::Dataset& silo, const fs::path& directory)
{
    const fs::path file = fileOf(silo, directory);
    if (!fs::exists(file))
        return std::nullopt;
    data::CsvReader reader(file);
    Codes codes;
    const auto x = reader.find("x");
    const auto y = reader.find("y");
    for (std::size_t i = kBesideCodes; i < x.value_or(reader.columns().size()); ++i)
        codes.layers.push_back(layerOf(file, reader.columns()[i]));
    while (reader.next()) {
        std::vector<std::int32_t>& into = reader.field(0) == "item" ? codes.items : codes.users;
        for (std::size_t layer = 0; layer < codes.layers.size(); ++layer) {
            const auto code = numberIn<std::int32_t>(reader.field(kBesideCodes + layer));
            if (!code || *code < 0 || *code >= codes.layers[layer].size)
                throw reader.error(kBesideCodes + layer, std::string("is no code of its layer") + kRemedy);
            into.push_back(*code);
        }
        for (const auto& column : {x, y}) {
            if (!column || reader.field(0) != "item")
                continue;
            const auto place = numberIn<float>(reader.field(*column));
            if (!place)
                throw reader.error(*column, std::string("is no number") + kRemedy);
            codes.places.push_back(*place);
        }
    }
    const std::size_t layers = codes.layers.size();
    if (codes.items.size() != silo.items.size() * layers || codes.users.size() != silo.users.size() * layers)
        throw Error(file.string() + ": has not the items and users of its market" + kRemedy);
    return codes;
}

} // namespace fedcctr::model
