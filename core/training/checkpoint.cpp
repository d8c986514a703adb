// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/checkpoint.h"

#include "core/base/binary.h"
#include "core/base/error.h"
#include "core/base/files.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace fedcctr::training {

using model::Parameters;
using nlohmann::json;
using torch::Tensor;

namespace {

using Magic = std::array<char, 8>;
constexpr Magic kMagic{'F', 'C', 'C', 'T', 'R', 'C', 'K', '2'};
constexpr Magic kSnapshotMagic{'F', 'C', 'C', 'T', 'R', 'S', 'N', '1'};

void append(ByteWriter& out, const Parameters& parameters)
{
    for (const Tensor& tensor : parameters.tensors) {
        const Tensor plain = tensor.detach().cpu().contiguous();
        out.values(std::span<const float>(plain.data_ptr<float>(), static_cast<std::size_t>(plain.numel())));
    }
}

json shapesOf(const Parameters& parameters, const std::vector<std::string>& names)
{
    json shapes = json::array();
    for (std::size_t i = 0; i < names.size(); ++i)
        shapes.push_back({names[i], parameters[i].sizes().vec()});
    return shapes;
}

/// Tensors without a value are not told apart from none: older files name an item table that has no columns.
json withoutEmpty(const json& shapes)
{
    json filled = json::array();
    for (const json& entry : shapes)
        if (!entry.is_array() || entry.size() != 2 || !entry[1].is_array()
            || std::ranges::find(entry[1], json(0)) == entry[1].end())
            filled.push_back(entry);
    return filled;
}

/// A file's start after its magic and checksum.
ByteWriter headed(const json& header)
{
    const std::string text = header.dump();
    ByteWriter body;
    body.value(static_cast<std::uint64_t>(text.size()));
    body.raw(text);
    return body;
}

void writeChecked(const std::filesystem::path& file, const Magic& magic, const ByteWriter& body)
{
    ByteWriter whole;
    whole.value(magic);
    whole.value(checksum(body.bytes()));
    whole.raw(body.bytes());
    writeFileAtomically(file, whole.bytes());
}

/// What stands behind magic and checksum. `whole` is the file.
std::string_view checkedBody(
    const std::string& whole, const std::filesystem::path& file, const Magic& magic, const std::string& what)
{
    const std::string other = file.string() + ": is not a " + what + " of this version; start the run again";
    ByteReader reader(whole, other);
    if (reader.value<Magic>() != magic)
        throw Error(other);
    if (const auto check = reader.value<std::uint32_t>(); checksum(reader.rest()) != check)
        throw Error(file.string() + ": is damaged (its checksum differs); start the run again");
    return reader.rest();
}

class Reader : public ByteReader {
public:
    Reader(std::string_view bytes, const std::filesystem::path& file)
        : ByteReader(bytes, file.string() + ": is cut off; resume from an older run directory or start again")
        , m_file(file)
    {
    }

    json header(const Parameters& like, const std::vector<std::string>& names)
    {
        json result = json::parse(raw(value<std::uint64_t>()), nullptr, false);
        if (!result.is_object() || !result.contains("tensors"))
            throw Error(m_file.string() + ": is damaged (its header is none); start the run again");
        if (withoutEmpty(result["tensors"]) != withoutEmpty(shapesOf(like, names)))
            throw Error(m_file.string()
                + ": belongs to another model or dataset; resume with the run's own settings");
        return result;
    }

    Parameters parameters(const Parameters& like)
    {
        Parameters result;
        for (const Tensor& model : like.tensors) {
            Tensor tensor = torch::empty(model.sizes(), torch::kFloat32);
            valuesInto(std::span(tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())));
            result.tensors.push_back(tensor.to(model.device()));
        }
        return result;
    }

    const std::filesystem::path& file() const { return m_file; }

private:
    const std::filesystem::path& m_file;
};

[[noreturn]] void damagedHeader(const std::filesystem::path& file)
{
    throw Error(file.string() + ": is damaged (its header lacks a number); start the run again");
}

