// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/llm/secret.h"

#include <memory>
#include <string>

namespace fedcctr::llm {

/// Where keys of servers are kept, one per base URL. A call may ask the user to unlock it, and waits.
class KeyRing {
public:
    virtual ~KeyRing() = default;

    /// Empty if there is none for this server. Throws Error if the ring cannot be read.
    virtual Secret read(const std::string& baseUrl) = 0;

    /// Throw Error that says what to do instead.
    virtual void write(const std::string& baseUrl, const Secret& key) = 0;
    virtual void remove(const std::string& baseUrl) = 0;
};

/// The system's key ring (QtKeychain, service "fedcctr"), or none if the program was built without it. Its
/// calls need a QCoreApplication and run an event loop. The key never goes into a file of ours.
std::unique_ptr<KeyRing> systemKeyRing();

/// The environment variable that goes before the key ring.
inline constexpr const char* kKeyVariable = "FEDCCTR_API_KEY";

/// A key and where it was found, for a page that says so.
struct FoundKey {
    enum class Place : std::uint8_t { Nowhere, Environment, Ring };
    Secret key;
    Place place = Place::Nowhere;
    std::string note; ///< why the ring could not be read, if so; local servers need no key
};

/// The key for a server: from the environment, else from the ring (which may be null). Throws Error if the
/// variable holds no usable key.
FoundKey findKey(const std::string& baseUrl, KeyRing* ring);

} // namespace fedcctr::llm
