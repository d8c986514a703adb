// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runs/run_reader.h"

#include <cstdint>
#include <string_view>

namespace fedcctr::report {

/// CRC-32C (Castagnoli), as RFC 3720 has it.
std::uint32_t crc32c(std::string_view bytes);

/// A record of a TFRecord file: length, masked CRC of the length, the bytes, masked CRC of the bytes.
std::string tfRecord(std::string_view bytes);

/// A scalar of TensorBoard's Event protocol buffer: wall time in seconds since 1970, step, tag and value.
std::string scalarEvent(double wallTime, std::int64_t step, std::string_view tag, float value);

/// Writes the run's rounds as `directory`/RUN/events.out.tfevents.… for TensorBoard: losses, noise, budget
/// and validation metrics by round, test metrics at the last one. Files of earlier exports into the same
/// folder are replaced, also of a run that had the name before; what other programs wrote there stays. Gives
/// its path. Throws Error if it cannot be written.
std::filesystem::path writeTensorBoard(const runs::RunRecord& run, const std::filesystem::path& directory);

} // namespace fedcctr::report