/// The clients' accounts. Files without "own_sums" are of a time when these were seven.
std::vector<privacy::ClientSpend> ledgerFrom(Reader& reader, const json& header)
{
    constexpr std::size_t kEarlier = 7;
    const std::size_t sums = privacy::ownSumsInAll();
    if (const auto found = header.value("own_sums", kEarlier); found != sums)
        throw Error(reader.file().string() + ": its accountants keep " + std::to_string(found)
            + " sums for a client, those of this version " + std::to_string(sums)
            + "; resume with the version that wrote it, or start the run again");
    const std::size_t record = (sums + 1) * sizeof(double) + sizeof(privacy::ClientSpend::uploads)
        + sizeof(privacy::ClientSpend::lastUpload) + 1;
    const auto clients = header.at("clients").get<std::size_t>();
    reader.expectAtLeast(clients, record);
    std::vector<privacy::ClientSpend> ledger(clients);
    for (privacy::ClientSpend& client : ledger) {
        client.own = reader.values<double>(sums);
        reader.valuesInto(std::span(&client.muSquared, 1));
        reader.valuesInto(std::span(&client.uploads, 1));
        reader.valuesInto(std::span(&client.lastUpload, 1));
        client.stopped = reader.value<char>() != 0;
    }
    return ledger;
}

/// What follows the header. Throws json::exception if that lacks something.
Checkpoint checkpointFrom(
    Reader& reader, const json& header, const Parameters& like, const Parameters& uploaded)
{
    Checkpoint checkpoint;
    checkpoint.round = header.at("round");
    checkpoint.steps = header.at("steps");
    checkpoint.seconds = header.at("seconds");
    checkpoint.bestRound = header.at("best_round");
    checkpoint.bestValue = header.at("best_value");
    checkpoint.chargedRounds = header.at("charged_rounds");
    checkpoint.clipNorm = header.at("clip_norm");
    if (header.contains("weights"))
        checkpoint.weights = header.at("weights").get<std::map<std::string, double>>();
    else // of an older version
        checkpoint.weights = {{"loss.lambda1", header.at("lambda1")}, {"loss.lambda2", header.at("lambda2")}};
    checkpoint.parameters = reader.parameters(like);
    for (std::size_t i = 0; i < header.at("moments").get<std::size_t>(); ++i)
        checkpoint.moments.push_back(reader.parameters(uploaded));
    if (checkpoint.bestRound > 0)
        checkpoint.best = reader.parameters(like);
    checkpoint.ledger = ledgerFrom(reader, header);
    return checkpoint;
}

} // namespace

void writeCheckpoint(
    const Checkpoint& checkpoint, const std::vector<std::string>& names, const std::filesystem::path& file)
{
    json header{{"round", checkpoint.round}, {"steps", checkpoint.steps}, {"seconds", checkpoint.seconds},
        {"best_round", checkpoint.bestRound}, {"best_value", checkpoint.bestValue},
        {"moments", checkpoint.moments.size()}, {"clients", checkpoint.ledger.size()},
        {"own_sums", privacy::ownSumsInAll()}, {"charged_rounds", checkpoint.chargedRounds},
        {"clip_norm", checkpoint.clipNorm}, {"weights", checkpoint.weights},
        {"tensors", shapesOf(checkpoint.parameters, names)}};
    ByteWriter body = headed(header);
    append(body, checkpoint.parameters);
    for (const Parameters& moment : checkpoint.moments)
        append(body, moment);
    if (checkpoint.bestRound > 0)
        append(body, checkpoint.best);
    for (const privacy::ClientSpend& client : checkpoint.ledger) {
        body.values(std::span<const double>(client.own));
        body.value(client.muSquared);
        body.value(client.uploads);
        body.value(client.lastUpload);
        body.value(static_cast<char>(client.stopped ? 1 : 0));
    }
    writeChecked(file, kMagic, body);
}

Checkpoint readCheckpoint(const std::filesystem::path& file, const std::vector<std::string>& names,
    const Parameters& like, const Parameters& uploaded)
{
    const std::string whole = readFile(file);
    Reader reader(checkedBody(whole, file, kMagic, "checkpoint"), file);
    const json header = reader.header(like, names);
    try {
        return checkpointFrom(reader, header, like, uploaded);
    } catch (const json::exception&) {
        damagedHeader(file);
    }
}

void writeSnapshot(
    const Snapshot& snapshot, const std::vector<std::string>& names, const std::filesystem::path& file)
{
    ByteWriter body = headed({{"round", snapshot.round}, {"tensors", shapesOf(snapshot.parameters, names)}});
    append(body, snapshot.parameters);
    writeChecked(file, kSnapshotMagic, body);
}

Snapshot readSnapshot(
    const std::filesystem::path& file, const std::vector<std::string>& names, const Parameters& like)
{
    const std::string whole = readFile(file);
    Reader reader(checkedBody(whole, file, kSnapshotMagic, "snapshot"), file);
    const json header = reader.header(like, names);
    const json round = header.value("round", json());
    if (!round.is_number_integer())
        damagedHeader(file);
    return {round.get<int>(), reader.parameters(like)};
}

} // namespace fedcctr::training
