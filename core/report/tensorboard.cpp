// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/tensorboard.h"

#include "core/base/files.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <ctime>
#include <string_view>
#include <vector>

namespace fedcctr::report {

namespace fs = std::filesystem;

namespace {

constexpr std::array<std::uint32_t, 256> castagnoliTable()
{
    constexpr std::uint32_t kPolynomial = 0x82f63b78; // reflected
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = (value >> 1) ^ (value & 1 ? kPolynomial : 0);
        table[i] = value;
    }
    return table;
}

/// A checksum that is stored beside what it was taken of is masked, so that one taken of both is no accident.
std::uint32_t masked(std::uint32_t crc)
{
    return std::rotr(crc, 15) + 0xa282ead8U;
}

template <typename T> void appendLittleEndian(std::string& bytes, T value)
{
    for (std::size_t i = 0; i < sizeof value; ++i)
        bytes += static_cast<char>((value >> (8 * i)) & 0xff);
}

void appendVarint(std::string& bytes, std::uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        bytes += static_cast<char>((value & 0x7f) | 0x80);
    bytes += static_cast<char>(value);
}

// Wire types of protocol buffers.
enum class Wire : std::uint8_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

void appendKey(std::string& bytes, unsigned field, Wire wire)
{
    appendVarint(bytes, field << 3 | static_cast<unsigned>(wire));
}

void appendBytes(std::string& bytes, unsigned field, std::string_view content)
{
    appendKey(bytes, field, Wire::Bytes);
    appendVarint(bytes, content.size());
    bytes += content;
}

/// Event.wall_time = 1
std::string eventAt(double wallTime)
{
    std::string event;
    appendKey(event, 1, Wire::Fixed64);
    appendLittleEndian(event, std::bit_cast<std::uint64_t>(wallTime));
    return event;
}

/// Seconds since 1970 of "2026-01-02T03:04:05Z"; 0 if it is none.
double secondsOf(const std::string& timeStamp)
{
    std::tm parts{};
    if (!::strptime(timeStamp.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts))
        return 0;
    return static_cast<double>(::timegm(&parts));
}

/// Appends the run's scalars, round by round.
class EventFile {
public:
    explicit EventFile(double started)
        : m_wallTime(started)
    {
        std::string version = eventAt(started);
        appendBytes(version, 3, "brain.Event:2");
        m_bytes = tfRecord(version);
    }

    void addRound(const runs::RunRecord& run, const runs::RoundRecord& round)
    {
        if (std::isfinite(round.seconds))
            m_wallTime += round.seconds;
        m_step = round.round;
        add("loss/total", round.loss.total);
        for (const runs::LossTerm& term : round.loss.terms) {
            const std::string name = term.name == runs::kTermA ? run.domains[0]
                : term.name == runs::kTermB                    ? run.domains[1]
                                                               : runs::columnOf(term);
            add("loss/" + name, term.mean);
            if (term.isWeighted())
                add("loss/weighted_" + name, term.weighted());
        }
        add("clients", round.clients);
        add("privacy/clipped", round.clipped);
        add("privacy/clip_norm", round.clipNorm);
        add("privacy/sigma", round.sigma);
        add("privacy/signal_to_noise", round.signalToNoise);
        if (round.budget) {
            // An epsilon means nothing without its accountant and adversary.
            const std::string tag =
                "privacy/epsilon_" + round.budget->accountant + '_' + round.budget->adversary.text();
            add(tag + "_max", round.budget->most);
            add(tag + "_median", round.budget->median);
            if (const auto& rigorous = round.budget->rigorous)
                add("privacy/epsilon_" + rigorous->accountant + '_' + round.budget->adversary.text() + "_max",
                    rigorous->most);
            add("privacy/active_clients", round.budget->active);
        }
        addMetrics("validation", run, round.evaluation);
    }

    void addMetrics(const std::string& split, const runs::RunRecord& run, const runs::DomainMetricSets& sets)
    {
        for (std::size_t domain = 0; domain < 2; ++domain)
            for (const auto& [name, value] : sets[domain].values)
                if (name != "n")
                    add(split + '_' + run.domains[domain] + '/' + name, value);
    }

    const std::string& bytes() const { return m_bytes; }

private:
    void add(const std::string& tag, double value)
    {
        if (std::isfinite(value))
            m_bytes += tfRecord(scalarEvent(m_wallTime, m_step, tag, static_cast<float>(value)));
    }

    std::string m_bytes;
    double m_wallTime;
    std::int64_t m_step = 0;
};

constexpr std::string_view kPrefix = "events.out.tfevents.";
constexpr std::string_view kSuffix = ".fedcctr";

/// Removes the exports that lie beside `newest`: TensorBoard would draw them as one run with it.
void removeOlder(const fs::path& newest)
{
    std::vector<fs::path> older;
    for (const fs::directory_entry& entry : fs::directory_iterator(newest.parent_path())) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with(kPrefix) && name.ends_with(kSuffix) && entry.path() != newest)
            older.push_back(entry.path());
    }
    for (const fs::path& file : older)
        fs::remove(file);
}

} // namespace

std::uint32_t crc32c(std::string_view bytes)
{
    static constexpr std::array<std::uint32_t, 256> kTable = castagnoliTable();
    std::uint32_t crc = 0xffffffff;
    for (const char byte : bytes)
        crc = (crc >> 8) ^ kTable[(crc ^ static_cast<unsigned char>(byte)) & 0xff];
    return ~crc;
}

std::string tfRecord(std::string_view bytes)
{
    std::string record;
    appendLittleEndian(record, static_cast<std::uint64_t>(bytes.size()));
    appendLittleEndian(record, masked(crc32c(record)));
    record += bytes;
    appendLittleEndian(record, masked(crc32c(bytes)));
    return record;
}

std::string scalarEvent(double wallTime, std::int64_t step, std::string_view tag, float value)
{
    std::string scalar; // Summary.Value: tag = 1, simple_value = 2
    appendBytes(scalar, 1, tag);
    appendKey(scalar, 2, Wire::Fixed32);
    appendLittleEndian(scalar, std::bit_cast<std::uint32_t>(value));
    std::string summary; // Summary: value = 1
    appendBytes(summary, 1, scalar);
    std::string event = eventAt(wallTime); // step = 2, summary = 5
    appendKey(event, 2, Wire::Varint);
    appendVarint(event, static_cast<std::uint64_t>(step));
    appendBytes(event, 5, summary);
    return event;
}

fs::path writeTensorBoard(const runs::RunRecord& run, const fs::path& directory)
{
    const double started = secondsOf(run.setting("started"));
    EventFile file(started);
    for (const runs::RoundRecord& round : run.rounds)
        file.addRound(run, round);
    if (run.summary)
        file.addMetrics("test", run, run.summary->test);
    std::string name = run.name;
    std::ranges::replace(name, '/', '_');
    makeWritableDirectory(directory / name);
    const fs::path path = directory / name
        / (std::string(kPrefix) + std::to_string(static_cast<long long>(started)) + std::string(kSuffix));
    writeFileAtomically(path, file.bytes());
    removeOlder(path);
    return path;
}

} // namespace fedcctr::report
