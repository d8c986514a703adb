// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace fedcctr::data {

/// Which of a user's interactions are held out (README.md here, "Split").
enum class Protocol : std::uint8_t {
    LeaveOneOut, ///< the last of each domain is a test target, the last but one a validation target
    MixedLast, ///< the same of the merged sequence alone: one target of each kind per user
};
inline constexpr std::array<Protocol, 2> kProtocols{Protocol::LeaveOneOut, Protocol::MixedLast};

/// As files and options call it: "leave-one-out" or "mixed-last".
constexpr const char* protocolName(Protocol protocol)
{
    return protocol == Protocol::MixedLast ? "mixed-last" : "leave-one-out";
}

/// Throws Error naming the two.
Protocol protocolFrom(std::string_view name);

/// "the last interaction of each domain": what is held out for the test, in a sentence.
std::string heldOutText(Protocol protocol);

} // namespace fedcctr::data
